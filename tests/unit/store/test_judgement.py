"""Marks, decision and notes: kept with who and when, each instructor's own, and every one undone."""

from __future__ import annotations

import pytest

from coach.errors import EntryError
from coach.scoring.checklist import ITEMS
from coach.store import judgement as j
from coach.store.repository import Store

ANI, BUDI = "Bidan Ani", "Budi"


def mark_all(store: Store, kept: int, who: str = ANI, value: int = 2) -> None:
    for item in ITEMS:
        j.mark(store, kept, who, item.number, value)


def test_the_human_s_mark_is_final_and_the_proposal_stays(store: Store, kept: int):
    before = j.judgement(store, kept, ANI)
    assert before.marks == {}
    assert before.proposed[8] in (0, 1, 2)
    other = 0 if before.proposed[9] else 2
    j.mark(store, kept, ANI, 9, other)
    after = j.judgement(store, kept, ANI)
    assert after.tally.marks[9] == other
    assert after.proposed == before.proposed
    assert after.tally.differing == (9,)
    assert j.judgement(store, kept, BUDI).marks == {}  # nobody is led by another's marks


def test_a_pass_needs_every_item_and_no_critical_nought(store: Store, kept: int):
    with pytest.raises(EntryError, match="Mark all items first"):
        j.decide(store, kept, ANI, j.PASS)
    mark_all(store, kept)
    j.mark(store, kept, ANI, 3, 0)
    with pytest.raises(EntryError, match="critical item is at 0 \\(3\\)"):
        j.decide(store, kept, ANI, j.PASS)
    assert store.practice(kept).decision is None
    j.mark(store, kept, ANI, 3, 1)
    j.decide(store, kept, ANI, j.PASS)
    practice = store.practice(kept)
    assert practice.decision == "pass"
    assert practice.reviewed_utc is not None


def test_a_critical_nought_after_a_pass_makes_it_a_repeat_and_undo_both(store: Store, kept: int):
    mark_all(store, kept)
    j.decide(store, kept, ANI, j.PASS)
    j.mark(store, kept, ANI, 1, 0)
    assert store.practice(kept).decision == "repeat"
    assert j.undo(store, kept, ANI)
    assert store.practice(kept).decision == "pass"
    assert j.judgement(store, kept, ANI).marks[1] == 2


def test_a_repeat_can_be_decided_at_any_time(store: Store, kept: int):
    j.decide(store, kept, ANI, j.REPEAT)
    assert store.practice(kept).decision == "repeat"


def test_undo_goes_back_through_one_s_own_changes_only(store: Store, kept: int):
    j.mark(store, kept, ANI, 9, 1)
    j.mark(store, kept, ANI, 9, 0)
    j.rate(store, kept, ANI, 4)
    j.mark(store, kept, BUDI, 9, 2)
    j.decide(store, kept, ANI, j.REPEAT)
    states = []
    while j.undo(store, kept, ANI):
        now = j.judgement(store, kept, ANI)
        states.append((now.decision, now.rating, now.marks.get(9)))
    assert states == [(None, 4, 0), (None, None, 0), (None, None, 1), (None, None, None)]
    assert not j.can_undo(store, kept, ANI)
    assert j.can_undo(store, kept, BUDI)
    assert j.judgement(store, kept, BUDI).marks == {9: 2}
    practice = store.practice(kept)
    assert (practice.decision, practice.reviewed_utc) == (None, None)


def test_every_change_has_who_and_when(store: Store, kept: int):
    j.mark(store, kept, ANI, 9, 1)
    j.mark(store, kept, ANI, 9, 1)  # no change
    j.undo(store, kept, ANI)
    lines = [(c.who, c.what, c.item, c.before, c.after) for c in j.changes(store, kept)]
    assert lines == [(ANI, "mark", 9, {"value": 1}, None), (ANI, "mark", 9, None, {"value": 1})]
    assert all(c.at_utc.tzinfo is not None for c in j.changes(store, kept))


def test_the_last_decision_of_anybody_is_the_practice_s(store: Store, kept: int):
    j.decide(store, kept, ANI, j.REPEAT)
    mark_all(store, kept, BUDI)
    j.decide(store, kept, BUDI, j.PASS)
    assert store.practice(kept).decision == "pass"
    j.undo(store, kept, BUDI)
    assert store.practice(kept).decision == "repeat"


def test_notes_are_pinned_removed_and_brought_back(store: Store, kept: int):
    moment = j.add_note(store, kept, ANI, " Bagus ", 12.5)
    span = j.add_note(store, kept, BUDI, "Terlalu cepat", 5.0, 9.0)
    notes = [(n.id, n.start_s, n.end_s, n.text, n.instructor) for n in store.practice(kept).notes]
    assert notes == [(span, 5.0, 9.0, "Terlalu cepat", BUDI), (moment, 12.5, None, "Bagus", ANI)]
    with pytest.raises(EntryError, match="Only who wrote"):
        j.remove_note(store, kept, ANI, span)
    j.remove_note(store, kept, ANI, moment)
    assert [n.id for n in store.practice(kept).notes] == [span]
    assert j.undo(store, kept, ANI)
    assert [n.text for n in store.practice(kept).notes] == ["Terlalu cepat", "Bagus"]
    assert j.undo(store, kept, ANI)  # now the writing of it
    assert [n.id for n in store.practice(kept).notes] == [span]


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_note_has_a_length(store: Store, kept: int, text):
    with pytest.raises(EntryError):
        j.add_note(store, kept, ANI, text, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s, k: j.mark(s, k, ANI, 16, 1),
        lambda s, k: j.mark(s, k, ANI, 9, 3),
        lambda s, k: j.rate(s, k, ANI, 0),
        lambda s, k: j.rate(s, k, ANI, 6),
        lambda s, k: j.decide(s, k, ANI, "maybe"),
        lambda s, k: j.mark(s, 99, ANI, 9, 1),
        lambda s, k: j.remove_note(s, k, ANI, 99),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, kept: int, wrong):
    with pytest.raises(EntryError):
        wrong(store, kept)
