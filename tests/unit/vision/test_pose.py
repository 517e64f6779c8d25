"""Poses: sides from geometry, and regions as the network wants them. No network is run here."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision.pose import MIRRORED, TORSO, Pose, apart, body_region, median_pose


def pose(torso: np.ndarray) -> Pose:
    landmarks = np.zeros((33, 2))
    landmarks[TORSO] = torso
    return Pose(landmarks, np.zeros((33, 3)), np.ones(33))


FROM_BEHIND = np.array([[100.0, 100.0], [160.0, 100.0], [110.0, 200.0], [150.0, 200.0]])


def test_from_behind_her_left_is_on_the_left() -> None:
    assert pose(FROM_BEHIND).shows_back
    facing = pose(FROM_BEHIND[[1, 0, 3, 2]])
    assert not facing.shows_back
    assert facing.seen_from_behind().torso_px == pytest.approx(FROM_BEHIND)


def test_sides_hold_when_she_lies_across_the_picture() -> None:
    # Turned by 90° (head to the left): left and right of the picture tell nothing, her own trunk does.
    turned = FROM_BEHIND @ np.array([[0.0, -1.0], [1.0, 0.0]])
    assert pose(turned).shows_back


def test_mirroring_twice_changes_nothing() -> None:
    assert MIRRORED[MIRRORED].tolist() == list(range(33))
    assert MIRRORED[0] == 0


def test_a_swapped_reading_is_the_same_back() -> None:
    assert apart(pose(FROM_BEHIND), pose(FROM_BEHIND[[1, 0, 3, 2]])) == pytest.approx(0.0)
    assert apart(pose(FROM_BEHIND), pose(FROM_BEHIND + np.array([30.0, 40.0]))) == pytest.approx(
        0.5
    )  # 50 px of a 100 px trunk


def test_the_median_ignores_one_wild_reading() -> None:
    several = [pose(FROM_BEHIND), pose(FROM_BEHIND + 1), pose(FROM_BEHIND + 300)]
    assert median_pose(several).torso_px == pytest.approx(FROM_BEHIND + 1)


def test_the_region_stands_upright_along_the_body() -> None:
    region = body_region(np.array([100.0, 200.0]), np.array([100.0, 100.0]))
    assert region.angle == pytest.approx(0.0)
    assert region.side == pytest.approx(250.0)
    leaning = body_region(np.array([100.0, 200.0]), np.array([200.0, 200.0]))
    assert leaning.angle == pytest.approx(np.pi / 2)  # the head to the right
