"""Following the receiver's back from frame to frame.

She hardly moves, so every frame is registered against one *key picture* rather than against the frame before:
errors do not add up. Corners of the skin's or the cloth's texture on her back are followed by pyramidal
Lucas-Kanade flow from their last places, checked by following them back, and a similarity (move, turn, scale)
is fitted by RANSAC. Points under hands and arms fail the way back or disagree, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from coach.vision.back import Back

_POINTS = 90
_WINDOW, _LEVELS = 15, 2
_BACK_AND_FORTH = 1.0  # pixels, at the working size: a point that does not come back this close is lost
_INLIER = 1.5  # pixels, at the working size
_LEAST = 8  # agreeing points that a motion is believed on
_STEP = 0.12  # back lengths: a back that seems to jump farther between two frames has been lost
_WIDE = 220.0  # pixels: the back is looked at no larger than about this
_REFRESH = 0.35  # share of points still agreeing below which a new key picture is due
_MEMORY = 0.9  # how slowly confidence recovers and falls, per frame
_AROUND = 1.5  # side of the picture that is worked on, in back lengths


class BackFollower:
    """Follows a back that is known in one picture.

    Parameters
    ----------
    back : Back
        The back as it lies in `image`.
    image : ndarray [shape=(height, width, 3), dtype=uint8]
        RGB; best one in which no hand covers the back.
    """

    def __init__(self, back: Back, image: np.ndarray) -> None:
        self._first = back
        self._motion = np.eye(2, 3)
        self._trust = 1.0
        region = back.crop(_AROUND)
        self._scale = min(1.0, _WIDE / max(region.side, 1.0))
        self._corner = np.floor(region.centre - region.side / 2)
        self._side = round(region.side)
        self._key_gray = self._working(image)
        self._key_motion = np.eye(2, 3)
        self._points = self._choose(self._key_gray, back, ())
        self._last = self._points.copy()

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
        share = 0.0
        if len(self._points) >= _LEAST:
            motion, share = self._register(gray, hands_px)
            if motion is not None:
                self._motion = motion
        self._trust = _MEMORY * self._trust + (1 - _MEMORY) * min(1.0, share / 0.3)
        back = self._first.moved(self._motion, self._first.confidence * min(1.0, self._trust))
        if 0.0 < share < _REFRESH and not hands_px:
            self._refresh(gray, back, hands_px)
        return back

    def _register(
        self, gray: np.ndarray, hands: Sequence[tuple[float, float, float]]
    ) -> tuple[np.ndarray | None, float]:
        options = {
            "winSize": (_WINDOW, _WINDOW),
            "maxLevel": _LEVELS,
            "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03),
        }
        start = self._last.astype(np.float32)
        flow: cv2.typing.MatLike
        flow, seen, _ = cv2.calcOpticalFlowPyrLK(
            self._key_gray, gray, self._points, start.copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **options
        )
        home, again, _ = cv2.calcOpticalFlowPyrLK(
            gray, self._key_gray, flow, self._points.copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **options
        )
        good = (seen[:, 0] > 0) & (again[:, 0] > 0)
        good &= np.linalg.norm((home - self._points)[:, 0], axis=1) < _BACK_AND_FORTH
        good &= ~self._covered(flow[:, 0], hands)
        if good.sum() < _LEAST:
            return None, 0.0
        similarity, inliers = cv2.estimateAffinePartial2D(
            self._points[good], flow[good], method=cv2.RANSAC, ransacReprojThreshold=_INLIER, maxIters=200
        )
        if similarity is None or inliers.sum() < _LEAST:
            return None, 0.0
        share = float(inliers.sum() / len(self._points))
        motion = _then(self._key_motion, self._in_picture(similarity))
        before, after = (self._first.moved(m).spine_px for m in (self._motion, motion))
        length = float(np.linalg.norm(before[-1] - before[0]))
        if np.linalg.norm(after - before, axis=1).max() > _STEP * max(length, 1.0):
            return None, 0.0
        followed = self._points[:, 0] @ similarity[:, :2].T + similarity[:, 2]
        self._last = followed[:, None].astype(np.float32)
        return motion, share

    def _refresh(self, gray: np.ndarray, back: Back, hands: Sequence[tuple[float, float, float]]) -> None:
        points = self._choose(gray, back, hands)
        if len(points) >= _LEAST:
            self._key_gray, self._key_motion = gray, self._motion.copy()
            self._points, self._last = points, points.copy()

    def _choose(self, gray: np.ndarray, back: Back, hands: Sequence[tuple[float, float, float]]) -> np.ndarray:
        """Corners of texture on the back [shape=(n, 1, 2), float32], working pixels."""
        mask = np.zeros(gray.shape, np.uint8)
        outline = (back.outline_px - self._corner) * self._scale
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
        for x, y, radius in hands:
            centre = (np.array([x, y]) - self._corner) * self._scale
            cv2.circle(mask, np.round(centre).astype(int).tolist(), round(radius * self._scale), 0, -1)
        found = cv2.goodFeaturesToTrack(gray, _POINTS, 0.003, 4.0, mask=mask, blockSize=5)
        return np.zeros((0, 1, 2), np.float32) if found is None else found

    def _covered(self, points: np.ndarray, hands: Sequence[tuple[float, float, float]]) -> np.ndarray:
        covered = np.zeros(len(points), bool)
        for x, y, radius in hands:
            centre = (np.array([x, y]) - self._corner) * self._scale
            covered |= np.linalg.norm(points - centre, axis=1) < radius * self._scale
        return covered

    def _working(self, image: np.ndarray) -> np.ndarray:
        """The part around the back, grey, at the working size."""
        height, width = image.shape[:2]
        left, top = np.clip(self._corner, 0, [width - 2, height - 2]).astype(int)
        right, bottom = np.minimum(self._corner.astype(int) + self._side, [width, height])
        self._corner = np.array([left, top], float)
        part = cv2.cvtColor(np.ascontiguousarray(image[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
        if self._scale < 1.0:
            part = cv2.resize(part, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA)
        return part

    def _in_picture(self, motion: np.ndarray) -> np.ndarray:
        """A motion of working pixels as a motion of the picture's pixels."""
        linear = motion[:, :2]
        offset = motion[:, 2] / self._scale + self._corner - linear @ self._corner
        return np.hstack([linear, offset[:, None]])


def _then(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two affine motions [shape=(2, 3)], one after the other."""
    return np.hstack(
        [second[:, :2] @ first[:, :2], (second[:, :2] @ first[:, 2] + second[:, 2])[:, None]]
    )
