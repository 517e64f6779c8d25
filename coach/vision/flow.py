"""How points move from one frame to the next: sparse optical flow, checked both ways."""

from __future__ import annotations

import cv2
import numpy as np

_LEVELS = 2  # pyramid levels beyond the first: steps up to about 17 pixels were followed on textures tried
_WINDOW = 13  # pixels: about a thumb's width at 640 × 480
_BACK_AND_FORTH = 1.0  # pixels: a point that does not come back this close has been lost; our own choice


def flow(before: np.ndarray, now: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Where points of one grey picture are in the next.

    Pyramidal Lucas-Kanade (Bouguet 2001) there and back (Kalal et al. 2010, "Forward-backward error").

    Parameters
    ----------
    before, now : ndarray [shape=(height, width), dtype=uint8]
    points : ndarray [shape=(n, 2)]
        Pixels in `before`.

    Returns
    -------
    ndarray [shape=(n, 2)]
        Steps in pixels; NaN for points that were lost.
    """
    start = points.astype(np.float32)[:, None]
    window = (_WINDOW, _WINDOW)
    goal, seen, _ = cv2.calcOpticalFlowPyrLK(before, now, start, None, None, None, window, _LEVELS)  # type: ignore[call-overload]
    home, again, _ = cv2.calcOpticalFlowPyrLK(now, before, goal, None, None, None, window, _LEVELS)  # type: ignore[call-overload]
    kept = (seen[:, 0] > 0) & (again[:, 0] > 0)
    kept &= np.linalg.norm((home - start)[:, 0], axis=1) < _BACK_AND_FORTH
    steps = (goal - start)[:, 0].astype(float)
    steps[~kept] = np.nan
    return steps
