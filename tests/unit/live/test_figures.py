"""What the view draws of both people."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np
import pytest

from coach.live.figures import BODY, GRID_U, GRID_V_CM, Receiver, grid_px
from coach.live.showing import points
from coach.vision.back import back_from_corners
from coach.vision.pose import LEFT_EAR, LEFT_HIP, LEFT_SHOULDER, RIGHT_HIP, RIGHT_SHOULDER, RIGHT_WRIST, Pose

CORNERS = np.array([(250.0, 200.0), (390.0, 200.0), (370.0, 370.0), (270.0, 370.0)])
BACK = back_from_corners(CORNERS, (640, 480), 45.0)


def pose(shift: float = 0.0) -> Pose:
    """Somebody whose torso is the back's, or `shift` pixels beside it; the right wrist is not seen."""
    places = np.tile([320.0, 150.0], (33, 1))
    places[[LEFT_SHOULDER, RIGHT_SHOULDER, RIGHT_HIP, LEFT_HIP]] = CORNERS
    visibility = np.ones(33)
    visibility[RIGHT_WRIST] = 0.1
    return Pose(places + np.array([shift, 0.0]), np.zeros((33, 3)), visibility)


def test_her_figure_moves_with_her_back():
    her = Receiver.of(pose(), BACK)
    np.testing.assert_allclose(her.at(BACK), her.body_px)
    assert np.isnan(her.body_px[BODY.index(RIGHT_WRIST)]).all()
    turn = np.array([[1.02, -0.1, 12.0], [0.1, 1.02, -7.0]])
    np.testing.assert_allclose(
        her.at(BACK.moved(turn)), her.body_px @ turn[:, :2].T + turn[:, 2], atol=1e-6, equal_nan=True
    )


@pytest.mark.parametrize("seen", [None, pose(shift=150.0)], ids=["nobody", "somebody else"])
def test_without_her_pose_there_is_her_torso(seen: Pose | None):
    body = Receiver.of(seen, BACK).body_px
    known = np.isfinite(body).all(axis=1)
    assert set(np.array(BODY)[known]) == {LEFT_SHOULDER, RIGHT_SHOULDER, RIGHT_HIP, LEFT_HIP}
    assert np.isnan(body[BODY.index(LEFT_EAR)]).all()


def test_a_pose_with_its_sides_exchanged_is_hers_too():
    mirrored = pose().swapped()
    np.testing.assert_allclose(Receiver.of(mirrored, BACK).body_px[2:4], BACK.corners_px[:2])


def test_the_grid_tells_where_the_back_lies():
    grid = grid_px(BACK).reshape(len(GRID_U), len(GRID_V_CM), 2)
    np.testing.assert_allclose(grid[2, 2], BACK.c7_px, atol=1e-6)
    np.testing.assert_allclose(grid[-1, 2], BACK.l5_px, atol=1e-6)
    assert grid[5, 0, 0] < grid[5, 4, 0]  # her left is on the left of the picture


def test_the_view_draws_by_the_same_grid():
    script = resources.files("coach.ui").joinpath("assets", "practise_stage.js").read_text(encoding="utf-8")
    u, v = [GRID_U[0], GRID_U[-1]], [GRID_V_CM[0], GRID_V_CM[-1]]
    stated = re.search(r"GRID = \{ rows: (\d+), columns: (\d+), u: \[(.+?)\], v: \[(.+?)\] \}", script)
    assert stated is not None
    assert (int(stated[1]), int(stated[2])) == (len(GRID_U), len(GRID_V_CM))
    assert [float(x) for x in stated[3].split(",")] == u
    assert [float(x) for x in stated[4].split(",")] == v


def test_points_that_are_not_seen_are_none():
    assert points(np.array([[0.12346, 1.0], [np.nan, 2.0]])) == [[0.1235, 1.0], None]
