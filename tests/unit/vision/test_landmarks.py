"""From a pose network's landmarks to joints, C7 and L5."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision.landmarks import features, known_as_back, torso_points
from coach.vision.pose import MIRRORED, TORSO, Pose

SIZE = (640, 480)
# What MediaPipe read on a rendered woman 1.4 m away, nearly straight from behind, rounded (`training.torso_stills`,
# seed 700020); and where her left and right shoulder joint, hip joints, C7 and L5 are in truth.
READ = {
    0: (296, 74),
    7: (280, 74),
    8: (324, 70),
    11: (235, 167),
    12: (401, 149),
    23: (292, 409),
    24: (388, 397),
}
METRES = {
    0: (-0.07, -0.64, 0.05), 7: (-0.14, -0.59, -0.07), 8: (0.01, -0.62, -0.07), 11: (-0.2, -0.43, -0.09),
    12: (0.11, -0.46, -0.04), 23: (-0.08, 0.01, -0.02), 24: (0.08, -0.01, 0.02),
}  # fmt: skip
TRUE = np.array([(225, 173), (406, 158), (283, 418), (395, 403), (316, 104), (344, 370)], float)
PX_PER_CM = 5.6


@pytest.fixture
def pose() -> Pose:
    landmarks, world = np.zeros((33, 2)), np.zeros((33, 3))
    for k, place in READ.items():
        landmarks[k], world[k] = place, METRES[k]
    return Pose(landmarks, world, np.ones(33))


def test_joints_and_ends_of_the_spine_are_within_two_centimetres(pose: Pose):
    found, known = torso_points(pose, SIZE)
    assert known > 0.95
    assert np.all(np.linalg.norm(found.points_px[:6] - TRUE, axis=1) < 2.5 * PX_PER_CM)
    assert np.all(found.sigma < 0.1)


def test_arms_and_legs_say_nothing(pose: Pose):
    """Hands on the hips or over the head must not move the back."""
    others = np.setdiff1d(np.arange(33), list(READ))
    landmarks = pose.landmarks_px.copy()
    landmarks[others] = np.random.default_rng(0).uniform(0, 640, (len(others), 2))
    moved = Pose(landmarks, pose.world, pose.visibility)
    assert np.array_equal(
        features(landmarks, pose.world, SIZE), features(pose.landmarks_px, pose.world, SIZE)
    )
    assert np.array_equal(torso_points(moved, SIZE)[0].points_px, torso_points(pose, SIZE)[0].points_px)


def test_a_picture_twice_as_large_gives_points_twice_as_far(pose: Pose):
    small, large = torso_points(pose, SIZE)[0], torso_points(pose.scaled(2.0), (1280, 960))[0]
    assert np.allclose(large.points_px, 2 * small.points_px, atol=1e-6)
    assert np.allclose(large.sigma, small.sigma)


def test_the_mirror_image_gives_mirrored_points(pose: Pose):
    landmarks = (pose.landmarks_px * [-1.0, 1.0] + [SIZE[0], 0.0])[MIRRORED]
    mirrored = Pose(landmarks, (pose.world * [-1.0, 1.0, 1.0])[MIRRORED], pose.visibility)
    sides = [1, 0, 3, 2, 4, 5, 7, 6, 9, 8]
    found = torso_points(mirrored, SIZE)[0].points_px[sides] * [-1.0, 1.0] + [SIZE[0], 0.0]
    assert np.allclose(found, torso_points(pose, SIZE)[0].points_px, atol=0.1 * PX_PER_CM)


def test_a_pose_like_nobody_s_back_is_not_known_and_claims_little(pose: Pose):
    landmarks = pose.landmarks_px.copy()
    landmarks[TORSO] = landmarks[TORSO][[2, 3, 0, 1]]  # upside down
    nobody = Pose(landmarks, pose.world, pose.visibility)
    found, known = torso_points(nobody, SIZE)
    assert known == known_as_back(nobody, SIZE) < 0.5
    assert np.isnan(found.points_px[4:]).all()
    assert found.sigma[0] > torso_points(pose, SIZE)[0].sigma[0]
