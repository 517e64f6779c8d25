"""Where the spine's ends are seen, held against where the followed back has them.

The pose network places the back once, from a few pictures; our own network sees both ends in every picture, under
arms too, and more exactly (docs/back.md). Single looks jump about, but their median stands still, so it may move the
back.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from coach.vision.back import Back
from coach.vision.evidence import SpineEnds

_SURE = 0.5  # an end less sure than this is more likely elsewhere
_LOOKS = 150  # how many are remembered: ten seconds
_FIRST_LOOKS = (
    5.0  # the pose's opinion counts as many looks; our own choice, so that the first ones move little
)
_BELIEVED = (
    0.85  # share of the median's offset that is taken: the looks of one clip err alike (our own choice)
)
_FARTHEST_CM = 10.0  # ends farther off are not an inaccuracy: one of both networks sees something else
_DOUBT = 0.6  # confidence of a back whose ends are mostly seen so far off: less than sure, not unseen


class SpineCorrection:
    """Moves the ends of a followed back to where they are seen."""

    def __init__(self) -> None:
        self._offsets_cm: tuple[deque[np.ndarray], deque[np.ndarray]] = (
            deque(maxlen=_LOOKS),
            deque(maxlen=_LOOKS),
        )
        self._corrections_cm = np.zeros((2, 2))
        self._agreement = 1.0

    def take(self, back: Back, ends: SpineEnds) -> None:
        """Take in a look at a picture in which the follower has the back at `back`."""
        upright = back.upright()
        offsets = (ends.points_px - np.array([back.c7_px, back.l5_px])) @ upright[:, :2].T
        for offset, sure, seen in zip(offsets, ends.confidence, self._offsets_cm, strict=True):
            if sure >= _SURE and np.isfinite(offset).all():
                seen.append(offset)
        self._settle()

    def corrected(self, back: Back) -> Back:
        """`back` as the follower has it, with its ends where they are seen."""
        to_px = np.linalg.inv(back.upright()[:, :2])
        ends = np.array([back.c7_px, back.l5_px]) + self._corrections_cm @ to_px.T
        return back.with_ends(ends, back.confidence * self._agreement)

    def _settle(self) -> None:
        far = looks = 0
        for end, seen in enumerate(self._offsets_cm):
            if not seen:
                continue
            recent = np.array(seen)
            near = np.linalg.norm(recent, axis=1) < _FARTHEST_CM
            far, looks = far + int((~near).sum()), looks + len(recent)
            if near.any():
                share = _BELIEVED * near.sum() / (near.sum() + _FIRST_LOOKS)
                self._corrections_cm[end] = share * np.median(recent[near], axis=0)
        self._agreement = _DOUBT if far > looks / 2 else 1.0
