"""Running measures: what the hands did in the last seconds, by the same measures as the report's."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from coach.motion import path, rhythm
from coach.motion.circles import runs
from coach.motion.legs import SMALLEST_TRAVEL_CM
from coach.motion.measures import Motion, analyse_motion, circle_diameter_cm
from coach.motion.recording import Observation, Recording
from coach.motion.smoothing import RATE_HZ
from coach.scoring.profile import Profile

WINDOW_S = 10.0
"""Tempo needs 8 s (docs/measures.md); the smoothing takes about a second at either end."""
SLOW_WINDOW_S = 20.0
SLOW_TURNS = 1.0
"""Turns that tell a slow hand's tempo, less a quarter at either end; the report's two would tell it seconds later."""
SPREAD_WINDOW_S = 20.0
"""The spread of the time per circle needs five turns, and uneven hands count as circling for half of the time."""
LONG_WINDOW_S = 50.0
"""At least one whole pass of the slowest kind (30 s) and its return."""
EVERY_S = 1.0
LEVELS = 8
"""Levels of the drawn coverage, on either side."""
_SEEN = 0.6  # a hand seen in less of the window is not spoken of
STROKE_CM_S = 4.0
"""A stroke of 17 cm takes 10 s and more; what moves faster than this is a return."""
_EDGE_S = 1.5  # the newest moments are smoothed with too little after them
_UNSEEN_S = 2.0  # hands lost in the air on their way back are seen again by then; our own choice
_ENDS = (0.02, 0.98)  # single moments at the end of a fit are noisy


@dataclass(frozen=True)
class Now:
    """The technique of the last ten seconds; per-hand values are (left, right), None where not measured.

    Attributes
    ----------
    t_s : float
        Seconds since the round began.
    window_s : float
        How much of the window is filled yet.
    seen : tuple of bool
        Whether each hand was seen well enough to be spoken of.
    busy : tuple of float or None
        Share of the time in which each hand circled, 0 to 1.
    tempo_cpm : float or None
        Mean of the hands that circle.
    cycle_cv : float or None
        Spread of the time per circle over twice that time, mean of the hands.
    regularity : tuple of float or None
        How alike one circle is to the next, 0 to 1.
    offset_cm, diameter_cm : tuple of float or None
    unrest_cm : tuple of float or None
        How far each hand moves to and fro about its own way, root mean square: the radius of a circling hand, a few
        millimetres of the tracker's own for one that rests.
    spine_share : float or None
        Share of circling time within 1 cm of the spine.
    level_u : float or None
        Where the hands are along the spine.
    travel_cm : float
        How far both hands moved along the spine while circling; positive is down.
    last_pass : tuple of float or None
        Upper and lower end (u) of the newest pass that the hands were seen to come back from, None for one that is
        not known, and when it ended (s since the round began).
    """

    t_s: float
    window_s: float
    seen: tuple[bool, bool] = (False, False)
    busy: tuple[float | None, float | None] = (None, None)
    tempo_cpm: float | None = None
    cycle_cv: float | None = None
    regularity: tuple[float | None, float | None] = (None, None)
    offset_cm: tuple[float | None, float | None] = (None, None)
    diameter_cm: tuple[float | None, float | None] = (None, None)
    unrest_cm: tuple[float | None, float | None] = (None, None)
    spine_share: float | None = None
    level_u: float | None = None
    travel_cm: float = 0.0
    last_pass: tuple[float | None, float | None, float] | None = None


@dataclass
class Running:
    """Collects observations and measures the newest of them.

    Parameters
    ----------
    profile : Profile
        Its end level bounds the coverage.
    back_length_cm : float

    Attributes
    ----------
    turns : ndarray [shape=(2, LEVELS)]
        Circles made so far on her left and right side, from C7 to the profile's end.
    """

    profile: Profile
    back_length_cm: float
    turns: np.ndarray = field(default_factory=lambda: np.zeros((2, LEVELS)))
    _seen: deque[Observation] = field(default_factory=deque)
    _start_s: float | None = None
    _counted_s: float = -np.inf

    def add(self, seen: Observation) -> None:
        """Take the next observation; times rise."""
        if self._start_s is None:
            self._start_s = seen.t_s
        self._seen.append(seen)
        while seen.t_s - self._seen[0].t_s > LONG_WINDOW_S:
            self._seen.popleft()

    @property
    def coverage(self) -> float:
        """Share of the (side, level) parts in which at least half a circle was made."""
        return float((self.turns >= 0.5).mean())

    def now(self) -> Now:
        """Measure the last seconds."""
        if self._start_s is None:
            return Now(0.0, 0.0)
        end_s = self._seen[-1].t_s
        t_s = end_s - self._start_s
        window_s = min(t_s, WINDOW_S)
        if len(self._seen) < 10 or window_s < 2.0:
            return Now(t_s, window_s)
        # Strokes and their returns are told apart over a whole pass; only what is then said is of the last seconds.
        recording = Recording.from_observations(
            self._seen, {"settings": {"back_length_cm": self.back_length_cm}}
        )
        motion = analyse_motion(recording)
        self._count(motion)
        recent = motion.t_s > motion.t_s[-1] - WINDOW_S
        newest = recording.t_s > recording.t_s[-1] - WINDOW_S
        seen = np.isfinite(recording.u[newest]).mean(axis=0) >= _SEEN
        return Now(
            t_s=t_s,
            window_s=window_s,
            seen=(bool(seen[0]), bool(seen[1])),
            last_pass=self._last_pass(motion),
            **_measured(motion, recent, seen),
        )

    def _last_pass(self, motion: Motion) -> tuple[float | None, float | None, float] | None:
        assert self._start_s is not None
        for one in reversed(motion.passes):
            if one.direction == self.profile.path.direction and (ends := seen_ends(motion, one)) is not None:
                ended_s = float(motion.t_s[min(one.end_i, len(motion.t_s) - 1)])
                return *ends, ended_s - self._start_s
        return None

    def _count(self, motion: Motion) -> None:
        """Add the circles made since the last time to `turns`."""
        end_cm = self.profile.path.end_u * self.back_length_cm
        until_s = motion.t_s[-1] - _EDGE_S
        fresh = (motion.t_s > self._counted_s) & (motion.t_s <= until_s)
        level = np.floor(motion.macro_u_cm / end_cm * LEVELS)
        for hand in range(2):
            on = fresh & (motion.turned[:, hand] > 0) & (level[:, hand] >= -1) & (level[:, hand] < LEVELS)
            side = (motion.macro_v_cm[on, hand] > 0).astype(int)
            rows = np.maximum(level[on, hand], 0).astype(int)
            np.add.at(self.turns, (side, rows), motion.turned[on, hand])
        self._counted_s = max(self._counted_s, float(until_s))


def _measured(motion: Motion, recent: np.ndarray, seen: np.ndarray) -> dict[str, Any]:
    """The measures over the moments `recent` [shape=(m,), bool], by the functions that the report uses."""
    hands = range(2)
    # A slow hand makes two circles in twenty seconds, not in ten.
    slow = motion.t_s > motion.t_s[-1] - SLOW_WINDOW_S
    of_hand = np.stack([slow if hand.slow else recent for hand in motion.hands], axis=1)
    circling = motion.circling & of_hand
    phase = [np.where(of_hand[:, k], hand.phase, np.nan) for k, hand in enumerate(motion.hands)]
    tempo = [
        rhythm.tempo_cpm(phase[k], SLOW_TURNS if hand.slow else 2.0) if seen[k] else None
        for k, hand in enumerate(motion.hands)
    ]
    lately = motion.t_s > motion.t_s[-1] - SPREAD_WINDOW_S
    spread = [
        rhythm.cycle_cv(np.where(lately, hand.phase_through, np.nan)) if seen[k] else None
        for k, hand in enumerate(motion.hands)
    ]
    alike = motion.window_t_s > motion.t_s[-1] - WINDOW_S
    regularity = [_median(motion.regularity[alike, k]) if seen[k] else None for k in hands]
    offset = [
        path.lateral_offset_cm(motion.macro_v_cm[:, hand], circling[:, hand]) if seen[hand] else None
        for hand in hands
    ]
    diameter = [
        None if cpm is None else circle_diameter_cm(replace(hand, on=circling[:, k]), cpm)
        for k, (hand, cpm) in enumerate(zip(motion.hands, tempo, strict=True))
    ]
    fitted_v = np.stack([hand.fitted.real for hand in motion.hands], axis=1)
    busy = [float(circling[of_hand[:, k], k].mean()) if seen[k] else None for k in hands]
    unrest = [_unrest(hand.z[recent]) if seen[k] else None for k, hand in enumerate(motion.hands)]
    return {
        "busy": (busy[0], busy[1]),
        "unrest_cm": (unrest[0], unrest[1]),
        "tempo_cpm": _mean(tempo),
        "cycle_cv": _mean(spread),
        "regularity": (regularity[0], regularity[1]),
        "offset_cm": (offset[0], offset[1]),
        "diameter_cm": (diameter[0], diameter[1]),
        "spine_share": path.spine_contact(fitted_v, circling),
        "level_u": _level(motion),
        "travel_cm": _travel(motion, circling),
    }


def seen_ends(motion: Motion, one: path.Pass) -> tuple[float | None, float | None] | None:
    """Upper and lower end (u) of a pass; None while the hands have not been seen to turn back from it.

    Where circles could not be measured the hands may have massaged all the same, and where they were not seen they may
    have been. So a pass begins where the hands were seen to come to (unknown when they were there from the start) and
    reaches as far as they were seen in it, circling or not; an end that lies in more time out of sight than a return
    takes is not known.
    """
    stroke = motion.macro_u_cm[one.start_i : one.end_i + 1]
    moved = np.array([_range_cm(stroke[:, hand]) >= SMALLEST_TRAVEL_CM for hand in range(2)])
    if not moved.any():
        return None
    y = path.common_path(motion.macro_u_cm, moved)
    down = one.direction == "down"
    way, middle = (1.0 if down else -1.0), (one.start_i + one.end_i) // 2
    first, last = one.start_u * motion.back_length_cm, one.end_u * motion.back_length_cm
    came = np.flatnonzero(way * (y[: one.start_i] - first) > SMALLEST_TRAVEL_CM)
    back = np.flatnonzero(way * (y[one.end_i :] - last) < -SMALLEST_TRAVEL_CM)
    if not len(back):
        return None  # still under way
    end = _farthest_cm(y[middle : one.end_i + int(back[0])], way)
    if end is None:
        return None
    begin = _farthest_cm(y[int(came[-1]) : middle], -way) if len(came) else None
    ends = tuple(None if x is None else x / motion.back_length_cm for x in (begin, end))
    return (ends[0], ends[1]) if down else (ends[1], ends[0])


def _farthest_cm(y: np.ndarray, way: float) -> float | None:
    """How far along `way` (1: down) a path was seen to go; None where it was out of sight for too long."""
    unseen = max((b - a for a, b in runs(~np.isfinite(y))), default=0)
    if unseen > _UNSEEN_S * RATE_HZ or not np.isfinite(y).any():
        return None
    return float(np.nanquantile(y, _ENDS[way > 0]))


def _range_cm(y: np.ndarray) -> float:
    known = y[np.isfinite(y)]
    return float(np.diff(np.quantile(known, _ENDS))[0]) if len(known) else 0.0


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [x for x in values if x is not None]
    return float(np.mean(known)) if known else None


def _unrest(z: np.ndarray) -> float | None:
    """Root mean square distance of a path [complex, cm] from its mean over a second and a half."""
    known = np.isfinite(z)
    window = np.ones(round(1.5 * RATE_HZ))
    count = np.convolve(known, window, "same")
    mean = np.convolve(np.where(known, z, 0.0), window, "same") / np.maximum(count, 1.0)
    near = known & (count > 0.7 * len(window))
    return float(np.sqrt(np.mean(np.abs(z[near] - mean[near]) ** 2))) if near.sum() > RATE_HZ else None


def _level(motion: Motion) -> float | None:
    last = motion.u[-round(2 * RATE_HZ) :]
    return float(np.nanmean(last)) if np.isfinite(last).any() else None


def _travel(motion: Motion, circling: np.ndarray) -> float:
    """How far the circles' centres moved along the spine, cm, returns left out; mean of the hands."""
    step = np.diff(motion.macro_u_cm, axis=0)
    with np.errstate(invalid="ignore"):
        on = circling[1:] & circling[:-1] & (np.abs(step) < STROKE_CM_S / RATE_HZ)
    made = [float(step[on[:, hand], hand].sum()) for hand in range(2) if on[:, hand].any()]
    return float(np.mean(made)) if made else 0.0
