"""What a short look at a picture tells before anything is recognised: its light, and whether something stirs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from coach.vision.silhouettes import small_gray

_STEP = 8
_CHANGED = 8.0  # grey levels of the small picture: several times what sensor noise leaves there
_STIRRED = 0.02  # share of the back's area that changes when a hand works on it; our own choice


@dataclass(frozen=True)
class Light:
    """How bright a picture is.

    Attributes
    ----------
    mean : float
        Grey levels, 0 to 255.
    glaring : float
        Share of the picture that is white, 0 to 1.
    """

    mean: float
    glaring: float


def light(image: np.ndarray) -> Light:
    """The light in a picture [RGB, uint8]."""
    thin = image[::_STEP, ::_STEP].mean(axis=2)
    return Light(float(thin.mean()), float((thin > 250).mean()))


class Stirring:
    """Whether the picture moves within an area, from one look to the next."""

    def __init__(self) -> None:
        self._last: np.ndarray | None = None

    def look(self, image: np.ndarray, area_px: np.ndarray) -> bool:
        """Compare `image` with the one before, within the polygon `area_px` [shape=(n, 2)]."""
        small = small_gray(image)
        last, self._last = self._last, small
        if last is None or last.shape != small.shape:
            return False
        mask = np.zeros(small.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(area_px * small.shape[1] / image.shape[1]).astype(np.int32)], 1)
        inside = mask > 0
        if not inside.any():
            return False
        change = small - last
        change -= np.median(change)  # exposure
        return float((np.abs(change) > _CHANGED)[inside].mean()) > _STIRRED


def jpeg(image: np.ndarray, width: int = 640, quality: int = 75) -> bytes:
    """A picture [RGB, uint8] as JPEG, at most `width` pixels wide."""
    if image.shape[1] > width:
        size = (width, round(image.shape[0] * width / image.shape[1]))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return bytes(data)
