"""Crops, sides and palm boxes of the hand networks, worked out by hand; the networks themselves are faked."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision import hands
from coach.vision.hands import (
    INDEX_MCP,
    MIDDLE_MCP,
    PINKY_MCP,
    THUMB_IP,
    THUMB_MCP,
    THUMB_TIP,
    WRIST,
    HandReader,
    HandReading,
    PalmDetector,
    Region,
)

PX_PER_CM = 3.0
IMAGE = np.zeros((480, 640, 3), np.uint8)


def left_hand() -> np.ndarray:
    """A giver's left hand as the camera sees it: fingers up, the back of the hand outwards, the thumb right."""
    p = np.zeros((21, 2))
    p[WRIST] = [100, 130]
    p[[1, THUMB_MCP, THUMB_IP, THUMB_TIP]] = [[112, 122], [121, 113], [128, 107], [134, 100]]
    p[[INDEX_MCP, MIDDLE_MCP, 13, PINKY_MCP]] = [[110, 100], [103, 98], [96, 99], [90, 100]]
    for base in (INDEX_MCP, MIDDLE_MCP, 13, PINKY_MCP):
        p[base + 1 : base + 4] = p[base] - np.outer([9, 16, 22], [0, 1])
    return p


def mirrored(points: np.ndarray) -> np.ndarray:
    return np.array([200.0, 0.0]) + points * [-1.0, 1.0]


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return (points - points[WRIST]) @ np.array([[cos, -sin], [sin, cos]]).T + points[WRIST]


# --- regions --------------------------------------------------------------------------------------


def test_the_region_of_an_upright_hand_is_worked_out_by_hand() -> None:
    # Wrist (100, 130), middle of index and little knuckle (100, 100): 30 pixels straight up. The knuckle row is
    # 20 wide, less than the reach asks for, and 30 pixels are 10 cm, which a hand can be. So: centre one reach
    # from the wrist, at the knuckles.
    region = Region.around(left_hand(), PX_PER_CM)
    assert region.centre == pytest.approx([100, 100])
    assert region.side == pytest.approx(hands._REACH_TO_SIDE * 30)
    assert region.angle == pytest.approx(0.0)


@pytest.mark.parametrize("angle", [0.7, -0.7, 2.5])
def test_a_turned_hand_turns_its_region(angle: float) -> None:
    # Clockwise in the picture is positive: fingers to the right are a quarter turn.
    region = Region.around(turned(left_hand(), angle), PX_PER_CM)
    assert region.angle == pytest.approx(angle)
    assert region.side == pytest.approx(hands._REACH_TO_SIDE * 30)
    assert region.centre == pytest.approx(
        np.array([100, 130]) + 30 * np.array([np.sin(angle), -np.cos(angle)])
    )


def test_a_hand_pointing_at_the_camera_keeps_the_size_its_knuckles_tell() -> None:
    p = left_hand()
    p[[INDEX_MCP, PINKY_MCP]] = [[114, 125], [86, 125]]  # 5 pixels ahead, but 28 wide: 1.2 · 28 = 33.6
    region = Region.around(p, PX_PER_CM)
    assert region.side == pytest.approx(hands._REACH_TO_SIDE * hands._KNUCKLES_TO_REACH * 28)
    assert region.centre == pytest.approx([100, 130 - hands._KNUCKLES_TO_REACH * 28])


@pytest.mark.parametrize(("size", "limit"), [(0.2, 0), (5.0, 1)])
def test_a_poor_reading_cannot_make_the_region_smaller_or_larger_than_a_hand(size: float, limit: int) -> None:
    p = left_hand()
    region = Region.around(p[WRIST] + size * (p - p[WRIST]), PX_PER_CM)
    assert region.side == pytest.approx(hands._REACH_TO_SIDE * hands._REACH_CM[limit] * PX_PER_CM)


def test_landmarks_that_all_coincide_still_give_a_region() -> None:
    region = Region.around(np.full((21, 2), 50.0), PX_PER_CM)
    assert np.isfinite(region.centre).all()
    assert region.side > 0


def test_a_varied_region_turns_grows_and_moves_beside_the_fingers() -> None:
    right = Region(np.array([10.0, 20.0]), 100.0, np.pi / 2)  # fingers to the right: their right is down
    varied = right.varied(turn=0.1, grow=1.5, sideways=0.2)
    assert varied.centre == pytest.approx([10, 40])
    assert varied.side == pytest.approx(150)
    assert varied.angle == pytest.approx(np.pi / 2 + 0.1)
    assert right.side == 100.0  # the first is left as it was


