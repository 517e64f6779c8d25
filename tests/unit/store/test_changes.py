"""A mark tells whether anybody has written, on either engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from store_given import entry_of, round_of

from coach.store import access
from coach.store.repository import Store


def test_reading_changes_no_mark(store: Store, kept: int):
    before = store.changes.mark()
    assert access.names(store) == []
    assert store.check().sound
    assert store.changes.mark() == before


def test_every_change_of_this_program_makes_another_mark(store: Store):
    marks = [store.changes.mark()]
    recording, report = round_of()
    number = store.keep(entry_of(report), recording)
    marks.append(store.changes.mark())
    access.add(store, "Bidan Ani", "rahasia-12")
    marks.append(store.changes.mark())
    store.add_result(number, report, "others")
    marks.append(store.changes.mark())
    assert len(set(marks)) == len(marks)


def test_a_change_by_another_program_makes_another_mark(store: Store, coach_home: Path):
    before = store.changes.mark()
    write = (
        "from pathlib import Path; import sys; from coach.store import access; "
        "from coach.store.repository import Store; "
        "access.add(Store(Path(sys.argv[1])), 'Bidan Rina', 'rahasia-12')"
    )
    subprocess.run([sys.executable, "-c", write, str(coach_home)], check=True, timeout=60)
    assert store.changes.mark() != before
    assert "Bidan Rina" in access.names(store)


def test_a_change_that_is_not_committed_yet_is_marked_when_it_is(store: Store):
    with store.writing() as session:
        recording, report = round_of()
        entry = entry_of(report).checked()
        store._keep(session, entry, recording)
        session.flush()
        under_way = store.changes.mark()  # a writer keeps nobody waiting
        assert under_way == store.changes.mark()
    assert store.changes.mark() != under_way


def test_marks_of_another_opening_are_unlike(store: Store):
    before = store.changes.mark()
    store.changes.close()
    if store.engine.dialect.name == "sqlite":
        assert store.changes.mark() != before  # its count begins anew
