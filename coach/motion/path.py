"""Where the hands work: passes down the back, their ends, their distance from the spine, coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.motion.legs import SMALLEST_TRAVEL_CM, Leg, find_legs
from coach.motion.smoothing import RATE_HZ


@dataclass(frozen=True)
class Pass:
    """One stroke along the back.

    Attributes
    ----------
    start_i, end_i : int
        First and last sample on the even clock.
    start_u, end_u : float
        Where the centre of the circles was then.
    direction : str
        'down' or 'up'.
    """

    start_i: int
    end_i: int
    start_u: float
    end_u: float
    direction: str


def common_path(y_cm: np.ndarray, working: np.ndarray) -> np.ndarray:
    """Mean of the working hands' paths along the spine; where one is not seen, the other's.

    Parameters
    ----------
    y_cm : ndarray [shape=(m, 2)]
        Centres of the circles.
    working : ndarray [shape=(2,), bool]
        Hands to take.
    """
    used = y_cm[:, working]
    known = np.isfinite(used)
    if known.shape[1] == 2:
        # Without their mean distance along the spine, so that a hand's appearance makes no step.
        both = known.all(axis=1)
        gap = float(np.median(used[both, 1] - used[both, 0])) if both.any() else 0.0
        used = used + np.array([gap / 2, -gap / 2])
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, used, 0).sum(axis=1) / np.maximum(count, 1), np.nan)


def find_passes(
    y_cm: np.ndarray, circling: np.ndarray, turned: np.ndarray, back_length_cm: float
) -> list[Pass]:
    """Strokes along the back, without the light returns between them.

    The path is split into legs; a leg is a stroke when the hands circle in at least 35 % of it and for at
    least one turn, and make at least half as many turns as the legs the other way. Where nobody circles at
    all, the slower way is the stroke. A stroke lasts from the first to the last circling in it, or to the
    leg's end when less than a turn is missing there. Strokes cut off (less than 75 % of the longest ones'
    travel; the last one, when the recording ends with it, less than 95 % of the others') are left out,
    unless there are no others. All shares are our own choice.

    Parameters
    ----------
    y_cm : ndarray [shape=(m,)]
        Common path.
    circling : ndarray [shape=(m,), bool]
        At least one hand circles.
    turned : ndarray [shape=(m,)]
        Turns made since the sample before, mean of the hands that circle.
    back_length_cm : float
    """
    legs = [leg for leg in find_legs(y_cm) if abs(leg.travel_cm) >= SMALLEST_TRAVEL_CM]
    if not circling.any():
        ways = {down: [x for x in legs if (x.travel_cm > 0) == down] for down in (True, False)}
        pace = {down: np.median([_speed(x) for x in w]) if w else np.inf for down, w in ways.items()}
        strokes = ways[bool(pace[True] <= pace[False])]
        spans = [(leg, leg.start, leg.stop - 1) for leg in strokes]
    else:
        made = np.array([turned[leg.start : leg.stop].sum() for leg in legs])
        down = np.array([leg.travel_cm > 0 for leg in legs])
        spans = []
        for leg, turns, way in zip(legs, made, down, strict=True):
            at = leg.start + np.flatnonzero(circling[leg.start : leg.stop])
            known = np.isfinite(y_cm[leg.start : leg.stop]).sum()
            others = made[down != way]
            light = len(others) > 0 and turns < 0.5 * np.median(others)
            if len(at) >= 0.35 * known and turns >= 1 and not light:
                spans.append((leg, *_to_the_ends(y_cm, leg, at, round(len(at) / turns))))
    found = []
    quarter = round(0.25 * RATE_HZ)
    for leg, first, last in spans:
        y = y_cm[first : last + 1]
        y = y[np.isfinite(y)]
        if len(y) > 1:
            # A quarter of a second at either end: single moments at the end of a fit are noisy.
            start, end = float(np.mean(y[:quarter])), float(np.mean(y[-quarter:]))
            way = "down" if leg.travel_cm > 0 else "up"
            found.append(Pass(first, last, start / back_length_cm, end / back_length_cm, way))
    return _whole(found, y_cm)


def _to_the_ends(y_cm: np.ndarray, leg: Leg, circling_at: np.ndarray, cycle: int) -> tuple[int, int]:
    """First and last sample of a stroke: of its circling, or of its leg where less than a turn is missing."""
    first, last = int(circling_at[0]), int(circling_at[-1])
    way = 1 if leg.travel_cm > 0 else -1
    before, after = way * y_cm[leg.start : first + 1], way * y_cm[last : leg.stop]
    # To where the path turns: the last leg may hold the beginning of a return.
    if first - leg.start <= cycle and np.isfinite(before).any():
        first = leg.start + int(np.nanargmin(before))
    if leg.stop - 1 - last <= cycle and np.isfinite(after).any():
        last += int(np.nanargmax(after))
    return first, last


def _whole(passes: list[Pass], y_cm: np.ndarray) -> list[Pass]:
    """Passes that were not cut off, or all of them when there are no others."""
    if not passes:
        return []
    travel = np.abs([p.end_u - p.start_u for p in passes])
    keep = travel >= 0.75 * np.quantile(travel, 0.9)
    end_of_all = int(np.flatnonzero(np.isfinite(y_cm))[-1])
    others = travel[:-1][keep[:-1]]
    if passes[-1].end_i >= end_of_all - RATE_HZ / 2 and len(others):
        keep[-1] = travel[-1] >= 0.95 * np.median(others)
    return [p for p, k in zip(passes, keep, strict=True) if k]


def _speed(leg: Leg) -> float:
    return abs(leg.travel_cm) / max(leg.stop - leg.start, 1) * RATE_HZ


def direction(passes: list[Pass]) -> str | None:
    """'down' or 'up' when at least 80 % of the time in passes goes that way, else 'mixed'; None without
    any."""
    down = sum(p.end_i - p.start_i for p in passes if p.direction == "down")
    up = sum(p.end_i - p.start_i for p in passes if p.direction == "up")
    if down + up == 0:
        return None
    share = down / (down + up)
    return "down" if share >= 0.8 else "up" if share <= 0.2 else "mixed"


def lateral_offset_cm(centre_v_cm: np.ndarray, circling: np.ndarray) -> float | None:
    """Median distance of the circles' centres from the spine, cm: ``median |v_centre|`` while circling."""
    return float(np.median(np.abs(centre_v_cm[circling]))) if circling.any() else None


