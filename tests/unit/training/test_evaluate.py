from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from training_given import scene_arrays

from training.augment import validation_example
from training.dataset import About, Pictures, build
from training.evaluate import Judgement, Model, groups, judge, one_line, plot, reliability, report
from training.layout import CELL_PX, HEIGHT, POINTS, SWAPPED, THUMB_TIPS, VALIDATION_SEED, WIDTH

SEEDS = (VALIDATION_SEED, VALIDATION_SEED + 1, VALIDATION_SEED + 2)


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """Six pictures; the last two without a giver."""
    build(tmp_path, SEEDS, lambda seed: scene_arrays(seed, giver=seed != SEEDS[-1]))
    return Pictures(tmp_path, validation=True)


def knows_all(pictures: Pictures, swap: bool = False) -> Model:
    """A network that is sure of the truth, or of the truth with left and right swapped."""
    examples = [validation_example(pictures, i) for i in range(len(pictures))]

    def of(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The points in the picture, plain or mirrored, and which exist."""
        for example in examples:
            if np.array_equal(image, example.image):
                return example.points, example.exists
            if np.array_equal(image[:, ::-1], example.image):
                return (example.points * [-1, 1] + [WIDTH, 0])[SWAPPED], example.exists[SWAPPED]
        raise AssertionError("a picture that is none of them")

    def run(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        places = np.full((len(images), len(POINTS), HEIGHT // CELL_PX, WIDTH // CELL_PX), -30, np.float32)
        flags = np.full((len(images), len(POINTS), 2), -30, np.float32)
        for i in range(len(images)):
            points, exists = of(images[i])
            for k, (x, y) in enumerate(points[SWAPPED] if swap else points):
                places[i, k, int(y) // CELL_PX, int(x) // CELL_PX] = 10
            flags[i, ~exists, 0] = 40
        return places, flags

    return run


def judgement(errors_cm: list[float], confidence: list[float], exists: bool = True) -> Judgement:
    """One picture per error, both thumbs off by it along x."""
    n = len(errors_cm)
    offsets = np.zeros((n, len(POINTS), 2))
    offsets[:, THUMB_TIPS, 0] = np.array(errors_cm)[:, None]
    there = np.full((n, len(POINTS)), exists)
    about = [About("fist", 0.1, 0.1, "bra", 0.0, "sit", i, 0.0) for i in range(n)]
    sure = np.repeat(np.array(confidence)[:, None], len(POINTS), 1)
    return Judgement(offsets, np.zeros_like(offsets), sure, there, there, there[:, 0], about)


def test_who_knows_the_truth_is_right(pictures: Pictures):
    told = judge(knows_all(pictures), pictures)
    # Half a cell's diagonal is what a single cell can be off.
    assert told.errors_cm[told.visible].max() <= np.hypot(1, 1) * 0.3 + 1e-6
    assert told.confidence[told.exists].min() > 0.99
    assert told.confidence[~told.exists].max() < 0.01
    assert told.giver.tolist() == [True] * 4 + [False] * 2
    everywhere = np.ones(6, bool)
    assert not told.swapped(everywhere).any()
    assert len(told.swapped(everywhere)) == 4
    assert one_line(told).startswith("fist 100 %/100 % ")


def test_swapped_hands_are_noticed(pictures: Pictures):
    told = judge(knows_all(pictures, swap=True), pictures)
    assert told.swapped(np.ones(6, bool)).tolist() == [True] * 4


def test_tables_tell_the_numbers(pictures: Pictures, tmp_path: Path):
    told = judge(knows_all(pictures), pictures)
    text = report(told)
    # Four pictures with a giver have eight thumbs; of the odd seed two pictures are fists.
    assert "| all (6) | 8 of 8: 100 % | 8 of 8: 100 % |" in text
    assert "| grip: fist (2) | 4 of 4: 100 % |" in text
    assert "| view: over 40° (6) |" in text
    assert "thumbs told where nobody massages (2 pictures)" in text
    assert "| 0.5 | 100 % | 100 % | 0.0 % |" in text
    plot(told, tmp_path / "reliability.png")
    assert cv2.imread(str(tmp_path / "reliability.png")) is not None


def test_confidence_is_held_against_what_was_right():
    # Two thumbs a picture. 0.85 is right in 2 of 4 pictures, 0.25 in 1 of 1: 2.2 cm off is another place.
    curve = reliability(judgement([0, 1, 2.2, 9, 0], [0.85, 0.85, 0.85, 0.85, 0.25]), THUMB_TIPS)
    assert curve.count.tolist() == [0, 0, 2, 0, 0, 0, 0, 0, 8, 0]
    assert curve.true[[2, 8]] == pytest.approx([1.0, 0.5])
    assert curve.said[[2, 8]] == pytest.approx([0.25, 0.85])
    assert curve.error == pytest.approx((2 * 0.75 + 8 * 0.35) / 10)


def test_a_point_that_does_not_exist_cannot_be_found():
    curve = reliability(judgement([0], [0.95], exists=False), THUMB_TIPS)
    assert curve.true[9] == 0


def test_every_picture_is_of_one_kind_each():
    about = [
        About("fist", s, 1 - s, "bra", lean, "sit", 1, a)
        for s in (0, 0.5, 1)
        for lean, a in ((15, -20), (35.1, 40))
    ]
    kinds = groups(about)
    for kind in ("grip", "view", "her skin", "giver's skin", "wears", "leans"):
        together = np.sum([rows for name, rows in kinds.items() if name.startswith(kind + ":")], axis=0)
        assert together.tolist() == [1] * len(about)
    assert kinds["view: 20 to 40°"].all()
    assert kinds["leans: over 35°"].sum() == 3
