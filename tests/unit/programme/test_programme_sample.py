"""The sample: 40 participants, 200 rounds, the same each time, and gone with one action."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from coach.export.words import Words
from coach.programme import sample
from coach.programme.facts import Facts, read
from coach.programme.findings import findings
from coach.programme.levels import LEVELS, standings, tree
from coach.store.base import Base
from coach.store.enrolments import Person, enrol
from coach.store.programmes import begin
from coach.store.removal import remove_samples
from coach.store.repository import Store

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(
        tmp_path_factory.mktemp("sample"), "sqlite:///" + str(tmp_path_factory.mktemp("db") / "r.sqlite")
    )
    sample.load(store, Words("en"), TODAY)
    yield store
    store.close()


@pytest.fixture(scope="module")
def facts(store: Store) -> Facts:
    return read(store, sample.load(store, Words("en"), TODAY))


def test_it_is_as_large_as_promised(store: Store, facts: Facts):
    assert len(facts.members) == sample.PEOPLE == 40
    assert store.count() == sample.ROUNDS == 200
    assert sum(len(m.rounds) for m in facts.members) == 200
    assert all(m.code.startswith("CONTOH-") for m in facts.members)
    assert facts.sample
    assert store.check().sound


def test_there_is_something_to_see_everywhere(facts: Facts):
    found = findings(facts, TODAY)
    assert found.left_out == 2
    assert found.before_after.n > 20
    assert found.before_after.p is not None
    assert all(share.count for share in found.levels.values())
    assert {standing.name for standing in standings(facts).values()} == {None, *LEVELS}
    assert found.adverse
    assert found.faults
    assert None in found.statuses.values()  # a cell that is hidden
    assert any(branch.below for root in tree(facts) for branch in root.below)


def test_loading_twice_changes_nothing(store: Store):
    with store.reading() as session:
        before = [session.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables]
    sample.load(store, Words("id"), TODAY)
    with store.reading() as session:
        after = [session.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables]
    assert before == after


def test_it_goes_with_one_action_and_leaves_what_is_real(store: Store, facts: Facts):
    """The last test of this module: it takes the sample away."""
    own = begin(store, "Kelas ibu", "Ani")
    enrol(store, own, Person("A-01"), "Ani")
    assert remove_samples(store) == 40
    assert not sample.is_loaded(store)
    assert store.codes() == ["A-01"]
    assert [m.code for m in read(store, own).members] == ["A-01"]
    assert list(store.files.stored()) == []
    with store.reading() as session:
        left = {
            t.name: n
            for t in Base.metadata.sorted_tables
            if (n := session.scalar(select(func.count()).select_from(t)))
        }
    assert left == {"participant": 1, "programme": 1, "enrolment": 1}
    assert b"CONTOH" not in b"".join(p.read_bytes() for p in Path(store.home).rglob("*") if p.is_file())
