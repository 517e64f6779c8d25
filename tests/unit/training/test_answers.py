from __future__ import annotations

import numpy as np
import pytest

from training.answers import likeliest

ROWS, COLUMNS = 112, 80


def flat() -> np.ndarray:
    return np.full((1, ROWS, COLUMNS), -30.0, np.float32)


def test_one_cell_is_its_middle():
    places = flat()
    places[0, 10, 20] = 5.0
    points, confidence = likeliest(places, np.array([-30.0]))
    # Cells are two pixels wide: cell 20 reaches from pixel 40 to 42.
    np.testing.assert_allclose(points, [[41, 21]], atol=1e-6)
    assert confidence == pytest.approx([1], abs=1e-6)


def test_two_cells_side_by_side_are_one_place():
    places = flat()
    places[0, 10, 20] = places[0, 10, 22] = 5.0
    points, confidence = likeliest(places, np.array([5.0]))
    np.testing.assert_allclose(points, [[43, 21]], atol=1e-6)
    # Three answers of equal weight, the third being "not here".
    assert confidence == pytest.approx([2 / 3], abs=1e-6)


def test_two_cells_far_apart_are_two_places():
    places = flat()
    places[0, 10, 20], places[0, 100, 70] = np.log(3), np.log(1)
    points, confidence = likeliest(places, np.array([-30.0]))
    np.testing.assert_allclose(points, [[41, 21]], atol=1e-6)
    assert confidence == pytest.approx([0.75], abs=1e-5)


def test_what_is_not_here_is_not_believed():
    places = flat()
    places[0, 0, 0] = 0.0
    _, confidence = likeliest(places, np.array([np.log(99)]))
    assert confidence == pytest.approx([0.01], abs=1e-5)
