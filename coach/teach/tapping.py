"""The tempo that somebody taps, and what to say about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import theilslopes

from coach.scoring.bands import Band

BOUNCE_S = 0.12
"""Two touches closer than this are one (our own choice: 500 taps a minute)."""
PAUSE_S = 6.0
"""After so long without a tap a new attempt begins: 10 a minute, slower than any circle."""
FEWEST = 4
"""Taps before a tempo is told: three intervals, the least that show an odd one out."""
LATEST = 12
"""Taps that count: about 20 s at 40 a minute, so that what is shown follows a change."""
EVEN = 0.12
"""Spread of the intervals (SD by the median deviation, as a share of the interval) up to which they are even: the
profile's own limit for a steady rhythm."""
_MOST_MISSED = 3
_EXTRA = 0.6  # closer to the tap before than this share of the usual interval: a tap too many


@dataclass(frozen=True)
class Tapped:
    """A tapped rhythm.

    Attributes
    ----------
    cpm : float
        Taps a minute.
    spread : float
        0 when perfectly even.
    taps : int
        Taps that it was computed from.
    """

    cpm: float
    spread: float
    taps: int

    @property
    def even(self) -> bool:
        return self.spread <= EVEN

    def against(self, band: Band) -> Literal["slower", "right", "faster"]:
        """Where the tempo lies beside the band of full marks."""
        side = band.side(self.cpm)
        return "slower" if side < 0 else "faster" if side > 0 else "right"


def tapped(times_s: Sequence[float]) -> Tapped | None:
    """The tempo of taps at `times_s`, or None before there are enough.

    The slope of the taps' times over their count by Theil and Sen, so that a late tap moves nothing. Taps that
    bounce are one, a tap too many is left out and a missed one counted as missed (by the median interval).

    Parameters
    ----------
    times_s : sequence of float
        In seconds on any clock; not finite ones are left out. Only the attempt since the last long pause counts.
    """
    times = _attempt(times_s)
    if len(times) < FEWEST:
        return None
    usual = float(np.median(np.diff(times)))
    kept, count = [times[0]], [0]
    for time in times[1:]:
        gap = time - kept[-1]
        if gap < _EXTRA * usual:
            continue
        kept.append(time)
        count.append(count[-1] + min(max(1, round(gap / usual)), _MOST_MISSED))
    if len(kept) < FEWEST:
        return None
    x, y = np.array(count, float), np.array(kept)
    period = float(theilslopes(y, x).slope)
    each = np.diff(y) / np.diff(x)
    spread = 1.4826 * float(np.median(np.abs(each - np.median(each)))) / period
    return Tapped(60.0 / period, spread, len(kept))


def _attempt(times_s: Sequence[float]) -> list[float]:
    times: list[float] = []
    for time in sorted(float(t) for t in times_s if np.isfinite(t)):
        if times and time - times[-1] < BOUNCE_S:
            continue
        if times and time - times[-1] > PAUSE_S:
            times = []
        times.append(time)
    return times[-LATEST:]
