"""Cameras as 4 × 4 matrices, in the conventions of OpenGL."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

NEAR_M, FAR_M = 0.1, 12.0


@dataclass(frozen=True)
class Camera:
    """Where a picture is taken from.

    Parameters
    ----------
    view, projection : ndarray [shape=(4, 4)]
        From the world to the camera, and from there to the picture's -1 to 1.
    eye : ndarray [shape=(3,)]
    focal : float
        Focal length in heights of the picture: how large a metre is at one metre's distance.
    """

    view: np.ndarray
    projection: np.ndarray
    eye: np.ndarray
    focal: float

    @classmethod
    def towards(cls, eye: ArrayLike, target: ArrayLike, fov_deg: float, aspect: float) -> Camera:
        """A camera at `eye` that looks at `target`; `fov_deg` is its vertical angle, `aspect` width / height."""
        eye = np.asarray(eye, float)
        half = np.tan(np.deg2rad(fov_deg) / 2)
        return cls(look_at(eye, target), perspective(fov_deg, aspect), eye, 0.5 / half)

    def project(self, points: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Places in the picture, -1 to 1 with y up [shape=(n, 2)], and depths in metres [shape=(n,)]."""
        points = np.atleast_2d(points)
        clip = ((self.projection @ self.view) @ np.c_[points, np.ones(len(points))].T).T
        return clip[:, :2] / clip[:, 3:4], clip[:, 3]

    def pixels(self, points: ArrayLike, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
        """Like `project`, in pixels of a picture, y down."""
        places, depths = self.project(points)
        return np.c_[(places[:, 0] * 0.5 + 0.5) * width, (0.5 - places[:, 1] * 0.5) * height], depths

    def moved(self, change: np.ndarray, enlarged: float) -> Camera:
        """The camera whose picture is this one's, changed by `change` [shape=(4, 4)] and `enlarged` times as large."""
        return replace(
            self, projection=change @ self.projection, focal=0.5 * self.projection[1, 1] * enlarged
        )


def perspective(fov_deg: float, aspect: float) -> np.ndarray:
    """[shape=(4, 4)]"""
    scale = 1 / np.tan(np.deg2rad(fov_deg) / 2)
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 1] = scale / aspect, scale
    matrix[2, 2] = -(FAR_M + NEAR_M) / (FAR_M - NEAR_M)
    matrix[2, 3] = -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    matrix[3, 2] = -1
    return matrix


def look_at(eye: np.ndarray, target: ArrayLike) -> np.ndarray:
    """From the world to a camera at `eye` whose picture is upright [shape=(4, 4)]."""
    ahead = np.array(target, float) - eye
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, np.array([0, 0, 1.0]))
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[0, :3], matrix[1, :3], matrix[2, :3] = right, np.cross(right, ahead), -ahead
    matrix[:3, 3] = -matrix[:3, :3] @ eye
    return matrix


def orthographic(centre: ArrayLike, towards_eye: ArrayLike, half: float, depth: float) -> np.ndarray:
    """From the world to a lamp's picture of a cube around `centre`, `half` metres to each side [shape=(4, 4)]."""
    eye = np.array(centre) + np.array(towards_eye) * depth / 2
    projection = np.diag([1 / half, 1 / half, -2 / depth, 1.0])
    projection[2, 3] = -1
    return projection @ look_at(eye, centre)
