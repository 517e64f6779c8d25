"""The programme's pages read all rounds again only after a change, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.errors import EntryError
from coach.programme import facts
from coach.store.programmes import begin
from coach.store.repository import Store
from coach.ui import programme_facts


@pytest.fixture
def store(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    store = Store(coach_home)
    monkeypatch.setattr(programme_facts, "records", lambda: store)
    yield store
    store.close()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programmes that were read from the records, one after the other."""
    seen: list[str] = []
    read = facts.read

    def watched(store: Store, programme_id: str) -> facts.Facts:
        seen.append(programme_id)
        return read(store, programme_id)

    monkeypatch.setattr(facts, "read", watched)
    return seen


def test_nothing_is_read_twice_while_nothing_changes(store: Store, looks: list[str]):
    programme = begin(store, "Pelatihan", "Ani")
    assert programme_facts.read(programme) is programme_facts.read(programme)
    assert looks == [programme]


def test_a_change_elsewhere_is_seen_at_once(store: Store, looks: list[str], coach_home: Path):
    programme = begin(store, "Pelatihan", "Ani")
    assert programme_facts.read(programme).title == "Pelatihan"
    other = Store(coach_home)  # as another program would
    with other.writing() as session:
        session.get(facts.Programme, programme).title = "Kelas ibu"
    other.close()
    assert programme_facts.read(programme).title == "Kelas ibu"
    assert looks == [programme] * 2


def test_what_is_written_while_it_is_read_is_seen_the_next_time(
    store: Store, coach_home: Path, monkeypatch: pytest.MonkeyPatch
):
    programme = begin(store, "Pelatihan", "Ani")
    read = facts.read

    def slow(store: Store, programme_id: str) -> facts.Facts:
        found = read(store, programme_id)
        other = Store(coach_home)
        with other.writing() as session:
            session.get(facts.Programme, programme_id).title = "Kelas ibu"
        other.close()
        return found

    monkeypatch.setattr(facts, "read", slow)
    assert programme_facts.read(programme).title == "Pelatihan"
    assert programme_facts.read(programme).title == "Kelas ibu"


def test_a_programme_that_was_removed_is_not_shown_from_memory(store: Store, coach_home: Path):
    programme = begin(store, "Pelatihan", "Ani")
    programme_facts.read(programme)
    other = Store(coach_home)
    with other.writing() as session:
        session.get(facts.Programme, programme).removed = True
    other.close()
    with pytest.raises(EntryError):
        programme_facts.read(programme)
