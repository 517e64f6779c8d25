"""A path along the spine split where it turns back: strokes and returns, before it is known which is
which."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coach.motion.smoothing import RATE_HZ

REFINE_S = 1.5
"""Path taken on either side of a turning point to place it (our own choice: about the length of a return)."""
SMALLEST_TRAVEL_CM = 3.0
"""A leg shorter than this is not travel. Our own choice: a circle's diameter."""


@dataclass(frozen=True)
class Leg:
    """The hand's centre going one way along the back: samples `start` to `stop` (excluded), from cm to cm."""

    start: int
    stop: int
    from_cm: float
    to_cm: float

    @property
    def travel_cm(self) -> float:
        """Positive down the back."""
        return self.to_cm - self.from_cm


def turn_threshold(y_cm: np.ndarray, least_cm: float = SMALLEST_TRAVEL_CM) -> float:
    """How far a path must come back to have turned: 35 % of the range between its 5th and 95th percentile
    (our own choice: legs of one practice differ less), at least `least_cm`."""
    known = y_cm[np.isfinite(y_cm)]
    if not len(known):
        return least_cm
    low, high = np.quantile(known, [0.05, 0.95])
    return max(least_cm, 0.35 * float(high - low))


def find_legs(y_cm: np.ndarray, threshold_cm: float | None = None) -> list[Leg]:
    """Split a path along the spine where it turns back by more than a threshold (a zigzag with hysteresis).

    Parameters
    ----------
    y_cm : ndarray [shape=(m,)]
        Position of the circles' centre along the spine; NaN where not known.
    threshold_cm : float, optional
        Default: `turn_threshold`.

    Returns
    -------
    list of Leg
        Alternating down and up; one leg when the hand does not travel; none when nothing is known.
    """
    known = np.flatnonzero(np.isfinite(y_cm))
    if len(known) < 2:
        return []
    y = y_cm[known]
    if threshold_cm is None:
        threshold_cm = turn_threshold(y_cm)
    turns, heading, lowest, highest = [0], 0, 0, 0
    for i, here in enumerate(y):
        lowest = i if here < y[lowest] else lowest
        highest = i if here > y[highest] else highest
        if heading >= 0 and y[highest] - here > threshold_cm:
            if heading > 0:
                turns.append(highest)
            heading, lowest = -1, i
        elif heading <= 0 and here - y[lowest] > threshold_cm:
            if heading < 0:
                turns.append(lowest)
            heading, highest = 1, i
    turns.append(len(y) - 1)
    return [
        Leg(int(known[a]), int(known[b]) + (b == len(y) - 1), float(y[a]), float(y[b]))
        for a, b in pairwise(turns)
        if b > a
    ]


def refine_legs(legs: list[Leg], y_cm: np.ndarray, hz: np.ndarray) -> list[Leg]:
    """Place the turning points between legs exactly.

    The averaged path is rounded where it turns, and seems to turn too early. Around each turning point two
    straight lines that meet, and a circle of the known tempo, are fitted to the path itself; where they fit
    best is the turn.

    Parameters
    ----------
    legs : list of Leg
    y_cm : ndarray [shape=(m,)]
        Smoothed path along the spine, circles included; NaN where not known.
    hz : ndarray [shape=(m,)]
        Tempo, turns per second.

    Returns
    -------
    list of Leg
        With `from_cm` and `to_cm` as given.
    """
    starts, stops = [leg.start for leg in legs], [leg.stop for leg in legs]
    for k, (before, after) in enumerate(pairwise(legs)):
        if after.start - before.stop > RATE_HZ / 2:
            continue  # the turn itself was not seen
        middle = after.start
        f = float(hz[min(middle, len(hz) - 1)])
        reach = round(min(1.0, 0.75 / f) * RATE_HZ)
        wide = round(REFINE_S * RATE_HZ)
        first = max(middle - wide, (before.start + middle) // 2)
        last = min(middle + wide, (middle + after.stop) // 2)
        rows = first + np.flatnonzero(np.isfinite(y_cm[first:last]))
        candidates = np.arange(max(first + 3, middle - reach), min(last - 3, middle + reach) + 1)
        if len(rows) < 0.7 * (last - first) or len(rows) < 12 or not len(candidates):
            continue
        tau = (rows[None] - candidates[:, None]) / RATE_HZ
        angle = 2 * np.pi * f * tau
        basis = np.stack(
            [np.ones_like(tau), np.minimum(tau, 0), np.maximum(tau, 0), np.cos(angle), np.sin(angle)]
        )
        q, _ = np.linalg.qr(basis.transpose(1, 2, 0))
        explained = np.sum((q.transpose(0, 2, 1) @ y_cm[rows]) ** 2, axis=1)
        stops[k] = starts[k + 1] = int(candidates[np.argmax(explained)])
    return [
        Leg(start, max(stop, start + 1), leg.from_cm, leg.to_cm)
        for leg, start, stop in zip(legs, starts, stops, strict=True)
    ]
