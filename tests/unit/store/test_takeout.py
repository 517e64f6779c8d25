"""What is taken out: codes only, and only of those who agreed to the report; and what is followed over time."""

from __future__ import annotations

from datetime import timedelta

from store_given import START, entry_of, round_of

from coach.store import judgement
from coach.store.entries import Consent
from coach.store.following import common_faults, rounds
from coach.store.listing import Filter
from coach.store.repository import Store
from coach.store.takeout import left_out, take_out


def test_rows_hold_scores_marks_and_versions(store: Store, kept: int):
    judgement.mark(store, kept, "Bidan Ani", 9, 1)
    judgement.rate(store, kept, "Bidan Ani", 4)
    judgement.decide(store, kept, "Bidan Ani", "repeat")
    judgement.mark(store, kept, "Budi", 9, 0)  # did not decide
    taken = take_out(store, Filter())
    assert taken.left_out == 0
    (row,) = taken.rows
    report = store.practice(kept).results[0].report
    assert row["code"] == "A-07"
    assert row["score"] == report["score"]["overall"]
    assert row["item09_instructor"] == 1
    assert row["item09_program"] in (0, 1, 2)
    assert (row["instructor"], row["rating"], row["decision"]) == ("Bidan Ani", 4, "repeat")
    tempo = next(c for c in report["score"]["criteria"] if c["id"] == "tempo")
    assert (row["tempo_value"], row["tempo_score"]) == (tempo["value"], tempo["score"])
    assert row["reference"] == "fists"


def test_without_consent_to_the_report_a_participant_is_left_out(store: Store, kept: int):
    recording, report = round_of()
    store.keep(entry_of(report, key="no-report-1", code="B-02", consent=Consent(True, True)), recording)
    taken = take_out(store, Filter())
    assert [row["code"] for row in taken.rows] == ["A-07"]
    assert taken.left_out == 1
    assert left_out(store, Filter()) == (1, 2)
    assert left_out(store, Filter(code="A-07")) == (0, 1)


def test_rounds_over_time_by_their_newest_result(store: Store):
    recording, report = round_of()
    fast, fast_report = round_of(tempo_cpm=100.0)
    for i, (movement, result) in enumerate([(fast, fast_report), (recording, report), (fast, fast_report)]):
        store.keep(
            entry_of(result, key=f"round-no-{i}", started_utc=START + timedelta(days=i), mode="test"),
            movement,
        )
    store.add_result(3, report, "other rules")
    found = rounds(store, Filter(code="A-07"))
    assert [r.id for r in found] == [1, 2, 3]
    assert found[0].criteria["tempo"] < found[1].criteria["tempo"] == found[2].criteria["tempo"]
    assert common_faults(found) == [("too_fast", 1 / 3)]
    assert [r.id for r in rounds(store, Filter(), most=2)] == [2, 3]
