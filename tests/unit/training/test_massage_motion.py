from __future__ import annotations

import numpy as np
import pytest

from training.rendering.anatomy import LEVELS
from training.rendering.motion import CIRCLE, MOVE, STYLES, Style, random_style, simulate

STEP_S = 1 / 120


def steady(**changes: object) -> Style:
    """No jitter, so that everything can be computed by hand."""
    plain: dict = {"speed_jitter": 0.0, "radius_jitter": 0.0, "path_jitter_cm": 0.0, "stepwise": 0.0}
    return Style(**(plain | changes))


def test_sixty_circles_a_minute_are_one_a_second():
    done = simulate(steady(cpm_left=60, cpm_right=30, descent_s=10), 8, np.random.default_rng(0))
    circling_s = (done.state == CIRCLE).sum() * STEP_S
    # 0.8 s pass before the hands lie on the back.
    assert circling_s == pytest.approx(8 - 0.8, abs=0.05)
    assert done.hands["L"].circles[-1] == pytest.approx(circling_s, rel=1e-6)
    assert done.hands["R"].circles[-1] == pytest.approx(circling_s / 2, rel=1e-6)


def test_a_circle_has_its_radius_and_the_hands_mirror_each_other():
    done = simulate(steady(radius_cm=1.5), 6, np.random.default_rng(0))
    left, right = done.hands["L"], done.hands["R"]
    settled = slice(int(2 / STEP_S), int(5 / STEP_S))
    np.testing.assert_allclose(np.hypot(left.across, left.up)[settled], 0.015, rtol=1e-6)
    np.testing.assert_allclose(left.across[settled], -right.across[settled], atol=1e-12)
    np.testing.assert_allclose(left.up[settled], right.up[settled], atol=1e-12)


def test_a_pass_goes_down_lifts_and_comes_back():
    style = steady(descent_s=4, return_s=2, lead_in_s=1, start_u=0.1, end_u=0.9, lift_cm=3)
    done = simulate(style, 8, np.random.default_rng(0))
    np.testing.assert_allclose(done.u[[done.step_at(t) for t in (1.1, 3, 5.1)]], [0.1, 0.5, 0.9], atol=0.03)
    halfway_back = done.step_at(6)
    assert done.state[halfway_back] == MOVE
    assert done.hands["L"].lift[halfway_back] == pytest.approx(0.03, abs=0.001)
    assert done.passes[halfway_back] == 1
    assert done.hands["L"].lift[done.step_at(3)] == 0


def test_upwards_the_hands_begin_below():
    done = simulate(steady(direction="up", start_u=0.1, end_u=0.9), 3, np.random.default_rng(0))
    assert done.u[0] == 0.9
    assert done.u[-1] < 0.9


def test_a_hand_that_does_nothing_rests_on_its_shoulder():
    done = simulate(steady(active="left"), 3, np.random.default_rng(0))
    idle = done.hands["R"]
    assert not idle.active
    assert done.hands["L"].active
    assert idle.circles[-1] == 0
    np.testing.assert_allclose(idle.v, 0.092, atol=0.02)
    assert not idle.lift.any()


def test_the_offset_is_to_each_hands_own_side():
    # v grows to the receiver's right, which is where the giver's right hand works.
    done = simulate(steady(offset_cm=3), 2, np.random.default_rng(0))
    assert done.hands["L"].v[0] == pytest.approx(-0.03)
    assert done.hands["R"].v[0] == pytest.approx(0.03)


@pytest.mark.parametrize("name", STYLES)
def test_styles_are_what_they_are_called(name: str):
    style = random_style(name, np.random.default_rng(3))
    tempo = (0, 0) if name == "static" else (100, 130) if name == "too_fast" else (46, 66)
    assert tempo[0] <= style.cpm_left == style.cpm_right <= tempo[1]
    assert (style.direction == "up") == (name == "wrong_direction")
    assert (style.active != "both") == (name == "one_sided")
    assert (style.offset_cm < 1.1) == (name == "on_spine")
    assert (style.end_u < LEVELS["T5"]) == (name == "short")
    assert style == random_style(name, np.random.default_rng(3))


def test_the_same_seed_moves_the_same():
    first, second = (simulate(Style(), 2, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.hands["L"].across, second.hands["L"].across)
    other = simulate(Style(), 2, np.random.default_rng(8))
    assert not np.array_equal(first.hands["L"].across, other.hands["L"].across)
