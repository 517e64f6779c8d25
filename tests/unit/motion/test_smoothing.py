"""Smoothing: no lag, circles kept, outliers out, gaps kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.motion.smoothing import BRIDGE_S, RATE_HZ, even_clock, local_quadratic, outliers, smooth


def test_even_clock_ends_with_the_samples():
    clock = even_clock(np.arange(31) / 15)
    assert clock[0] == 0
    assert clock[-1] == pytest.approx(2.0)
    assert np.diff(clock) == pytest.approx(1 / RATE_HZ)
    assert len(even_clock(np.zeros(0))) == 0


def test_a_quadratic_comes_out_exactly():
    # z = 1 + 2t - 3t² along, 4t across, at uneven times: a quadratic fit changes nothing.
    t = np.array([0.0, 0.05, 0.13, 0.18, 0.26, 0.33, 0.38, 0.45, 0.52])
    z = 4 * t + 1j * (1 + 2 * t - 3 * t**2)
    at = np.array([0.1, 0.2, 0.3])
    value, gain, own = local_quadratic(t, z, at)
    assert value == pytest.approx(4 * at + 1j * (1 + 2 * at - 3 * at**2))
    assert (gain <= 1).all()
    assert (own > 0).all()


@pytest.mark.parametrize("fps", [15, 20, 25, 30])
def test_a_circle_of_2_cm_at_2_hz_is_neither_flattened_nor_late(fps):
    t = np.arange(10 * fps) / fps
    circle = np.exp(2j * np.pi * 2 * t)
    at = even_clock(t)[40:-40]
    value, _, _ = local_quadratic(t, circle, at)
    response = np.mean(value * np.exp(-2j * np.pi * 2 * at))
    assert abs(response) > 0.95
    assert abs(np.degrees(np.angle(response))) < 0.5


def test_outliers_are_dropped_and_a_fast_circle_is_not():
    t = np.arange(150) / 15
    circle = 1.3 * np.exp(2j * np.pi * 2 * t)
    assert not outliers(circle).any()
    wild = circle.copy()
    wild[[20, 75, 120]] += [8, -7j, 6 + 6j]
    assert np.flatnonzero(outliers(wild)).tolist() == [20, 75, 120]


def test_a_gap_stays_a_gap():
    t = np.arange(150) / 15
    z = (1 + 1j) * np.ones(150)
    z[60:75] = complex(np.nan, np.nan)  # from 4.0 to 4.93 s
    clock = even_clock(t)
    known = np.isfinite(smooth(t, z, clock).z)
    inside = (clock > t[59] + 1e-6) & (clock < t[75] - 1e-6)
    assert not known[inside].any()
    assert known[~inside].all()


def test_one_lost_frame_is_bridged():
    t = np.delete(np.arange(100) / 12, 50)
    clock = even_clock(t)
    assert np.diff(t).max() < BRIDGE_S
    assert np.isfinite(smooth(t, np.exp(1j * t), clock).z).all()


@settings(max_examples=20, deadline=None)
@given(st.floats(0.2, 1.2), st.integers(0, 1000), st.sampled_from([12, 15, 30]))
def test_the_noise_is_told(noise, seed, fps):
    rng = np.random.default_rng(seed)
    t = np.sort(np.arange(40 * fps) / fps + rng.uniform(-0.2, 0.2, 40 * fps) / fps)
    z = 1.5 * np.exp(2j * np.pi * 0.7 * t) + noise * (rng.normal(size=len(t)) + 1j * rng.normal(size=len(t)))
    found = smooth(t, z, even_clock(t))
    assert found.noise_cm == pytest.approx(noise, rel=0.2)
    assert found.kept.mean() > 0.98


def test_too_few_samples_give_nothing():
    for n in range(4):
        result = smooth(np.arange(n) / 15, np.ones(n, complex), even_clock(np.arange(n) / 15))
        assert not np.isfinite(result.z).any()
        assert np.isnan(result.noise_cm)
