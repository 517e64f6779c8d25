"""Both people as figures of a few points: what the view draws in place of the camera's picture.

She is where she was when her back was found, and moves along with it. Of him there are the hands: nothing else is
seen surely enough, since the pose network mixes two people in contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from coach.vision.back import Back
from coach.vision.hands import INDEX_MCP, MIDDLE_MCP, PINKY_MCP, THUMB_IP, THUMB_MCP, THUMB_TIP, WRIST
from coach.vision.pose import (
    LEFT_EAR,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_SHOULDER,
    LEFT_WRIST,
    RIGHT_EAR,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
    Pose,
)

BODY = [
    LEFT_EAR, RIGHT_EAR, LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ELBOW, RIGHT_ELBOW, LEFT_WRIST, RIGHT_WRIST, LEFT_HIP,
    RIGHT_HIP,
]  # fmt: skip
"""The landmarks of a figure, in this order."""
HAND = [WRIST, THUMB_MCP, THUMB_IP, THUMB_TIP, INDEX_MCP, MIDDLE_MCP, PINKY_MCP]
"""The points of a hand, in this order: wrist, thumb from its base to the tip, three knuckles."""
GRID_U, GRID_V_CM = np.linspace(-0.2, 1.0, 13), np.linspace(-10.0, 10.0, 5)
"""Back coordinates whose places in the picture are told; the view puts everything on the back by them."""
_TORSO = [2, 3, 9, 8]  # of `BODY`, in the order of `Back.corners_px`
_HERS = 0.4  # trunk lengths: a pose whose torso is farther from the back is somebody else's
_SEEN = 0.3  # visibility of a landmark that is drawn


@dataclass(frozen=True)
class Receiver:
    """Her figure in the picture in which her back was found.

    Attributes
    ----------
    body_px : ndarray [shape=(10, 2)]
        `BODY`; NaN where not known.
    corners_px : ndarray [shape=(4, 2)]
        Of the back in the same picture.
    """

    body_px: np.ndarray
    corners_px: np.ndarray

    @classmethod
    def of(cls, pose: Pose | None, back: Back) -> Self:
        """From her pose if it is hers; else the torso alone, as the back's corners tell it."""
        body = np.full((len(BODY), 2), np.nan)
        if pose is not None:
            read = body_of(pose.seen_from_behind())
            trunk = float(np.linalg.norm(np.diff(back.corners_px, axis=0)[1]))
            off = np.linalg.norm(read[_TORSO] - back.corners_px, axis=1)
            if np.nanmean(off) < _HERS * trunk:
                body = read
        body[_TORSO] = back.corners_px
        return cls(body, back.corners_px)

    def at(self, back: Back) -> np.ndarray:
        """The figure as the back lies now [shape=(10, 2)], pixels."""
        ones = np.ones((4, 1))
        motion = np.linalg.lstsq(np.hstack([self.corners_px, ones]), back.corners_px, rcond=None)[0]
        return np.hstack([self.body_px, np.ones((len(BODY), 1))]) @ motion


def body_of(pose: Pose) -> np.ndarray:
    """The points of a figure [shape=(10, 2)], pixels; NaN where the pose network sees nothing."""
    seen = pose.visibility[BODY] >= _SEEN
    seen[_TORSO] = True
    return np.where(seen[:, None], pose.landmarks_px[BODY], np.nan)


def grid_px(back: Back) -> np.ndarray:
    """Where the back's grid lies in the picture [shape=(13 * 5, 2)], row by row from the neck, pixels."""
    u, v_cm = np.meshgrid(GRID_U, GRID_V_CM, indexing="ij")
    return back.to_pixels(np.stack([u.ravel(), v_cm.ravel()], axis=1))
