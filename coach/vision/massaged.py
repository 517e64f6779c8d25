"""What our own network makes of a back that was read: whether it is the one that is massaged, and where it lies.

MediaPipe's pose networks read any back, the giver's too, and smear two people who touch into one. Our own network knows
just this scene: on her back it sees both ends of the spine and both thumbs, on his it sees no thumbs, and where it is
shown a back a little off it says where the spine's ends are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coach.vision import anthropometry as body
from coach.vision.back import UPRIGHT_U
from coach.vision.landmarks import torso_points
from coach.vision.pose import Pose
from coach.vision.torso import Observed

Look = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""A picture and its `Back.upright` → points and confidences, as `coach.vision.keypoints.KeypointNetwork` gives them."""

_THUMBS, _ENDS, _SHOULDERS = [0, 6], slice(12, 14), slice(14, 16)  # of the network's points
_LOOK_AGAIN = (
    0.3  # ends surer than this say where to look once more; below, they are wrong more often than right
)
_OFF_CM = 6.0  # a pose whose spine's ends are seen this far off is hardly that of this back (our own choice)
_SURE = 0.5  # a point less sure is more likely elsewhere
_ENDS_SD, _SHOULDERS_SD = 0.015, 0.025  # back lengths; our own choice, above the errors in docs/back.md


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the network sees where a pose has the back.

    Attributes
    ----------
    sure : float
        0 to 1: how surely both ends of a spine and both thumbs are there.
    off_cm : float
        How far the ends are from where the pose has them, the mean of both.
    """

    sure: float
    off_cm: float

    @property
    def weight(self) -> float:
        """0 to 1: how far it speaks for the pose being that of the massaged back."""
        return self.sure * float(np.exp(-((self.off_cm / _OFF_CM) ** 2)))


def evidence(look: Look, image: np.ndarray, pose: Pose, length_cm: float) -> Evidence:
    """Look at the back of a pose in the picture that it was read in; once more where the spine's ends are seen.

    Parameters
    ----------
    look : callable
        Our own network, see `Look`.
    image : ndarray [shape=(height, width, 3), dtype=uint8]
        RGB.
    pose : Pose
        Seen from behind.
    length_cm : float
        C7 to L5 along the skin.
    """
    read, _ = torso_points(pose, (image.shape[1], image.shape[0]))
    ends = _ends(read)
    points, confidence, px_per_cm = _settled(look, image, read, length_cm)
    sure = float(np.sqrt(confidence[_ENDS].prod()) * confidence[_THUMBS].mean())
    return Evidence(sure, float(np.linalg.norm(points[_ENDS] - ends, axis=1).mean()) / px_per_cm)


def corrected(look: Look, image: np.ndarray, read: Observed, length_cm: float) -> Observed:
    """`read` with the spine's ends and the shoulders where our own network surely sees them, and sees them better.

    Ends that lie far from those that were read move nothing: one of both networks sees another back.
    """
    points, confidence, px_per_cm = _settled(look, image, read, length_cm)
    off_cm = np.linalg.norm(points[_ENDS] - _ends(read), axis=1) / px_per_cm
    if confidence[_ENDS].min() < _SURE or off_cm.max() > 2 * _OFF_CM:
        return read
    seen, sigma = read.points_px.copy(), read.sigma.copy()
    for at, found, sd in ((slice(0, 2), _SHOULDERS, _SHOULDERS_SD), (slice(4, 6), _ENDS, _ENDS_SD)):
        sure = confidence[found] >= _SURE
        seen[at][sure], sigma[at][sure] = points[found][sure], sd
    return Observed(seen, sigma)


def _settled(
    look: Look, image: np.ndarray, read: Observed, length_cm: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """The network's points and confidences, looked at twice, and the scale of the second look."""
    ends, left, right = _ends(read), *read.points_px[:2]
    shoulders = float(np.linalg.norm(right - left)) / (body.SHOULDER_JOINTS * length_cm)
    for _ in range(2):
        # The larger scale is the one of a length that faces the camera (`Back.upright`).
        px_per_cm = max(float(np.linalg.norm(ends[1] - ends[0])) / length_cm, shoulders)
        points, confidence = look(image, _upright(ends, px_per_cm))
        if confidence[_ENDS].min() < _LOOK_AGAIN:
            break
        ends = points[_ENDS]
    return points, confidence, px_per_cm


def _ends(read: Observed) -> np.ndarray:
    """C7 and L5 [shape=(2, 2)]; where they were not read, the middles of shoulders and hips."""
    ends, joints = read.points_px[4:6], read.points_px[:4]
    return ends if np.isfinite(ends).all() else joints.reshape(2, 2, 2).mean(1)


def _upright(ends: np.ndarray, px_per_cm: float) -> np.ndarray:
    """`Back.upright` of a straight spine between two points."""
    down = (ends[1] - ends[0]) / max(float(np.linalg.norm(ends[1] - ends[0])), 1e-6) / px_per_cm
    turn = np.array([[down[1], -down[0]], [down[0], down[1]]])
    middle = ends[0] + UPRIGHT_U * (ends[1] - ends[0])
    return np.hstack([turn, (-turn @ middle)[:, None]])
