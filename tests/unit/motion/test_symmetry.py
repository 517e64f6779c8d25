"""The hands together."""

import numpy as np
import pytest

from coach.motion.symmetry import synchrony, tempo_gap

T = np.arange(0, 40, 0.05)
TURN = 2 * np.pi * 40 / 60 * T


def test_tempo_gap_by_hand():
    assert tempo_gap(36.0, 44.0) == pytest.approx(0.2)
    assert tempo_gap(None, 44.0) is None


def test_locked_hands():
    # Parallel circles, the left hand 30° ahead.
    sync = synchrony(np.stack([TURN + np.pi / 6, TURN], axis=1), np.array([1, 1]), 40.0, 40.0)
    assert sync.plv == pytest.approx(1)
    assert sync.phase_deg == pytest.approx(30)
    assert sync.locked == 1
    assert sync.mirrored is False


def test_mirrored_hands_are_together_when_both_are_outermost():
    # v_left = -3 - cos, v_right = 3 + cos, y = sin for both: z_left turns negatively from -1, at phase -π.
    sync = synchrony(np.stack([TURN - np.pi, TURN], axis=1), np.array([-1, 1]), 40.0, 40.0)
    assert sync.mirrored is True
    assert sync.phase_deg == pytest.approx(0, abs=1e-6)


def test_hands_that_drift_apart():
    sync = synchrony(np.stack([TURN * 1.1, TURN], axis=1), np.array([1, 1]), 44.0, 40.0)
    assert sync.plv < 0.5
    assert sync.locked < 0.6
    assert sync.tempo_gap == pytest.approx(4 / 42)


def test_half_a_minute_is_needed():
    phase = np.stack([TURN, TURN], axis=1)
    phase[:250] = np.nan
    sync = synchrony(phase, np.array([1, 1]), 40.0, 40.0)
    assert sync.plv is None
    assert sync.phase_deg is None
    assert sync.tempo_gap == 0
