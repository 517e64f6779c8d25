from __future__ import annotations

import numpy as np
import pytest

from coach.vision.back import Back
from coach.vision.evidence import SpineEnds
from coach.vision.spineends import SpineCorrection
from coach.vision.torso import U_GRID, V_GRID

LENGTH, PX_PER_CM = 45.0, 4.0
C7, L5 = np.array([320.0, 60.0]), np.array([320.0, 60.0 + LENGTH * PX_PER_CM])
SURE = np.array([0.9, 0.9])


def flat_back() -> Back:
    """A back that lies flat and upright in the picture."""
    u, v = np.meshgrid(U_GRID, V_GRID, indexing="ij")
    skin = C7 + LENGTH * PX_PER_CM * np.stack([v, u], -1)
    return Back(skin, np.zeros_like(skin), np.zeros((4, 2)), LENGTH, 0.9)


def after(looks: list[tuple[np.ndarray, np.ndarray]]) -> Back:
    """The back after ends were seen `(offset of C7 and of L5 [shape=(2, 2)] in cm, confidence)`."""
    correction = SpineCorrection()
    for offset, sure in looks:
        correction.take(flat_back(), SpineEnds(np.array([C7, L5]) + offset * PX_PER_CM, sure))
    return correction.corrected(flat_back())


def test_without_a_look_nothing_moves():
    back = SpineCorrection().corrected(flat_back())
    np.testing.assert_allclose(back.skin_px, flat_back().skin_px)
    assert back.confidence == 0.9


def test_the_ends_go_most_of_the_way_to_where_they_are_seen():
    offset = np.array([[1.0, 0.5], [-0.5, 2.0]])
    back = after([(offset, SURE)] * 100)
    share = 0.85 * 100 / 105
    np.testing.assert_allclose(back.c7_px, C7 + share * offset[0] * PX_PER_CM, atol=1e-6)
    np.testing.assert_allclose(back.l5_px, L5 + share * offset[1] * PX_PER_CM, atol=1e-6)
    middle = back.to_pixels(np.array([0.5, 0.0]))
    np.testing.assert_allclose(middle, (back.c7_px + back.l5_px) / 2, atol=1e-6)
    assert back.confidence == 0.9


def test_the_first_looks_move_little():
    back = after([(np.array([[3.0, 0.0], [0.0, 0.0]]), SURE)])
    assert back.c7_px[0] - C7[0] == pytest.approx(3.0 * PX_PER_CM * 0.85 / 6)


def test_single_wild_looks_and_unsure_ones_do_not_count():
    steady = (np.array([[1.0, 0.0], [0.0, 0.0]]), SURE)
    wild = (np.array([[5.0, 5.0], [5.0, -5.0]]), SURE)
    unsure = (np.array([[-4.0, 0.0], [4.0, 0.0]]), np.array([0.4, 0.4]))
    back = after(([steady] * 7 + [wild] * 2 + [unsure] * 9) * 10)
    assert back.c7_px[0] - C7[0] == pytest.approx(1.0 * PX_PER_CM * 0.85, rel=0.07)
    np.testing.assert_allclose(back.l5_px, L5, atol=1e-6)


def test_two_networks_that_see_different_backs_lower_the_confidence_and_move_nothing():
    back = after([(np.array([[12.0, 0.0], [12.0, 0.0]]), SURE)] * 30)
    np.testing.assert_allclose(back.skin_px, flat_back().skin_px)
    assert back.confidence == pytest.approx(0.9 * 0.6)


def test_only_ten_seconds_are_remembered():
    first, then = np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 0.0]])
    back = after([(first, SURE)] * 400 + [(then, SURE)] * 150)
    np.testing.assert_allclose(back.c7_px, C7, atol=1e-6)
