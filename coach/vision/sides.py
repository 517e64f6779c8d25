"""Which side of the other hand a hand belongs to: that depends on from where the giver's arms come.

Seen along his own arms the giver's left hand is on the left, whether he sits behind her, stands beside her or at her
head. Where a hand points tells from where its arm comes; detectors that take a hand for its own mirror image, their
commonest error, still see that rightly.
"""

from __future__ import annotations

import numpy as np

from coach.motion.recording import LEFT
from coach.vision.hands import INDEX_MCP, PINKY_MCP, WRIST

_TAUGHT_CM = 3.0
"""How strongly arms from below, as taught, are expected: a hand that points at the camera or away from it seems short
and says little of its own. Our own choice: a third of a palm."""


def pointing(hand_px: np.ndarray | None, upright: np.ndarray) -> np.ndarray:
    """Where a hand points from its arm, on a back whose spine is upright.

    Parameters
    ----------
    hand_px : ndarray [shape=(21, 2)] or None
        Pixels, in MediaPipe's order; None for a hand of which only the thumb is known.
    upright : ndarray [shape=(2, 3)]
        See `coach.vision.back.Back.upright`.

    Returns
    -------
    ndarray [shape=(2,)]
        Centimetres to the right and down; the longer, the surer.
    """
    taught = np.array([0.0, -_TAUGHT_CM])
    if hand_px is None:
        return taught
    knuckles = (hand_px[INDEX_MCP] + hand_px[PINKY_MCP]) / 2
    return upright[:, :2] @ (knuckles - hand_px[WRIST]) + taught


def beyond_spine_cm(side: int, v_cm: float, points: np.ndarray) -> float:
    """How far a palm lies on the other hand's side of the spine; negative on its own.

    Parameters
    ----------
    side : int
        0 left, 1 right.
    v_cm : float
        Of the palm, from the spine to her right.
    points : ndarray [shape=(2,)]
        See `pointing`. Arms from aside have no side of the spine: 0.
    """
    own = -points[1] / max(float(np.hypot(*points)), 1e-9)
    return float((v_cm if side == LEFT else -v_cm) * own)


def crossed(left: np.ndarray, right: np.ndarray, points: np.ndarray) -> bool:
    """Whether the left palm lies to the right of the right one, seen along the arms.

    Parameters
    ----------
    left, right : ndarray [shape=(2,)]
        To the right and down, in any unit.
    points : ndarray [shape=(2,)]
        See `pointing`; of both hands together, their sum.
    """
    to_left = np.array([points[1], -points[0]])
    return float((left - right) @ to_left) < 0
