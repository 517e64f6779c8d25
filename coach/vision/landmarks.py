"""From a pose network's landmarks to the torso's joints, C7 and L5.

A pose network that was trained on people seen from the front errs from behind in a lawful way: its shoulders
lie about 2 cm above the joints, its hips 1 cm, more when she leans forward, and its depth says too little of
turning and leaning. (That networks place hips 3 to 5 cm off is known from marker-based comparison [1]_.) What
the landmarks of head and trunk say *together* fixes most of it: a kernel ridge regression from their
constellation to the true points, the same idea as OpenCap's marker augmenter [2]_. It was learnt on rendered
women seen from behind, of 24 builds, upright and leaning, with their arms anywhere (`training/torso_points.py`);
scenes, rooms, poses and cameras are others than those of any clip that the accuracy is measured on. Far from
everything it has learnt from it falls back to fixed offsets, and says so: such a pose is mostly that of
something else.

References
----------
.. [1] Needham et al., "The accuracy of several pose estimation methods for 3D joint centre localisation",
   Scientific Reports 11:20673, 2021.
.. [2] Uhlrich et al., "OpenCap: Human movement dynamics from smartphone videos", PLoS Comput. Biol., 2023.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from coach.vision import anthropometry as body
from coach.vision.pose import LEFT_HIP, LEFT_SHOULDER, RIGHT_HIP, RIGHT_SHOULDER, Pose
from coach.vision.torso import Observed

_READ = [
    0,
    7,
    8,
    11,
    12,
    23,
    24,
]  # nose, ears, shoulders, hips: what arms and legs do is endless, and tells little
_WORLD_GAIN = 2.0  # metres to about the spread of the normalised picture coordinates

_FALLBACK_SD = np.array([0.035, 0.035, 0.09, 0.09, *[np.inf] * 6])
"""Standard errors of the fixed offsets, back lengths (1.5 and 4 cm); C7 and L5 then follow from the torso."""
_SHOULDER_DROP, _HIP_DROP = 2.0 / 45, 1.1 / 45
"""Fixed offsets in back lengths down the trunk, medians of the stills; only where the regression does not reach."""

_LEAST_KNOWN = 0.5  # a pose less like those learnt from is beyond the regression; our own choice

_FILE = Path(__file__).with_name("torso_points.npz")


def frame_of(landmarks: np.ndarray) -> tuple[np.ndarray, float]:
    """Origin (middle of the shoulders) and unit (diagonal of shoulders and trunk) of a pose, pixels."""
    origin = landmarks[[LEFT_SHOULDER, RIGHT_SHOULDER]].mean(0)
    down = landmarks[[LEFT_HIP, RIGHT_HIP]].mean(0) - origin
    across = landmarks[RIGHT_SHOULDER] - landmarks[LEFT_SHOULDER]
    return origin, max(float(np.sqrt(down @ down + across @ across)), 1.0)


def features(landmarks: np.ndarray, world: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The constellation of a pose [shape=(38,)]: picture and depth, place in the picture, and size."""
    origin, unit = frame_of(landmarks)
    picture = (landmarks[_READ] - origin) / unit
    metres = world[_READ] - world[[LEFT_HIP, RIGHT_HIP]].mean(0)
    focal = 0.84 * max(size)
    place = (origin - np.array(size) / 2) / focal
    return np.concatenate([picture.ravel(), _WORLD_GAIN * metres.ravel(), place, [np.log(unit / focal)]])


def kernel(a: np.ndarray, b: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Linear plus Gaussian kernel of standardised features, and the Gaussian part alone [shape=(n, m)]."""
    each = a.shape[1]
    square = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    near = np.exp(-reach * np.maximum(square, 0.0) / each)
    return a @ b.T / each + near, near


@cache
def _model() -> dict[str, np.ndarray]:
    with np.load(_FILE) as stored:
        return {name: stored[name].astype(float) for name in stored.files}


def known_as_back(pose: Pose, size: tuple[int, int]) -> float:
    """How much a pose in a picture of `size` looks like those of women from behind that were learnt from, 0 to 1."""
    return _likeness(_model(), _nearness(pose, size)[1])


def torso_points(pose: Pose, size: tuple[int, int]) -> tuple[Observed, float]:
    """The ten points of `Observed` from a pose, and how well the regression knows such a pose (0 to 1)."""
    model = _model()
    origin, unit = frame_of(pose.landmarks_px)
    both, near = _nearness(pose, size)
    points = (both @ model["weights"] + model["offset"])[0].reshape(10, 2) * unit + origin
    known = _likeness(model, near)
    torso = pose.torso_px
    down = (torso[2:].mean(0) - torso[:2].mean(0)) / body.TRUNK
    fixed = np.vstack(
        [torso[:2] + _SHOULDER_DROP * down, torso[2:] + _HIP_DROP * down, np.full((6, 2), np.nan)]
    )
    if known < _LEAST_KNOWN:
        return Observed(fixed, _FALLBACK_SD), known
    return Observed(points, model["sigma"] / known), known


def _nearness(pose: Pose, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    model = _model()
    x = (features(pose.landmarks_px, pose.world, size) - model["mean"]) / model["spread"]
    return kernel(x[None], model["learnt"], float(model["reach"]))


def _likeness(model: dict[str, np.ndarray], near: np.ndarray) -> float:
    return float(np.clip(near.max() / model["usual"], 0.0, 1.0))
