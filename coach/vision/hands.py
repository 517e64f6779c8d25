"""MediaPipe's two hand networks, run directly on crops of our own choosing.

MediaPipe's `HandLandmarker` puts a palm detector in front of its landmark network and shows the landmark
network only what the detector found. In a massage one arm often hides half of the other hand, and the
detector then finds nothing although the landmark network, shown the right crop, reads the hand well. So both
networks are run here one by one through LiteRT (TensorFlow Lite), MediaPipe's own runtime: the detector to
discover hands, the landmark network wherever the tracker expects one. The network files are MediaPipe's,
unchanged, and so are the crop conventions [1]_.

References
----------
.. [1] Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020, arXiv:2006.10214.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

WRIST, THUMB_MCP, THUMB_IP, THUMB_TIP = 0, 2, 3, 4
INDEX_MCP, MIDDLE_MCP, PINKY_MCP = 5, 9, 17
PALM = [WRIST, INDEX_MCP, PINKY_MCP]
"""Indices into the 21 landmarks of a hand."""

_PALM_SIZE, _HAND_SIZE = 192, 224  # input sides of the two networks, pixels
_PALM_OVERLAP = 0.3  # palm boxes that overlap more (intersection over union) are one palm; MediaPipe's value
_PALM_TO_HAND = 2.6  # side of the hand crop over the side of the palm box; MediaPipe's value
# Side of the hand crop over the hand's reach (see `Region.around`). Smaller ones cut off spread thumbs, and each
# reading leads the next one farther astray (docs/model-card.md).
_REACH_TO_SIDE = 3.0
_KNUCKLES_TO_REACH = 1.2  # wrist to knuckles over knuckle row width of a flat adult hand; keeps a hand that
# points at the camera from shrinking its crop to nothing

# Wrist to knuckle row: about half the hand's length of 16 to 21 cm (Pheasant, Bodyspace, 5th percentile of women to
# 95th of men), and somewhat nearer to the camera than the back.
_REACH_CM = (8.0, 12.5)
_TIP_BEYOND = 0.3  # the network's thumb tip lies within the nail; the thumb goes on for this share of the way
# from the joint. Our own choice, from the readings on rendered hands (docs/accuracy.md).


@dataclass(frozen=True, slots=True)
class Region:
    """A square of the picture, turned so that the fingers point up in it.

    Attributes
    ----------
    centre : ndarray [shape=(2,)]
        Pixels.
    side : float
        Pixels.
    angle : float
        Direction of the fingers, radians clockwise from straight up in the picture.
    """

    centre: np.ndarray
    side: float
    angle: float

    @classmethod
    def around(cls, landmarks: np.ndarray, px_per_cm: float) -> Region:
        """The region to look at for a hand whose landmarks [shape=(21, 2), pixels] are about these.

        Hands differ little in size, and the scale of the picture is known: the region stays within what a hand
        can measure, so that one poor reading cannot make the next region too small or too large.
        """
        wrist, knuckles = landmarks[WRIST], (landmarks[INDEX_MCP] + landmarks[PINKY_MCP]) / 2
        forward = knuckles - wrist
        reach = max(
            float(np.hypot(*forward)),
            _KNUCKLES_TO_REACH * float(np.hypot(*(landmarks[INDEX_MCP] - landmarks[PINKY_MCP]))),
        )
        reach = float(np.clip(reach, _REACH_CM[0] * px_per_cm, _REACH_CM[1] * px_per_cm))
        unit = forward / max(float(np.hypot(*forward)), 1e-6)
        return cls(wrist + reach * unit, _REACH_TO_SIDE * reach, float(np.arctan2(forward[0], -forward[1])))

    def varied(self, turn: float = 0.0, grow: float = 1.0, sideways: float = 0.0) -> Region:
        """The same region turned (radians), scaled, and moved sideways (in sides, to the right of the fingers)."""
        across = np.array([np.cos(self.angle), np.sin(self.angle)])
        return Region(self.centre + sideways * self.side * across, self.side * grow, self.angle + turn)

    def to_picture(self, size: int, mirrored: bool = False) -> np.ndarray:
        """Affine map [shape=(2, 3)] from pixels of a `size` × `size` crop to pixels of the picture."""
        scale, cos, sin = self.side / size, np.cos(self.angle), np.sin(self.angle)
        flip = -1.0 if mirrored else 1.0
        linear = scale * np.array([[cos * flip, -sin], [sin * flip, cos]])
        offset = np.asarray(self.centre, float) - linear @ [size / 2, size / 2]
        return np.hstack([linear, offset[:, None]])


@dataclass(frozen=True, slots=True)
class Palm:
    """A palm that the detector found: its score (0 to 1) and the hand region that follows from it."""

    score: float
    region: Region


@dataclass(frozen=True, slots=True)
class HandReading:
    """What the landmark network reads in one region.

    Attributes
    ----------
    landmarks : ndarray [shape=(21, 2)]
        Pixels of the picture.
    presence : float
        The network's probability that there is a hand in the region, 0 to 1.
    """

    landmarks: np.ndarray
    presence: float

    @property
    def thumb_px(self) -> np.ndarray:
        """The end of the thumb, pixels [shape=(2,)]: a little beyond the network's last thumb landmark."""
        tip, joint = self.landmarks[THUMB_TIP], self.landmarks[THUMB_IP]
        return tip + _TIP_BEYOND * (tip - joint)

    def chirality(self) -> float:
        """Which hand this is, seen from its back: positive a left hand, negative a right hand.

        A hand that lies on the receiver's back shows the camera its own back. With the fingers up a left hand's
        index knuckle is then right of the little finger's, and its thumb right of its middle. The value is the
        smaller of both areas over the hand's length squared; 0 where the two contradict one another, as in
        readings that turn a hand into its mirror image.
        """
        p = self.landmarks
        forward = p[MIDDLE_MCP] - p[WRIST]
        knuckles = p[INDEX_MCP] - p[PINKY_MCP]
        thumb = p[[THUMB_MCP, THUMB_IP, THUMB_TIP]].mean(0) - (p[MIDDLE_MCP] + p[WRIST]) / 2
        row, side = (forward[0] * a[1] - forward[1] * a[0] for a in (knuckles, thumb))
        if row * side <= 0:
            return 0.0
        size = max(float(forward @ forward), float(knuckles @ knuckles), 1e-6)
        return float(np.sign(row) * min(abs(row), abs(side)) / size)


