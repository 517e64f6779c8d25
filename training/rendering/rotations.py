"""Rotations as 3 × 3 matrices that act on columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

_TINY = 1e-12  # keeps a vector of length zero from becoming NaN

X_AXIS, Y_AXIS, Z_AXIS = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def unit(vector: ArrayLike) -> np.ndarray:
    """`vector` [shape=(3,)] with length one."""
    vector = np.asarray(vector, float)
    return vector / (np.linalg.norm(vector) + _TINY)


def rotation(axis: ArrayLike, degrees: float) -> np.ndarray:
    """The turn by `degrees` about `axis`, counter-clockwise when the axis points at you [shape=(3, 3)]."""
    x, y, z = unit(axis)
    angle = np.deg2rad(degrees)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def rotation_from_vector(vector: ArrayLike) -> np.ndarray:
    """The turn about `vector` by its length in radians [shape=(3, 3)]."""
    angle = np.linalg.norm(vector)
    if angle < 1e-9:
        return np.eye(3)
    return rotation(vector, np.rad2deg(angle))


def axes(direction: ArrayLike, normal: ArrayLike) -> np.ndarray:
    """A right-handed system: columns along `direction`, the part of `normal` across it, and their cross product."""
    direction = unit(direction)
    normal = unit(normal - direction * np.dot(normal, direction))
    return np.stack([direction, normal, np.cross(direction, normal)], 1)


def twist_about(turn: np.ndarray, axis: ArrayLike) -> float:
    """How far `turn` [shape=(3, 3)] turns about `axis`, apart from what it does to the axis; radians, -π to π."""
    axis = unit(axis)
    trace = np.trace(turn)
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    real = np.sqrt(max(0, 1 + trace)) / 2
    if real < 1e-4:
        # Half a turn: the usual formula divides by nearly nothing.
        vector = _as_vector(turn)
        half = np.linalg.norm(vector) / 2
        real = np.cos(half)
        imaginary = unit(vector) * np.sin(half)
    else:
        imaginary = skew / (4 * real)
    angle = 2 * np.arctan2(np.dot(imaginary, axis), real)
    return (angle + np.pi) % (2 * np.pi) - np.pi


def _as_vector(turn: np.ndarray) -> np.ndarray:
    """The inverse of `rotation_from_vector`."""
    angle = np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))
    if angle < 1e-7:
        return np.zeros(3)
    if np.pi - angle < 1e-4:
        symmetric = (turn + np.eye(3)) / 2
        return unit(symmetric[:, np.argmax(np.diag(symmetric))]) * angle
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    return skew / (2 * np.sin(angle)) * angle
