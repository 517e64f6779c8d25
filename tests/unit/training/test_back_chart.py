"""The chart on nets whose coordinates can be worked out by hand, and on a body."""

from __future__ import annotations

import numpy as np
import pytest

from training.rendering.anatomy import LEVELS
from training.rendering.back import BackChart, SkinNet
from training.rendering.body import Body
from training.rendering.shapes import load_bodies

HEIGHT_M, TOP_M = 0.40, 1.30


def wall() -> BackChart:
    """A flat back in the plane y = 0, 40 cm high, its right at negative x as on a person seen from behind."""
    z, x = np.meshgrid(np.linspace(TOP_M, TOP_M - HEIGHT_M, 56), np.linspace(-0.15, 0.15, 61), indexing="ij")
    return BackChart(np.stack([x, np.zeros_like(x), z], -1))


def barrel(radius: float) -> BackChart:
    """A round back: a piece of a standing cylinder that is turned towards +y."""
    z, angle = np.meshgrid(
        np.linspace(TOP_M, TOP_M - HEIGHT_M, 56), np.linspace(-1.2, 1.2, 121), indexing="ij"
    )
    return BackChart(np.stack([radius * np.sin(angle), radius * np.cos(angle), z], -1))


@pytest.fixture(scope="module")
def body_chart() -> BackChart:
    body = Body(load_bodies(), "f_avg", 1.60)
    return BackChart(SkinNet(body).points(body.rest))


def test_a_flat_back_by_hand():
    back = wall()
    assert back.length == pytest.approx(HEIGHT_M)
    point, normal, up = back.at(0.25, 0.03)
    # A quarter of 40 cm below the top, 3 cm to her right.
    np.testing.assert_allclose(point, [-0.03, 0, TOP_M - 0.10], atol=1e-9)
    np.testing.assert_allclose(normal, [0, 1, 0], atol=1e-9)
    np.testing.assert_allclose(up, [0, 0, 1], atol=1e-9)


def test_above_c7_it_goes_on_straight():
    np.testing.assert_allclose(wall().at(-0.1, 0)[0], [0, 0, TOP_M + 0.04], atol=1e-9)


@pytest.mark.parametrize("u", [-0.1, -0.03, 0, 0.5, 1, 1.1])
def test_up_is_up_also_beyond_both_ends(u: float):
    _, normal, up = wall().at(u, 0.02)
    np.testing.assert_allclose(up, [0, 0, 1], atol=1e-9)
    np.testing.assert_allclose(normal, [0, 1, 0], atol=1e-9)


def test_height_above_a_flat_back():
    u, v, height = wall().invert(np.array([0.05, 0.02, TOP_M - 0.30]))
    assert (u, v, height) == pytest.approx((0.75, -0.05, 0.02), abs=1e-6)


def test_across_a_round_back_the_way_on_the_skin_counts():
    radius = 0.15
    point, normal, _ = barrel(radius).at(0.5, 0.09)
    angle = -0.09 / radius
    expected = [radius * np.sin(angle), radius * np.cos(angle), TOP_M - 0.20]
    np.testing.assert_allclose(point, expected, atol=5e-4)
    np.testing.assert_allclose(normal, [np.sin(angle), np.cos(angle), 0], atol=0.01)


@pytest.mark.parametrize("u", [0.05, 0.4, 0.93])
@pytest.mark.parametrize("v", [-0.08, 0.0, 0.05])
@pytest.mark.parametrize("height", [0.0, 0.01])
def test_there_and_back_on_a_body(body_chart: BackChart, u: float, v: float, height: float):
    point, normal, _ = body_chart.at(u, v)
    found = body_chart.invert(point + normal * height)
    assert found == pytest.approx((u, v, height), abs=2e-3)


def test_the_back_of_a_body_is_where_backs_are(body_chart: BackChart):
    c7, l5 = body_chart.at(0, 0)[0], body_chart.at(1, 0)[0]
    assert 0.35 < body_chart.length < 0.55
    assert c7[2] - l5[2] == pytest.approx(body_chart.length, rel=0.1)
    np.testing.assert_allclose([c7[0], l5[0]], 0, atol=0.005)
    right, normal, _ = body_chart.at(0.5, 0.06)
    assert right[0] < -0.05
    assert normal[1] > 0.8


def test_vertebrae_follow_each_other_from_c7_to_l5():
    assert next(iter(LEVELS)) == "C7"
    assert LEVELS["C7"] == 0
    assert LEVELS["L5"] == 1
    assert list(LEVELS.values()) == sorted(LEVELS.values())
    # 2 cm of the 43.35 cm that the heights add up to.
    assert LEVELS["T1"] == pytest.approx(2 / 43.35)