class _Network:
    """A TensorFlow Lite network with one picture as input, RGB from 0 to 1."""

    def __init__(self, file: Path, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter: Any = Interpreter(str(file), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [o["index"] for o in self._interpreter.get_output_details()]

    def __call__(self, crop: np.ndarray) -> list[np.ndarray]:
        self._interpreter.set_tensor(self._input, crop[None].astype(np.float32) / 255.0)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


def _crop(image: np.ndarray, to_picture: np.ndarray, size: int) -> np.ndarray:
    return cv2.warpAffine(image, to_picture, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


class PalmDetector:
    """Finds palms in a square of the picture.

    Not safe for use by two threads at once.
    """

    def __init__(self, file: Path, threads: int = 1) -> None:
        self._network = _Network(file, threads)
        self._anchors = _anchors()

    def __call__(self, image: np.ndarray, square: Region, at_least: float) -> list[Palm]:
        """Palms scored `at_least` (0 to 1), best first, by weighted non-maximum suppression."""
        to_picture = square.to_picture(_PALM_SIZE)
        raw, logits = self._network(_crop(image, to_picture, _PALM_SIZE))
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits[0, :, 0].astype(float), -50.0, 50.0)))
        kept = np.flatnonzero(scores >= at_least)
        kept = kept[np.argsort(-scores[kept])]
        boxes = (
            raw[0, kept].astype(float) / _PALM_SIZE
        )  # cx, cy, w, h, then seven points, relative to anchors
        boxes[:, :2] += self._anchors[kept]
        boxes[:, 4:] += np.tile(self._anchors[kept], (1, 7))
        scores = scores[kept]
        palms = []
        while len(boxes):
            same = _overlap(boxes[0], boxes) > _PALM_OVERLAP
            same[0] = True
            mean = np.average(boxes[same], axis=0, weights=scores[same])
            palms.append(Palm(float(scores[0]), self._hand_region(mean, to_picture)))
            boxes, scores = boxes[~same], scores[~same]
        return palms

    @staticmethod
    def _hand_region(box: np.ndarray, to_picture: np.ndarray) -> Region:
        def place(point: np.ndarray) -> np.ndarray:
            return to_picture[:, :2] @ (point * _PALM_SIZE) + to_picture[:, 2]

        wrist, middle = place(box[4:6]), place(box[8:10])
        angle = float(np.arctan2(middle[0] - wrist[0], -(middle[1] - wrist[1])))
        side = float(max(box[2:4])) * _PALM_SIZE * float(np.hypot(*to_picture[:, 0]))
        ahead = np.array([np.sin(angle), -np.cos(angle)])
        return Region(place(box[:2]) + 0.5 * side * ahead, _PALM_TO_HAND * side, angle)


class HandReader:
    """Reads the 21 landmarks of the hand in a region.

    Not safe for use by two threads at once.
    """

    def __init__(self, file: Path, threads: int = 1) -> None:
        self._network = _Network(file, threads)

    def __call__(self, image: np.ndarray, region: Region, mirrored: bool = False) -> HandReading:
        """Read the hand in `region`; `mirrored` shows the network its mirror image, a second opinion."""
        to_picture = region.to_picture(_HAND_SIZE, mirrored)
        points, presence, *_ = self._network(_crop(image, to_picture, _HAND_SIZE))
        flat = points.reshape(21, 3)[:, :2].astype(float)
        return HandReading(flat @ to_picture[:, :2].T + to_picture[:, 2], float(presence[0, 0]))


def _anchors() -> np.ndarray:
    """Anchor centres of the palm detector [shape=(2016, 2), 0 to 1]: two a cell at stride 8, six at stride 16."""
    grids = []
    for stride, each in ((8, 2), (16, 6)):
        ticks = (np.arange(_PALM_SIZE // stride) + 0.5) * stride / _PALM_SIZE
        y, x = np.meshgrid(ticks, ticks, indexing="ij")
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], 1), each, axis=0))
    return np.concatenate(grids)


def _overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one (cx, cy, w, h) with many."""
    low = np.maximum(boxes[:, :2] - boxes[:, 2:4] / 2, box[:2] - box[2:4] / 2)
    high = np.minimum(boxes[:, :2] + boxes[:, 2:4] / 2, box[:2] + box[2:4] / 2)
    common = np.clip(high - low, 0, None).prod(1)
    return common / np.maximum(boxes[:, 2:4].prod(1) + box[2:4].prod() - common, 1e-12)
