"""Finding the receiver in frames in which the giver is there as well.

Every frame yields guesses at her: what the detector finds, and what the landmark network reads at the giver's
hands once he is painted out. She hardly moves while his arms do, so the true guesses lie close together over
the frames; and it is on *her* back that the picture moves, and that our own network sees spine and thumbs
(`coach.vision.massaged`). Her pose is then read in three ways that err differently: in the frames as they are (or
with the giver painted out), with all but her smoothed away, and on a clean plate of all frames without the giver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from coach.vision.hands import Region
from coach.vision.landmarks import known_as_back
from coach.vision.looks import looks_at
from coach.vision.massaged import Look, evidence
from coach.vision.pose import LEFT_WRIST, RIGHT_WRIST, Pose, PoseNetworks, apart, median_pose
from coach.vision.silhouettes import clean_plate, motion_map, only, painted_out, share_inside

PRESENT = 0.5
"""Probability of a person from which a reading counts; MediaPipe's own threshold."""
SAME_BACK = 0.15
"""In trunk lengths: guesses whose corners differ less on average are the same back; our own choice."""

_DETECTED = 0.15  # detector score of a guess: low, since every guess must still convince the landmark network
_PLAIN, _AT_HANDS = 0.5, 1.0  # weights: what is read at the giver's hands, without him, is rather her
_HAS_HANDS_ON = (
    0.3  # share of its weight that is left to somebody whose hands lie on another back: it is the giver
)
_GIVERS = 2  # detections at whose hands she is looked for
_BEST_FRAMES, _LOOKS = 8, 4
_MOVES_LEAST = 0.08  # share of the motion within a torso below which it cannot be the massaged one
_NOTHING_SEEN = (
    0.1  # share of its weight left to a guess on which our own network sees nothing: it may be wrong
)
_WITNESSED = (
    0.5  # evidence from which on a back needs no motion in it to be believed (our own choice: even odds)
)
_WORSE = (
    0.5  # share of the best evidence below which a guess, or a way of reading, is left out (our own choice)
)

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class _Guess:
    frame: int
    pose: Pose
    weight: float
    known: float  # as whose back: see `landmarks.known_as_back`
    image: np.ndarray
    hidden: np.ndarray  # where the giver was painted out


def read_together(
    networks: PoseNetworks, images: Sequence[np.ndarray], look: Look | None = None, length_cm: float = 45.0
) -> tuple[list[Pose], int] | None:
    """The receiver's pose, read in up to three ways, and the number of the frame it is truest of.

    Parameters
    ----------
    networks : PoseNetworks
    images : sequence of ndarray
        Frames spread over the video.
    look : callable or None
        Our own network, whose evidence weighs the guesses; None does without.
    length_cm : float
        C7 to L5 along the skin, for `look`.
    """
    size = images[0].shape[1], images[0].shape[0]
    guesses = [guess for k, image in enumerate(images) for guess in _guesses(networks, k, image)]
    if not guesses:
        return None
    motion = motion_map(images)
    share = np.array([share_inside(motion, g.pose.torso_px[[0, 1, 3, 2]], size) for g in guesses])
    distance = np.array([[apart(a.pose, b.pose) for b in guesses] for a in guesses])
    weight = np.array([g.weight * g.known for g in guesses]) * share
    witness = np.zeros(len(guesses))
    if look is not None:
        witness = np.array([evidence(look, images[g.frame], g.pose, length_cm).weight for g in guesses])
        weight *= _NOTHING_SEEN + (1.0 - _NOTHING_SEEN) * witness
    support = (np.exp(-((distance / SAME_BACK) ** 2)) * weight).sum(1)
    best = int(support.argmax())
    near = [int(k) for k in np.argsort(distance[best]) if distance[best, k] < 2 * SAME_BACK]
    witnessed = bool(witness[near].max() >= _WITNESSED)
    if motion.any() and np.median(share[near]) < _MOVES_LEAST and not witnessed:
        return None
    if witnessed:
        near = _best_seen(near, witness[near])
    frames: dict[int, _Guess] = {}
    for k in near:
        frames.setdefault(guesses[k].frame, guesses[k])
    chosen = list(frames.values())[:_BEST_FRAMES]

    def readings(image: np.ndarray, region: Region, like: Pose, settle: int = 0) -> list[Pose]:
        looks = looks_at(networks, image, region, settle, _LOOKS)
        return [p for p in looks if p.presence > PRESENT and apart(p, like) < 3 * SAME_BACK]

    plain, alone = [], []
    for guess in chosen:
        plain += readings(guess.image, _next(guess.pose), guess.pose)
        image, region = guess.image, _next(guess.pose)
        for _ in range(2):
            read = networks.read(image, region, mask=True)
            image, region = only(guess.image, read.silhouette(size) > 127), _next(read)
        alone += readings(image, region, guess.pose)
    same_kind = [guesses[k] for k in near if guesses[k].hidden.any() == guesses[best].hidden.any()]
    plate = clean_plate([images[g.frame] for g in same_kind], [g.hidden for g in same_kind])
    on_plate = readings(plate, _next(guesses[best].pose), guesses[best].pose, settle=1)
    ways = [median_pose(poses) for poses in (plain, alone, on_plate) if poses]
    if witnessed and look is not None and ways:
        image = images[chosen[0].frame]
        ways = _best_seen(ways, np.array([evidence(look, image, way, length_cm).weight for way in ways]))
    return (ways, chosen[0].frame) if ways else None


