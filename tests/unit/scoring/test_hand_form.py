"""Fists or open hands, from the looks that a recording tells of."""

from __future__ import annotations

import pytest

from coach.scoring.hand_form import LEAST_READ, META_KEY, UNKNOWN, hand_form


def told(left: tuple[int, int], right: tuple[int, int]):
    """Of looks that counted, and of those that saw an open hand."""
    hands = {"left": left, "right": right}
    return hand_form(
        {META_KEY: {hand: {"looks": 20, "read": n, "open": k} for hand, (n, k) in hands.items()}}
    )


@pytest.mark.parametrize(
    ("left", "right", "form"),
    [
        ((10, 0), (10, 1), "fist"),
        ((10, 10), (10, 8), "open"),
        ((0, 0), (6, 1), "fist"),  # one hand in sight is enough: both do the same
        ((10, 10), (10, 0), None),  # one of each
        ((12, 4), (0, 0), None),  # a third is too mixed ...
        ((12, 8), (0, 0), "open"),  # ... and two thirds are not
        ((2, 0), (2, 0), None),  # too few looks
        ((0, 0), (0, 0), None),
    ],
)
def test_the_share_of_open_hands_decides(left, right, form):
    found = told(left, right)
    assert found.form == form
    assert (found.read, found.open, found.looked) == (left[0] + right[0], left[1] + right[1], True)


def test_five_looks_are_needed():
    assert told((LEAST_READ - 1, 0), (0, 0)).form is None
    assert told((LEAST_READ - 1, 0), (1, 0)).form == "fist"


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {META_KEY: None},
        {META_KEY: "fist"},
        {META_KEY: {"left": {"read": 9, "open": 0}}},
        {META_KEY: {"left": {"read": "many", "open": 0}, "right": {"read": 9, "open": 0}}},
        {META_KEY: {"left": {"read": 1, "open": 9}, "right": {"read": 1, "open": 0}}},
    ],
)
def test_what_says_nothing_sound_counts_as_not_looked(meta):
    assert hand_form(meta) == UNKNOWN
