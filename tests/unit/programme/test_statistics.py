"""Numbers of small groups, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.programme.statistics import SMALL, Share, Spread, hide_small, paired, spread


def pairs(*differences: float) -> tuple[dict[str, float], dict[str, float]]:
    first = {f"A-{i}": 50.0 for i in range(len(differences))}
    return first, {f"A-{i}": 50.0 + d for i, d in enumerate(differences)}


def test_quartiles():
    assert spread([1.0, 2.0, 3.0, 4.0, 100.0]) == Spread(5, 3.0, 2.0, 4.0)
    assert spread([]) == Spread(0)


def test_a_share_of_few_is_no_percentage():
    assert Share(3, 4).percent is None
    assert Share(3, 5).percent == 60.0
    assert Share(0, 0).percent is None


def test_only_who_has_both_is_a_pair():
    found = paired({"A": 40.0, "B": 50.0, "C": 60.0}, {"B": 80.0, "C": 60.0, "D": 90.0})
    assert (found.n, found.before.median, found.after.median, found.difference.median) == (
        2,
        55.0,
        70.0,
        15.0,
    )
    assert (found.rose, found.same, found.fell) == (1, 1, 0)


def test_the_median_difference_is_not_the_difference_of_medians():
    found = paired({"A": 10.0, "B": 50.0, "C": 90.0}, {"A": 90.0, "B": 60.0, "C": 100.0})
    assert found.after.median - found.before.median == 40.0  # type: ignore[operator]
    assert found.difference.median == 10.0


def test_six_that_all_rise_by_different_amounts():
    """Only the two extreme of the 2^6 ways to give signs are as far out: p = 2 / 64."""
    assert paired(*pairs(10, 20, 30, 40, 50, 60)).p == pytest.approx(2 / 64)


def test_one_falls_by_least():
    """Ranks 1 against 2 to 6: sums of 0 or 1 on either side are as far out, four of the 64 ways."""
    assert paired(*pairs(-10, 20, 30, 40, 50, 60)).p == pytest.approx(4 / 64)


def test_ties_are_counted_out_as_well():
    """Six equal differences: still only all up or all down is as far out."""
    assert paired(*pairs(10, 10, 10, 10, 10, 10)).p == pytest.approx(2 / 64)


@pytest.mark.parametrize("differences", [(), (10,) * 5, (10,) * 5 + (0,) * 20])
def test_too_few_that_differ_get_no_test_and_a_reason(differences: tuple[float, ...]):
    found = paired(*pairs(*differences))
    assert found.p is None
    assert found.why_not


def test_small_cells_are_hidden_and_cannot_be_worked_out():
    assert hide_small({"a": 12, "b": 3, "c": 2}) == {"a": 12, "b": None, "c": None}
    assert hide_small({"a": 12, "b": 3, "c": 7}) == {"a": 12, "b": None, "c": None}  # 22 in all would tell b
    assert hide_small({"a": 12, "b": 0, "c": 7}) == {"a": 12, "b": 0, "c": 7}
    assert hide_small({"a": 12, "b": 1, "c": 1}) == {"a": None, "b": None, "c": None}  # 14 - 12 = 1 + 1
    assert hide_small({"a": 3}) == {"a": None}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_whatever_is_shown_points_to_nobody(counts: dict[str, int]):
    shown = hide_small(counts)
    assert all(value is None or value == 0 or value >= SMALL for value in shown.values())
    hidden = [name for name, value in shown.items() if value is None]
    others = [name for name in counts if name not in hidden and counts[name]]
    assert len(hidden) != 1 or not others
    assert not hidden or sum(counts[name] for name in hidden) >= SMALL or not others
