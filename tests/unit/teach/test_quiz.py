"""The quiz: its key is the item bank's, not knowing is not right, nothing is lost on the way."""

from __future__ import annotations

import pytest

from coach.teach.quiz import ITEMS, Answers, changes

KEY = {
    "both_sides": True, "on_spine": False, "downwards": True, "small_circles": True, "together": True,
    "duration": True, "pain": False, "fever": False, "family": True, "midwife": False,
}  # fmt: skip
"""Domain notes, section 4: B S B B B B S S B S."""


def answered(right: int, wrong_is: bool | None = None) -> Answers:
    """The first `right` items right; the others not known, or wrong."""
    given = {}
    for i, item in enumerate(ITEMS):
        given[item.id] = item.true if i < right else (None if wrong_is is None else not item.true)
    return Answers(given)


def test_the_key():
    assert {item.id: item.true for item in ITEMS} == KEY
    assert len(ITEMS) == 10


@pytest.mark.parametrize(
    ("right", "level"), [(10, "good"), (8, "good"), (7, "fair"), (6, "fair"), (5, "weak"), (0, "weak")]
)
def test_points_and_level(right: int, level: str):
    answers = answered(right)
    assert answers.right == right
    assert answers.percent == 10.0 * right
    assert answers.level == level
    assert answers.complete


def test_not_to_know_is_as_little_right_as_wrong():
    assert answered(4).right == answered(4, wrong_is=True).right == 4


def test_one_after_the_other():
    answers = Answers({})
    for item in ITEMS:
        assert answers.next_item is item
        assert not answers.complete
        answers = answers.answer(item, item.true)
    assert answers.next_item is None
    assert answers.right == 10
    assert answers.without_last().next_item is ITEMS[-1]


def test_an_answer_can_be_changed():
    answers = Answers({}).answer(ITEMS[0], False).answer(ITEMS[0], True)
    assert dict(answers.given) == {ITEMS[0].id: True}


def test_a_step_back_from_nothing():
    assert Answers({}).without_last().given == {}


def test_changes():
    found = changes(answered(3), answered(5))
    assert [c.before for c in found] == [True] * 3 + [False] * 7
    assert [c.after for c in found] == [True] * 5 + [False] * 5


def test_without_a_first_time_nothing_is_compared():
    for before in (None, Answers({ITEMS[0].id: True})):
        assert all(c.before is None for c in changes(before, answered(5)))
