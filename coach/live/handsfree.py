"""Beginning and ending a round with the hands alone, since they are oily: pure rules over what is seen."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from coach.motion.recording import Observation

REST_S = 2.0
"""Both hands rest at the neck for so long: the round begins."""
GONE_S = 5.0
"""No hand on the back for so long: the round ends."""
NECK_U = (-0.3, 0.2)
"""Where along the spine the neck and the shoulders' ridge are."""
_STILL_CM = 1.2  # the tracker's own unrest on a resting hand; a circle of 2 cm moves more
_ASIDE_CM = 15.0
_SEEN = 0.7  # share of the time in which each hand must have been seen


@dataclass
class Rest:
    """Watches for both hands resting at the neck.

    Parameters
    ----------
    back_length_cm : float
    """

    back_length_cm: float
    _last: deque[Observation] = field(default_factory=deque)

    def take(self, seen: Observation) -> float:
        """How much of the two seconds has passed, 0 to 1; at 1 the round begins."""
        self._last.append(seen)
        while seen.t_s - self._last[0].t_s > REST_S:
            self._last.popleft()
        for count in (len(self._last), len(self._last) // 2, len(self._last) // 4):
            part = list(self._last)[-count:] if count >= 3 else []
            if part and self._rests(part):
                whole = count == len(self._last) and part[-1].t_s - part[0].t_s > 0.9 * REST_S
                return 1.0 if whole else min(0.95, (part[-1].t_s - part[0].t_s) / REST_S)
        return 0.0

    def forget(self) -> None:
        """Begin to watch anew."""
        self._last.clear()

    def _rests(self, part: list[Observation]) -> bool:
        u = np.array([o.u for o in part], float)
        v_cm = np.array([o.v_cm for o in part], float)
        known = np.isfinite(u) & np.isfinite(v_cm)
        if (known.mean(axis=0) < _SEEN).any():
            return False
        for hand in range(2):
            along, across = u[known[:, hand], hand], v_cm[known[:, hand], hand]
            there = NECK_U[0] < np.median(along) < NECK_U[1] and abs(float(np.median(across))) < _ASIDE_CM
            moved = max(float(np.std(along)) * self.back_length_cm, float(np.std(across)))
            if not there or moved > _STILL_CM:
                return False
        return True


@dataclass
class Gone:
    """Watches for the hands to leave the back for good."""

    _since_s: float | None = None
    _came: bool = False

    def take(self, seen: Observation, stirring: bool) -> float:
        """How much of the five seconds has passed, 0 to 1; at 1 the round ends.

        Hands that are merely not recognised are not gone: while the picture is `stirring` on the back, somebody
        works there. Before a hand has been seen for the first time nobody can leave.
        """
        if np.isfinite(seen.thumb_px).any():
            self._since_s, self._came = None, True
            return 0.0
        if stirring or not self._came:
            self._since_s = None
            return 0.0
        if self._since_s is None:
            self._since_s = seen.t_s
        return min(1.0, (seen.t_s - self._since_s) / GONE_S)
