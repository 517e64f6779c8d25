"""Where the back is looked over for hands."""

from __future__ import annotations

import numpy as np
import pytest

from coach.vision.scanning import PLACES, regions

SIZE = (640, 480)
UPRIGHT = np.array(
    [[0.25, 0.0, -80.0], [0.0, 0.25, -40.0]]
)  # 4 pixels a centimetre, upper back at (320, 160)
TURNED = np.array(
    [[0.0, 0.25, -60.0], [-0.25, 0.0, 80.0]]
)  # she lies: up the spine is to the right in the picture


def test_every_place_is_looked_at_once_a_round():
    assert len(np.unique(PLACES, axis=0)) == len(PLACES)
    some = [regions(first, 4, UPRIGHT, 4.0, SIZE) for first in range(0, len(PLACES), 4)]
    centres = {(round(r.centre[0]), round(r.centre[1]), round(r.angle, 2)) for part in some for r in part}
    inside = PLACES[(160 + 4 * PLACES[:, 1] >= 0)]
    assert len(centres) == len(inside)


def test_looks_that_follow_one_another_lie_apart():
    steps = np.hypot(*(np.diff(PLACES[:, :2], axis=0).T))
    assert np.median(steps) > 14.0


def test_places_turn_with_her():
    number = int(np.flatnonzero((PLACES[:, :2] == [3.5, 7.0]).all(1) & (PLACES[:, 2] == 0.0))[0])
    (here,) = regions(number, 1, UPRIGHT, 4.0, SIZE)
    np.testing.assert_allclose(here.centre, [334.0, 188.0])
    assert (here.side, here.angle) == pytest.approx((120.0, 0.0))  # 30 cm of 4 pixels
    (lying,) = regions(number, 1, TURNED, 4.0, SIZE)
    # 3.5 cm to her right is down in the picture, 7 cm down the spine is to the left
    np.testing.assert_allclose(lying.centre, [320.0 - 28.0, 240.0 + 14.0])
    assert lying.angle == pytest.approx(np.pi / 2)


def test_places_outside_of_the_picture_are_left_out():
    corner = np.array([[0.25, 0.0, 0.0], [0.0, 0.25, 0.0]])
    for region in regions(0, len(PLACES), corner, 4.0, SIZE):
        assert (region.centre >= 0).all()
