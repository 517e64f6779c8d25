"""Learn `coach/vision/torso_points.npz`: from the landmarks of a pose to joints, C7 and L5.

    python -m training.torso_points training/output/torso

The folder is what `training.torso_stills` made. Prints the error on scenes left out, in centimetres. Readings that are
not of her at all (the network sometimes reads a chair) are left out: a regression cannot mend them, and learning from
them would spoil the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from coach.vision.landmarks import _FILE, features, frame_of, kernel
from coach.vision.pose import MIRRORED, TORSO

SWAPPED = [1, 0, 3, 2, 4, 5, 7, 6, 9, 8]
NAMES = (
    "left shoulder", "right shoulder", "left hip", "right hip", "C7", "L5", "flank ul", "flank ur", "flank ll",
    "flank lr",
)  # fmt: skip
REACH, RIDGE = 0.3, 0.3
"""Width of the kernel and weight of the ridge. The error on scenes left out hardly depends on them (ridges from 0.03 to
1 differ by a tenth), so the stiffer end was taken: real people differ from rendered ones."""
FOLDS = 5
_NOT_HER = 0.25  # mean distance of the four joints from the truth over the frame's unit
_PRESENT = 0.5


def examples(folder: Path) -> Iterator[tuple[int, np.ndarray, np.ndarray, float]]:
    """Scene, features, target [shape=(20,)] and centimetres per unit of the target; each still and its mirror image."""
    for file in sorted(folder.glob("s*.npz")):
        with np.load(file) as stored:
            rows = zip(
                *(stored[n] for n in ("landmarks", "world", "points", "px_per_cm", "size", "presence")),
                strict=True,
            )
            for landmarks, world, points, px_per_cm, size, presence in rows:
                unit = frame_of(landmarks)[1]
                off = np.linalg.norm(landmarks[TORSO] - points[:4], axis=1).mean() / unit
                if off > _NOT_HER or presence < _PRESENT:
                    continue
                flip, width = np.array([-1.0, 1.0]), np.array([float(size[0]), 0.0])
                mirrored = (landmarks * flip + width)[MIRRORED], (world * [-1.0, 1.0, 1.0])[MIRRORED]
                for marks, metres, truth in (
                    (landmarks, world, points),
                    (*mirrored, (points * flip + width)[SWAPPED]),
                ):
                    origin, unit = frame_of(marks)
                    x = features(marks, metres, (int(size[0]), int(size[1])))
                    yield int(file.stem[1:]), x, ((truth - origin) / unit).ravel(), unit / float(px_per_cm)


def solve(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Kernel ridge regression."""
    mean, spread = x.mean(0), x.std(0) + 0.02
    learnt = (x - mean) / spread
    offset = y.mean(0)
    weights = np.linalg.solve(kernel(learnt, learnt, REACH)[0] + RIDGE * np.eye(len(x)), y - offset)
    return {"mean": mean, "spread": spread, "learnt": learnt, "weights": weights, "offset": offset}


def left_out(
    x: np.ndarray, y: np.ndarray, scenes: np.ndarray, centimetres: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Errors on scenes left out, cm [shape=(n, 10, 2)], and how near the nearest example was [shape=(n,)]."""
    fold = {scene: k % FOLDS for k, scene in enumerate(np.unique(scenes))}
    folds = np.array([fold[scene] for scene in scenes])
    error, nearest = np.zeros((len(x), 10, 2)), np.zeros(len(x))
    for k in range(FOLDS):
        out = folds == k
        model = solve(x[~out], y[~out])
        both, near = kernel((x[out] - model["mean"]) / model["spread"], model["learnt"], REACH)
        predicted = both @ model["weights"] + model["offset"]
        error[out] = ((predicted - y[out]) * centimetres[out, None]).reshape(-1, 10, 2)
        nearest[out] = near.max(1)
    return error, nearest


def main() -> None:
    """Read the stills, cross-validate by scene, write the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=_FILE)
    options = parser.parse_args()
    rows = list(examples(options.folder))
    if not rows:
        raise SystemExit(f"{options.folder} has no stills: make them with  python -m training.torso_stills")
    scenes, x, y, centimetres = (np.array(column) for column in zip(*rows, strict=True))
    error, nearest = left_out(x, y, scenes, centimetres)
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
    arrays["learnt"] = arrays["learnt"].astype(np.float16)  # standardised: half precision is a thousandth
    np.savez_compressed(options.out, **arrays)
    size_kb = options.out.stat().st_size // 1024
    print(f"{len(x) // 2} stills of {len(np.unique(scenes))} scenes → {options.out} ({size_kb} kB)")


if __name__ == "__main__":
    main()
