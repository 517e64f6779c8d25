"""Who has reached which level, by criteria that an instructor sets; and who trained whom."""

from __future__ import annotations

import pytest
from programme_given import LESSON, cadre, passed, programme, quiz, round_

from coach.programme.criteria import BY_NAME, GROUPS, SETTINGS, Criteria
from coach.programme.facts import Member
from coach.programme.levels import LEVELS, Branch, standings, tree


def level(member: Member, **criteria: float) -> tuple[int, tuple[str, ...]]:
    found = standings(programme(member, criteria=Criteria(criteria)))[member.code]
    return found.level, found.missing


def test_somebody_new_has_reached_nothing():
    assert level(Member("A-1")) == (0, ("learned_present", "learned_percent"))


@pytest.mark.parametrize(
    ("changes", "reached", "missing"),
    [
        ({"present": frozenset()}, 0, ("learned_present",)),
        ({"quiz": {"after": quiz(7)}}, 0, ("learned_percent",)),  # 70 % is fair, not good
        ({"rounds": (round_(), round_(overall=None), passed())}, 1, ("practised_rounds",)),
        ({"rounds": (round_(),) * 3}, 2, ("passed_score", "passed_comfort", "passed_reviewed")),
        ({"rounds": (round_(),) * 2 + (passed(overall=70.0),)}, 2, ("passed_score",)),
        ({"rounds": (round_(),) * 2 + (passed(pain=True),)}, 2, ("passed_comfort",)),
        ({"rounds": (round_(),) * 2 + (passed(comfort=2),)}, 2, ("passed_comfort",)),
        ({"rounds": (round_(),) * 2 + (passed(decision="repeat"),)}, 2, ("passed_reviewed",)),
        ({"rounds": (round_(),) * 2 + (passed(1), passed(1))}, 3, ("guide_days",)),
        ({"quiz": {"after": quiz(9)}}, 3, ("guide_percent",)),
        ({"rounds": (round_(), passed(1, checklist=70.0), passed(8, checklist=79.0))}, 3, ("guide_checklist",)),
        ({"may_guide": False}, 3, ("guide_word",)),
        ({}, 4, ("guides_people",)),
    ],
)  # fmt: skip
def test_one_thing_missing_holds_back(changes: dict, reached: int, missing: tuple[str, ...]):
    assert level(cadre(**changes)) == (reached, missing)


def test_a_guided_round_with_full_points_is_no_test_round():
    assert level(cadre(rounds=(round_(overall=100.0, decision="pass"),) * 5))[0] == 2


def test_comfort_that_nobody_asked_for_holds_nobody_back():
    assert (
        level(cadre(rounds=(round_(), passed(1, comfort=None, pain=None), passed(8, comfort=None))))[0] == 4
    )


def test_an_instructor_s_numbers_count():
    assert (
        level(cadre(quiz={"after": quiz(7), "later": quiz(7)}), learned_percent=70, guide_percent=70)[0] == 4
    )
    assert level(cadre(), learned_percent=95)[0] == 0
    not_reviewed = (round_(), round_(), passed(1, decision=None), passed(8, decision=None))
    assert level(cadre(rounds=not_reviewed))[0] == 2
    assert level(cadre(rounds=not_reviewed), passed_reviewed=0)[0] == 4
    assert level(cadre(may_guide=False), guide_word=0)[0] == 4
    refused = (round_(), round_(), passed(1, decision="repeat"))
    assert level(cadre(rounds=refused), passed_reviewed=0)[0] == 2  # an instructor's no stays a no


def test_guiding_others_needs_somebody_who_has_practised():
    learner = cadre("A-1", trained_by="K-1", rounds=(round_(),) * 3)
    idle = cadre("A-2", trained_by="K-1", rounds=(round_(),))
    assert standings(programme(cadre(), idle))["K-1"].name == "may_guide"
    both = standings(programme(cadre(), idle, learner))
    assert both["K-1"].name == "guides"
    assert both["K-1"].reached("practised")
    assert not both["A-2"].reached("practised")
    twice = Criteria({"guides_people": 2})
    assert standings(programme(cadre(), idle, learner, criteria=twice))["K-1"].missing == ("guides_people",)


def test_other_sessions_than_the_lesson_teach_nothing():
    other = programme(cadre(), meetings=(LESSON.__class__("lesson", LESSON.on_date, "evaluation"),))
    assert standings(other)["K-1"].missing == ("learned_present",)


def test_every_setting_has_a_place_and_a_default_within_its_range():
    assert set(LEVELS) <= set(GROUPS)
    for setting in SETTINGS:
        assert setting.group in GROUPS
        least, most = setting.range
        assert least <= setting.default <= most
        assert ("{value}" in setting.text) == (setting.unit != "yes")
    assert len(BY_NAME) == len(SETTINGS)


def shape(branches: tuple[Branch, ...]) -> list:
    return [(b.code or b.staff_id, shape(b.below)) for b in branches]


def test_the_tree_goes_from_teachers_over_cadres_to_whom_they_trained():
    facts = programme(
        cadre("K-1"), cadre("K-2", trained_by_staff=None, trained_by="K-1"),
        cadre("A-1", trained_by="K-2", trained_by_staff=None), Member("A-2"),
    )  # fmt: skip
    found = tree(facts)
    assert shape(found) == [("ani", [("K-1", [("K-2", [("A-1", [])])])]), (None, [("A-2", [])])]
    assert [root.size for root in found] == [3, 1]


def test_a_circle_from_two_laptops_loses_nobody():
    facts = programme(
        Member("A-1", trained_by="A-3"), Member("A-2", trained_by="A-1"), Member("A-3", trained_by="A-2"),
        Member("B-1", trained_by="A-2"), Member("B-2", trained_by="GONE"),
    )  # fmt: skip
    assert shape(tree(facts)) == [
        (None, [("A-1", [("A-2", [("A-3", []), ("B-1", [])])]), ("B-2", [])]),
    ]
