"""Finding the receiver's back in a video, or in the seconds before the hands come.

The easiest moments are those when she sits alone: whoever is there before somebody else arrives is the receiver.
Otherwise she is found beside the giver (`coach.vision.together`).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from coach.vision.back import Back, back_from_corners
from coach.vision.hands import Region
from coach.vision.landmarks import known_as_back, torso_points
from coach.vision.looks import looks_at
from coach.vision.massaged import Look, corrected, evidence
from coach.vision.pose import Pose, PoseNetworks, apart, median_pose
from coach.vision.silhouettes import small_gray
from coach.vision.sources import Frame
from coach.vision.together import PRESENT, SAME_BACK, read_together
from coach.vision.torso import Observed, fit_torso

_WIDE = 800  # pixels: larger pictures are halved, since the networks see a person 256 pixels high at most
_CHANGED = 22  # grey levels: more than sensor noise after averaging
_ARRIVED = 0.45  # changed area outside the first person over her own area: as if somebody came. Moving arms
# alone change at most a third, a person who comes 0.7 to 1.7
_ALONE_FRAMES, _TOGETHER_FRAMES = 4, 14
_SEEN = 0.2  # detector score; low, since the landmark network has the last word
_REGION_OF_TRUNK = (
    3.8  # side of the region in which a sitting person is read, over her trunk; MediaPipe's own
)
# regions are 3.5 to 4.2
_MOST_READ = 2  # detections that are read in a frame: she and one that is a mistake
_KNOWN = 0.8  # likeness to poses that were learnt from, below which a back is less and less sure (our own choice): on
# photographs sound readings have 0.84 and more, and below a half another thing was read (docs/back.md)
_AGREED = 0.08  # trunk lengths: disagreement of readings at which confidence is halved
_SEEN_MASSAGED = (
    0.5  # evidence of our own network from which on it is her back whatever the readings say: even odds
)
_ALONE_BEST, _TOGETHER_BEST = 1.0, 0.9  # confidence at full agreement; our own choice


class BackFinder:
    """Collects frames, then says where the back is.

    Parameters
    ----------
    networks : PoseNetworks
        The pose networks.
    length_cm : float
        C7 to L5 along the receiver's skin, cm (`anthropometry.back_length_cm`).
    look : callable or None
        Our own network (`coach.vision.keypoints.KeypointNetwork`): tells her back from the giver's. None does without.

    Attributes
    ----------
    reference : Frame or None
        After `estimate`: the frame whose picture the back belongs to.
    alone : bool
        After `estimate`: whether the receiver was found by herself.
    pose : Pose or None
        After `estimate`: her pose in the reference picture.
    """

    def __init__(self, networks: PoseNetworks, length_cm: float, look: Look | None = None) -> None:
        self._networks = networks
        self._look = look
        self._length_cm = length_cm
        self._frames: list[Frame] = []
        self._small: list[np.ndarray] = []
        self._scale = 1.0
        self.reference: Frame | None = None
        self.alone = False
        self.pose: Pose | None = None

    def add(self, frame: Frame) -> None:
        """Take a frame into account; the order does not matter.

        Best are five or more of the first two seconds, and about twenty spread over the rest: at the start she
        may be alone, and over the rest the giver's arms leave every part of her back free at some time.
        """
        self._frames.append(frame)
        image = frame.image
        halvings = max(0, int(np.ceil(np.log2(max(image.shape[:2]) / _WIDE))))
        self._scale = float(2**halvings)
        if halvings:
            small = (image.shape[1] >> halvings, image.shape[0] >> halvings)
            image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        self._small.append(image)

    def estimate(self, *, by_herself: bool = False) -> Back | None:
        """The back in the picture of `reference`, or None when it is not found.

        Parameters
        ----------
        by_herself : bool
            Nobody else is in any of the frames; saves looking for the moment in which somebody arrives.
        """
        if not self._frames:
            return None
        order = sorted(range(len(self._frames)), key=lambda k: self._frames[k].t_s)
        self._frames = [self._frames[k] for k in order]
        self._small = [self._small[k] for k in order]
        early = list(range(len(self._small))) if by_herself else self._frames_alone()
        found = self._from_alone(early) if early else None
        self.alone = found is not None
        if found is None:
            numbers = _spread(range(len(self._small)), _TOGETHER_FRAMES)
            together = read_together(
                self._networks, [self._small[k] for k in numbers], self._look, self._length_cm
            )
            found = together and (together[0], numbers[together[1]])
        if not found:
            return None
        poses, number = found
        self.reference = self._frames[number]
        return self._back(poses)

    def from_corners(self, corners: Sequence[Sequence[float]] | np.ndarray, image: np.ndarray) -> Back:
        """The back from four corners given by hand in `image` (see `back_from_corners`).

        Raises
        ------
        BackError
            When the corners cannot be a back.
        """
        size = image.shape[1], image.shape[0]
        first = back_from_corners(corners, size, self._length_cm)  # also judges the corners
        _, _, right_hip, left_hip = points = np.asarray(corners, float)
        trunk = float(np.linalg.norm(points[2:].mean(0) - points[:2].mean(0)))
        region = Region((right_hip + left_hip) / 2, _REGION_OF_TRUNK * trunk, 0.0)
        pose = median_pose(looks_at(self._networks, image, region, settle=1))
        if pose.presence < PRESENT:
            return first
        return back_from_corners(corners, size, self._length_cm, torso_points(pose, size)[0])

    def _frames_alone(self) -> list[int]:
        """The frames before somebody else arrives; none when nobody arrives."""
        first = self._small[0]
        found = self._networks.search(first, _SEEN)
        if not found:
            return []
        size = first.shape[1], first.shape[0]
        taken = np.zeros(size[::-1], np.uint8)
        for _, region in found:
            taken = np.maximum(taken, self._networks.read(first, region, mask=True).silhouette(size))
        base = small_gray(first)
        person = cv2.resize(taken, base.shape[::-1], interpolation=cv2.INTER_AREA) > 100
        around = cv2.dilate(person.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        if not person.any() or around.all():
            return []
        shares = []
        for image in self._small:
            change = small_gray(image) - base
            change -= np.median(change[~around])  # exposure
            shares.append(float((np.abs(change) > _CHANGED)[~around].sum() / person.sum()))
        arrived = np.array(shares) > _ARRIVED
        after = [k for k in range(1, len(arrived)) if arrived[k] and arrived[k:].mean() > 0.8]
        return list(range(after[0])) if after else []

    def _from_alone(self, numbers: Sequence[int]) -> tuple[list[Pose], int] | None:
        poses, used = [], []
        for k in _spread(numbers, _ALONE_FRAMES):
            found = self._networks.search(self._small[k], _SEEN)
            if not found:
                continue
            pose = self._likeliest(self._small[k], [region for _, region in found[:_MOST_READ]])
            if pose.presence > PRESENT:
                poses.append(pose)
                used.append(k)
        if not poses:
            return None
        middle = int(np.argmin([np.median([apart(a, b) for b in poses]) for a in poses]))
        kept = [p for p in poses if apart(p, poses[middle]) < SAME_BACK]
        return (kept, used[middle]) if len(kept) * 2 > len(poses) else None

    def _likeliest(self, image: np.ndarray, regions: Sequence[Region]) -> Pose:
        """Of the readings of several regions the one that looks most like a woman from behind.

        A shadow, a chair or a mirror can be the surest detection, but what is read there is nobody's back.
        """
        size = image.shape[1], image.shape[0]
        readings = [median_pose(looks_at(self._networks, image, region)) for region in regions]
        return max(readings, key=lambda p: (p.presence > PRESENT, known_as_back(p, size)))

    def _back(self, poses: Sequence[Pose]) -> Back:
        assert self.reference is not None
        image = self.reference.image
        size = image.shape[1], image.shape[0]
        mean = (median_pose(poses) if self.alone else mean_pose(poses)).scaled(self._scale)
        self.pose = mean
        observed, known = torso_points(mean, size)
        sure = 0.0
        if self._look is not None and not self.alone:
            # Alone the readings are the better ones (docs/back.md).
            sure = evidence(self._look, image, mean, self._length_cm).sure
            observed = corrected(self._look, image, observed, self._length_cm)
        torso = fit_torso(observed, size)
        spread = (
            float(np.mean([apart(p.scaled(self._scale), mean) for p in poses])) if len(poses) > 1 else 0.0
        )
        best = _ALONE_BEST if self.alone else _TOGETHER_BEST
        confidence = best * min(known / _KNOWN, 1.0) ** 2 / (1.0 + (spread / _AGREED) ** 2)
        if sure > _SEEN_MASSAGED:  # readings may differ then: our own network has the last word
            confidence = max(confidence, best * sure)
        return Back.from_torso(torso, self._length_cm, float(np.clip(confidence, 0.0, 1.0)), _ends(observed))


def mean_pose(poses: Sequence[Pose]) -> Pose:
    """Landmark by landmark, the mean of readings whose errors differ."""
    return Pose(
        landmarks_px=np.mean([p.landmarks_px for p in poses], axis=0),
        world=np.mean([p.world for p in poses], axis=0),
        visibility=np.mean([p.visibility for p in poses], axis=0),
        presence=float(np.mean([p.presence for p in poses])),
    )


def _ends(observed: Observed) -> np.ndarray | None:
    ends = observed.points_px[4:6]
    return ends if np.isfinite(ends).all() else None


def _spread(numbers: Sequence[int], n: int) -> list[int]:
    """At most `n` of the numbers, evenly spread, the first and the last among them."""
    if len(numbers) <= n:
        return list(numbers)
    return [numbers[int(k)] for k in np.round(np.linspace(0, len(numbers) - 1, n))]
