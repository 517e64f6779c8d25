"""Circles apart from travel."""

import numpy as np
import pytest

from coach.motion import circles
from coach.motion.legs import Leg

T = np.arange(400) / 20
WHOLE = [Leg(0, 400, 0.0, 0.0)]


def fit(z, hz=0.7, sense=1):
    return circles.harmonic(z, np.zeros(len(z), int), np.full(len(z), hz), sense)


def test_the_parts_of_an_exact_path_come_out():
    # Centre 3 + 1j cm moving 2 cm/s down, radius 1.5 in the positive and 0.3 in the negative sense.
    turning = np.exp(2j * np.pi * 0.7 * T)
    f = fit(3 + 1j + 2j * T + 1.5 * turning + 0.3 * turning.conj())
    middle = slice(40, -40)
    assert f.centre[middle] == pytest.approx((3 + 1j + 2j * T)[middle], abs=0.03)
    assert f.travel[middle] == pytest.approx(2j, abs=0.15)
    assert np.abs(f.turn[middle]) == pytest.approx(1.5, rel=0.03)
    assert np.abs(f.counter[middle]) == pytest.approx(0.3, abs=0.03)


def test_the_ends_keep_right():
    f = fit(2j * T + 1.5 * np.exp(2j * np.pi * 0.7 * T))
    assert f.centre[[0, -1]] == pytest.approx((2j * T)[[0, -1]], abs=0.4)
    assert np.abs(f.turn[[0, -1]]) == pytest.approx(1.5, rel=0.2)


def test_lost_frames_do_no_harm():
    z = 2j * T + 1.5 * np.exp(2j * np.pi * 0.7 * T)
    z[195:205] = complex(np.nan, np.nan)
    assert fit(z).centre[200] == pytest.approx(2j * T[200], abs=0.1)


def test_a_window_keeps_within_its_leg():
    z = np.where(T < 10, 0, 20j) + 1.2 * np.exp(2j * np.pi * 0.7 * T)
    f = circles.harmonic(z, (T >= 10).astype(int), np.full(400, 0.7), 1)
    assert f.centre[[198, 199]] == pytest.approx(0, abs=0.2)
    assert f.centre[[200, 201]] == pytest.approx(20j, abs=0.2)


@pytest.mark.parametrize("sense", [1, -1])
def test_circling_and_its_phase(sense):
    f = fit(np.exp(2j * np.pi * 0.7 * sense * T), sense=sense)
    on, phase = circles.circling(f, np.full(400, 0.7), sense, WHOLE)
    assert on[1:].all()
    assert (phase[-1] - phase[1]) / (2 * np.pi) == pytest.approx(0.7 * (T[-1] - T[1]), abs=0.02)


@pytest.mark.parametrize(
    ("what", "z"),
    [
        ("sliding straight down", 2j * T),
        ("resting", np.zeros(400, complex)),
        ("rubbing to and fro along the spine", 1.5j * np.sin(2 * np.pi * 0.7 * T)),
        ("circles of 3 mm", 0.3 * np.exp(2j * np.pi * 0.7 * T)),
    ],
)
def test_not_circling(what, z):
    on, phase = circles.circling(fit(z), np.full(400, 0.7), 1, WHOLE)
    assert not on.any(), what
    assert np.isnan(phase).all()


def test_an_ellipse_of_half_width_is_circling():
    z = np.cos(2 * np.pi * 0.7 * T) + 0.5j * np.sin(2 * np.pi * 0.7 * T)
    on, _ = circles.circling(fit(1.2 * z), np.full(400, 0.7), 1, WHOLE)
    assert on[1:].all()


def test_a_stop_makes_one_long_turn():
    # 0.7 turns/s, standing still from 8 to 10 s.
    moving = np.where(T < 8, T, np.where(T < 10, 8.0, T - 2))
    z = 1.5 * np.exp(2j * np.pi * 0.7 * moving)
    f = fit(z)
    on, phase = circles.circling(f, np.full(400, 0.7), 1, WHOLE)
    assert not on[175:185].any()
    through = circles.through_stops(phase, f.turn, np.isfinite(z), WHOLE)
    assert np.isfinite(through[1:]).all()
    assert (through[-1] - through[1]) / (2 * np.pi) == pytest.approx(0.7 * (moving[-1] - moving[1]), abs=0.1)


def test_runs_and_holes():
    mask = np.array([1, 1, 0, 1, 0, 0, 0, 1, 0], bool)
    assert circles.runs(mask) == [(0, 2), (3, 4), (7, 8)]
    assert circles.close_holes(mask, 1).tolist() == [True] * 4 + [False] * 3 + [True, False]
