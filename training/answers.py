"""From the network's answer to points."""

from __future__ import annotations

import cv2
import numpy as np

from training.layout import CELL_PX

NEAR_CELLS = 3
"""Cells around a place that count as the same place: 1.8 cm to each side. `coach.vision.keypoints` does the same."""


def likeliest(places: np.ndarray, absent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest place of each point and how sure it is.

    Parameters
    ----------
    places : ndarray [shape=(n, rows, columns)]
        For each point a logit per cell of the picture.
    absent : ndarray [shape=(n,)]
        The logit that the point is not in the picture.

    Returns
    -------
    points : ndarray [shape=(n, 2)]
        Pixels of the picture: the mean place within `NEAR_CELLS` of the likeliest one.
    confidence : ndarray [shape=(n,)]
        Probability that the point lies there.
    """
    top = np.maximum(places.max((1, 2)), absent)
    mass = np.exp(places - top[:, None, None])
    mass /= (mass.sum((1, 2)) + np.exp(absent - top))[:, None, None]
    side = 2 * NEAR_CELLS + 1
    points, confidence = np.empty((len(places), 2)), np.empty(len(places))
    for k, one in enumerate(mass):
        near = cv2.boxFilter(one, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        row, column = divmod(int(near.argmax()), one.shape[1])
        top_left = max(row - NEAR_CELLS, 0), max(column - NEAR_CELLS, 0)
        window = one[top_left[0] : row + NEAR_CELLS + 1, top_left[1] : column + NEAR_CELLS + 1]
        total = max(float(window.sum()), 1e-12)
        rows = np.arange(window.shape[0]) + top_left[0] + 0.5
        columns = np.arange(window.shape[1]) + top_left[1] + 0.5
        points[k] = window.sum(0) @ columns / total, window.sum(1) @ rows / total
        confidence[k] = min(float(near[row, column]), 1.0)
    return points * CELL_PX, confidence
