"""Taking a person out of a picture, leaving only one in, and telling where a picture moves."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

_SMALL = 160  # longer side of the pictures in which motion and arrivals are looked for


def painted_out(image: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """The picture with the marked pixels [shape=(height, width), bool] filled in from what surrounds them."""
    height, width = image.shape[:2]
    wide = cv2.dilate(gone.astype(np.uint8), np.ones((5, 5), np.uint8))
    kept = (1 - wide).astype(np.float32)
    # The fill is smooth, so a quarter of the resolution is enough for it.
    small, reach = (max(width // 4, 1), max(height // 4, 1)), width / 100.0
    seen = cv2.resize(image.astype(np.float32) * kept[..., None], small, interpolation=cv2.INTER_AREA)
    weight = cv2.resize(kept, small, interpolation=cv2.INTER_AREA)
    blurred, total = (cv2.GaussianBlur(a, (0, 0), reach) for a in (seen, weight))
    far, all_far = (cv2.GaussianBlur(a, (0, 0), 8 * reach) for a in (seen, weight))
    blurred, total = blurred + 1e-3 * far, total + 1e-3 * all_far  # deep inside, where nothing near is left
    fill = cv2.resize(blurred / np.maximum(total, 1e-6)[..., None], (width, height))
    return np.where(wide[..., None] > 0, fill, image).astype(np.uint8)


def only(image: np.ndarray, person: np.ndarray) -> np.ndarray:
    """The picture with everything but the marked person [shape=(height, width), bool] smoothed away."""
    near = cv2.dilate(person.astype(np.uint8), np.ones((9, 9), np.uint8))
    return painted_out(image, near == 0)


def clean_plate(images: Sequence[np.ndarray], hidden: Sequence[np.ndarray]) -> np.ndarray:
    """The mean picture of what lies behind somebody who moves: each pixel where it is not hidden."""
    total, count = np.zeros(images[0].shape, np.float32), np.zeros(images[0].shape[:2], np.float32)
    mean = np.zeros(images[0].shape, np.float32)
    for image, away in zip(images, hidden, strict=True):
        weight = (~away).astype(np.float32)
        total += image * weight[..., None]
        count += weight
        mean += image
    mean /= len(images)
    return np.where(count[..., None] > 1, total / np.maximum(count, 1.0)[..., None], mean).astype(np.uint8)


def small_gray(image: np.ndarray) -> np.ndarray:
    """A small grey picture [float32] in which sensor noise is averaged away."""
    scale = _SMALL / max(image.shape[:2])
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)


def motion_map(images: Sequence[np.ndarray]) -> np.ndarray:
    """Where and how much the pictures differ, noise left out [shape=(h, w), small, sums to 1 or 0]."""
    spread = np.std([small_gray(image) for image in images], axis=0)
    spread = np.maximum(spread - 2 * np.median(spread), 0.0)
    return spread / max(float(spread.sum()), 1e-9)


def share_inside(motion: np.ndarray, corners: np.ndarray, size: tuple[int, int], grow: float = 1.3) -> float:
    """Share of a `motion_map` within a torso's quadrilateral [shape=(4, 2), in order around, pixels], grown."""
    scale = motion.shape[1] / size[0]
    middle = corners.mean(0)
    mask = np.zeros(motion.shape, np.uint8)
    cv2.fillPoly(mask, [np.round((middle + grow * (corners - middle)) * scale).astype(np.int32)], 1)
    return float(motion[mask > 0].sum())
