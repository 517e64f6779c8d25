"""The checklist: what is proposed, and what it adds up to. All numbers can be checked on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.scoring.checklist import HAND_FORM, ITEMS, POSTURE, UNMEASURED, level, propose, tally
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording

FISTS = {"form": "fist", "read": 12, "open": 1, "looked": True}
OPEN = {hand: {"looks": 10, "read": 9, "open": 9} for hand in ("left", "right")}


def report_of(**changes: float) -> dict:
    recording = make_recording(replace(FORMS[0], seconds=130.0, **changes))
    return score_recording(recording, load_reference("fists")).to_json()


def test_sound_practice_is_proposed_as_done():
    proposed = propose(report_of(), comfort=5, pain=False)
    assert proposed == dict.fromkeys((7, 8, 9, 10, 11, 12, 13, 14), 2)


def test_of_what_the_camera_sees_only_the_unmeasured_is_never_proposed():
    seen = {item.number for item in ITEMS if item.seen}
    assert seen == set(range(5, 14))
    assert seen - set(propose(report_of() | {"hand_form": FISTS})) == set(UNMEASURED) == {POSTURE}


@pytest.mark.parametrize(("form", "value"), [("fist", 2), ("open", 0), (None, None)])
def test_the_form_of_the_hands_is_proposed_where_it_was_told(form: str | None, value: int | None):
    report = report_of() | {"hand_form": FISTS | {"form": form}}
    assert propose(report).get(HAND_FORM) == value
    report["tracking"]["rated"] = False
    assert HAND_FORM not in propose(report)


def test_open_hands_are_no_fault_where_the_reference_shows_open_hands():
    recording = make_recording(replace(FORMS[0], seconds=130.0))
    recording = replace(recording, meta=recording.meta | {"hand_form": OPEN})
    assert propose(score_recording(recording, load_reference("fists")).to_json())[HAND_FORM] == 0
    assert HAND_FORM not in propose(score_recording(recording, load_reference("both-thumbs")).to_json())


def test_reports_of_before_the_fingers_were_looked_at_propose_nothing_of_them():
    report = report_of()
    assert report["hand_form"] == {"form": None, "read": 0, "open": 0, "looked": False}
    assert HAND_FORM not in propose(report)
    del report["hand_form"]
    assert HAND_FORM not in propose(report)


def test_what_went_wrong_is_proposed_so():
    assert propose(report_of(tempo_cpm=80.0))[11] == 0
    assert propose(report_of(offset_cm=0.4))[8] == 0
    late = propose(report_of(start_u=0.2, end_u=0.38))
    assert late[7] < 2
    assert late[12] < 2


def test_a_practice_that_is_not_rated_gets_no_proposals():
    report = report_of()
    report["tracking"]["rated"] = False
    assert propose(report) == {}
    assert propose(report, comfort=2) == {14: 1}


@pytest.mark.parametrize(
    ("comfort", "pain", "value"),
    [(5, False, 2), (4, None, 2), (3, False, 1), (1, False, 1), (5, True, 0), (None, True, 0)],
)
def test_comfort_is_the_mother_s_own_word(comfort, pain, value):
    report = report_of()
    assert propose(report, comfort=comfort, pain=pain)[14] == value


@pytest.mark.parametrize(("points", "value"), [(0, 0), (49.9, 0), (50, 1), (79.9, 1), (80, 2), (100, 2)])
def test_points_become_marks(points, value):
    assert level(points) == value


def test_the_human_s_word_counts_and_disagreement_stays_visible():
    found = tally({7: 0, 8: 2, 1: 1}, {7: 2, 8: 2, 9: 1})
    assert found.marks == {1: 1, 7: 0, 8: 2, 9: 1}
    assert found.percent == 50.0  # 4 of 8
    assert found.differing == (7,)
    assert found.critical == ()  # item 7 is not critical
    assert set(found.missing) == {item.number for item in ITEMS} - {1, 7, 8, 9}


def test_critical_items_at_nought_are_told():
    assert tally({8: 0, 9: 0}, {}).critical == (8,)
    assert tally({}, {8: 0}).critical == (8,)
    assert tally({8: 1}, {8: 0}).critical == ()


def test_nothing_marked_adds_up_to_nothing():
    assert tally({}, {}).percent is None


def test_the_list_is_the_one_agreed_on():
    assert [item.number for item in ITEMS] == list(range(1, 16))
    assert {item.number for item in ITEMS if item.critical} == {1, 2, 3, 8, 14}