def test_crop_pixels_land_where_they_should_in_the_picture() -> None:
    region = Region(np.array([300.0, 200.0]), 100.0, np.pi / 2)  # 100 pixels of picture on 200 of crop
    to_picture = region.to_picture(200)

    def place(x: float, y: float, matrix: np.ndarray = to_picture) -> np.ndarray:
        return matrix @ [x, y, 1.0]

    assert place(100, 100) == pytest.approx([300, 200])
    assert place(100, 0) == pytest.approx([350, 200])  # up in the crop is where the fingers point: right
    assert place(200, 100) == pytest.approx([300, 250])  # right in the crop is down in the picture
    other = region.to_picture(200, mirrored=True)
    assert place(100, 100, other) == pytest.approx([300, 200])
    assert place(100, 0, other) == pytest.approx([350, 200])
    assert place(200, 100, other) == pytest.approx([300, 150])  # mirrored: right in the crop is up instead
    assert np.linalg.det(to_picture[:, :2]) == pytest.approx(0.25)
    assert np.linalg.det(other[:, :2]) == pytest.approx(-0.25)


# --- readings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0.0, 1.0, -2.0, 3.1])
def test_a_left_hand_is_positive_and_its_mirror_image_negative_however_it_lies(angle: float) -> None:
    left = HandReading(turned(left_hand(), angle), 1.0).chirality()
    right = HandReading(mirrored(turned(left_hand(), angle)), 1.0).chirality()
    assert left > 0.1
    assert right == pytest.approx(-left)


def test_chirality_does_not_depend_on_size() -> None:
    assert HandReading(3 * left_hand(), 1.0).chirality() == pytest.approx(
        HandReading(left_hand(), 1.0).chirality()
    )


def test_knuckles_and_thumb_that_contradict_one_another_tell_no_side() -> None:
    p = left_hand()
    thumb = [1, THUMB_MCP, THUMB_IP, THUMB_TIP]
    p[thumb] = mirrored(p[thumb])
    assert HandReading(p, 1.0).chirality() == 0.0


def test_the_thumb_goes_on_beyond_the_last_landmark() -> None:
    # From (128, 107) to (134, 100) the step is (6, -7).
    share = hands._TIP_BEYOND
    assert share > 0
    expected = [134 + 6 * share, 100 - 7 * share]
    assert HandReading(left_hand(), 1.0).thumb_px == pytest.approx(expected)


# --- networks, faked ------------------------------------------------------------------------------


class Fake:
    """Stands in for a network: remembers what it was shown, answers what it was told."""

    def __init__(self, *answers: np.ndarray) -> None:
        self.answers, self.shown = answers, []

    def __call__(self, crop: np.ndarray) -> list[np.ndarray]:
        self.shown.append(crop)
        return list(self.answers)


def reader_with(network: Fake) -> HandReader:
    reader = HandReader.__new__(HandReader)
    reader._network = network  # type: ignore[assignment]
    return reader


@pytest.mark.parametrize("flip", [False, True])
def test_landmarks_come_back_in_pixels_of_the_picture(flip: bool) -> None:
    # The crop of 224 shows 112 pixels of picture, upright: two crop pixels are one.
    points = np.zeros((21, 3), np.float32)
    points[0] = [112, 112, 9]
    points[1] = [212, 12, 9]
    network = Fake(points.reshape(1, 63), np.array([[0.75]], np.float32))
    reading = reader_with(network)(IMAGE, Region(np.array([300.0, 200.0]), 112.0, 0.0), flip)
    assert reading.presence == pytest.approx(0.75)
    assert reading.landmarks[0] == pytest.approx([300, 200])
    assert reading.landmarks[1] == pytest.approx([250 if flip else 350, 150])
    assert network.shown[0].shape == (224, 224, 3)


