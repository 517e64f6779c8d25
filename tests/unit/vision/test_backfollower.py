"""Following a textured back through motions that are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from coach.vision.back import Back
from coach.vision.backfollower import BackFollower
from tests.unit.vision.test_back import LENGTH, torso


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """Smooth texture, as of skin and cloth."""
    rng = np.random.default_rng(5)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (480, 640)).astype(np.float32), (0, 0), 3)
    gray = np.clip(128 + 250 * noise, 0, 255).astype(np.uint8)
    return np.repeat(gray[..., None], 3, axis=2)


def moved(picture: np.ndarray, motion: np.ndarray) -> np.ndarray:
    return cv2.warpAffine(picture, motion, (640, 480), borderMode=cv2.BORDER_REFLECT)


def test_a_slow_shift_and_sway_are_followed_without_drift(picture: np.ndarray) -> None:
    back = Back.from_torso(torso(20), LENGTH)
    follower = BackFollower(back, picture)
    middle = back.spine_px.mean(0)
    for k in range(60):
        motion = cv2.getRotationMatrix2D(middle.tolist(), 2.0 * np.sin(k / 8), 1.0)
        motion[:, 2] += [0.4 * k, 3 * np.sin(k / 5)]
        now = follower.update(moved(picture, motion))
        true = back.moved(motion)
        assert now.spine_px == pytest.approx(true.spine_px, abs=0.8)
        assert now.confidence > 0.8


@pytest.mark.parametrize(("right", "down"), [(-240, 0), (240, 0), (0, -190), (0, 170), (-240, -190)])
def test_a_back_at_the_edge_of_the_picture_is_followed(picture: np.ndarray, right: int, down: int) -> None:
    back = Back.from_torso(torso(0), LENGTH).moved(np.array([[1.0, 0, right], [0, 1.0, down]]))
    follower = BackFollower(back, picture)
    for k in range(12):
        motion = np.array([[1.0, 0, 0.5 * k], [0, 1.0, 0.3 * k]])
        now = follower.update(moved(picture, motion))
    assert now.spine_px == pytest.approx(back.moved(motion).spine_px, abs=0.8)


def test_hands_that_slide_over_the_back_do_not_carry_it_along(picture: np.ndarray) -> None:
    back = Back.from_torso(torso(0), LENGTH)
    follower = BackFollower(back, picture)
    rng = np.random.default_rng(6)
    hand = rng.integers(0, 255, (60, 60, 3)).astype(np.uint8)
    for k in range(40):
        frame = picture.copy()
        y = int(back.c7_px[1] + 1.5 * k)
        x = int(back.c7_px[0])
        frame[y : y + 60, x - 30 : x + 30] = hand
        now = follower.update(frame)
    assert now.spine_px == pytest.approx(back.spine_px, abs=0.6)
    assert now.confidence > 0.6


def test_confidence_falls_when_the_back_is_gone_and_the_place_is_kept(picture: np.ndarray) -> None:
    back = Back.from_torso(torso(0), LENGTH)
    follower = BackFollower(back, picture)
    other = np.random.default_rng(7).integers(0, 255, picture.shape).astype(np.uint8)
    for _ in range(45):
        now = follower.update(other)
    assert now.confidence < 0.2
    assert now.spine_px == pytest.approx(back.spine_px)
    for _ in range(45):
        now = follower.update(picture)
    assert now.confidence > 0.8


def test_a_black_first_picture_is_no_error_and_a_later_one_serves(picture: np.ndarray) -> None:
    back = Back.from_torso(torso(0), LENGTH)
    follower = BackFollower(back, np.zeros_like(picture))
    for _ in range(30):
        dark = follower.update(np.zeros_like(picture))
    assert dark.confidence < 0.2
    for _ in range(45):
        now = follower.update(picture)
    assert now.confidence > 0.8


def test_a_shift_on_the_seat_is_taken_up_after_a_moment(picture: np.ndarray) -> None:
    back = Back.from_torso(torso(0), LENGTH)
    follower = BackFollower(back, picture)
    motion = np.array([[1.0, 0.0, 14.0], [0.0, 1.0, 5.0]])
    for _ in range(12):
        now = follower.update(moved(picture, motion))
    assert now.spine_px == pytest.approx(back.moved(motion).spine_px, abs=0.8)
