"""Small datasets made on the spot, without a renderer."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from training.dataset import build
from training.layout import GIVER_POINTS, POINTS, RENDERED_HEIGHT, RENDERED_WIDTH

DOT_RADIUS = 4
GREY = 90


def spread_points() -> np.ndarray:
    """Places for all points, well apart and near the middle [shape=(18, 2)]."""
    columns, rows = np.meshgrid(np.arange(3), np.arange(6))
    return np.stack([78 + 50 * columns.ravel(), 68 + 40 * rows.ravel()], 1).astype(np.float32)


def dotted(points: np.ndarray) -> np.ndarray:
    """A grey picture with a white dot at each of `points`."""
    image = np.full((RENDERED_HEIGHT, RENDERED_WIDTH, 3), GREY, np.uint8)
    for x, y in points:
        cv2.circle(image, (round(float(x)), round(float(y))), DOT_RADIUS, (255, 255, 255), -1)
    return image


def scene_arrays(
    seed: int, n: int = 2, giver: bool = True, points: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The arrays of one scene's file: `n` pictures with a dot at each point."""
    points = spread_points() if points is None else points
    there = np.ones(len(POINTS), bool)
    there[:GIVER_POINTS] = giver
    coded = cv2.imencode(".png", dotted(points))[1].ravel()
    return {
        "jpg": np.concatenate([coded] * n),
        "lens": np.array([len(coded)] * n),
        "px": np.array([points] * n, np.float32),
        "vis": np.array([there] * n),
        "exists": np.array([there] * n),
        "psi": np.linspace(-50, 50, n),
        "grip": np.array("fist" if seed % 2 else "open"),
        "skin": np.array(0.2),
        "giver_skin": np.array(0.8),
        "top": np.array("bra"),
        "lean": np.array(20.0),
        "stance": np.array("sit"),
        "seed": np.array(seed),
    }


def write_scenes(folder: Path, *seeds: int) -> None:
    build(folder, seeds, scene_arrays)
