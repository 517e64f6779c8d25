"""What is drawn at random, without drawing a picture of it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from training.pictures import random_goals, random_hands, random_looks
from training.rendering.people import Looks

DRAWS = 2000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(6)


def test_most_hands_lie_side_by_side_and_some_otherwise(rng: np.random.Generator):
    goals = [random_goals(rng, at_neck=0.3) for _ in range(DRAWS)]
    away = [sum(goal.away for goal in pair.values()) for pair in goals]
    assert set(away) == {0, 1}  # never both: nobody at all is drawn elsewhere
    assert np.mean(away) == pytest.approx(0.12, abs=0.03)
    one_side = [pair["L"].v * pair["R"].v > 0 for pair in goals if pair["L"].active and pair["R"].active]
    assert np.mean(one_side) == pytest.approx(0.08, abs=0.03)
    assert all(pair["L"].v < 0 < pair["R"].v for pair in goals if pair["L"].v * pair["R"].v < 0)


@pytest.mark.parametrize(("grip", "widest_turn", "widest_thumb"), [("fist", 60, 45), ("open", 100, 85)])
def test_hands_are_turned_and_thumbs_spread_within_reason(
    rng: np.random.Generator, grip: str, widest_turn: float, widest_thumb: float
):
    hands = [hand for _ in range(DRAWS) for hand in random_hands(rng, grip).values()]
    turns = np.rad2deg([hand.towards_neck for hand in hands])
    assert np.mean(turns == 0) == pytest.approx(0.3, abs=0.05)  # near the plain grip
    assert 0.9 * widest_turn < np.abs(turns).max() < 1.5 * widest_turn
    assert np.quantile([hand.fingers.thumb_out for hand in hands], 0.999) < widest_thumb + 10


def test_looks_are_fields_that_people_have(rng: np.random.Generator):
    known = {field.name for field in fields(Looks)}
    drawn = [random_looks(rng) for _ in range(DRAWS)]
    assert {name for looks in drawn for name in looks} <= known
    assert np.mean(["oil" in looks for looks in drawn]) == pytest.approx(0.3, abs=0.04)
    for looks in drawn:
        if "on_wrist" in looks:
            begins, ends, side = looks["on_wrist"]
            assert 1.7 < begins < ends < 2
            assert side in (-1, 0, 1)
