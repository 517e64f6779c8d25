"""What a webcam does to a picture: softness, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

_FINE_NOISE, _COARSE_NOISE = 2.2, 2.0  # grey levels
_COARSE_PX = 3


def as_webcam(
    image: np.ndarray, rng: np.random.Generator, blur: float, noise: float, jpeg: int
) -> np.ndarray:
    """The picture as a webcam would give it.

    Parameters
    ----------
    image : ndarray [shape=(height, width, 3), dtype=uint8]
    blur : float
        Standard deviation, pixels.
    noise : float
        0 none, 1 indoors, 3 in a dark room.
    jpeg : int
        Quality; 0: no JPEG.
    """
    height, width = image.shape[:2]
    values = image.astype(np.float32)
    if blur:
        values = cv2.GaussianBlur(values, (0, 0), blur)
    if noise:
        fine = rng.standard_normal((height, width, 3)).astype(np.float32) * _FINE_NOISE
        small = (height // _COARSE_PX, width // _COARSE_PX, 3)
        coarse = rng.standard_normal(small).astype(np.float32) * _COARSE_NOISE
        # Dark places are noisier.
        values = values + noise * (fine + cv2.resize(coarse, (width, height))) * (1.25 - values / 400)
    out = np.clip(values, 0, 255).astype(np.uint8)
    if jpeg:
        coded = cv2.imencode(".jpg", out[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, jpeg])[1]
        out = cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1]
    return out
