"""The tapped tempo: right for even taps, and hardly moved by a late, missed or doubled one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.scoring.bands import Band
from coach.teach.tapping import FEWEST, PAUSE_S, tapped

BAND = Band(15, 30, 60, 90)


def even(cpm: float, n: int, start: float = 100.0) -> list[float]:
    return [start + i * 60.0 / cpm for i in range(n)]


@pytest.mark.parametrize("cpm", [20.0, 40.0, 60.0, 120.0, 200.0])
def test_even_taps(cpm: float):
    found = tapped(even(cpm, 8))
    assert found is not None
    assert found.cpm == pytest.approx(cpm)
    assert found.even


def test_too_few_taps_say_nothing():
    assert tapped([]) is None
    assert tapped(even(40, FEWEST - 1)) is None
    assert tapped(even(40, FEWEST)) is not None


def test_worked_by_hand():
    # Intervals 1.0, 1.0, 1.2, 0.8, 1.0: sixty a minute, and the middle one late.
    found = tapped([0, 1, 2, 3.2, 4, 5])
    assert found is not None
    assert found.cpm == pytest.approx(60, abs=1)


def test_a_missed_tap_is_counted_as_missed():
    taps = even(40, 10)
    del taps[5]
    assert tapped(taps).cpm == pytest.approx(40)


def test_a_tap_too_many_is_left_out():
    taps = even(40, 10)
    taps.insert(6, taps[5] + 0.5)
    assert tapped(taps).cpm == pytest.approx(40)


def test_a_touch_that_bounces_is_one_tap():
    taps = sorted(t + d for t in even(50, 8) for d in (0.0, 0.03))
    found = tapped(taps)
    assert found.cpm == pytest.approx(50)
    assert found.taps == 8


def test_after_a_pause_only_the_new_attempt_counts():
    first, second = even(30, 8), even(60, 6, start=100 + 8 * 2 + PAUSE_S + 1)
    assert tapped(first + second).cpm == pytest.approx(60)
    assert tapped(first + second[:2]) is None


def test_it_follows_a_change():
    slow = even(30, 20)
    fast = even(60, 13, start=slow[-1] + 1)
    assert tapped(slow + fast).cpm == pytest.approx(60, abs=1)


def test_uneven_taps_are_told():
    taps = np.cumsum([0, 1.0, 1.5, 0.9, 1.6, 1.0, 1.5, 0.95, 1.55])
    assert not tapped(taps.tolist()).even


def test_what_is_not_a_number_is_left_out():
    assert tapped([*even(40, 6), float("nan"), float("inf")]).cpm == pytest.approx(40)


@pytest.mark.parametrize(("cpm", "side"), [(25, "slower"), (40, "right"), (61, "faster")])
def test_beside_the_band(cpm: float, side: str):
    assert tapped(even(cpm, 6)).against(BAND) == side


@given(st.floats(20, 150), st.lists(st.floats(-0.08, 0.08), min_size=10, max_size=12))
def test_a_shaky_hand_is_within_a_tenth(cpm: float, shake: list[float]):
    period = 60 / cpm
    times = [100 + (i + s) * period for i, s in enumerate(shake)]
    assert tapped(times).cpm == pytest.approx(cpm, rel=0.1)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40))
def test_any_list_is_answered(times: list[float]):
    found = tapped(times)
    assert found is None or (found.cpm > 0 and found.spread >= 0)