def _best_seen(things: Sequence[Thing], witness: np.ndarray) -> list[Thing]:
    """Those for which the evidence [shape=(n,)] is about as good as for the best of them."""
    least = _WORSE * witness.max()
    return [thing for thing, seen in zip(things, witness, strict=True) if seen >= least]


def _guesses(networks: PoseNetworks, number: int, image: np.ndarray) -> list[_Guess]:
    """Readings of whoever may be the receiver in one frame."""
    size = image.shape[1], image.shape[0]
    nothing = np.zeros(size[::-1], bool)
    read = [
        networks.read(image, region, mask=True) for _, region in networks.detect(image, _DETECTED, most=3)
    ]
    read = [pose for pose in read if pose.presence > PRESENT]
    guesses = []
    for rank, giver in enumerate(read):
        weight = _PLAIN
        pair = _at_the_hands_of(giver, networks, image) if rank < _GIVERS else None
        if pair is not None:
            pose, without, hidden = pair
            known = known_as_back(pose, size)
            guesses.append(_Guess(number, pose, _AT_HANDS, known, without, hidden))
            weight *= 1.0 - (1.0 - _HAS_HANDS_ON) * known
        behind = giver.seen_from_behind()
        guesses.append(_Guess(number, behind, weight, known_as_back(behind, size), image, nothing))
    return guesses


def _at_the_hands_of(
    giver: Pose, networks: PoseNetworks, image: np.ndarray
) -> tuple[Pose, np.ndarray, np.ndarray] | None:
    """Whoever sits at somebody's hands, the picture without him in which she was read, and where he was."""
    size = image.shape[1], image.shape[0]
    hidden = giver.silhouette(size) > 127
    without = painted_out(image, hidden)
    hands = giver.landmarks_px[[LEFT_WRIST, RIGHT_WRIST]].mean(0)
    assert giver.mask_region is not None
    # Her upper back is at his hands; the network wants the region around the hips.
    below = hands + np.array([0.0, 0.35 * giver.trunk_px])
    region = Region(below, 0.85 * giver.mask_region.side, 0.0)
    for _ in range(2):
        pose = networks.read(without, region)
        region = _next(pose)
    if pose.presence <= PRESENT or not _plausible_pair(giver, pose):
        return None
    return pose.seen_from_behind(), without, hidden


def _plausible_pair(giver: Pose, receiver: Pose) -> bool:
    """Whether two readings are two people, the hands of one on the back of the other."""
    trunk = receiver.trunk_px
    if not 0.5 < trunk / max(giver.trunk_px, 1.0) < 1.8:
        return False
    if np.linalg.norm(giver.torso_px.mean(0) - receiver.torso_px.mean(0)) < 0.4 * trunk:
        return False
    torso = receiver.torso_px
    reach = 0.75 * trunk + 0.5 * float(np.linalg.norm(torso[0] - torso[1]))
    hands = np.linalg.norm(giver.landmarks_px[[LEFT_WRIST, RIGHT_WRIST]] - torso.mean(0), axis=1)
    return bool((hands < reach).any())


def _next(pose: Pose) -> Region:
    assert pose.region is not None
    return pose.region
