"""Our own network: where the crop lies, and how its answer is read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from coach.motion.recording import LEFT
from coach.vision import keypoints
from coach.vision.evidence import Proposal, Scene
from coach.vision.hands import INDEX_MCP, MIDDLE_MCP, PINKY_MCP, THUMB_IP, THUMB_MCP, THUMB_TIP, WRIST, Region
from coach.vision.keypoints import CELL_PX, HEIGHT, WIDTH, Keypoints, as_landmarks

ROWS, COLUMNS = HEIGHT // CELL_PX, WIDTH // CELL_PX


def answer(**places: dict[tuple[int, int], float]) -> np.ndarray:
    """Logits that give the named points these probabilities, by (row, column); nothing elsewhere."""
    logits = np.full((len(places), ROWS, COLUMNS), -50.0, np.float32)
    for k, shares in enumerate(places.values()):
        for cell, share in shares.items():
            logits[k][cell] = np.log(share)
    return logits


def test_one_sure_place():
    points, sure = keypoints.likeliest(keypoints.shares(answer(tip={(10, 20): 1.0}), np.array([-50.0])))
    assert points[0] == pytest.approx([(20 + 0.5) * CELL_PX, (10 + 0.5) * CELL_PX])
    assert sure[0] == pytest.approx(1.0)


def test_between_two_cells():
    points, sure = keypoints.likeliest(
        keypoints.shares(answer(tip={(10, 20): 0.75, (10, 21): 0.25}), np.array([-50.0]))
    )
    assert points[0] == pytest.approx([(20.25 + 0.5) * CELL_PX, (10 + 0.5) * CELL_PX])
    assert sure[0] == pytest.approx(1.0)


def test_two_places_and_the_answer_that_it_is_not_here():
    # A quarter here, a half far away, a quarter for "not here": the half wins, and is as sure as a half.
    logits = answer(tip={(10, 20): 0.25, (60, 50): 0.5})
    points, sure = keypoints.likeliest(keypoints.shares(logits, np.log([0.25])))
    assert points[0] == pytest.approx([(50 + 0.5) * CELL_PX, (60 + 0.5) * CELL_PX])
    assert sure[0] == pytest.approx(0.5)


def test_many_near_weigh_more_than_one_that_is_higher():
    near = {(30, 30): 0.2, (31, 30): 0.2, (30, 31): 0.2}
    points, sure = keypoints.likeliest(
        keypoints.shares(answer(tip={**near, (80, 10): 0.4}), np.array([-50.0]))
    )
    assert points[0] == pytest.approx([(30 + 1 / 3 + 0.5) * CELL_PX, (30 + 1 / 3 + 0.5) * CELL_PX])
    assert sure[0] == pytest.approx(0.6)


def test_a_lesser_possibility_beside_does_not_draw_the_place_over():
    # Three cells aside, the finger next to the thumb: the place is the thumb's, but sure is what lies near, both.
    points, sure = keypoints.likeliest(
        keypoints.shares(answer(tip={(30, 30): 0.6, (30, 33): 0.4}), np.array([-50.0]))
    )
    assert points[0] == pytest.approx([(30 + 0.5) * CELL_PX, (30 + 0.5) * CELL_PX])
    assert sure[0] == pytest.approx(1.0)


def test_at_the_rim():
    points, sure = keypoints.likeliest(keypoints.shares(answer(tip={(0, 0): 1.0}), np.array([-50.0])))
    assert points[0] == pytest.approx([0.5 * CELL_PX, 0.5 * CELL_PX])
    assert sure[0] == pytest.approx(1.0)


def test_six_points_as_landmarks():
    hand = np.array([[0, 0], [1, 0], [2, 0], [3, 0], [3, 6], [9, 3]], float)
    landmarks = as_landmarks(hand)
    assert landmarks.shape == (21, 2)
    for index, point in zip((THUMB_TIP, THUMB_IP, THUMB_MCP, INDEX_MCP, PINKY_MCP, WRIST), hand, strict=True):
        assert landmarks[index] == pytest.approx(point)
    assert landmarks[MIDDLE_MCP] == pytest.approx([3, 2])


UPRIGHT = np.array([[0.1, 0.0, -32.0], [0.0, 0.1, -24.0]])  # ten pixels to the centimetre around (320, 240)


def test_the_crop_shows_the_place_that_it_says():
    """A bright spot in a fine picture, made coarser on the way, is found where it was."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[296:304, 416:424] = 255  # around (420, 300) at the corner between pixels
    to_crop = keypoints._crop(UPRIGHT)
    small, moved = keypoints._not_too_fine(image, to_crop)
    assert small.shape[0] < 480
    crop = cv2.warpAffine(small, moved, (WIDTH, HEIGHT))[..., 0].astype(float)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    centre = np.array([(crop * x).sum(), (crop * y).sum()]) / crop.sum()
    assert centre == pytest.approx(to_crop @ [420, 300, 1], abs=0.6)


class FakeNetwork:
    """Finds the left hand surely and the right one hardly."""

    def __init__(self, *_: object) -> None: ...

    def __call__(self, image: np.ndarray, upright: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.arange(28.0).reshape(14, 2), np.array([0.9] * 6 + [0.05] * 6 + [0.7, 0.6])


def test_a_hand_that_is_hardly_found_is_not_proposed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keypoints, "KeypointNetwork", FakeNetwork)
    picture, square = np.zeros((480, 640, 3), np.uint8), Region(np.array([320.0, 240.0]), 300.0, 0.0)
    told = Keypoints("unused").propose(picture, Scene(square, 10.0, upright=UPRIGHT))  # type: ignore[arg-type]
    (only,) = told.hands
    assert (only.side, only.confidence) == (LEFT, pytest.approx(0.9))
    assert only.thumb_px == pytest.approx([0, 1])
    assert only.hand_px is not None
    assert only.hand_px[WRIST] == pytest.approx([10, 11])
    assert told.ends is not None
    assert told.ends.points_px == pytest.approx(np.array([[24, 25], [26, 27]]))
    assert told.ends.confidence == pytest.approx([0.7, 0.6])
    assert Keypoints("unused").propose(picture, Scene(square, 10.0)) == Proposal()  # type: ignore[arg-type]
