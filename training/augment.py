"""From a rendered picture to one that the network learns from: moved, blurred, noisy, badly exposed.

What is cheap is drawn anew each time a picture is used, so no two looks at it are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.dataset import Pictures
from training.layout import (
    CM_PER_PX,
    HEIGHT,
    RENDERED_CM_PER_PX,
    RENDERED_HEIGHT,
    RENDERED_WIDTH,
    SWAPPED,
    WIDTH,
)

_NOISE = np.random.default_rng(0).standard_normal(1 << 22).astype(np.float32)
"""Drawn once: pieces of it serve as noise, which is faster than drawing."""

_MIDDLE_GREY = 110
_MIRROR_SHARE = 0.5
_MOTION_BLUR_SHARE, _BLUR_SHARE = 0.15, 0.35
_COVERED_SHARE, _THINGS_SHARE = 0.35, 0.12
_BORDER_SHARE, _SHALLOW_SHARE = 0.2, 0.15
_PALE_SHARE, _GAMMA_SHARE, _SLOPE_SHARE = 0.2, 0.25, 0.3
_JPEG_SHARE = 0.6
_BLOTCHED_SHARE = 0.25
_SHARPENED_SHARE, _TINTED_SHARE, _SHADED_SHARE = 0.25, 0.25, 0.25
_COARSEST = 0.45  # of the network's resolution: a picture from a camera far away
_VALIDATION_COARSENESS, _VALIDATION_NOISE, _VALIDATION_JPEG = 0.85, 3.0, 75


@dataclass(frozen=True)
class Example:
    """What the network sees of a picture, and the truth.

    Attributes
    ----------
    image : ndarray [shape=(224, 160, 3), dtype=uint8]
        RGB.
    points : ndarray [shape=(18, 2)]
        Pixels.
    exists, visible : ndarray of bool [shape=(18,)]
        Inside this picture; and not hidden either.
    """

    image: np.ndarray
    points: np.ndarray
    exists: np.ndarray
    visible: np.ndarray


@dataclass(frozen=True)
class Placement:
    """How a rendered picture is laid into the network's.

    Parameters
    ----------
    turn : float
        Radians, clockwise in the picture.
    size, stretch : float
        Factors of both directions, and of the width alone.
    shear : float
        How much a step down leads aside: what is left of the perspective when the plane of the back is not known well.
    shift_cm : ndarray [shape=(2,)]
    mirrored : bool
    """

    turn: float
    size: float
    stretch: float
    shift_cm: np.ndarray
    mirrored: bool = False
    shear: float = 0.0

    @classmethod
    def random(cls, rng: np.random.Generator) -> Placement:
        """As badly as the tracker may know where the back is."""
        return cls(
            turn=rng.normal(0, 0.10),
            size=np.exp(rng.normal(0, 0.09)),
            shift_cm=rng.normal(0, 2.2, 2),
            stretch=np.exp(rng.normal(0, 0.05)),
            mirrored=rng.random() < _MIRROR_SHARE,
            shear=rng.normal(0, 0.05),
        )

    @classmethod
    def for_validation(cls, index: int) -> Placement:
        """A little off, and the same each time for the picture of this number."""
        rng = np.random.default_rng(index)
        return cls(
            turn=rng.normal(0, 0.05),
            size=np.exp(rng.normal(0, 0.05)),
            shift_cm=rng.normal(0, 1.0, 2),
            stretch=1.0,
        )

    @property
    def scale(self) -> float:
        """Pixels of the network's picture per pixel of the rendered one."""
        return RENDERED_CM_PER_PX / CM_PER_PX * self.size

    def matrix(self) -> np.ndarray:
        """From pixels of the rendered picture to those of the network's [shape=(2, 3)]."""
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        turn = self.scale * np.array([[cosine * self.stretch, -sine], [sine * self.stretch, cosine]])
        turn = turn @ np.array([[1, self.shear], [0, 1]])
        middle = np.array([WIDTH / 2, HEIGHT / 2]) + self.shift_cm / CM_PER_PX
        offset = middle - turn @ np.array([RENDERED_WIDTH / 2, RENDERED_HEIGHT / 2])
        matrix = np.c_[turn, offset]
        if self.mirrored:
            matrix = np.diag([-1.0, 1.0]) @ matrix
            matrix[0, 2] += WIDTH
        return matrix


