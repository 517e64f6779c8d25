"""Tempo, regularity and their windows."""

import numpy as np
import pytest

from coach.motion import rhythm
from coach.motion.smoothing import RATE_HZ

T = np.arange(0, 40, 1 / RATE_HZ)


def test_tempo_by_hand():
    # 8 rad in 4 s: 2 rad/s are 60 · 2 / 2π = 19.1 turns a minute; it needs two turns (12.6 rad).
    phase = np.full(400, np.nan)
    phase[:200] = 2 * T[:200]
    assert rhythm.tempo_cpm(phase) == pytest.approx(60 * 2 / (2 * np.pi), rel=1e-6)
    assert rhythm.tempo_cpm(phase[:80]) is None
    assert rhythm.tempo_cpm(np.full(50, np.nan)) is None


def test_cycle_times_by_hand():
    # Turns of 1.0 and 1.5 s in turn: mean 1.25, SD 0.25, so the spread is 0.2.
    marks = np.cumsum([0, 1.0, 1.5] * 1 + [1.0, 1.5] * 9)
    phase = np.interp(T, marks, 2 * np.pi * np.arange(len(marks)))
    phase[marks[-1] < T] = np.nan
    times = rhythm.cycle_times_s(phase)
    assert times.mean() == pytest.approx(1.25, abs=0.02)
    # Turns counted from other angles mix the two.
    assert times.min() == pytest.approx(1.0, abs=0.03)
    assert times.max() == pytest.approx(1.5, abs=0.03)
    assert 0.08 < rhythm.cycle_cv(phase) < 0.21
    assert rhythm.cycle_cv(2 * np.pi * T) == pytest.approx(0, abs=1e-6)
    assert rhythm.cycle_cv(phase[:40]) is None


def test_autocorrelation_by_hand():
    z = np.array([1, 1j, -1, -1j] * 20, complex)
    known = np.ones(80, bool)
    assert rhythm.autocorrelation(z, known, np.array([1, 2, 4]), 0.0) == pytest.approx([0, -1, 1])
    # Half of the power is noise: the same movement counts twice.
    assert rhythm.autocorrelation(z, known, np.array([4]), 0.5) == pytest.approx([2])
    # Missing samples do not bias it.
    known[10:30] = False
    assert rhythm.autocorrelation(z, known, np.array([4]), 0.0) == pytest.approx([1])
    assert np.isnan(rhythm.autocorrelation(z, known, np.array([79, 200]), 0.0)).all()


def test_rotary_spectrum_tells_the_sense_and_ignores_lines():
    cpm = rhythm.FAST_CPM
    at = rhythm.window_centres(len(T), 8.0)
    for sense in (1, -1):
        area = rhythm.rotary_spectrum(1.5 * np.exp(sense * 2j * np.pi * 40 / 60 * T), at, 8.0, cpm)
        best = np.abs(area).argmax(axis=1)
        assert (cpm[best] == 40).all()
        assert area[np.arange(len(at)), best] == pytest.approx(sense * 1.5**2, rel=0.02)
    line = rhythm.rotary_spectrum(5j * np.sin(2 * np.pi * 40 / 60 * T), at, 8.0, cpm)
    assert np.abs(line).max() < 1e-9


def test_windows():
    assert rhythm.window_centres(0, 8.0).tolist() == []
    assert rhythm.window_centres(100, 8.0).tolist() == [50]
    assert rhythm.window_centres(200, 8.0).tolist() == [80, 100, 120]


@pytest.mark.parametrize("cpm", [26, 33, 40, 60, 90, 120, 150])
def test_guess_neither_halves_nor_doubles(cpm):
    # A stepwise descent adds travel at half the tempo along the spine; an egg-shaped path has harmonics.
    w = 2 * np.pi * cpm / 60 * T
    z = 1.3 * np.exp(1j * w) + 0.25 * np.exp(2j * w) + 1j * (1.5 * T + 0.4 * np.sin(w / 2))
    guess = rhythm.guess_tempo(z, np.zeros(len(T), int), 8.0, rhythm.FAST_CPM, 1.25)
    assert guess.sense == 1
    assert guess.cpm == pytest.approx(cpm, rel=0.12)


def test_regularity_over_time_falls_with_an_uneven_rhythm():
    rng = np.random.default_rng(3)
    even = 2 * np.pi * 0.7 * T
    uneven = np.cumsum(2 * np.pi * 0.7 / RATE_HZ * np.repeat(rng.uniform(0.5, 1.6, len(T) // 20), 20))
    at = rhythm.window_centres(len(T), 8.0)
    result = [rhythm.over_time(np.exp(1j * p), p, 0.0, at, 8.0) for p in (even, uneven)]
    assert result[0].regularity == pytest.approx(1, abs=0.01)
    assert result[0].cpm == pytest.approx(42, abs=0.1)
    assert np.nanmedian(result[1].regularity) < 0.8
