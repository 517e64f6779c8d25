"""Sides of the spine, by where the arms come from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.motion.recording import LEFT, RIGHT
from coach.vision.hands import INDEX_MCP, PINKY_MCP, WRIST
from coach.vision.sides import beyond_spine_cm, crossed, pointing

UPRIGHT = np.array([[0.1, 0.0, -32.0], [0.0, 0.1, -24.0]])  # ten pixels a centimetre, nothing turned
HEADINGS = st.floats(0.0, 2 * np.pi)


def hand(heading: float, palm_cm: float = 9.0) -> np.ndarray:
    """Landmarks of a hand that points to `heading`, radians from the head clockwise in the picture."""
    hand_px = np.full((21, 2), 320.0)
    ahead = 10 * palm_cm * np.array([np.sin(heading), -np.cos(heading)])
    hand_px[[INDEX_MCP, PINKY_MCP]] = hand_px[WRIST] + ahead
    return hand_px


def arms(heading: float) -> np.ndarray:
    return np.array([np.sin(heading), -np.cos(heading)])


def test_a_hand_points_from_wrist_to_knuckles() -> None:
    assert pointing(hand(0.0), UPRIGHT) == pytest.approx([0.0, -12.0])  # 9 cm, and 3 as is taught
    assert pointing(hand(np.pi), UPRIGHT) == pytest.approx([0.0, 6.0])
    assert pointing(hand(np.pi / 2), UPRIGHT) == pytest.approx([9.0, -3.0])


def test_what_points_nowhere_is_taken_to_come_from_below() -> None:
    assert pointing(None, UPRIGHT)[1] < 0
    assert pointing(hand(np.pi, palm_cm=1.0), UPRIGHT)[1] < 0  # at the camera: it only seems to point down


@pytest.mark.parametrize(
    ("side", "v_cm", "heading", "beyond"),
    [
        (LEFT, -4.0, 0.0, -4.0),
        (LEFT, 4.0, 0.0, 4.0),
        (RIGHT, 4.0, 0.0, -4.0),
        (LEFT, 4.0, np.pi, -4.0),  # from her head his left hand works on her right
        (RIGHT, 4.0, np.pi, 4.0),
        (LEFT, 8.0, np.pi / 2, 0.0),
        (RIGHT, 8.0, np.pi / 3, -4.0),
    ],
)
def test_how_far_a_palm_lies_beyond_the_spine(side: int, v_cm: float, heading: float, beyond: float) -> None:
    assert beyond_spine_cm(side, v_cm, 7 * arms(heading)) == pytest.approx(beyond)


@given(heading=HEADINGS)
def test_hands_side_by_side_are_not_crossed_from_wherever_the_arms_come(heading: float) -> None:
    to_left = np.array([-np.cos(heading), -np.sin(heading)])
    left, right = 5 * to_left, -5 * to_left
    assert not crossed(left, right, 12 * arms(heading))
    assert crossed(right, left, 12 * arms(heading))


@given(heading=HEADINGS, v_cm=st.floats(-20, 20), side=st.sampled_from([LEFT, RIGHT]))
def test_no_palm_is_farther_beyond_the_spine_than_from_it(heading: float, v_cm: float, side: int) -> None:
    beyond = beyond_spine_cm(side, v_cm, arms(heading))
    assert abs(beyond) <= abs(v_cm) + 1e-9
    assert beyond == pytest.approx(-beyond_spine_cm(1 - side, v_cm, arms(heading)))