@dataclass(frozen=True)
class Border:
    """The camera's picture ends within what the network sees: beyond a line its outermost colours are repeated.

    Parameters
    ----------
    normal : ndarray [shape=(2,)]
        Of the line, outwards, unit.
    reach : float
        Distance of the line from the middle, as a share of the network's picture in that direction.
    """

    normal: np.ndarray
    reach: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Border:
        """Mostly beside, above or below, turned a little as the crop is."""
        angle = rng.integers(0, 4) * np.pi / 2 + rng.normal(0, 0.2)
        return cls(np.array([np.cos(angle), np.sin(angle)]), float(rng.uniform(0.5, 0.98)))

    def beyond_px(self, x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """How far places lie beyond the line, pixels, in a picture of `size` (width, height)."""
        half = np.array(size) / 2
        line = self.reach * float(np.abs(self.normal) @ half)
        return (x - half[0]) * self.normal[0] + (y - half[1]) * self.normal[1] - line

    def inside(self, points: np.ndarray) -> np.ndarray:
        """Which points [shape=(n, 2)] of the network's picture the camera still sees [shape=(n,)]."""
        return self.beyond_px(points[:, 0], points[:, 1], (WIDTH, HEIGHT)) <= 0

    def repeated(self, image: np.ndarray) -> np.ndarray:
        """`image` with what lies beyond the line replaced."""
        height, width = image.shape[:2]
        y, x = np.mgrid[:height, :width].astype(np.float32) + 0.5
        beyond = np.maximum(self.beyond_px(x, y, (width, height)), 0).astype(np.float32)
        from_x = (x - beyond * self.normal[0] - 0.5).astype(np.float32)
        from_y = (y - beyond * self.normal[1] - 0.5).astype(np.float32)
        return cv2.remap(image, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def training_example(pictures: Pictures, index: int, rng: np.random.Generator) -> Example:
    """A picture as a camera might have taken it."""
    placement = Placement.random(rng)
    image = place(pictures.image(index), placement, float(rng.uniform(_COARSEST, 1.0)))
    border = Border.random(rng) if rng.random() < _BORDER_SHARE else None
    if border is not None:
        image = border.repeated(image)
    image = _covered(_partly_blurred(_blurred(image, rng), rng), rng)
    image = _sharpened(_exposed(_tinted(_shaded(image, rng), rng), rng), rng)
    image = _with_noise(_blotched(image, rng), abs(rng.normal(0, 5.0)), rng)
    if rng.random() < _JPEG_SHARE:
        image = _coded(image, int(rng.integers(35, 92)))
    return _example(pictures, index, image, placement, border)


def validation_example(pictures: Pictures, index: int) -> Example:
    """A picture as a good webcam takes it; always the same."""
    placement = Placement.for_validation(index)
    image = place(pictures.image(index), placement, _VALIDATION_COARSENESS)
    image = _with_noise(image, _VALIDATION_NOISE, np.random.default_rng(index))
    return _example(pictures, index, _coded(image, _VALIDATION_JPEG), placement)


def place(image: np.ndarray, placement: Placement, coarseness: float = 1.0) -> np.ndarray:
    """Lay a rendered picture into the network's, smaller by `coarseness` [dtype=float32]."""
    size = int(WIDTH * coarseness), int(HEIGHT * coarseness)
    matrix = np.diag([size[0] / WIDTH, size[1] / HEIGHT]) @ placement.matrix()
    shrunk = placement.scale * coarseness
    if shrunk < 0.8:
        image = cv2.GaussianBlur(image, (0, 0), 0.45 / max(shrunk, 0.2))
    placed = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return placed.astype(np.float32)


def place_points(points: np.ndarray, placement: Placement) -> np.ndarray:
    """Where points of the rendered picture come to lie [shape=(n, 2)], in their old order."""
    matrix = placement.matrix()
    return points @ matrix[:, :2].T + matrix[:, 2]


def _example(
    pictures: Pictures, index: int, image: np.ndarray, placement: Placement, border: Border | None = None
) -> Example:
    points = place_points(pictures.points[index], placement)
    exists, visible = pictures.exists[index], pictures.visible[index]
    if placement.mirrored:
        points, exists, visible = points[SWAPPED], exists[SWAPPED], visible[SWAPPED]
    if image.shape[:2] != (HEIGHT, WIDTH):
        image = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    inside = (points >= 0).all(1) & (points < (WIDTH, HEIGHT)).all(1)
    if border is not None:
        inside &= border.inside(points)
    return Example(image[..., ::-1].copy(), points.astype(np.float32), exists & inside, visible & inside)


# --- what happens to pictures -----------------------------------------------------------------------


def _blurred(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moved while it was taken, or out of focus, or sharp."""
    kind = rng.random()
    if kind < _MOTION_BLUR_SHARE:
        return cv2.filter2D(image, -1, _stroke(int(rng.integers(2, 6)), rng.uniform(0, np.pi)))
    if kind < _MOTION_BLUR_SHARE + _BLUR_SHARE:
        return cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 1.1)))
    return image


def _stroke(reach: int, angle: float) -> np.ndarray:
    """A short line as the kernel of a filter [shape=(2 * reach + 1, 2 * reach + 1)]."""
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    half = np.array([np.cos(angle), np.sin(angle)]) * reach * 0.6
    start, end = ([int(value) for value in np.round(reach + sign * half)] for sign in (-1, 1))
    cv2.line(kernel, start, end, 1.0)
    return kernel / kernel.sum()


def _partly_blurred(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One side out of focus, as with a lens of shallow depth."""
    if rng.random() >= _SHALLOW_SHARE:
        return image
    height, width = image.shape[:2]
    angle, sharp = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.5)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None] * np.cos(angle)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * np.sin(angle)
    share = np.clip((across + down - sharp) * 2, 0, 1)[..., None]
    soft = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.8, 2.2)))
    return image + share * (soft - image)


