"""Finding the receiver's back in a video, or in the seconds before the hands come.

The easiest moments are those when she sits alone: whoever is there before somebody else arrives is the receiver.
Where the giver is there from the start, every frame yields guesses at her: what the detector finds, and what the
landmark network reads at the giver's hands once he is painted out. She hardly moves while he does, so the true
guesses lie close together over the frames and the false ones do not; hands that land on a back tell hers from
his.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from coach.vision.back import Back
from coach.vision.hands import Region
from coach.vision.landmarks import torso_points
from coach.vision.looks import looks_at
from coach.vision.pose import LEFT_WRIST, RIGHT_WRIST, Pose, PoseNetworks, median_pose
from coach.vision.sources import Frame
from coach.vision.torso import fit_torso

_SMALL = 160  # longer side of the picture in which arrivals are looked for
_CHANGED = 22  # grey levels: more than sensor noise after averaging
_ARRIVED = 0.45  # changed area outside the first person over her own area: as if somebody came; moving arms
# alone change less, a person who comes 0.7 to 1.7
_ALONE_FRAMES, _TOGETHER_FRAMES, _BEST_FRAMES = 4, 16, 4
_PRESENT = 0.5  # MediaPipe's own threshold for presence
_SAME_BACK = 0.15  # trunk lengths: guesses whose corners differ less on average are the same back
_AGREED = 0.06  # trunk lengths: spread of corners between frames at which confidence is halved


@dataclass(frozen=True, slots=True)
class _Guess:
    frame: int
    pose: Pose
    weight: float
    image: np.ndarray


class BackFinder:
    """Collects frames, then says where the back is.

    Parameters
    ----------
    networks : PoseNetworks
        The pose networks.
    length_cm : float
        C7 to L5 along the receiver's skin, cm (`anthropometry.back_length_cm`).

    Attributes
    ----------
    reference : Frame or None
        After `estimate`: the frame whose picture the back belongs to.
    alone : bool
        After `estimate`: whether the receiver was found by herself.
    """

    def __init__(self, networks: PoseNetworks, length_cm: float) -> None:
        self._networks = networks
        self._length_cm = length_cm
        self._frames: list[Frame] = []
        self.reference: Frame | None = None
        self.alone = False
        self.pose: Pose | None = None

    def add(self, frame: Frame) -> None:
        """Take a frame into account; best a few of the first two seconds and some spread over the rest."""
        self._frames.append(frame)

    def estimate(self) -> Back | None:
        """The back in the picture of `reference`, or None when it is not found."""
        if not self._frames:
            return None
        self._frames.sort(key=lambda f: f.t_s)
        early = self._frames_alone()
        found = self._from_alone(early) if early else None
        self.alone = found is not None
        if found is None:
            found = self._from_together()
        if found is None:
            return None
        poses, self.reference = found
        return self._back(poses)

    def _frames_alone(self) -> list[Frame]:
        """The frames before somebody else arrives; none when nobody arrives."""
        first = self._frames[0]
        found = self._networks.detect(first.image, _PRESENT)
        if not found:
            return []
        size = first.image.shape[1], first.image.shape[0]
        taken = np.zeros(size[::-1], np.uint8)
        for _, region in found:
            pose = self._networks.read(first.image, region, mask=True)
            taken = np.maximum(taken, pose.silhouette(size))
        base = _small(first.image)
        person = cv2.resize(taken, base.shape[::-1], interpolation=cv2.INTER_AREA) > 100
        around = cv2.dilate(person.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        if not person.any() or around.all():
            return []
        shares = []
        for frame in self._frames:
            change = _small(frame.image) - base
            change -= np.median(change[~around])  # exposure
            shares.append(float((np.abs(change) > _CHANGED)[~around].sum() / person.sum()))
        arrived = np.array(shares) > _ARRIVED
        after = [k for k in range(1, len(arrived)) if arrived[k:].mean() > 0.8 and arrived[k]]
        return self._frames[: after[0]] if after else []

    def _from_alone(self, frames: Sequence[Frame]) -> tuple[list[Pose], Frame] | None:
        poses, used = [], []
        for frame in _spread(frames, _ALONE_FRAMES):
            found = self._networks.detect(frame.image, 0.3)
            if not found:
                continue
            looks = looks_at(self._networks, frame.image, found[0][1])
            if np.median([p.presence for p in looks]) > _PRESENT:
                poses.append(median_pose(looks))
                used.append(frame)
        if not poses:
            return None
        middle = _closest(poses)
        kept = [p for p in poses if _apart(p, poses[middle]) < _SAME_BACK]
        return (kept, used[middle]) if len(kept) * 2 > len(poses) else None

    def _from_together(self) -> tuple[list[Pose], Frame] | None:
        frames = _spread(self._frames, _TOGETHER_FRAMES)
        guesses = [guess for k, frame in enumerate(frames) for guess in self._guesses(k, frame)]
        if not guesses:
            return None
        apart = np.array([[_apart(a.pose, b.pose) for b in guesses] for a in guesses])
        weight = np.array([g.weight for g in guesses])
        support = (np.exp(-((apart / _SAME_BACK) ** 2)) * weight).sum(1) * (weight > 0)
        best = int(support.argmax())
        near = [k for k in np.argsort(apart[best]) if apart[best, k] < 2 * _SAME_BACK]
        poses: list[Pose] = []
        used: list[int] = []
        for k in near:
            if guesses[k].frame in used or len(used) >= _BEST_FRAMES:
                continue
            guess = guesses[k]
            assert guess.pose.region is not None
            looks = looks_at(self._networks, guess.image, guess.pose.region, settle=0)
            looks = [p for p in looks if p.presence > _PRESENT and _apart(p, guess.pose) < 3 * _SAME_BACK]
            if looks:
                poses.append(median_pose(looks))
                used.append(guess.frame)
        if not poses:
            return None
        return poses, frames[used[0]]

    def _guesses(self, number: int, frame: Frame) -> list[_Guess]:
        """Readings of whoever may be the receiver in one frame."""
        image = frame.image
        size = image.shape[1], image.shape[0]
        read = [
            self._networks.read(image, region, mask=True) for _, region in self._networks.detect(image, 0.15)
        ]
        read = [p for p in read if p.presence > _PRESENT]
        guesses = [_Guess(number, _seen_from_behind(p), 0.5, image) for p in read]
        for giver in read[:2]:
            without = painted_out(image, giver.silhouette(size))
            hands = giver.landmarks_px[[LEFT_WRIST, RIGHT_WRIST]].mean(0)
            assert giver.mask_region is not None
            # Her upper back is at his hands; the region is centred on the hips.
            region = Region(hands + [0.0, 0.35 * giver.trunk_px], 0.85 * giver.mask_region.side, 0.0)
            for _ in range(3):
                pose = self._networks.read(without, region)
                assert pose.region is not None
                region = pose.region
            if pose.presence > _PRESENT and _plausible_pair(giver, pose):
                guesses.append(_Guess(number, _seen_from_behind(pose), 1.0, without))
        return guesses

    def _back(self, poses: Sequence[Pose]) -> Back:
        assert self.reference is not None
        image = self.reference.image
        size = image.shape[1], image.shape[0]
        self.pose = median_pose(poses)
        observed, known = torso_points(self.pose, size)
        torso = fit_torso(observed, size)
        spread = float(np.median([_apart(p, self.pose) for p in poses])) if len(poses) > 1 else _AGREED
        confidence = (1.0 if self.alone else 0.9) * (0.5 + 0.5 * known) / (1.0 + (spread / _AGREED) ** 2)
        ends = observed.points_px[4:] if np.isfinite(observed.points_px[4:]).all() else None
        return Back.from_torso(torso, self._length_cm, float(np.clip(confidence, 0.0, 1.0)), ends)


def painted_out(image: np.ndarray, silhouette: np.ndarray) -> np.ndarray:
    """The picture with a person filled in from what surrounds him."""
    gone = cv2.dilate((silhouette > 127).astype(np.uint8), np.ones((5, 5), np.uint8))
    kept = (1 - gone).astype(np.float32)
    reach = image.shape[1] / 25.0
    small = (image.shape[1] // 4, image.shape[0] // 4)
    blurred = cv2.GaussianBlur(
        cv2.resize(image.astype(np.float32) * kept[..., None], small), (0, 0), reach / 4
    )
    weight = cv2.GaussianBlur(cv2.resize(kept, small), (0, 0), reach / 4)
    fill = cv2.resize(blurred / np.maximum(weight, 1e-3)[..., None], (image.shape[1], image.shape[0]))
    return np.where(gone[..., None] > 0, fill, image).astype(np.uint8)


def _seen_from_behind(pose: Pose) -> Pose:
    return pose if pose.shows_back else pose.swapped()


def _plausible_pair(giver: Pose, receiver: Pose) -> bool:
    """Whether two readings are two people, the hands of one on the back of the other."""
    trunk = receiver.trunk_px
    if not 0.5 < trunk / max(giver.trunk_px, 1.0) < 1.8:
        return False
    if np.linalg.norm(giver.torso_px.mean(0) - receiver.torso_px.mean(0)) < 0.4 * trunk:
        return False
    torso = receiver.torso_px
    middle = torso.mean(0)
    reach = 0.75 * trunk + 0.5 * np.linalg.norm(torso[0] - torso[1])
    hands = np.linalg.norm(giver.landmarks_px[[LEFT_WRIST, RIGHT_WRIST]] - middle, axis=1)
    return bool((hands < reach).any())


def _apart(a: Pose, b: Pose) -> float:
    """Mean distance of the torsos' corners, in trunk lengths."""
    one, other = _seen_from_behind(a), _seen_from_behind(b)
    unit = max(one.trunk_px, other.trunk_px, 1.0)
    return float(np.linalg.norm(one.torso_px - other.torso_px, axis=1).mean() / unit)


def _closest(poses: Sequence[Pose]) -> int:
    """The pose in the midst of the others."""
    return int(np.argmin([np.median([_apart(a, b) for b in poses]) for a in poses]))


def _spread(frames: Sequence[Frame], n: int) -> list[Frame]:
    """At most `n` of the frames, evenly spread, the first and the last among them."""
    if len(frames) <= n:
        return list(frames)
    return [frames[int(k)] for k in np.round(np.linspace(0, len(frames) - 1, n))]


def _small(image: np.ndarray) -> np.ndarray:
    scale = _SMALL / max(image.shape[:2])
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
