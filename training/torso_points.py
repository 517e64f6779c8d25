"""Learn `coach/vision/torso_points.npz`: from the landmarks of a pose to joints, C7 and L5.

    python training/torso_points.py STILLS_DIR --models DIR

STILLS_DIR holds rendered stills of women seen from behind without a giver, `SCENE_VIEW.png` and `.json` (the
renderer's truth of one frame: `points`, `back_length_cm`, and `grid_px`
[shape=(13, 11, 2)]: pixels of the skin at u = 0 to 1 and v = -10 to 10 cm). Use seeds that no measured clip uses.
Prints the error on scenes left out, in centimetres.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from coach.vision.landmarks import _FILE, features, frame_of, kernel
from coach.vision.looks import looks_at
from coach.vision.pose import MIRRORED, PoseNetworks, median_pose
from coach.vision.torso import FLANKS

POINTS = ("left_shoulder", "right_shoulder", "left_hip", "right_hip", "C7", "L5")
SWAPPED = [1, 0, 3, 2, 4, 5, 7, 6, 9, 8]
NAMES = (*POINTS, "flank ul", "flank ur", "flank ll", "flank lr")
REACH, RIDGE = 0.3, 0.03  # chosen by the error on scenes left out
FOLDS = 5


def example(landmarks: np.ndarray, world: np.ndarray, truth: np.ndarray, size: tuple[int, int]) -> tuple:
    """Features, target and unit of one pose."""
    origin, unit = frame_of(landmarks)
    return features(landmarks, world, size), ((truth - origin) / unit).ravel(), unit


def flanks(grid: np.ndarray, back_cm: float) -> np.ndarray:
    """Pixels of the four `FLANKS` from the truth's grid."""
    out = []
    for u, v in FLANKS:
        row, column = u * 12, (v * back_cm + 10) / 2
        i, j = int(row), int(column)
        s, t = row - i, column - j
        upper = grid[i, j] * (1 - t) + grid[i, j + 1] * t
        out.append(upper * (1 - s) + (grid[i + 1, j] * (1 - t) + grid[i + 1, j + 1] * t) * s)
    return np.array(out)


def solve(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Kernel ridge regression."""
    mean, spread = x.mean(0), x.std(0) + 0.02
    learnt = (x - mean) / spread
    offset = y.mean(0)
    weights = np.linalg.solve(kernel(learnt, learnt, REACH)[0] + RIDGE * np.eye(len(x)), y - offset)
    return {"mean": mean, "spread": spread, "learnt": learnt, "weights": weights, "offset": offset}


def main() -> None:
    """Read the stills, cross-validate by scene, write the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stills", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="folder with the two pose .tflite files")
    options = parser.parse_args()
    networks = PoseNetworks(
        options.models / "pose_detector.tflite", options.models / "pose_landmarks_detector.tflite", threads=1
    )
    rows, scenes, scale = [], [], []
    for file in sorted(options.stills.glob("*.png")):
        picture = cv2.imread(str(file))
        if picture is None:
            raise SystemExit(f"{file} is not a picture")
        image = np.ascontiguousarray(picture[..., ::-1])
        truth = json.loads(file.with_suffix(".json").read_text())
        points = np.array([truth["points"][f"receiver_{p}"]["px"] for p in POINTS])
        points = np.vstack([points, flanks(np.array(truth["grid_px"]), truth["back_length_cm"])])
        found = networks.detect(image, 0.2)
        if not found:
            continue
        size = image.shape[1], image.shape[0]
        pose = median_pose(looks_at(networks, image, found[0][1]))
        spine = np.linalg.norm(np.diff(points[[4, 5]], axis=0)) / truth["back_length_cm"]
        mirror = np.array([-1.0, 1.0]), np.array([size[0], 0.0])
        pairs = [
            (pose.landmarks_px, pose.world, points),
            (
                (pose.landmarks_px * mirror[0] + mirror[1])[MIRRORED],
                (pose.world * [-1.0, 1.0, 1.0])[MIRRORED],
                (points * mirror[0] + mirror[1])[SWAPPED],
            ),
        ]
        for landmarks, world, target in pairs:
            rows.append(example(landmarks, world, target, size))
            scenes.append(file.stem.split("_")[0])
            scale.append(rows[-1][2] / max(spine, 1e-6))
    x, y = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    names, centimetres = np.array(scenes), np.array(scale)
    fold = {scene: k % FOLDS for k, scene in enumerate(np.unique(names))}
    folds = np.array([fold[n] for n in names])
    error, nearest = np.zeros((len(x), 10, 2)), np.zeros(len(x))
    for k in range(FOLDS):
        out = folds == k
        model = solve(x[~out], y[~out])
        both, near = kernel((x[out] - model["mean"]) / model["spread"], model["learnt"], REACH)
        predicted = both @ model["weights"] + model["offset"]
        error[out] = ((predicted - y[out]) * centimetres[out, None]).reshape(-1, 10, 2)
        nearest[out] = near.max(1)
    sigma = 1.4826 * np.median(np.abs(error), axis=0).mean(1)
    sigma = (sigma + sigma[SWAPPED]) / 2
    for name, e in zip(NAMES, error.transpose(1, 0, 2), strict=True):
        off = np.hypot(*e.T)
        print(f"{name:15} median {np.median(off):.2f} cm, 90 % below {np.quantile(off, 0.9):.2f} cm")
    model = solve(x, y) | {
        "sigma": sigma / 45.0,
        "reach": np.array(REACH),
        "usual": np.array(np.quantile(nearest, 0.2)),
    }
    arrays: dict[str, Any] = {name: np.asarray(value, np.float32) for name, value in model.items()}
    np.savez_compressed(_FILE, **arrays)
    print(f"{len(x) // 2} stills of {len(fold)} scenes → {_FILE} ({_FILE.stat().st_size // 1024} kB)")


if __name__ == "__main__":
    main()
