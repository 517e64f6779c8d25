"""One hand over time: what several detectors propose, and what the flow says, become one thumb tip.

Flow tells well how far the thumb moved and badly where it is; detectors the other way round, and now and then
they are wrong by a whole finger. So the thumb is carried along by the flow and drawn towards the candidates, the
more the surer they are (a complementary filter): the flow's precision keeps small circles from being flattened
or delayed, the candidates keep the flow from drifting. A candidate far from where the thumb can be has to be
repeated before it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coach.vision.evidence import Candidate

GAP_S = 1.5
"""A hand that no detector has confirmed for longer is not seen. Our own choice: one circle at the usual tempo, over
which the flow alone stays within a centimetre (longer gaps found more thumbs with no larger errors)."""

_PULL_S = 0.12  # time in which the thumb follows sure candidates; against it flow drifts little
_HAND_PULL_S = 0.25  # the same for the hand's further points, whose shape changes slowly
_AGREE_CM = 1.2  # candidates closer than this to one another are averaged: half a thumb's length
# Those closer than this say the same: what a confidence vouches for (`coach.vision.keypoints.KeypointNetwork`).
_SAME_CM = 2.0
_GATE_CM = (
    3.0  # a candidate farther than this from the expected thumb is doubted: more than a circle's radius
)
_RIVAL_FORGOTTEN_S = 1.0  # a rival that is not seen again in this time was an accident
_RIVAL_CM = 6.0  # a candidate farther than this is another hand
# How much surer, and how often, another hand must be to replace this one.
_RIVAL_LEAD, _RIVAL_SIGHTINGS = 0.4, 3
_TRUST_S = 0.45  # a doubted candidate of no confidence that holds its place for so long is believed; a sure one sooner
_SURE = 0.8  # candidates surer than this are hardly ever wrong by centimetres (docs/accuracy.md, docs/model-card.md)
# Off a sure candidate by more than the first, the flow is doubted; by more than the second, it has lost the thumb. Our
# own choice: twice and four times a sure candidate's own error.
_FLOW_DOUBTED_CM, _FLOW_LOST_CM = 1.2, 2.4
# Our own choice: in how many places a thumb may be mistaken to be, few, since what misleads one detector may mislead
# the next.
_PLACES = 4.0
# The surest that a detector ever is. What MediaPipe is surer of than 0.9 was right in 91 of 107 cases on photographs,
# what our own network is in 27 of 28 (docs/model-card.md).
_NEVER_SURER, _SUREST = 0.99, {"mediapipe": 0.87}
_STANDING_S = 2.0  # seconds over which a hand earns its standing
_BIRTH = 3  # sightings before a new hand is believed


class HandTrack:
    """The state of one hand.

    Attributes
    ----------
    thumb_px : ndarray [shape=(2,)] or None
        The thumb tip; None while the hand is not followed.
    hand_px : ndarray [shape=(k, 2)] or None
        The hand's further points.
    confidence : float
        0 to 1, falling while nobody confirms.
    standing : float
        Confidence over the last seconds, 0 to 1: what weighs when two hands claim one place.
    side_weighed : bool
        Whether the newest opinion came from a detector that told this hand from the other (`Candidate.side_weighed`).
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Lose the hand."""
        self.thumb_px: np.ndarray | None = None
        self.hand_px: np.ndarray | None = None
        self.confidence = 0.0
        self.standing = 0.0
        self.side_weighed = False
        self._confirmed_s = -np.inf
        self._sightings = 0
        self._rivals = 0
        self._rival: np.ndarray | None = None
        self._rival_s = -np.inf
        self._doubted: np.ndarray | None = None
        self._doubted_since_s = 0.0

    @property
    def seen(self) -> bool:
        """Whether the hand is known well enough to be written down."""
        return self.thumb_px is not None and self._sightings >= _BIRTH

    def flow_points(self) -> tuple[np.ndarray, int]:
        """Points to follow by flow [shape=(n, 2)]; the first of them, their number given, lie on the thumb."""
        assert self.thumb_px is not None and self.hand_px is not None
        hand = self.hand_px
        tip, joint, base = self.thumb_px, hand[3] + self.thumb_px - hand[4], hand[2]
        thumb = [tip + s * (joint - tip) for s in (0.1, 0.4, 0.7, 1.0)] + [joint + 0.5 * (base - joint)]
        rest = [hand[5], hand[9], hand[13], hand[17], (hand[0] + hand[9]) / 2, (hand[5] + hand[9]) / 2]
        return np.array(thumb + rest), len(thumb)

    def carry(self, steps: np.ndarray, thumb_points: int) -> None:
        """Move with the flow of `flow_points` [shape=(n, 2), NaN where lost]."""
        assert self.thumb_px is not None and self.hand_px is not None
        whole = _middle(steps)
        if whole is None:
            return
        own = _middle(steps[:thumb_points], least=2)
        self.thumb_px = self.thumb_px + (own if own is not None else whole)
        body = _middle(steps[thumb_points:], least=2)
        self.hand_px = self.hand_px + (body if body is not None else whole)

    def take(self, candidates: Sequence[Candidate], t_s: float, step_s: float, px_per_cm: float) -> None:
        """Take one frame's candidates for this hand."""
        candidates = self._without_rivals(candidates, t_s, px_per_cm)
        opinion = _opinion(candidates, px_per_cm, self.thumb_px, self.standing)
        if opinion is None:
            self._unconfirmed(t_s, step_s)
            return
        thumb, surest, confidence = opinion
        hand = surest.hand_px
        if self.thumb_px is None:
            self._start(thumb, surest, confidence, t_s)
            return
        off = thumb - self.thumb_px
        off_cm = float(np.hypot(*off)) / px_per_cm
        if off_cm > _GATE_CM and not self._repeated(thumb, confidence, t_s, px_per_cm):
            self._unconfirmed(t_s, step_s)
            return
        lost = _flow_lost(off_cm, confidence)
        if off_cm > _GATE_CM:
            self.thumb_px = thumb
        else:
            self._doubted = None
            pull = confidence * (1.0 - np.exp(-step_s / _PULL_S))
            self.thumb_px = self.thumb_px + (pull + (1.0 - pull) * lost) * off
        if hand is not None and self.hand_px is not None:
            # Slowly, for it says where to look next: a poor reading must not lead the next look astray.
            pull = confidence * (1.0 - np.exp(-step_s / _HAND_PULL_S))
            self.hand_px = self.hand_px + (pull + (1.0 - pull) * lost) * (hand - self.hand_px)
        self.side_weighed = surest.side_weighed
        self.confidence += 0.4 * (confidence - self.confidence)
        self.standing += (1.0 - np.exp(-step_s / _STANDING_S)) * (confidence - self.standing)
        self._confirmed_s = t_s
        self._sightings += 1

    def _without_rivals(
        self, candidates: Sequence[Candidate], t_s: float, px_per_cm: float
    ) -> Sequence[Candidate]:
        """The candidates for the hand that is followed; a rival elsewhere that is seen better takes its place."""
        if self.thumb_px is None:
            return candidates
        limit = _RIVAL_CM * px_per_cm
        far = [np.hypot(*(c.thumb_px - self.thumb_px)) > limit for c in candidates]
        rivals = [c for c, away in zip(candidates, far, strict=True) if away]
        best = max(rivals, key=lambda c: c.confidence, default=None)
        alone = all(far) and best is not None and best.confidence > _SURE
        # A hand that has just been found has no standing yet, but it is seen.
        here = max((c.confidence for c, away in zip(candidates, far, strict=True) if not away), default=0.0)
        if best is not None and (alone or best.confidence > max(self.standing, here) + _RIVAL_LEAD):
            new = self._rival is None or np.hypot(*(best.thumb_px - self._rival)) > limit
            self._rivals = 1 if new or t_s - self._rival_s > _RIVAL_FORGOTTEN_S else self._rivals + 1
            self._rival, self._rival_s = best.thumb_px, t_s
            if self._rivals >= _RIVAL_SIGHTINGS:
                self.forget()
                return rivals
        return [c for c, away in zip(candidates, far, strict=True) if not away]

    def _start(self, thumb: np.ndarray, surest: Candidate, confidence: float, t_s: float) -> None:
        if surest.hand_px is None:
            return
        self.thumb_px, self.hand_px, self.confidence = thumb, surest.hand_px, confidence
        self.side_weighed = surest.side_weighed
        self._confirmed_s, self._sightings = t_s, 1

    def _repeated(self, thumb: np.ndarray, confidence: float, t_s: float, px_per_cm: float) -> bool:
        if self._doubted is None or np.hypot(*(thumb - self._doubted)) > _GATE_CM * px_per_cm:
            self._doubted_since_s = t_s
        self._doubted = thumb
        if t_s - self._doubted_since_s < max(_TRUST_S * (1.0 - confidence), 1e-3):  # never at its first sight
            return False
        self._doubted = None
        return True

    def _unconfirmed(self, t_s: float, step_s: float) -> None:
        if self.thumb_px is None:
            return
        self.confidence *= 0.5 ** (step_s / GAP_S)
        self.standing *= float(np.exp(-step_s / _STANDING_S))
        if t_s - self._confirmed_s > GAP_S or self._sightings < _BIRTH:
            self.forget()


