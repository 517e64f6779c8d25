"""What detectors tell the tracker: candidates for thumb tips and the ends of the spine, in one form for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from coach.vision.hands import Region

SAME_HAND_CM = 4.5
"""Palms closer than this are one hand: half a palm's breadth."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One detector's opinion on where a giver's thumb tip is.

    Attributes
    ----------
    thumb_px : ndarray [shape=(2,)]
        The thumb tip in the picture, pixels.
    confidence : float
        0 to 1: how far the detector vouches for it.
    side : int or None
        0 the giver's left hand, 1 the right, None where the detector cannot tell.
    hand_px : ndarray [shape=(21, 2)] or None
        The hand's landmarks in MediaPipe's order, pixels: what the flow follows and where to look next. A detector
        that knows fewer points leaves it out.
    source : str
        The detector's name.
    side_weighed : bool
        The confidence says already how likely it is this hand at this place, and not the other one.
    """

    thumb_px: np.ndarray
    confidence: float
    side: int | None
    hand_px: np.ndarray | None
    source: str
    side_weighed: bool = False


@dataclass(frozen=True, slots=True)
class SpineEnds:
    """One detector's opinion on where C7 and L5 are.

    Attributes
    ----------
    points_px : ndarray [shape=(2, 2)]
        C7 and L5 on the skin, pixels.
    confidence : ndarray [shape=(2,)]
        0 to 1.
    """

    points_px: np.ndarray
    confidence: np.ndarray


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a detector says of a frame.

    Attributes
    ----------
    hands : tuple of Candidate
        For both hands, any number of them, contradicting one another where in doubt.
    ends : SpineEnds or None
        None from a detector that looks at hands only.
    """

    hands: tuple[Candidate, ...] = ()
    ends: SpineEnds | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What the tracker expects before the detectors look at a frame.

    Attributes
    ----------
    square : Region
        The receiver's back and the room for hands around it.
    px_per_cm : float
        Scale of the picture at the back.
    thumbs_px : tuple of (ndarray [shape=(2,)] or None)
        Where the left and right thumb tips are expected; None for a hand that is not being followed.
    hands_px : tuple of (ndarray [shape=(k, 2)] or None)
        The last candidate's `hand_px`, moved to where the hand is expected now.
    standing : tuple of float
        How well each hand has been confirmed over the last seconds, 0 to 1.
    mirrored_px : tuple of (ndarray [shape=(k, 2)] or None)
        For a hand that is not followed, or less surely than the other: the other's points mirrored at the spine,
        since the hands work side by side. A place to look, no more.
    upright : ndarray [shape=(2, 3)] or None
        From pixels to centimetres in the picture's plane, the spine upright (x right, y down), from a point on the
        upper back; see `Back.upright`.
    said : tuple of Candidate
        What the detectors asked before this one propose for the same frame.
    number : int
        Frames since the start, for detectors that look at some things only now and then.
    """

    square: Region
    px_per_cm: float
    thumbs_px: tuple[np.ndarray | None, np.ndarray | None] = (None, None)
    hands_px: tuple[np.ndarray | None, np.ndarray | None] = field(default=(None, None))
    standing: tuple[float, float] = (0.0, 0.0)
    mirrored_px: tuple[np.ndarray | None, np.ndarray | None] = field(default=(None, None))
    upright: np.ndarray | None = None
    said: tuple[Candidate, ...] = ()
    number: int = 0


class Detector(Protocol):
    """Looks at a frame and says where thumb tips may be; the tracker asks one after the other."""

    def propose(self, image: np.ndarray, scene: Scene) -> Proposal:
        """What is to be seen in `image`."""
        ...
