"""Arms that come from elsewhere than below, and hands on each other."""

from __future__ import annotations

import numpy as np
import pytest

from training.arrangements import (
    goals_from,
    kneading,
    laid_on_each_other,
    random_arrangement,
    with_fingers_ahead,
)
from training.pictures import random_goals, random_hands
from training.rendering.approach import TAUGHT, own_side

DRAWS = 1000
BELOW, FROM_HER_RIGHT, FROM_HER_LEFT, ABOVE = 0, 90, -90, 180


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


@pytest.mark.parametrize(
    ("heading", "left_hand"),
    [
        (BELOW, (-1, 0)),  # the giver behind her: left is her left, too
        (ABOVE, (1, 0)),  # face to face: the giver's left is her right
        (FROM_HER_RIGHT, (0, 1)),  # the giver at her right looks to her left: left is towards her feet
        (FROM_HER_LEFT, (0, -1)),
    ],
)
def test_a_hand_lies_on_the_givers_own_side(heading: float, left_hand: tuple[float, float]):
    np.testing.assert_allclose(own_side("L", heading), left_hand, atol=1e-9)
    np.testing.assert_allclose(own_side("R", heading), -np.array(left_hand), atol=1e-9)


@pytest.mark.parametrize("heading", [ABOVE, FROM_HER_RIGHT, FROM_HER_LEFT])
def test_hands_keep_their_sides_and_stay_on_the_back(rng: np.random.Generator, heading: float):
    gaps = []
    for _ in range(DRAWS):
        goals = goals_from(rng, heading, random_goals(rng, at_neck=0.3))
        across, down = own_side("L", heading)
        left, right = goals["L"], goals["R"]
        gaps.append(across * (left.v - right.v) + down * (left.u - right.u) * 0.45)
        assert all(-0.03 <= goal.u <= 0.97 and abs(goal.v) <= 0.085 for goal in goals.values())
    assert np.mean(np.array(gaps) > 0) > 0.95
    assert 0.04 < np.median(gaps) < 0.15


def test_arms_come_from_both_sides_and_from_above(rng: np.random.Generator):
    drawn = [random_arrangement(rng) for _ in range(DRAWS)]
    assert TAUGHT not in [one.approach for one in drawn]
    headings = np.array([one.approach.heading for one in drawn])
    from_right, from_left = (np.mean(np.abs(headings - middle) < 60) for middle in (90, -90))
    assert from_right == pytest.approx(0.325, abs=0.05)
    assert from_left == pytest.approx(0.325, abs=0.05)
    for one in drawn:
        assert one.approach.over_her == (one.options["lying"] == "front")
        if not one.approach.over_her:  # upright: where the giver stands agrees with where the arms point
            assert one.options["giver_azimuth"] * one.approach.heading < 0


def test_one_of_two_hands_lies_on_the_other(rng: np.random.Generator):
    upper = []
    for _ in range(100):
        goals, hands = laid_on_each_other(rng, random_goals(rng, at_neck=0.3), random_hands(rng, "open"))
        upper += [side for side, goal in goals.items() if goal.on_other]
        (above,), (below,) = ([g for g in goals.values() if g.on_other is on] for on in (True, False))
        assert (above.u, above.v) == (below.u, below.v)
        assert not above.away
        assert not below.away
        assert all(0 < hand.towards_neck < np.pi / 2 for hand in hands.values())
    assert len(upper) == 100
    assert {"L", "R"} == set(upper)


def test_fingers_are_turned_inwards_alike(rng: np.random.Generator):
    before = random_hands(rng, "open")
    after = with_fingers_ahead(rng, before)
    turns = [after[side].towards_neck - before[side].towards_neck for side in before]
    assert turns[0] == pytest.approx(turns[1])
    assert 0 <= turns[0] <= np.deg2rad(60)


def test_half_of_the_fists_from_elsewhere_knead_with_bent_thumbs(rng: np.random.Generator):
    bent = 0
    for _ in range(DRAWS):
        plain = random_hands(rng, "fist")
        hands = kneading(rng, plain)
        for side, hand in hands.items():
            np.testing.assert_array_equal(hand.fingers.curl, plain[side].fingers.curl)
        thumbs = np.array([hand.fingers.thumb for hand in hands.values()])
        if hands is not plain:
            bent += 1
            assert ((thumbs >= 5) & (thumbs <= 40)).all()
    assert bent / DRAWS == pytest.approx(0.5, abs=0.05)