def _flow_lost(off_cm: float, confidence: float) -> float:
    """How surely the flow has lost the thumb, 0 to 1: it carried it away from a sure candidate."""
    if confidence < _SURE:
        return 0.0
    return float(np.clip((off_cm - _FLOW_DOUBTED_CM) / (_FLOW_LOST_CM - _FLOW_DOUBTED_CM), 0.0, 1.0))


def _middle(steps: np.ndarray, least: int = 1) -> np.ndarray | None:
    kept = steps[np.isfinite(steps).all(1)]
    return np.median(kept, axis=0) if len(kept) >= least else None


def _opinion(
    candidates: Sequence[Candidate], px_per_cm: float, expected: np.ndarray | None, as_expected: float
) -> tuple[np.ndarray, Candidate, float] | None:
    """The candidates' common opinion: the likeliest place, the surest candidate there, and how likely it is.

    A detector's confidence is the probability that it is right, shared among the places that it names; what is left is
    spread over all places alike. Detectors err independently, so their probabilities multiply (Bayes' rule): where two
    agree, that place is likelier than either said; where they disagree, the surer one is believed, less surely.
    Of several places the hand is where it was `expected`, as surely as it has been seen there (`as_expected`, 0 to 1).
    """
    if not candidates:
        return None
    candidates = sorted(candidates, key=lambda c: (-c.confidence, *c.thumb_px))  # whoever spoke first
    thumbs = np.array([c.thumb_px for c in candidates])
    sure = np.array([c.confidence for c in candidates])
    apart_cm = np.linalg.norm(thumbs[:, None] - thumbs[None], axis=2) / px_per_cm
    same = apart_cm < _SAME_CM
    chance, nowhere = _chances(same, sure, [c.source for c in candidates])
    support = chance
    if expected is not None:
        off_cm = np.linalg.norm(thumbs - expected, axis=1) / px_per_cm
        support = chance * (1.0 - as_expected + as_expected * np.exp(-0.5 * (off_cm / _GATE_CM) ** 2))
    best = int(support.argmax())
    one = apart_cm[best] < _AGREE_CM
    # Every place counts once, whichever candidate names it.
    rivals, others = 0.0, ~same[best]
    while others.any():
        rival = int(np.where(others, chance, -1.0).argmax())
        rivals += chance[rival]
        others &= ~same[rival]
    thumb = np.average(thumbs[one], axis=0, weights=sure[one])
    surest = max((c for c, n in zip(candidates, one, strict=True) if n), key=lambda c: c.confidence)
    return thumb, surest, float(chance[best] / (chance[best] + rivals + nowhere))


def _chances(same: np.ndarray, sure: np.ndarray, sources: Sequence[str]) -> tuple[np.ndarray, float]:
    """How likely each candidate's place is, and how likely it is none of them; not scaled to 1."""
    chance, nowhere = np.full(len(sure), 1.0 / _PLACES), 1.0
    for source in dict.fromkeys(sources):
        own = np.array([s == source for s in sources])
        most = min(float(sure[own].max()), _SUREST.get(source, _NEVER_SURER))
        named = most * (same[:, own] @ sure[own]) / max(float(sure[own].sum()), 1e-12)
        chance *= np.maximum(named * _PLACES, 1.0 - most)
        nowhere *= 1.0 - most
    return chance, nowhere
