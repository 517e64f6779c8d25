"""Points stay on the pixels they mark, whatever is done to a picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from training_given import GREY, dotted, scene_arrays, spread_points

from training import augment
from training.augment import Border, Placement, place, place_points, training_example, validation_example
from training.dataset import Pictures, build
from training.layout import HEIGHT, POINTS, SWAPPED, WIDTH

TURNED = Placement(turn=0.3, size=1.1, stretch=0.9, shift_cm=np.array([2.0, -3.0]))
MIRRORED = Placement(
    turn=-0.2, size=0.9, stretch=1.1, shift_cm=np.array([-1.0, 4.0]), mirrored=True, shear=0.1
)


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    build(tmp_path, [3], scene_arrays)
    return Pictures(tmp_path, validation=False)


def dots(image: np.ndarray) -> np.ndarray:
    """Centres of the white dots in a picture [shape=(n, 2)], the middle of the first pixel being 0."""
    white = (image.max(2) > (255 + GREY) / 2).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(white)
    return centres[1:][stats[1:, cv2.CC_STAT_AREA] >= 8]


def distance_to_dots(points: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Pixels from each point to the nearest dot."""
    return np.linalg.norm(points[:, None] - dots(image)[None], axis=2).min(1)


@pytest.mark.parametrize("placement", [TURNED, MIRRORED])
def test_points_stay_on_their_pixels(placement: Placement):
    image = place(dotted(spread_points()), placement)
    points = place_points(spread_points(), placement)
    inside = (points > 8).all(1) & (points < (WIDTH - 8, HEIGHT - 8)).all(1)
    assert inside.sum() >= 9
    assert distance_to_dots(points[inside], image).max() < 1


def test_unmoved_the_middle_stays_the_middle_and_5_cm_are_5_cm():
    still = Placement(turn=0, size=1, stretch=1, shift_cm=np.zeros(2))
    # 20 pixels of 0.25 cm are 5 cm, which are 16 2/3 pixels of 0.3 cm.
    placed = place_points(np.array([[128.0, 168.0], [148.0, 168.0]]), still)
    np.testing.assert_allclose(placed, [[80, 112], [80 + 5 / 0.3, 112]], atol=1e-9)
    shifted = Placement(turn=0, size=1, stretch=1, shift_cm=np.array([3.0, 0.6]))
    np.testing.assert_allclose(place_points(np.array([[128.0, 168.0]]), shifted), [[90, 114]], atol=1e-9)


def test_a_mirrored_picture_swaps_sides(pictures: Pictures, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Placement, "random", classmethod(lambda cls, rng: MIRRORED))
    left = POINTS.index("left_thumb_tip")
    pictures.visible[0] = pictures.visible[0].copy()
    pictures.visible[0][left] = False
    example = training_example(pictures, 0, np.random.default_rng(0))
    placed = place_points(spread_points(), MIRRORED)
    np.testing.assert_allclose(example.points[POINTS.index("right_thumb_tip")], placed[left], atol=1e-4)
    np.testing.assert_allclose(example.points[POINTS.index("c7")], placed[POINTS.index("c7")], atol=1e-4)
    assert not example.visible[POINTS.index("right_thumb_tip")]
    assert example.visible[left]


def test_every_point_has_its_counterpart():
    np.testing.assert_array_equal(SWAPPED[SWAPPED], np.arange(len(POINTS)))
    assert POINTS[SWAPPED[POINTS.index("left_wrist")]] == "right_wrist"
    assert POINTS[SWAPPED[POINTS.index("right_hip")]] == "left_hip"
    assert POINTS[SWAPPED[POINTS.index("l5")]] == "l5"


def test_validation_pictures_are_always_the_same_and_true(pictures: Pictures):
    first, second = (validation_example(pictures, 1) for _ in range(2))
    np.testing.assert_array_equal(first.image, second.image)
    assert first.image.shape == (HEIGHT, WIDTH, 3)
    assert first.exists.all()
    assert distance_to_dots(first.points, first.image).max() < 1


def test_the_same_draw_gives_the_same_picture_and_another_one_another(pictures: Pictures):
    first, second, other = (training_example(pictures, 0, np.random.default_rng(s)) for s in (5, 5, 6))
    np.testing.assert_array_equal(first.image, second.image)
    np.testing.assert_array_equal(first.points, second.points)
    assert not np.array_equal(first.image, other.image)


