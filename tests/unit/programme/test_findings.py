"""What is counted, of whom, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from programme_given import DAY, LESSON, cadre, passed, programme, quiz, round_

from coach.programme.facts import Asked, Gathering, HomePractice, Member
from coach.programme.findings import Findings, findings
from coach.programme.statistics import Share, Spread


def of(*members: Member, **changes: object) -> Findings:
    return findings(programme(*members, **changes), DAY)


def test_an_empty_programme_is_all_zeros():
    found = of(meetings=())
    assert (found.people, found.rounds, found.taught, found.left_out) == (0, 0, 0, 0)
    assert found.attendance == found.couples == found.passed == Share(0, 0)
    assert found.before_after.n == 0
    assert found.before_after.why_not
    assert found.knowledge["after"].spread == Spread(0)


def test_who_did_not_agree_to_the_report_is_nowhere_in_it():
    secret = cadre("RAHASIA-1", consent=("practice",), partner="A-1", trained_by=None)
    found = of(secret, cadre("A-1", partner="RAHASIA-1", trained_by="RAHASIA-1"))
    assert (found.people, found.left_out) == (1, 1)
    assert found.rounds == 4
    assert found.couples == Share(0, 0)
    outside = replace(found, facts=programme())
    assert "RAHASIA" not in repr(outside)


def test_attendance_counts_the_sessions_held_for_somebody():
    mawar = Gathering("mawar", DAY, "implementation", "mawar")
    everywhere = Gathering("all", DAY, "implementation")
    later = Gathering("later", DAY, "evaluation")
    here = cadre("A-1", site_id="melati", present=frozenset({"lesson", "later"}))
    there = cadre("A-2", site_id="mawar", present=frozenset({"mawar", "all"}))
    found = of(here, there, meetings=(LESSON, mawar, everywhere, later))
    assert found.attendance == Share(3, 4)
    assert found.taught == 3
    assert [held.present for held in found.held] == [1, 1, 1, 1]
    guest = cadre("A-1", site_id="melati", present=frozenset({"lesson", "mawar"}))
    assert of(guest, meetings=(LESSON, mawar)).attendance == Share(2, 2)


def test_couples_of_whom_both_came():
    both = [cadre("A-1", partner="B-1"), cadre("B-1", partner="A-1")]
    half = [cadre("A-2", partner="B-2"), cadre("B-2", partner="A-2", present=frozenset())]
    one_sided = [cadre("A-3", partner="B-1")]
    assert of(*both, *half, *one_sided).couples == Share(1, 2)


def test_knowledge_in_percent_and_categories():
    members = [cadre(f"A-{i}", quiz={"after": quiz(right)}) for i, right in enumerate((5, 6, 7, 8, 10))]
    after = of(*members).knowledge["after"]
    assert (after.weak, after.fair, after.good) == (1, 2, 2)  # 50 | 60, 70 | 80, 100
    assert after.spread == Spread(5, 70.0, 60.0, 80.0)
    assert after.mean == 72.0


def test_later_questions_within_two_to_four_weeks():
    days = (13, 14, 28, 29)
    members = [cadre(f"A-{d}", quiz={"before": quiz(3), "after": quiz(8), "later": quiz(7, d)}) for d in days]
    assert of(*members).in_window == Share(2, 4)


def test_items_count_only_what_was_answered_here():
    def answered(pain: bool | None) -> dict:
        return {"before": quiz(1, source="screen", answers={"pain": pain})}

    found = of(cadre("A-1", quiz=answered(False)), cadre("A-2", quiz=answered(None)), cadre("A-3"))
    assert found.items["pain"] == (
        Share(1, 2),
        Share(0, 0),
    )  # "the more it hurts" is false; not to know is not right


def test_skill_compares_the_first_round_with_the_last_test_round():
    rounds = (round_(overall=None), round_(overall=40.0), passed(1, overall=76.0), passed(8, overall=90.0))
    found = of(cadre("A-1", rounds=rounds), cadre("A-2", rounds=(round_(overall=50.0),)))
    assert (found.skill.n, found.skill.before.median, found.skill.after.median) == (1, 40.0, 90.0)
    assert found.scored == Share(4, 5)
    assert found.passed == Share(1, 1)  # of those who tried
    assert next(m for m in found.modes if m.mode == "test").people == 1


def test_faults_and_critical_errors():
    rounds = (
        round_(faults=("on_spine", "too_fast")), round_(faults=("too_fast",)),
        passed(critical=1, decision="repeat", checklist=60.0), passed(),
    )  # fmt: skip
    found = of(cadre(rounds=rounds))
    assert found.faults == {"too_fast": Share(2, 4), "on_spine": Share(1, 4)}
    assert found.on_spine == Share(1, 4)
    assert found.critical == Share(1, 2)
    assert found.checklist == Spread(2, 75.0, 67.5, 82.5)


def test_home_practice_as_people_say():
    homes = [HomePractice(DAY, 3, 15, 2), HomePractice(DAY, 3, 10, 0), HomePractice(DAY, 2, 30, 1)]
    found = of(*(cadre(f"A-{i}", home=home) for i, home in enumerate(homes)), cadre("A-9"))
    assert found.home == Share(1, 3)
    assert (found.taught_others, found.people_taught) == (Share(2, 3), 3)


def test_answers_of_few_are_hidden():
    helper = Asked("q", "choice", "Who helps?", ("husband", "nobody"))
    minutes = Asked("n", "number", "Minutes?")
    members = [
        cadre(f"A-{i}", answers={"q": "husband" if i < 6 else "nobody", "n": str(i)}) for i in range(9)
    ]
    found = of(*members, questions=(helper, minutes))
    assert found.replies[0].counts == {"husband": None, "nobody": None}  # 3 could be worked out from 9 and 6
    assert found.replies[1].number == Spread(9, 4.0, 2.0, 6.0)
    assert found.interviewed == Share(9, 9)
    assert of(*members[:4], questions=(minutes,)).replies[0].number is None
    assert of(questions=(minutes,)).replies[0].number == Spread(0)


def test_targets_and_levels():
    found = of(cadre("A-1", answers={"q": "yes"}), Member("A-2"))
    reached = {t.name: t.reached for t in found.targets}
    assert reached["target_passed"] == Share(1, 2)
    assert reached["target_interviewed"] == Share(1, 2)
    assert reached["target_good"] == Share(1, 1)
    assert found.levels["may_guide"] == Share(1, 2)
    assert found.levels["guides"] == Share(0, 2)


def test_what_went_wrong_is_told_with_its_day():
    session = Gathering("x", DAY + timedelta(days=1), "implementation", adverse="One mother felt dizzy.")
    assert of(meetings=(LESSON, session)).adverse == [(session.on_date, "One mother felt dizzy.")]
