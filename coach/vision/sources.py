"""Where frames come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and its time.

    Attributes
    ----------
    t_s : float
        Seconds from the first frame, from the container's or the camera's clock.
    image : ndarray [shape=(height, width, 3), dtype=uint8]
        RGB.
    """

    t_s: float
    image: np.ndarray
