"""Our own network as a witness of the massaged back: a fake one sees one woman, and hands on her or none."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision import anthropometry as body
from coach.vision.massaged import Evidence, corrected, evidence
from coach.vision.pose import TORSO, Pose
from coach.vision.torso import Observed

LENGTH, PX_PER_CM = 45.0, 4.0
IMAGE = np.zeros((480, 640, 3), np.uint8)
HALF = body.SHOULDER_JOINTS * LENGTH / 2
# Straight from behind: C7, L5, then the shoulder joints, pixels.
HERS = np.array([300.0, 150.0]) + PX_PER_CM * np.array([(0, 0), (0, LENGTH), (-HALF, 5), (HALF, 5)])


class Network:
    """Sees the points `HERS`, and both thumbs with `thumbs`, wherever its crop of 48 × 67 cm shows all of them."""

    def __init__(self, thumbs: float = 0.9, ends: float = 0.95, shoulders: float = 0.9) -> None:
        self.confidence = np.array([thumbs] * 12 + [ends] * 2 + [shoulders] * 2)
        self.crops: list[np.ndarray] = []

    def __call__(self, image: np.ndarray, upright: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.crops.append(upright)
        cm = HERS @ upright[:, :2].T + upright[:, 2]
        inside = (np.abs(cm) < [24, 33.5]).all()
        points = np.vstack([np.tile(HERS[:1], (12, 1)), HERS])
        return points, self.confidence if inside else 0.1 * self.confidence


def pose(moved_cm: tuple[float, float] = (0.0, 0.0)) -> Pose:
    """Somebody whose middles of shoulders and hips are her C7 and L5, moved."""
    torso = HERS[[0, 0, 1, 1]] + PX_PER_CM * (np.array([(-HALF, 0), (HALF, 0), (-7, 0), (7, 0)]) + moved_cm)
    landmarks = np.tile(torso.mean(0), (33, 1))
    landmarks[TORSO] = torso
    return Pose(landmarks, np.zeros((33, 3)), np.ones(33))


def read(moved_cm: tuple[float, float] = (0.0, 0.0)) -> Observed:
    points = np.full((10, 2), np.nan)
    points[[4, 5, 0, 1]] = HERS + PX_PER_CM * np.array(moved_cm)
    return Observed(points, np.full(10, 0.05))


def test_on_her_back_ends_and_thumbs_are_seen():
    seen = evidence(Network(), IMAGE, pose(), LENGTH)
    assert seen.sure == pytest.approx(0.95 * 0.9)
    assert seen.weight > 0.75


def test_a_back_without_hands_is_not_the_massaged_one():
    assert evidence(Network(thumbs=0.02), IMAGE, pose(), LENGTH).weight < 0.05


def test_a_pose_beside_her_counts_little_although_she_is_seen():
    seen = evidence(Network(), IMAGE, pose((8.0, 0.0)), LENGTH)
    assert seen.sure == pytest.approx(0.95 * 0.9)
    assert seen.off_cm == pytest.approx(8.0, abs=1.0)
    assert seen.weight < 0.25


def test_where_she_is_not_in_the_crop_nothing_is_seen():
    assert evidence(Network(), IMAGE, pose((40.0, 0.0)), LENGTH).weight < 0.1


def test_the_second_look_is_around_the_seen_spine():
    network = Network()
    evidence(network, IMAGE, pose((8.0, 0.0)), LENGTH)
    first, second = (upright[:, :2] @ HERS[0] + upright[:, 2] for upright in network.crops)
    assert first[0] == pytest.approx(-8.0, abs=0.5)  # the spine aside of the first crop's middle
    assert second[0] == pytest.approx(0.0, abs=1e-6)


def test_ends_and_shoulders_move_to_where_they_are_seen():
    before = read((3.0, -2.0))
    after = corrected(Network(), IMAGE, before, LENGTH)
    assert after.points_px[[4, 5, 0, 1]] == pytest.approx(HERS)
    assert (after.sigma[[0, 1, 4, 5]] < before.sigma[[0, 1, 4, 5]]).all()
    assert np.isnan(after.points_px[6:]).all()
    assert before.points_px[4] == pytest.approx(
        HERS[0] + PX_PER_CM * np.array([3.0, -2.0])
    )  # not changed in place


def test_a_shoulder_that_is_hidden_stays():
    before = read((3.0, 0.0))
    after = corrected(Network(shoulders=0.2), IMAGE, before, LENGTH)
    assert after.points_px[:2] == pytest.approx(before.points_px[:2])
    assert after.points_px[4:6] == pytest.approx(HERS[:2])


@pytest.mark.parametrize(("network", "moved"), [(Network(ends=0.3), (3.0, 0.0)), (Network(), (15.0, 0.0))])
def test_ends_that_are_unsure_or_far_away_move_nothing(network: Network, moved: tuple[float, float]):
    before = read(moved)
    assert corrected(network, IMAGE, before, LENGTH) is before


def test_evidence_far_off_weighs_little():
    assert Evidence(1.0, 0.0).weight == 1.0
    assert Evidence(1.0, 6.0).weight == pytest.approx(np.exp(-1))
