"""Painting people out, and telling where a picture moves."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision.silhouettes import clean_plate, motion_map, only, painted_out, share_inside


def test_a_painted_out_person_takes_the_colour_around() -> None:
    image = np.full((120, 160, 3), 90, np.uint8)
    person = np.zeros((120, 160), bool)
    person[40:80, 60:100] = True
    image[person] = 250
    assert painted_out(image, person) == pytest.approx(np.full_like(image, 90), abs=2)
    kept = only(image, person)
    assert (kept[45:75, 65:95] == 250).all()


def test_everything_painted_out_is_still_a_picture() -> None:
    assert painted_out(np.full((60, 80, 3), 9, np.uint8), np.ones((60, 80), bool)).shape == (60, 80, 3)


def test_the_clean_plate_shows_what_is_seen_at_some_time() -> None:
    behind = np.random.default_rng(0).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    images, hidden = [], []
    for left in range(0, 60, 10):
        away = np.zeros((40, 60), bool)
        away[:, left : left + 10] = True
        image = behind.copy()
        image[away] = 0
        images.append(image)
        hidden.append(away)
    assert clean_plate(images, hidden) == pytest.approx(behind, abs=1)


def test_motion_is_found_where_it_is() -> None:
    rng = np.random.default_rng(1)
    images = []
    for _ in range(8):
        image = np.full((120, 160, 3), 100, np.uint8)
        x, y = rng.integers(20, 50, 2)
        image[y : y + 20, x : x + 20] = 255
        images.append(image)
    motion = motion_map(images)
    here = np.array([[15, 15], [75, 15], [75, 75], [15, 75]], float)
    assert share_inside(motion, here, (160, 120)) > 0.95
    assert share_inside(motion, here + np.array([90.0, 40.0]), (160, 120)) < 0.05
    assert motion_map(images[:1] * 3).sum() == 0.0
