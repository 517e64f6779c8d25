"""How fast pictures come."""

from __future__ import annotations

from collections import deque

_OVER_S = 3.0
_LEAST_S = 1.5  # before that one late picture would count for too much


class Pace:
    """Pictures a second over the last three seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def note(self, t_s: float) -> None:
        """A picture came at this time; times rise."""
        self._times.append(t_s)
        while t_s - self._times[0] > _OVER_S:
            self._times.popleft()

    def forget(self) -> None:
        """What comes after a pause is a beginning."""
        self._times.clear()

    @property
    def per_s(self) -> float | None:
        """None while too little is known."""
        lasted = self._times[-1] - self._times[0] if len(self._times) > 1 else 0.0
        return (len(self._times) - 1) / lasted if lasted >= _LEAST_S else None
