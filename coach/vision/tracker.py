"""From frames to observations: the only place that knows the back, the detectors and the flow together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from coach.motion.recording import LEFT, RIGHT, Observation
from coach.vision.back import Back
from coach.vision.backfollower import BackFollower
from coach.vision.evidence import SAME_HAND_CM, Candidate, Detector, Scene
from coach.vision.flow import flow
from coach.vision.fusion import HandTrack
from coach.vision.hands import PALM
from coach.vision.sides import beyond_spine_cm, crossed, pointing
from coach.vision.sources import Frame
from coach.vision.spineends import SpineCorrection

_AROUND = 1.25  # side of the searched square in back lengths: the back and a hand's room around it
_BACK_SEEN = 0.25  # a back less sure than this gives no back coordinates
_HAND_SEEN = (
    0.5  # a hand less sure is more likely wrong than right: confidence is a probability (docs/model-card.md)
)
_NEEDS_NO_HELP = 0.85  # standing above which a hand is not looked for where the other one's mirror image lies
_HAND_RADIUS_CM = 7.0  # half a hand: what a hand may hide of the back
# The technique puts one hand on each side of the spine. Beyond it a palm that was read without regard to the back
# becomes the less believable: readings of the other hand, or of none, are the likelier explanation; our own choice.
_OWN_SIDE_CM, _OWN_SIDE_SOFT_CM = 3.0, 1.0
_SAME_THUMB_CM = (
    2.0  # detectors that see a thumb this near to one another see the same one; a thumb's breadth
)
_ALONG, _ASIDE_CM = (-0.25, 1.1), 22.0  # where on or above the back a working hand can be


class Tracker:
    """Follows the back and both thumbs.

    Parameters
    ----------
    back : Back
        The back in `first`.
    first : Frame
        The picture that `back` was found in.
    detectors : sequence of Detector
        Whose candidates are fused.
    back_by_hand : bool
        A person has said where the back is: it is followed, but not moved to where detectors see its ends.
    """

    def __init__(
        self, back: Back, first: Frame, detectors: Sequence[Detector], *, back_by_hand: bool = False
    ) -> None:
        self._back = back
        self._follower = BackFollower(back, first.image)
        self._correction = None if back_by_hand else SpineCorrection()
        self._detectors = detectors
        self._tracks = (HandTrack(), HandTrack())
        self._gray: np.ndarray | None = None
        self._t_s = 0.0
        self._number = 0

    @property
    def back(self) -> Back:
        """The back as it lies in the newest frame."""
        return self._back

    @property
    def hands_px(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """The 21 points of each hand as it is followed [shape=(21, 2)]; None for one that is not seen."""
        left, right = (track.hand_px if track.seen else None for track in self._tracks)
        return left, right

    def observe(self, frame: Frame) -> Observation:
        """Look at the next frame; times must rise."""
        image = frame.image
        gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        step_s = max(frame.t_s - self._t_s, 1e-3) if self._number else 1 / 15
        if self._gray is not None:
            self._carry(gray)
        followed = self._follower.update(image, self._hands())
        back = self._back = followed if self._correction is None else self._correction.corrected(followed)
        scene = self._scene(back)
        proposed: list[Candidate] = []
        for detector in self._detectors:
            proposal = detector.propose(image, replace(scene, said=tuple(proposed)))
            proposed += proposal.hands
            if proposal.ends is not None and self._correction is not None:
                self._correction.take(followed, proposal.ends)
        candidates = _believable(proposed, back)
        for side, track in enumerate(self._tracks):
            track.take([c for c in candidates if c.side == side], frame.t_s, step_s, back.px_per_cm)
        self._part(back)
        self._gray, self._t_s = gray, frame.t_s
        self._number += 1
        return self._observation(frame.t_s, back)

    def _carry(self, gray: np.ndarray) -> None:
        assert self._gray is not None
        followed = [t for t in self._tracks if t.thumb_px is not None]
        parts = [t.flow_points() for t in followed]
        if not parts:
            return
        steps = flow(self._gray, gray, np.concatenate([p for p, _ in parts]))
        start = 0
        for track, (points, thumb_points) in zip(followed, parts, strict=True):
            track.carry(steps[start : start + len(points)], thumb_points)
            start += len(points)

    def _hands(self) -> list[tuple[float, float, float]]:
        radius = _HAND_RADIUS_CM * self._back.px_per_cm
        return [
            (*map(float, t.hand_px.mean(0)), radius)  # type: ignore[misc]
            for t in self._tracks
            if t.hand_px is not None
        ]

    def _scene(self, back: Back) -> Scene:
        left, right = self._tracks
        return Scene(
            square=back.crop(_AROUND),
            px_per_cm=back.px_per_cm,
            upright=back.upright(),
            thumbs_px=(left.thumb_px, right.thumb_px),
            hands_px=(left.hand_px, right.hand_px),
            mirrored_px=(self._mirrored(left, right, back), self._mirrored(right, left, back)),
            standing=(left.standing, right.standing),
            number=self._number,
        )

    @staticmethod
    def _mirrored(poorer: HandTrack, other: HandTrack, back: Back) -> np.ndarray | None:
        if other.hand_px is None or not other.seen or poorer.standing > min(other.standing, _NEEDS_NO_HELP):
            return None
        mirrored = back.to_pixels(back.thumb_to_back(other.hand_px) * [1.0, -1.0])
        return mirrored if np.isfinite(mirrored).all() else None

    def _part(self, back: Back) -> None:
        """Of two hands that are one, or that have changed sides, the less sure lets go.

        Where the giver is beside her one hand does lie beyond the other: a detector that tells them apart is believed.
        """
        left, right = self._tracks
        if left.hand_px is None or right.hand_px is None:
            return
        upright = back.upright()
        left_cm, right_cm = (upright[:, :2] @ hand[PALM].mean(0) for hand in (left.hand_px, right.hand_px))
        one = np.hypot(*(left_cm - right_cm)) < SAME_HAND_CM
        arms = pointing(left.hand_px, upright) + pointing(right.hand_px, upright)
        told_apart = left.side_weighed and right.side_weighed
        changed = crossed(left_cm, right_cm, arms) and not told_apart
        if one or changed:
            # A hand that has just been found has no standing yet: how surely it is seen counts as well.
            weaker = left.standing + left.confidence < right.standing + right.confidence
            (left if weaker else right).forget()

    def _observation(self, t_s: float, back: Back) -> Observation:
        thumb_px = np.full((2, 2), np.nan)
        confidence = np.zeros(2)
        for side in (LEFT, RIGHT):
            track = self._tracks[side]
            if track.seen and track.thumb_px is not None and track.confidence >= _HAND_SEEN:
                thumb_px[side] = track.thumb_px
                confidence[side] = track.confidence
        uv = back.thumb_to_back(thumb_px) if back.confidence >= _BACK_SEEN else np.full((2, 2), np.nan)
        return Observation(
            t_s=t_s,
            u=uv[:, 0],
            v_cm=uv[:, 1],
            confidence=confidence,
            back_confidence=back.confidence,
            thumb_px=thumb_px,
            c7_px=back.c7_px,
            l5_px=back.l5_px,
        )


def _believable(candidates: Sequence[Candidate], back: Back) -> list[Candidate]:
    """Those on or near the back, less sure the farther the hand lies on the other hand's side of the spine.

    A giver at her head or beside her does have his hands there: what a detector that tells them apart sees in the same
    place is not doubted.
    """
    if not candidates:
        return []
    thumbs = [c.thumb_px for c in candidates]
    palms = [c.thumb_px if c.hand_px is None else c.hand_px[PALM].mean(0) for c in candidates]
    uv = back.thumb_to_back(np.array(thumbs + palms))
    upright = back.upright()
    kept = []
    for candidate, (u, v), (_, palm_v) in zip(candidates, uv[: len(thumbs)], uv[len(thumbs) :], strict=True):
        if not (_ALONG[0] < u < _ALONG[1] and abs(v) < _ASIDE_CM):
            continue
        if (
            candidate.hand_px is not None
            and candidate.side is not None
            and not candidate.side_weighed
            and not _seconded(candidate, candidates, back)
        ):
            beyond = (
                beyond_spine_cm(candidate.side, palm_v, pointing(candidate.hand_px, upright)) - _OWN_SIDE_CM
            )
            sure = candidate.confidence / (1.0 + np.exp(beyond / _OWN_SIDE_SOFT_CM))
            candidate = replace(candidate, confidence=float(sure))
        kept.append(candidate)
    return kept


def _seconded(candidate: Candidate, others: Sequence[Candidate], back: Back) -> bool:
    """Whether a detector that tells the hands apart says the same."""
    return any(
        other.side_weighed
        and other.side == candidate.side
        and np.hypot(*(other.thumb_px - candidate.thumb_px)) < _SAME_THUMB_CM * back.px_per_cm
        for other in others
    )
