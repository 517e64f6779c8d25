"""Why a criterion has its points, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.export.reasons import FAULT_NAMES, item_reason, reason, total_reason
from coach.export.words import Words
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.profile import FAULTS
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording

EN, ID = Words("en"), Words("id")


def criterion(id_="tempo", value=41.0, score=100.0, target=(15.0, 30.0, 60.0, 90.0), hands=None):
    return {
        "id": id_,
        "value": value,
        "score": score,
        "target": list(target),
        "unit": "circles/min",
        "hands": hands,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (criterion(), "within the target"),
        (criterion(value=70.0, score=66.7), "a little above the target"),
        (criterion(value=85.0, score=16.7), "well above the target"),
        (criterion(value=29.0, score=93.3), "a little below the target"),
        (criterion(value=20.0, score=33.3), "well below the target"),
        (
            criterion(value=None, score=None),
            "Not scored: it could not be measured, or does not count in a short clip.",
        ),
        (criterion(value=None, score=0.0), "No points: nothing to measure was seen."),
        (
            criterion(value=70.0, score=66.7, hands={"left": 58.2, "right": 81.9}),
            "a little above the target; left 58, right 82",
        ),
        (
            criterion(value=45.0, score=75.0, hands={"left": 15.0, "right": 75.0}),
            "within the target on average, but not with each hand; left 15, right 75",
        ),
        (criterion("reach", 0.5, 20.0, (0.4, 0.85, None, None)), "well below the target"),
    ],
)
def test_reasons(given, expected):
    assert reason(EN, given) == expected
    assert reason(ID, given) != expected


def test_what_lowered_the_total():
    report = {
        "score": {"gate": 1.0, "faults": []},
        "measures": {"spine_contact": 0.0},
        "settings": {"profile": {"faults": {"critical": ["on_spine"], "critical_factor": 0.7}}},
    }
    assert total_reason(EN, report) is None
    report["score"] = {"gate": 0.62, "faults": ["on_spine", "too_fast"]}
    report["measures"]["spine_contact"] = 0.18
    assert total_reason(EN, report) == (
        "Thumbs on the spine for 18 % of the circling: the total is multiplied by 0.62. "
        "A critical fault (on the spine): the total is multiplied by 0.7."
    )


def test_every_fault_has_a_name():
    assert set(FAULT_NAMES) == set(FAULTS)


def judged(
    form: str | None, read: int, seen_open: int, *, looked: bool = True, profile: str = "fists"
) -> dict:
    """A report that tells of the hands."""
    return {
        "tracking": {"rated": True},
        "score": {"profile": profile, "criteria": [], "faults": []},
        "hand_form": {"form": form, "read": read, "open": seen_open, "looked": looked},
    }


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (judged("fist", 12, 1), "Bent fingers in 11 of 12 looks."),
        (judged("open", 12, 11), "Straight fingers in 11 of 12 looks."),
        (judged(None, 12, 6), "Bent fingers in 6 of 12 looks: too mixed to tell."),
        (judged(None, 4, 0), "The fingers were hardly in sight."),
        (judged(None, 0, 0, looked=False), "It was recorded by a program that did not look at the fingers."),
        (
            judged("open", 12, 12, profile="both-thumbs"),
            "The technique that it was compared with does not ask for fists.",
        ),
    ],
)
def test_what_is_said_of_the_hands(report: dict, expected: str):
    assert item_reason(EN, report, 6) == expected
    assert item_reason(ID, report, 6) != expected


def test_reports_of_before_say_so_and_what_is_not_rated_was_not_measured():
    report = judged("fist", 12, 1)
    del report["hand_form"]
    assert "did not look at the fingers" in item_reason(EN, report, 6)
    report["tracking"]["rated"] = False
    assert (
        item_reason(EN, report, 6)
        == item_reason(EN, report, 9)
        == "It could not be measured in this practice."
    )


def test_her_posture_is_never_told_and_the_reason_is_the_camera():
    assert "how far the camera looks down" in item_reason(EN, judged("fist", 12, 1), 5)


def test_what_is_proposed_by_the_criteria_needs_no_words_of_its_own():
    report = score_recording(
        make_recording(replace(FORMS[0], seconds=130.0)), load_reference("fists")
    ).to_json()
    assert [item_reason(EN, report, item) for item in range(7, 14)] == [None] * 7
