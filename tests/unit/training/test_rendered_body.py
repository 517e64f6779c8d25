from __future__ import annotations

import numpy as np
import pytest

from training.rendering.body import ArmGoal, Body, FingerPose, bend_elbow
from training.rendering.rotations import Z_AXIS, rotation
from training.rendering.shapes import HELD_BACK, Bodies, load_bodies

SHOULDER = np.zeros(3)
DOWN = np.array([0, 0, -1.0])


@pytest.fixture(scope="module")
def woman() -> Body:
    return Body(load_bodies(), "f_avg", 1.60)


def test_an_arm_of_3_and_4_reaches_5_with_a_right_angle():
    # 3-4-5: the elbow lies 9/5 along the way and 12/5 off it, towards the pole.
    elbow, wrist, reach = bend_elbow(SHOULDER, np.array([5.0, 0, 0]), 3, 4, DOWN)
    np.testing.assert_allclose(elbow, [1.8, 0, -2.4], atol=1e-9)
    np.testing.assert_allclose(wrist, [5, 0, 0], atol=1e-9)
    assert reach == pytest.approx(5 / 7)


def test_an_arm_that_is_too_short_points_at_its_goal():
    elbow, wrist, reach = bend_elbow(SHOULDER, np.array([0, 10.0, 0]), 3, 4, DOWN)
    assert np.linalg.norm(wrist) == pytest.approx(7, rel=0.01)
    np.testing.assert_allclose(wrist[[0, 2]], 0, atol=1e-9)
    assert np.linalg.norm(elbow) == pytest.approx(3)
    assert reach == pytest.approx(10 / 7)


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("ahead", [0.2, 0.35])
def test_hands_come_to_their_goals(woman: Body, side: str, ahead: float):
    out = 1 if side == "L" else -1
    shoulder = woman.head(f"upperarm01.{side}")
    goal = ArmGoal(
        wrist=shoulder + np.array([out * 0.05, -ahead, -0.1]),
        hand=rotation(Z_AXIS, out * 50),
        pole=np.array([out * 0.8, 0.2, -0.7]),
    )
    rotations, positions, reach = woman.reach({}, woman.head("root"), np.eye(3), {side: goal})
    wrist = woman.index[f"wrist.{side}"]
    np.testing.assert_allclose(positions[wrist], goal.wrist, atol=0.0005)
    np.testing.assert_allclose(rotations[wrist], goal.hand, atol=1e-12)
    assert 0.3 < reach[side] < 1


def test_a_body_at_rest_is_its_rest_shape(woman: Body):
    vertices, normals = woman.skin(*woman.forward({}, woman.head("root"), np.eye(3)))
    np.testing.assert_allclose(vertices, woman.rest, atol=1e-5)
    on_skin = np.unique(woman.bodies.faces("body"))
    np.testing.assert_allclose(np.linalg.norm(normals[on_skin], axis=1), 1, atol=1e-3)
    assert np.ptp(woman.rest[on_skin, 2]) == pytest.approx(1.60)


def test_moving_the_root_moves_everything(woman: Body):
    moved, _ = woman.skin(*woman.forward({}, woman.head("root") + np.array([1, 2, 3]), np.eye(3)))
    np.testing.assert_allclose(moved - woman.rest, np.tile([1, 2, 3], (len(moved), 1)), atol=1e-5)


@pytest.mark.parametrize("side", ["L", "R"])
def test_curled_fingers_come_to_the_palm(woman: Body, side: str):
    def tip_from_wrist(curl: float) -> np.ndarray:
        local = woman.bend_fingers(side, FingerPose(curl))
        _, positions = woman.forward(local, woman.head("root"), np.eye(3))
        last = woman.index[f"finger3-3.{side}"]
        return positions[last] - positions[woman.index[f"wrist.{side}"]]

    straight, bent, curled = (tip_from_wrist(curl) for curl in (0.0, 0.5, 1.0))
    assert (bent - straight) @ woman.hands[side].palm > 0.02
    assert np.linalg.norm(curled) < 0.6 * np.linalg.norm(straight)


@pytest.mark.parametrize("side", ["L", "R"])
def test_the_thumb_tip_is_where_the_skin_has_it(woman: Body, side: str):
    local = woman.bend_fingers(side, FingerPose(0.8, thumb=(-4, 14, 22), thumb_out=6))
    rotations, positions = woman.forward(local, woman.head("root"), np.eye(3))
    vertices, _ = woman.skin(rotations, positions)
    wrist = woman.index[f"wrist.{side}"]
    tip, base = woman.thumb_from_wrist(side, local)
    # Blending moves skin a little otherwise than its bone.
    shown = vertices[woman.hands[side].thumb_tip].mean(0)
    np.testing.assert_allclose(positions[wrist] + rotations[wrist] @ tip, shown, atol=0.002)
    first = positions[woman.index[f"finger1-1.{side}"]]
    np.testing.assert_allclose(positions[wrist] + rotations[wrist] @ base, first, atol=1e-6)


def test_validation_has_bodies_of_its_own():
    names = ["f_avg", "f_21", "m_avg", "m_13"]
    bodies = Bodies({f"v_{name}": np.zeros((1, 3)) for name in names})
    assert bodies.shapes("f_") == ["f_avg"]
    assert bodies.shapes("f_", validation=True) == ["f_21"]
    assert bodies.shapes("m_", validation=True) == ["m_13"]
    assert not set(load_bodies().shapes("f_")) & set(HELD_BACK)
