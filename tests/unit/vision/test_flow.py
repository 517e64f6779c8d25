"""The flow on textures that move by a known step."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from coach.vision.flow import flow

POINTS = np.array([[60.0, 50.0], [100.0, 80.0], [75.5, 66.25]])


def texture() -> np.ndarray:
    """Fine and coarse detail, as skin has: from fine detail alone a long step cannot be told."""
    noise = np.random.default_rng(0).normal(size=(2, 160, 200))
    fields = [gaussian_filter(n, sigma, mode="wrap") for n, sigma in zip(noise, (2.0, 7.0), strict=True)]
    field = sum(f / f.std() for f in fields)
    return np.clip(128 + 40 * field, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("step", [(0, 0), (3, -2), (-7, 5), (14, 9)])
def test_a_shifted_texture_gives_exactly_its_shift(step: tuple[int, int]) -> None:
    before = texture()
    now = np.roll(before, step[::-1], axis=(0, 1))
    steps = flow(before, now, POINTS)
    assert steps.shape == (3, 2)
    assert steps == pytest.approx(np.tile(np.array(step, float), (3, 1)), abs=0.05)


def test_the_parts_of_a_picture_may_move_apart() -> None:
    before = texture()
    now = before.copy()
    now[:, :100] = np.roll(before, 4, axis=1)[:, :100]
    steps = flow(before, now, np.array([[50.0, 80.0], [150.0, 80.0]]))
    assert steps == pytest.approx(np.array([[4.0, 0.0], [0.0, 0.0]]), abs=0.05)


def test_a_point_whose_surroundings_vanish_is_lost() -> None:
    before = texture()
    now = before.copy()
    now[40:120, 60:140] = 128
    steps = flow(before, now, np.array([[100.0, 80.0], [25.0, 25.0]]))
    assert np.isnan(steps[0]).all()
    assert steps[1] == pytest.approx([0.0, 0.0], abs=0.05)


def test_points_outside_the_picture_are_lost() -> None:
    before = texture()
    assert np.isnan(flow(before, before, np.array([[-40.0, 50.0], [500.0, 50.0]]))).all()
