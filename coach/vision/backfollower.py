"""Following the receiver's back from frame to frame.

She hardly moves, so every frame is registered against one *key picture* rather than against the frame before:
errors do not add up. Corners of the skin's or the cloth's texture on her back are followed by pyramidal
Lucas-Kanade flow from their last places, checked by following them back, and a similarity (move, turn, scale)
is fitted robustly. Points under hands and arms fail the way back or disagree, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from coach.vision.back import Back

_POINTS = 100
_WINDOW, _LEVELS = 15, 2
_BACK_AND_FORTH = 1.0  # pixels, at the working size: a point that does not come back this close is lost
_INLIER = 1.5  # pixels, at the working size: points that are farther from where the motion puts them disagree
_LEAST = 6  # agreeing points that a motion is believed on
_SURE = 14  # agreeing points at which the motion is as sure as it gets
_TURN_SD, _SCALE_SD = 0.03, 0.015  # a sitting woman sways by a degree or two and comes hardly nearer
_POINT_SD = 2.0  # pixels: flow errs less, but neighbours err together
_JUMP_TURN, _JUMP_SCALE = (
    0.25,
    0.15,
)  # radians and share: a jump that turns or scales more is no woman shifting
_PATIENCE = 5  # frames in a row that must tell of a jump before it is believed
_WIDE = 260.0  # pixels: the back is looked at no larger than about this
_MEMORY = 0.93  # how slowly confidence falls and recovers, per frame
_AROUND = 1.9  # side of the picture that is worked on, in back lengths
_WHOLE_TORSO = (
    1.35  # the corners' quadrilateral blown up to hold neck, shoulders and seat, which move with her
)


class BackFollower:
    """Follows a back that is known in one picture.

    Parameters
    ----------
    back : Back
        The back as it lies in `image`.
    image : ndarray [shape=(height, width, 3), dtype=uint8]
        RGB; best one in which no hand covers the back.
    covered_px : sequence of (x, y, radius)
        Circles, pixels, where hands cover the back in `image`.
    """

    def __init__(
        self, back: Back, image: np.ndarray, covered_px: Sequence[tuple[float, float, float]] = ()
    ) -> None:
        self._first = back
        self._motion = np.eye(2, 3)
        self._trust = 1.0
        region = back.crop(_AROUND)
        self._scale = min(1.0, _WIDE / max(region.side, 1.0))
        size = np.array(image.shape[1::-1])
        corner = np.floor(region.centre - region.side / 2).astype(int)
        # Once for all: the same part of every picture, also where she sits at its edge.
        self._corner = np.clip(corner, 0, size - 2)
        self._end = np.clip(corner + round(region.side), self._corner + 2, size)
        self._key = self._working(image)
        self._middle = (back.spine_px.mean(0) - self._corner) * self._scale
        self._points = self._choose(self._key, back, covered_px)
        self._last = self._points.copy()
        self._working_motion = np.eye(2, 3)
        self._jumps = 0

    def update(self, image: np.ndarray, hands_px: Sequence[tuple[float, float, float]] = ()) -> Back:
        """The back in the next frame.

        Parameters
        ----------
        image : ndarray [shape=(height, width, 3), dtype=uint8]
            RGB, of the same size as the first.
        hands_px : sequence of (x, y, radius)
            Circles, pixels, that are not to be believed: where hands are.

        Returns
        -------
        Back
            `confidence` is that of the first back times the share of texture that still agrees.
        """
        gray = self._working(image)
        if len(self._points) < _LEAST:  # a dark or blurred first picture: take this one as the key
            self._key, self._points = gray, self._choose(gray, self._first, hands_px)
            self._last = self._points.copy()
        motion, count = self._register(gray, hands_px) if len(self._points) >= _LEAST else (None, 0)
        if motion is not None:
            self._motion = motion
        self._trust = _MEMORY * self._trust + (1 - _MEMORY) * min(1.0, count / _SURE)
        return self._first.moved(self._motion, self._first.confidence * self._trust)

    def _register(
        self, gray: np.ndarray, hands: Sequence[tuple[float, float, float]]
    ) -> tuple[np.ndarray | None, int]:
        """The motion since the first picture, if it can be told, and how many points agree on it."""
        start, goal = self._flow(gray, hands)
        if len(start) < _LEAST:
            return None, 0
        now = self._apply(self._working_motion, start)
        agreeing = np.linalg.norm(goal - now, axis=1) < 2 * _INLIER
        found: np.ndarray = self._working_motion
        if agreeing.sum() >= max(_LEAST, 0.4 * len(start)):
            self._jumps = 0
        else:
            jump, inliers = cv2.estimateAffinePartial2D(
                start, goal, method=cv2.RANSAC, ransacReprojThreshold=_INLIER, maxIters=200
            )
            told = _sitting(jump) and inliers.sum() > max(_LEAST, 0.5 * len(start), 1.5 * agreeing.sum())
            self._jumps = self._jumps + 1 if told else 0
            if self._jumps < _PATIENCE or jump is None:
                return None, int(agreeing.sum())
            found, self._jumps = jump, 0
        found, count = self._settle(start, goal, found)
        if count < _LEAST:
            return None, count
        self._working_motion = found
        self._last = self._apply(found, self._points[:, 0])[:, None].astype(np.float32)
        return self._in_picture(found), count

    def _flow(
        self, gray: np.ndarray, hands: Sequence[tuple[float, float, float]]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Points of the key picture and where they are now, both [shape=(n, 2)], checked both ways."""
        window, criteria = (_WINDOW, _WINDOW), (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03)
        flags = cv2.OPTFLOW_USE_INITIAL_FLOW
        goal, seen, _ = cv2.calcOpticalFlowPyrLK(
            self._key, gray, self._points, self._last.copy(), None, None, window, _LEVELS, criteria, flags
        )
        home, again, _ = cv2.calcOpticalFlowPyrLK(
            gray, self._key, goal, self._points.copy(), None, None, window, _LEVELS, criteria, flags
        )
        good = (seen[:, 0] > 0) & (again[:, 0] > 0)
        good &= np.linalg.norm((home - self._points)[:, 0], axis=1) < _BACK_AND_FORTH
        good &= ~self._covered(goal[:, 0], hands)
        return self._points[good, 0], goal[good, 0]

    def _settle(self, start: np.ndarray, goal: np.ndarray, motion: np.ndarray) -> tuple[np.ndarray, int]:
        """The similarity nearest to the flow, by reweighted least squares with a prior on turn and scale.

        The prior keeps a few points on one shoulder from turning the whole back.
        """
        middle = self._middle
        x, y = (start - middle).T
        zero, one = np.zeros_like(x), np.ones_like(x)
        design = np.concatenate([np.stack([x, -y, one, zero], 1), np.stack([y, x, zero, one], 1)])
        prior = np.diag([(_POINT_SD / _SCALE_SD) ** 2, (_POINT_SD / _TURN_SD) ** 2, 0.0, 0.0])
        for _ in range(5):
            off = np.linalg.norm(goal - self._apply(motion, start), axis=1)
            weight = 1.0 / (1.0 + (off / _INLIER) ** 2) ** 2
            both = np.concatenate([weight, weight])[:, None]
            target = np.concatenate([goal[:, 0] - start[:, 0], goal[:, 1] - start[:, 1]])
            normal = design.T @ (both * design) + prior
            scale, turn, right, down = np.linalg.solve(normal, design.T @ (both[:, 0] * target))
            linear = np.array([[1 + scale, -turn], [turn, 1 + scale]])
            motion = np.hstack([linear, (middle + np.array([right, down]) - linear @ middle)[:, None]])
        off = np.linalg.norm(goal - self._apply(motion, start), axis=1)
        return motion, int((off < _INLIER).sum())

    @staticmethod
    def _apply(motion: np.ndarray, points: np.ndarray) -> np.ndarray:
        return points @ motion[:, :2].T + motion[:, 2]

    def _choose(
        self, gray: np.ndarray, back: Back, hands: Sequence[tuple[float, float, float]]
    ) -> np.ndarray:
        """Corners of texture on the back [shape=(n, 1, 2), float32], working pixels."""
        mask = np.zeros(gray.shape, np.uint8)
        corners = back.corners_px.mean(0) + _WHOLE_TORSO * (back.corners_px - back.corners_px.mean(0))
        for area in (back.outline_px, corners):
            cv2.fillPoly(mask, [np.round((area - self._corner) * self._scale).astype(np.int32)], 255)
        for x, y, radius in hands:
            centre = (np.array([x, y]) - self._corner) * self._scale
            cv2.circle(mask, np.round(centre).astype(int).tolist(), round(radius * self._scale), 0, -1)
        found = cv2.goodFeaturesToTrack(gray, _POINTS, 0.002, 5.0, mask=mask, blockSize=7)
        return np.zeros((0, 1, 2), np.float32) if found is None else found

    def _covered(self, points: np.ndarray, hands: Sequence[tuple[float, float, float]]) -> np.ndarray:
        covered = np.zeros(len(points), bool)
        for x, y, radius in hands:
            centre = (np.array([x, y]) - self._corner) * self._scale
            covered |= np.linalg.norm(points - centre, axis=1) < radius * self._scale
        return covered

    def _working(self, image: np.ndarray) -> np.ndarray:
        """The part around the back, grey, at the working size."""
        (left, top), (right, bottom) = self._corner, self._end
        part = cv2.cvtColor(np.ascontiguousarray(image[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
        if self._scale < 1.0:
            part = cv2.resize(part, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA)
        return part

    def _in_picture(self, motion: np.ndarray) -> np.ndarray:
        """A motion of working pixels as a motion of the picture's pixels."""
        linear = motion[:, :2]
        offset = motion[:, 2] / self._scale + self._corner - linear @ self._corner
        return np.hstack([linear, offset[:, None]])


def _sitting(motion: np.ndarray | None) -> bool:
    """Whether a similarity may be a woman who shifts on her seat."""
    if motion is None:
        return False
    scale, turn = float(np.hypot(motion[0, 0], motion[1, 0])), float(np.arctan2(motion[1, 0], motion[0, 0]))
    return abs(scale - 1) < _JUMP_SCALE and abs(turn) < _JUMP_TURN
