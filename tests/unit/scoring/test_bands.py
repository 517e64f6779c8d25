import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.scoring.bands import Band

points = st.lists(st.floats(-100, 100), min_size=4, max_size=4).map(sorted)


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (15, 0.0),  # the outer point itself
        (22.5, 50.0),  # half way up
        (30, 100.0),
        (60, 100.0),
        (75, 50.0),  # half way down
        (90, 0.0),
        (200, 0.0),
    ],
)
def test_partial_credit_by_hand(value, score):
    assert Band(15, 30, 60, 90).score(value) == pytest.approx(score)


def test_a_step_where_two_points_meet():
    band = Band(1, 1, 2, 2)
    assert [band.score(x) for x in (0.999, 1, 2, 2.001)] == [0, 100, 100, 0]


def test_an_open_side():
    band = Band(45, 120, math.inf, math.inf)
    assert band.score(1e6) == 100
    assert band.to_list() == [45, 120, None, None]


@pytest.mark.parametrize("four", [(2, 1, 3, 4), (1, 2, 4, 3), (1, math.nan, 3, 4)])
def test_points_must_rise(four):
    with pytest.raises(ValueError, match="rise"):
        Band(*four)


def test_what_was_not_measured_has_no_points():
    with pytest.raises(ValueError, match="measured"):
        Band(1, 2, 3, 4).score(math.nan)


@given(points, st.floats(-200, 200), st.floats(0, 100))
def test_further_from_the_middle_is_never_better(four, x, step):
    band = Band(*four)
    middle = (band.a + band.b) / 2
    away = x + step if x >= middle else x - step
    assert band.score(away) <= band.score(x) + 1e-9
    assert 0 <= band.score(x) <= 100


@given(points, st.floats(-200, 200))
def test_holding_gives_full_marks_and_only_widens(four, x):
    band = Band(*four)
    wide = band.holding(x)
    assert wide.score(x) == 100
    assert wide.a <= band.a
    assert band.b <= wide.b
