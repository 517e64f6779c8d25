"""Which of several backs is taken for the receiver's: guesses and networks are fakes, the weighing is real."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision import together
from coach.vision.hands import Region
from coach.vision.massaged import Evidence
from coach.vision.pose import TORSO, Pose

SIZE = (640, 480)
HERS, HIS = np.array([380.0, 200.0]), np.array([240.0, 230.0])
NOTHING = np.zeros(SIZE[::-1], bool)


def pose(middle: np.ndarray) -> Pose:
    """A trunk of 120 pixels whose shoulders have their middle there."""
    torso = middle + np.array([(-50.0, 0.0), (50.0, 0.0), (-30.0, 120.0), (30.0, 120.0)])
    landmarks = np.tile(torso.mean(0), (33, 1))
    landmarks[TORSO] = torso
    region = Region(torso[2:].mean(0), 450.0, 0.0)
    mask = np.zeros((256, 256), np.uint8)
    return Pose(landmarks, np.zeros((33, 3)), np.ones(33), 1.0, region, mask, region)


def guess(frame: int, middle: np.ndarray, image: np.ndarray) -> together._Guess:
    return together._Guess(frame, pose(middle), 0.5, 0.95, image, NOTHING)


class Networks:
    """Reads whoever stands nearest to the middle of a region."""

    def read(self, image: np.ndarray, region: Region, mirrored: bool = False, mask: bool = False) -> Pose:
        both = [pose(HERS), pose(HIS)]
        return min(both, key=lambda p: float(np.hypot(*(p.torso_px[2:].mean(0) - region.centre))))


@pytest.fixture
def images(monkeypatch):
    """Six frames with a guess at him in each, at her in two; the picture moves around both."""
    noise, frames = np.random.default_rng(0), np.full((6, SIZE[1], SIZE[0], 3), 120, np.uint8)
    frames[:, 190:360, 180:440] = noise.integers(0, 255, (6, 170, 260, 3))

    def guesses(networks: Networks, number: int, image: np.ndarray) -> list[together._Guess]:
        return [guess(number, HIS, image)] + ([guess(number, HERS, image)] if number < 2 else [])

    monkeypatch.setattr(together, "_guesses", guesses)
    return list(frames)


def found(images: list[np.ndarray], look=None) -> np.ndarray:
    read = together.read_together(Networks(), images, look)  # type: ignore[arg-type]
    assert read is not None
    return np.mean([way.torso_px[:2].mean(0) for way in read[0]], axis=0)


def test_without_a_witness_the_back_that_is_guessed_most_is_taken(images):
    assert found(images) == pytest.approx(HIS)


def test_the_witness_outweighs_many_guesses_at_another_back(images, monkeypatch):
    def seen(look, image: np.ndarray, read: Pose, length_cm: float) -> Evidence:
        return Evidence(0.9 if read.torso_px[0, 0] > 300 else 0.02, 0.5)

    monkeypatch.setattr(together, "evidence", seen)
    assert found(images, look=lambda image, upright: None) == pytest.approx(HERS)


def test_a_witness_that_sees_nothing_anywhere_changes_nothing(images, monkeypatch):
    monkeypatch.setattr(together, "evidence", lambda *_: Evidence(0.0, 0.0))
    assert found(images, look=lambda image, upright: None) == pytest.approx(HIS)


def test_whoever_has_the_hands_on_another_back_weighs_little(monkeypatch):
    class Detecting(Networks):
        def detect(self, image: np.ndarray, at_least: float, most: int) -> list[tuple[float, Region]]:
            return [(0.9, Region(pose(HIS).torso_px[2:].mean(0), 450.0, 0.0))]

    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    pair: list[tuple[Pose, np.ndarray, np.ndarray] | None] = [(pose(HERS), image, ~NOTHING), None]
    monkeypatch.setattr(together, "known_as_back", lambda *_: 1.0)
    monkeypatch.setattr(together, "_at_the_hands_of", lambda *_: pair.pop(0))
    hers, his = together._guesses(Detecting(), 0, image)  # type: ignore[arg-type]
    (by_himself,) = together._guesses(Detecting(), 0, image)  # type: ignore[arg-type]
    assert his.weight == pytest.approx(together._HAS_HANDS_ON * by_himself.weight)
    assert hers.weight > his.weight
