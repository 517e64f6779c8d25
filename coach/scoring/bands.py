"""Four-point bands: partial credit for near misses instead of pass or fail."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """A trapezium over one value.

    ``s(x) = 100 * clip(min((x - a0) / (a - a0), (b0 - x) / (b0 - b)), 0, 1)``: 100 inside ``[a, b]``, falling
    linearly to 0 at ``a0`` and ``b0``. The shape follows domain knowledge on resuscitation scoring, where
    near misses earn partial credit (Laerdal QCPR).

    Attributes
    ----------
    a0, a, b, b0 : float
        Rising, in the unit of the value. ``a0 == a`` (or ``b == b0``) makes that side a step; ``inf`` for
        ``b`` and ``b0`` leaves the upper side open.

    Examples
    --------
    >>> Band(15, 30, 60, 90).score(75)
    50.0
    """

    a0: float
    a: float
    b: float
    b0: float

    def __post_init__(self) -> None:
        if not self.a0 <= self.a <= self.b <= self.b0:  # also false when one is NaN
            raise ValueError("the four points must rise")

    def score(self, x: float) -> float:
        """Points for the value `x`, 0 to 100."""
        if not math.isfinite(x):
            raise ValueError("only a measured value has points")
        if x < self.a:
            return 100.0 * max(0.0, (x - self.a0) / (self.a - self.a0)) if self.a > self.a0 else 0.0
        if x > self.b:
            return 100.0 * max(0.0, (self.b0 - x) / (self.b0 - self.b)) if self.b0 > self.b else 0.0
        return 100.0

    def side(self, x: float) -> int:
        """-1 when `x` lies below the full-marks stretch, 1 above it, 0 inside."""
        return -1 if x < self.a else 1 if x > self.b else 0

    def holding(self, x: float) -> Band:
        """The band widened, where it must be, so that `x` has full marks; outer points move along."""
        a, b = min(self.a, x), max(self.b, x)
        # min and max: a sum may be rounded past the point it must not pass.
        return Band(
            min(a, self.a0 - (self.a - a)), a, b, max(b, self.b0 if b == self.b else self.b0 + (b - self.b))
        )

    def to_list(self) -> list[float | None]:
        """``[a0, a, b, b0]``; an open side is None, since JSON knows no infinity."""
        return [x if math.isfinite(x) else None for x in (self.a0, self.a, self.b, self.b0)]