def spine_contact(v_cm: np.ndarray, circling: np.ndarray, strip_cm: float = 1.0) -> float | None:
    """Share of circling time within `strip_cm` of the spine (``|v| < 1``), both hands together.

    Parameters
    ----------
    v_cm : ndarray [shape=(m, 2)]
        Lateral position of the thumb tips from the harmonic fit, which has less noise than the smoothed path:
        noise would carry thumbs into the strip.
    circling : ndarray [shape=(m, 2), bool]
    """
    inside = np.abs(v_cm[circling]) < strip_cm
    return float(inside.mean()) if inside.size else None


def coverage(
    centre: np.ndarray, radius_cm: np.ndarray, turned: np.ndarray, end_cm: float, level_cm: float = 2.5
) -> float | None:
    """Share of the (side, level) bins from C7 to the profile's end that were circled; see `covered_at`."""
    if end_cm <= 0:
        return None
    return float((covered_at(centre, radius_cm, turned, end_cm, level_cm) >= 0).mean())


def covered_at(
    centre: np.ndarray, radius_cm: np.ndarray, turned: np.ndarray, end_cm: float, level_cm: float = 2.5
) -> np.ndarray:
    """When each (side, level) bin was first covered.

    The stretch is divided into levels about `level_cm` high (a vertebra; our own choice) on either side of
    the spine. A bin counts when at least half a turn was made whose circle passes over the bin's middle
    level.

    Parameters
    ----------
    centre : ndarray [shape=(m, 2), complex]
        Circles' centres ``v + i·y``, cm.
    radius_cm, turned : ndarray [shape=(m, 2)]
        Radius, and turns made since the sample before (0 where the hand does not circle).
    end_cm : float
        Profile's end level, from C7; above 0.

    Returns
    -------
    ndarray [shape=(2, levels), int]
        Sample, or -1 for a bin that never was; side 0 is the receiver's left, level 0 the uppermost.
    """
    levels = max(2, round(end_cm / level_cm))
    middles = (np.arange(levels) + 0.5) * end_cm / levels
    made = np.zeros((len(centre), 2, levels))
    for hand in range(centre.shape[1]):
        on = np.flatnonzero(turned[:, hand] > 0)
        y, side = centre[on, hand].imag, (centre[on, hand].real > 0).astype(int)
        reach = np.maximum(radius_cm[on, hand], end_cm / levels / 2)
        over = np.abs(y[:, None] - middles) <= reach[:, None]
        made[on, side] += over * turned[on, hand][:, None]
    if not len(made):
        return np.full((2, levels), -1)
    enough = np.cumsum(made, axis=0) >= 0.5
    return np.where(enough.any(axis=0), enough.argmax(axis=0), -1)
