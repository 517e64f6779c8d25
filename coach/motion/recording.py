"""What was seen, frame by frame: `Observation` for one frame, `Recording` for a whole practice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

LEFT, RIGHT = 0, 1
"""Index of the giver's own left and right hand in every array with a hands axis."""
HANDS = ("left", "right")


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen in one frame.

    Attributes
    ----------
    t_s : float
        Seconds from the first frame.
    u, v_cm : ndarray [shape=(2,)]
        Back coordinates of the left and right thumb tip (see docs/coordinates); NaN where not seen.
    confidence : ndarray [shape=(2,)]
        0 to 1, per hand.
    back_confidence : float
        0 to 1.
    thumb_px : ndarray [shape=(2, 2)]
        Thumb tips in the picture, hand by (x, y), in pixels.
    c7_px, l5_px : ndarray [shape=(2,)]
        Upper and lower end of the spine in the picture, in pixels.
    """

    t_s: float
    u: np.ndarray
    v_cm: np.ndarray
    confidence: np.ndarray
    back_confidence: float
    thumb_px: np.ndarray
    c7_px: np.ndarray
    l5_px: np.ndarray


@dataclass(frozen=True)
class Recording:
    """A practice as arrays over `n` analysed frames; NaN where not seen. Holds no pixels and no name."""

    t_s: np.ndarray
    u: np.ndarray
    v_cm: np.ndarray
    confidence: np.ndarray
    back_confidence: np.ndarray
    thumb_px: np.ndarray
    c7_px: np.ndarray
    l5_px: np.ndarray
    meta: dict = field(default_factory=dict)

    @classmethod
    def from_observations(cls, observations: Iterable[Observation], meta: dict) -> Recording:
        """Stack observations in the order of their time."""
        seen = list(observations)

        def stack(name: str, dtype: type) -> np.ndarray:
            return np.array([getattr(o, name) for o in seen], dtype=dtype)

        return cls(
            t_s=stack("t_s", np.float64), u=stack("u", np.float32), v_cm=stack("v_cm", np.float32),
            confidence=stack("confidence", np.float32), back_confidence=stack("back_confidence", np.float32),
            thumb_px=stack("thumb_px", np.float32), c7_px=stack("c7_px", np.float32),
            l5_px=stack("l5_px", np.float32), meta=dict(meta),
        )
