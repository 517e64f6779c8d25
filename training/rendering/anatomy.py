"""Heights of the vertebrae along the back."""

from __future__ import annotations

from itertools import accumulate

_HEIGHTS_CM = {
    "C7": 0.0,  # the chart begins at its spinous process
    "T1": 2.0, "T2": 2.05, "T3": 2.05, "T4": 2.1, "T5": 2.15, "T6": 2.2,
    "T7": 2.25, "T8": 2.3, "T9": 2.35, "T10": 2.4, "T11": 2.5, "T12": 2.6,
    "L1": 3.0, "L2": 3.2, "L3": 3.4, "L4": 3.4, "L5": 3.4,
}  # fmt: skip

_FROM_C7_CM = dict(zip(_HEIGHTS_CM, accumulate(_HEIGHTS_CM.values()), strict=True))

LEVELS = {name: below / _FROM_C7_CM["L5"] for name, below in _FROM_C7_CM.items()}
"""Place of each spinous process along the back: 0 at C7, 1 at L5."""