def test_the_mirrored_look_shows_the_mirror_image() -> None:
    image = IMAGE.copy()
    image[:, 320:] = 255  # bright on the right
    network = Fake(np.zeros((1, 63), np.float32), np.ones((1, 1), np.float32))
    region = Region(np.array([320.0, 240.0]), 100.0, 0.0)
    reader_with(network)(image, region)
    reader_with(network)(image, region, mirrored=True)
    plain, flipped = network.shown
    assert plain[112, 200, 0] == flipped[112, 20, 0] == 255
    assert plain[112, 20, 0] == flipped[112, 200, 0] == 0


def test_the_detector_has_2016_anchors_spread_evenly() -> None:
    anchors = hands._anchors()
    assert anchors.shape == (2016, 2)  # 24 · 24 · 2 + 12 · 12 · 6
    assert anchors[0] == pytest.approx([4 / 192, 4 / 192])
    assert anchors[2] == pytest.approx([12 / 192, 4 / 192])  # two a cell, rows first
    assert anchors[24 * 24 * 2] == pytest.approx([8 / 192, 8 / 192])
    assert anchors.mean(0) == pytest.approx([0.5, 0.5])


def detector_with(boxes: dict[int, tuple[float, list[float]]]) -> PalmDetector:
    """A detector whose network answers these: anchor → logit, the 18 raw numbers."""
    raw, logits = np.zeros((1, 2016, 18), np.float32), np.full((1, 2016, 1), -20.0, np.float32)
    for anchor, (logit, numbers) in boxes.items():
        raw[0, anchor], logits[0, anchor] = numbers, logit
    detector = PalmDetector.__new__(PalmDetector)
    detector._network = Fake(raw, logits)  # type: ignore[assignment]
    detector._anchors = hands._anchors()
    return detector


def numbers(shift: float = 0.0) -> list[float]:
    """A palm 20 pixels wide, its wrist 8 below the anchor, its middle knuckle 8 above it."""
    points = [0.0] * 14
    points[0:2], points[4:6] = [shift, 8.0], [shift, -8.0]  # wrist is point 0, middle knuckle point 2
    return [shift, 0.0, 20.0, 20.0, *points]


WHOLE = Region(np.array([192.0, 192.0]), 384.0, 0.0)  # two pixels of picture for one of the network's input
MIDDLE = 2 * (12 * 24 + 12)  # the anchor at (100, 100) of 192


def test_a_palm_box_becomes_the_hand_region_worked_out_by_hand() -> None:
    (palm,) = detector_with({MIDDLE: (2.0, numbers())})(IMAGE, WHOLE, 0.5)
    # Centre (100, 100) is (200, 200) in the picture; the box is 40 wide there; the hand's middle lies half a box
    # towards the fingers, which point straight up.
    assert palm.score == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert palm.region.angle == pytest.approx(0.0)
    assert palm.region.side == pytest.approx(hands._PALM_TO_HAND * 40)
    assert palm.region.centre == pytest.approx([200, 180])


def test_a_palm_in_a_turned_square_is_turned_back() -> None:
    square = Region(np.array([192.0, 192.0]), 384.0, np.pi / 2)
    (palm,) = detector_with({MIDDLE: (2.0, numbers())})(IMAGE, square, 0.5)
    # (4, 4) right of and below the input's middle: (-8, 8) in the picture; the fingers point right.
    assert palm.region.angle == pytest.approx(np.pi / 2)
    assert palm.region.centre == pytest.approx([192 - 8 + 20, 192 + 8])


def test_overlapping_boxes_are_one_palm_at_their_weighted_mean() -> None:
    found = detector_with({MIDDLE: (0.0, numbers()), MIDDLE + 1: (1.0, numbers(4.0))})(IMAGE, WHOLE, 0.3)
    (palm,) = found
    low, high = 0.5, 1 / (1 + np.exp(-1.0))
    assert palm.score == pytest.approx(high)
    assert palm.region.centre[0] == pytest.approx(200 + 2 * 4 * high / (low + high))


def test_distant_boxes_are_two_palms_best_first_and_weak_ones_none() -> None:
    found = detector_with(
        {MIDDLE: (0.5, numbers()), MIDDLE + 10: (1.5, numbers()), MIDDLE - 20: (-1.5, numbers())}
    )(IMAGE, WHOLE, 0.5)
    assert [round(p.region.centre[0]) for p in found] == [200 + 5 * 16, 200]
    assert found[0].score > found[1].score > 0.5


def test_nothing_found_is_an_empty_list() -> None:
    assert detector_with({})(IMAGE, WHOLE, 0.5) == []