def _covered(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Something hides a piece, or small things lie on the back."""
    if rng.random() < _THINGS_SHARE:
        image = image.copy()
        height, width = image.shape[:2]
        colour = rng.uniform(0, 255, 3)
        for _ in range(int(rng.integers(1, 8))):
            middle = int(rng.integers(0, width)), int(rng.integers(0, height))
            axes = int(rng.integers(2, width // 16)), int(rng.integers(2, width // 16))
            cv2.ellipse(
                image, middle, axes, 0, 0, 360, (colour + rng.normal(0, 12, 3)).tolist(), -1, cv2.LINE_AA
            )
            shine = middle[0] - axes[0] // 3, middle[1] - axes[1] // 3
            cv2.circle(image, shine, max(axes[0] // 4, 1), (235, 235, 235), -1, cv2.LINE_AA)
        return image
    if rng.random() >= _COVERED_SHARE:
        return image
    height, width = image.shape[:2]
    left, top = int(rng.integers(0, width)), int(rng.integers(0, height))
    right = left + int(rng.integers(width // 12, width // 3))
    bottom = top + int(rng.integers(height // 12, height // 4))
    image = image.copy()
    image[top:bottom, left:right] = rng.uniform(0, 255, 3)
    return image


def _exposed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Too light or too dark, too flat, of a wrong colour, lit from one side."""
    gain, contrast = np.exp(rng.normal(0, 0.24)), np.exp(rng.normal(0, 0.2))
    white_balance = np.clip(1 + rng.normal(0, 0.1, 3), 0.75, 1.3).astype(np.float32)
    image = ((image - _MIDDLE_GREY) * contrast + _MIDDLE_GREY) * gain * white_balance
    if rng.random() < _PALE_SHARE:
        image = image.mean(2, keepdims=True) * rng.uniform(0.6, 1) + image * (1 - rng.uniform(0.6, 1))
    if rng.random() < _GAMMA_SHARE:
        image = 255 * np.clip(image / 255, 1e-4, 1) ** np.exp(rng.normal(0, 0.3))
    if rng.random() < _SLOPE_SHARE:
        height, width = image.shape[:2]
        across = np.linspace(-1, 1, width, dtype=np.float32)[None] * rng.normal(0, 0.3)
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * rng.normal(0, 0.3)
        image = image * np.exp(across + down)[..., None]
    return image


def _tinted(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Colours mixed a little, so that skin has colours that no palette gave it; grey stays grey."""
    if rng.random() >= _TINTED_SHARE:
        return image
    mix = np.eye(3) + rng.normal(0, 0.15, (3, 3))
    return image @ (mix / mix.sum(1, keepdims=True)).T.astype(np.float32)


def _shaded(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Patches of shade and light, as of things that are not in the picture."""
    if rng.random() >= _SHADED_SHARE:
        return image
    height, width = image.shape[:2]
    coarse = rng.normal(0, rng.uniform(0.1, 0.4), (int(rng.integers(2, 8)), int(rng.integers(2, 6))))
    shade = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return image * np.exp(shade)[..., None]


def _sharpened(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As cameras and phones sharpen: with pale and dark seams along edges."""
    if rng.random() >= _SHARPENED_SHARE:
        return image
    soft = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.6, 1.8)))
    return image + float(rng.uniform(0.3, 1.5)) * (image - soft)


def _blotched(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Coarse noise of colour, as a webcam's own smoothing leaves it in dim light."""
    if rng.random() >= _BLOTCHED_SHARE:
        return image
    height, width = image.shape[:2]
    grain = int(rng.integers(2, 6))
    rows, columns = height // grain + 1, width // grain + 1
    start = int(rng.integers(0, len(_NOISE) - rows * columns * 3))
    coarse = _NOISE[start : start + rows * columns * 3].reshape(rows, columns, 3) * abs(rng.normal(0, 6.0))
    return image + cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)


def _with_noise(image: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """[dtype=uint8]"""
    start = int(rng.integers(0, len(_NOISE) - image.size))
    noise = _NOISE[start : start + image.size].reshape(image.shape)
    return np.clip(image + strength * noise, 0, 255).astype(np.uint8)


def _coded(image: np.ndarray, quality: int) -> np.ndarray:
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)