@pytest.mark.parametrize("seed", range(12))
def test_most_dots_are_found_after_everything(pictures: Pictures, seed: int):
    # Some are covered, out of the picture or washed out, so not every one can be asked for.
    example = training_example(pictures, 0, np.random.default_rng(seed))
    image = cv2.GaussianBlur(example.image, (0, 0), 1.0)
    tried = np.where(example.exists & (example.points > 6).all(1))[0]
    brighter = 0
    for x, y in example.points[tried]:
        column, row = min(int(x), WIDTH - 7), min(int(y), HEIGHT - 7)
        around = image[row - 6 : row + 7, column - 6 : column + 7].astype(float).mean(2)
        brighter += around[5:8, 5:8].mean() > around.mean() + 5
    assert brighter >= 0.6 * len(tried)


def test_what_leaves_the_picture_does_not_exist_any_more(pictures: Pictures, monkeypatch: pytest.MonkeyPatch):
    far = Placement(turn=0, size=1, stretch=1, shift_cm=np.array([30.0, 0.0]))
    monkeypatch.setattr(Placement, "random", classmethod(lambda cls, rng: far))
    example = training_example(pictures, 0, np.random.default_rng(0))
    inside = example.points[:, 0] < WIDTH
    np.testing.assert_array_equal(example.exists, inside)
    assert not example.visible[~inside].any()
    assert 0 < inside.sum() < len(POINTS)


def test_a_stroke_is_a_line_of_weight_one():
    stroke = augment._stroke(3, 0.0)
    assert stroke.shape == (7, 7)
    assert stroke.sum() == pytest.approx(1)
    assert np.flatnonzero(stroke.sum(1)).tolist() == [3]


def test_beyond_a_border_the_outermost_colours_go_on():
    image = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    image[..., 0] = np.arange(WIDTH)
    right = Border(np.array([1.0, 0.0]), 0.5)  # a quarter of the picture is not seen
    ends = 0.75 * WIDTH
    repeated = right.repeated(image)
    np.testing.assert_allclose(repeated[:, : int(ends)], image[:, : int(ends)])
    np.testing.assert_allclose(repeated[:, int(ends) :, 0], ends - 0.5, atol=0.51)
    assert right.inside(np.array([[ends - 1, 5], [ends + 1, 5]])).tolist() == [True, False]


@pytest.mark.parametrize("change", ["_tinted", "_sharpened"])
def test_what_is_grey_and_even_is_neither_tinted_nor_sharpened(change: str):
    even = np.full((40, 30, 3), 120.0, np.float32)
    for seed in range(20):
        changed = getattr(augment, change)(even, np.random.default_rng(seed))
        np.testing.assert_allclose(changed, even, atol=1e-3)


def test_tint_changes_colours_and_shade_all_colours_alike():
    rng = np.random.default_rng(4)
    skin = np.full((40, 30, 3), (90.0, 130.0, 200.0), np.float32)
    tinted = [augment._tinted(skin, rng)[0, 0] for _ in range(40)]
    assert 4 <= len(np.unique(np.round(tinted, 3), axis=0)) <= 20  # a quarter of them
    ratios = [augment._shaded(skin, rng) / skin for _ in range(40)]
    assert 4 <= sum(np.ptp(ratio) > 0.05 for ratio in ratios) <= 20
    for ratio in ratios:
        np.testing.assert_allclose(ratio, np.repeat(ratio[..., :1], 3, 2), rtol=1e-4)
        assert ratio.min() > 0.1
        assert ratio.max() < 10


def test_sharpening_leaves_seams_along_an_edge():
    edge = np.full((40, 30, 3), 80.0, np.float32)
    edge[:, 15:] = 160.0
    rng = np.random.default_rng(5)
    sharpened = [augment._sharpened(edge, rng) for _ in range(40)]
    seamed = [image for image in sharpened if not np.array_equal(image, edge)]
    assert 4 <= len(seamed) <= 20
    for image in seamed:
        assert image[20, 14, 0] < 75
        assert image[20, 15, 0] > 165
        np.testing.assert_allclose(image[20, [2, 27]], edge[20, [2, 27]], atol=1)
