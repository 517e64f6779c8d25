"""MediaPipe's two pose networks, run directly on regions of our own choosing.

MediaPipe's `PoseLandmarker` shows its landmark network the one person its detector prefers, which is the one
whose face it sees: the giver. The landmark network itself reads whoever stands in the middle of the region it
is shown. So both networks are run here one by one through LiteRT, MediaPipe's own runtime, and the receiver's
region is ours to choose, to turn, to scale and to mirror. The files are MediaPipe's, unchanged, and so are
the conventions of the crop and of the heat maps [1]_.

References
----------
.. [1] Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", 2020, arXiv:2006.10204.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Self

import cv2
import numpy as np

from coach.vision.hands import Region

LEFT_EAR, RIGHT_EAR = 7, 8
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ELBOW, RIGHT_ELBOW, LEFT_WRIST, RIGHT_WRIST = 11, 12, 13, 14, 15, 16
LEFT_HIP, RIGHT_HIP = 23, 24
TORSO = [LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP]
"""Indices into the 33 landmarks of a pose."""

MIRRORED = np.array([0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i for k in range(11, 33, 2) for i in (k + 1, k))])
"""The landmark that each one becomes in a mirror image."""

_DETECTOR_SIZE, _READER_SIZE = 224, 256  # input sides of the two networks, pixels
_REGION_TO_RADIUS = (
    2.5  # side of the region over (hip centre to rim of the body's circle); MediaPipe's 2 × 1.25
)
_HEAT_KERNEL, _HEAT_CONFIDENT = 7, 0.5  # refinement of landmarks from the heat maps; MediaPipe's values
_OVERLAP = 0.3  # detections that overlap more (intersection over union) are one person; MediaPipe's value


@dataclass(frozen=True, slots=True)
class Pose:
    """One person as the landmark network reads her.

    Attributes
    ----------
    landmarks_px : ndarray [shape=(33, 2)]
        Pixels of the picture.
    world : ndarray [shape=(33, 3)]
        Metres around the middle of the hips: x right and y down in the picture, z away from the camera.
    visibility : ndarray [shape=(33,)]
        0 to 1.
    presence : float
        The network's probability that there is a person in the region, 0 to 1.
    region : Region or None
        Where to look for the same person in the next picture.
    mask : ndarray [shape=(256, 256), dtype=uint8] or None
        The person's silhouette, 0 to 255, in the region that was read (`mask_region`), when asked for.
    """

    landmarks_px: np.ndarray
    world: np.ndarray
    visibility: np.ndarray
    presence: float = 1.0
    region: Region | None = None
    mask: np.ndarray | None = None
    mask_region: Region | None = None

    @property
    def torso_px(self) -> np.ndarray:
        """Left shoulder, right shoulder, left hip, right hip [shape=(4, 2)], pixels."""
        return self.landmarks_px[TORSO]

    @property
    def trunk_px(self) -> float:
        """Length from the middle of the shoulders to the middle of the hips, pixels."""
        torso = self.torso_px
        return float(np.linalg.norm(torso[:2].mean(0) - torso[2:].mean(0)))

    @property
    def shows_back(self) -> bool:
        """Whether the sides lie as in a person seen from behind: her left on the left of her own trunk."""
        torso = self.torso_px
        down, across = torso[2:].mean(0) - torso[:2].mean(0), torso[1] - torso[0]
        return bool(across[0] * down[1] - across[1] * down[0] > 0)

    def swapped(self) -> Pose:
        """The same person with left and right exchanged, in the picture and in depth."""
        return replace(
            self,
            landmarks_px=self.landmarks_px[MIRRORED],
            world=self.world[MIRRORED],
            visibility=self.visibility[MIRRORED],
        )

    def seen_from_behind(self) -> Pose:
        """The same person with the sides as they are in a view from behind, whatever the network says."""
        return self if self.shows_back else self.swapped()

    def scaled(self, scale: float) -> Pose:
        """The pose in a picture `scale` times as large; regions and mask are left out."""
        return Pose(scale * self.landmarks_px, self.world, self.visibility, self.presence)

    def silhouette(self, size: tuple[int, int]) -> np.ndarray:
        """The mask laid over a picture of `size` (width, height) [shape=(height, width), 0 to 255]."""
        if self.mask is None or self.mask_region is None:
            raise ValueError("this pose was read without its mask")
        to_picture = self.mask_region.to_picture(_READER_SIZE)
        return cv2.warpAffine(self.mask, to_picture, size, flags=cv2.INTER_LINEAR)


class PoseDetector(Protocol):
    """Whatever finds people in a picture (RGB, uint8)."""

    def __call__(self, image: np.ndarray) -> list[Pose]: ...


class PoseNetworks:
    """Finds people with one network and reads their landmarks with the other.

    Not safe for use by two threads at once.

    Parameters
    ----------
    detector_file, landmark_file : Path
        The two network files.
    threads : int
        Threads per network.
    """

    def __init__(self, detector_file: Path, landmark_file: Path, threads: int = 2) -> None:
        self._detector = _Network(detector_file, threads)
        self._reader = _Network(landmark_file, threads)
        self._anchors = _anchors()

    def close(self) -> None:
        """Nothing is held open; here so that every detector is ended alike."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __call__(self, image: np.ndarray) -> list[Pose]:
        """Everybody the detector finds in the picture, with landmarks [RGB, uint8]."""
        poses = (self.read(image, region) for _, region in self.detect(image))
        return [pose for pose in poses if pose.presence > 0.5]

    def detect(self, image: np.ndarray, at_least: float = 0.3, most: int = 4) -> list[tuple[float, Region]]:
        """Score and region of everybody in the picture, best first, after non-maximum suppression."""
        height, width = image.shape[:2]
        whole = Region(np.array([width, height]) / 2, float(max(width, height)), 0.0)
        to_picture = whole.to_picture(_DETECTOR_SIZE)
        crop = cv2.warpAffine(
            image, to_picture, (_DETECTOR_SIZE, _DETECTOR_SIZE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        raw, logits = self._detector(crop.astype(np.float32) / 127.5 - 1.0)
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits[0, :, 0].astype(float), -50.0, 50.0)))
        kept = np.flatnonzero(scores >= at_least)
        kept = kept[np.argsort(-scores[kept])]
        boxes = raw[0, kept].astype(float) / _DETECTOR_SIZE  # cx, cy, w, h, then four points
        boxes[:, :2] += self._anchors[kept]
        boxes[:, 4:] += np.tile(self._anchors[kept], (1, 4))
        scores = scores[kept]
        found: list[tuple[float, Region]] = []
        while len(boxes) and len(found) < most:
            same = _overlap(boxes[0], boxes) > _OVERLAP
            same[0] = True
            mean = np.average(boxes[same], axis=0, weights=scores[same]) * _DETECTOR_SIZE
            hip, rim = (to_picture[:, :2] @ mean[k : k + 2] + to_picture[:, 2] for k in (4, 6))
            found.append((float(scores[0]), body_region(hip, rim)))
            boxes, scores = boxes[~same], scores[~same]
        return found

    def search(self, image: np.ndarray, at_least: float = 0.3, most: int = 4) -> list[tuple[float, Region]]:
        """`detect`, and where that finds nobody, again on four overlapping closer views.

        From straight behind, without a face to see, the detector wants a person large in its picture.
        """
        found = self.detect(image, at_least, most)
        if found:
            return found
        height, width = image.shape[:2]
        rows, columns = round(0.75 * height), round(0.6 * width)
        closer: list[tuple[float, Region]] = []
        for top in (0, height - rows):
            for left in (0, width - columns):
                part = np.ascontiguousarray(image[top : top + rows, left : left + columns])
                for score, region in self.detect(part, at_least, most):
                    closer.append((score, replace(region, centre=region.centre + np.array([left, top]))))
        return sorted(closer, key=lambda pair: -pair[0])[:1]

    def read(self, image: np.ndarray, region: Region, mirrored: bool = False, mask: bool = False) -> Pose:
        """Read the person in the middle of `region`; `mirrored` asks for a second opinion in a mirror."""
        to_picture = region.to_picture(_READER_SIZE, mirrored)
        crop = cv2.warpAffine(
            image, to_picture, (_READER_SIZE, _READER_SIZE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        points, presence, silhouette, heat, world = self._reader(crop.astype(np.float32) / 255.0)
        table = points.reshape(39, 5).astype(float)
        flat = _refined(table[:, :2] / _READER_SIZE, heat[0]) * _READER_SIZE
        placed = flat @ to_picture[:, :2].T + to_picture[:, 2]
        cos, sin = np.cos(region.angle), np.sin(region.angle)
        metres = world.reshape(39, 3)[:33].astype(float)
        if mirrored:
            metres = metres * [-1.0, 1.0, 1.0]
        metres[:, :2] = metres[:, :2] @ np.array([[cos, sin], [-sin, cos]])
        order = MIRRORED if mirrored else np.arange(33)
        shape = None
        if mask:
            shape = silhouette[0, :, :, 0]
            shape = np.clip(255.0 / (1.0 + np.exp(-np.clip(shape, -30, 30))), 0, 255).astype(np.uint8)
            shape = shape[:, ::-1].copy() if mirrored else shape
        return Pose(
            landmarks_px=placed[:33][order],
            world=metres[order],
            visibility=(1.0 / (1.0 + np.exp(-np.clip(table[:33, 3], -50.0, 50.0))))[order],
            presence=float(presence[0, 0]),
            region=body_region(placed[33], placed[34]),
            mask=shape,
            mask_region=region if mask else None,
        )


def median_pose(poses: Iterable[Pose]) -> Pose:
    """Landmark by landmark, the median of several readings of one person."""
    several = list(poses)
    return Pose(
        landmarks_px=np.median([p.landmarks_px for p in several], axis=0),
        world=np.median([p.world for p in several], axis=0),
        visibility=np.median([p.visibility for p in several], axis=0),
        presence=float(np.median([p.presence for p in several])),
    )


def apart(a: Pose, b: Pose) -> float:
    """Mean distance of two torsos' corners, both seen from behind, in trunk lengths."""
    one, other = a.seen_from_behind(), b.seen_from_behind()
    unit = max(one.trunk_px, other.trunk_px, 1.0)
    return float(np.linalg.norm(one.torso_px - other.torso_px, axis=1).mean() / unit)


def body_region(hip: np.ndarray, rim: np.ndarray) -> Region:
    """MediaPipe's region of a person: around the hips' middle, upright along the line to the circle's rim."""
    up = rim - hip
    angle = float(np.arctan2(up[0], -up[1]))
    return Region(np.asarray(hip, float), max(_REGION_TO_RADIUS * float(np.hypot(*up)), 1.0), angle)


class _Network:
    """A TensorFlow Lite network with one picture as input."""

    def __init__(self, file: Path, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter: Any = Interpreter(str(file), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [o["index"] for o in self._interpreter.get_output_details()]

    def __call__(self, crop: np.ndarray) -> list[np.ndarray]:
        self._interpreter.set_tensor(self._input, crop[None].astype(np.float32))
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


def _refined(points: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Points [shape=(39, 2), 0 to 1] moved to the centre of mass of their heat maps, where those are sure."""
    height, width, _ = heat.shape
    reach = _HEAT_KERNEL // 2
    out = points.copy()
    for k, (x, y) in enumerate(points):
        column, row = int(x * width), int(y * height)
        if not (0 <= column < width and 0 <= row < height):
            continue
        left, top = max(0, column - reach), max(0, row - reach)
        patch = heat[top : min(height, row + reach + 1), left : min(width, column + reach + 1), k]
        warm = 1.0 / (1.0 + np.exp(-np.clip(patch.astype(float), -50.0, 50.0)))
        if warm.max() >= _HEAT_CONFIDENT:
            rows, columns = np.indices(warm.shape)
            total = warm.sum()
            out[k] = (
                ((columns + left) * warm).sum() / total / width,
                ((rows + top) * warm).sum() / total / height,
            )
    return out


def _anchors() -> np.ndarray:
    """Anchor centres of the pose detector [shape=(2254, 2), 0 to 1]: strides 8, 16 and three times 32."""
    grids = []
    for stride, each in ((8, 2), (16, 2), (32, 6)):
        ticks = (np.arange(_DETECTOR_SIZE // stride) + 0.5) * stride / _DETECTOR_SIZE
        y, x = np.meshgrid(ticks, ticks, indexing="ij")
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], 1), each, axis=0))
    return np.concatenate(grids)


def _overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one (cx, cy, w, h) with many."""
    low = np.maximum(boxes[:, :2] - boxes[:, 2:4] / 2, box[:2] - box[2:4] / 2)
    high = np.minimum(boxes[:, :2] + boxes[:, 2:4] / 2, box[:2] + box[2:4] / 2)
    common = np.clip(high - low, 0, None).prod(1)
    return common / np.maximum(boxes[:, 2:4].prod(1) + box[2:4].prod() - common, 1e-12)
