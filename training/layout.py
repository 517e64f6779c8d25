"""What pictures to learn from look like: their points, their sizes, how many of which kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HAND_POINTS = ("thumb_tip", "thumb_ip", "thumb_mcp", "index_knuckle", "pinky_knuckle", "wrist")
BACK_POINTS = ("c7", "l5", "left_shoulder", "right_shoulder", "left_hip", "right_hip")
POINTS = (
    *(f"left_{point}" for point in HAND_POINTS),
    *(f"right_{point}" for point in HAND_POINTS),
    *BACK_POINTS,
)
"""The 18 points: the giver's left hand, the giver's right hand, the receiver's back."""

GIVER_POINTS = 2 * len(HAND_POINTS)
"""The first ones; they do not exist where nobody massages."""

THUMB_TIPS = (POINTS.index("left_thumb_tip"), POINTS.index("right_thumb_tip"))
C7, L5 = POINTS.index("c7"), POINTS.index("l5")

RENDERED_WIDTH, RENDERED_HEIGHT, RENDERED_CM_PER_PX = 256, 336, 0.25
"""A rendered picture: 64 × 84 cm, more than the network sees, so that it can be moved and turned."""

WIDTH, HEIGHT, CM_PER_PX = 160, 224, 0.3
"""What the network sees: 48 × 67 cm. `coach.vision.keypoints` cuts the same from a frame."""

CELL_PX = 2
"""One place of the network's answer, pixels."""

CENTRE_U = 0.35
"""Place on the spine in the middle of a picture."""

VALIDATION_SEED = 900_000
"""Scenes from this seed on show bodies that the others do not, and are never learnt from."""


def _mirrored(point: str) -> str:
    side, _, rest = point.partition("_")
    return f"{ {'left': 'right', 'right': 'left'}[side] }_{rest}" if rest else point


SWAPPED = np.array([POINTS.index(_mirrored(point)) for point in POINTS])
"""For each point the one that takes its place when the picture is mirrored [shape=(18,)]."""


@dataclass(frozen=True)
class Mixture:
    """How many pictures of which kind.

    Parameters
    ----------
    fists : int
        In so many of five scenes the giver makes fists; the others show flat hands.
    at_neck : float
        Share of pictures with the thumbs on the upper quarter of the back; the others have them anywhere.
    otherwise : float
        Share of scenes with arms from her side or her head, see `training.arrangements`; a fifth of their pictures of
        flat hands, and in a scene of the others a smaller share, show them on each other.
    waists : float
        Share of scenes whose trousers begin and tops end anywhere; in the others L5 lies at the waistband.
    own_hands : float
        Share of scenes in which her own hands are on her; half of their pictures show nobody else.
    """

    fists: int
    at_neck: float
    otherwise: float
    waists: float = 0.0
    own_hands: float = 0.0


LEARNT = Mixture(fists=2, at_neck=0.35, otherwise=0.17, waists=1.0, own_hands=0.15)
"""Of the pictures to learn from. Flat hands and hands at the neck were the harder ones, so there are more of them."""

VALIDATION = Mixture(fists=3, at_neck=0.2, otherwise=0.0)
"""Of those for validation; left as it is, so that results can be compared."""
