"""The sample is apart from what is real, and goes without leaving anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from store_given import entry_of, round_of

from coach.export.words import Words
from coach.programme import sample
from coach.store import agreement, judgement, samples
from coach.store.base import Base
from coach.store.exchange.versions import notice
from coach.store.following import rounds
from coach.store.listing import Filter
from coach.store.models import Participant
from coach.store.repository import Store
from coach.store.takeout import take_out


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with the sample in it, and nothing else."""
    home = tmp_path_factory.mktemp("loaded")
    store = Store(home, f"sqlite:///{home}/records.sqlite")
    sample.load(store, Words("id"))
    store.close()
    return (home / "records.sqlite").read_bytes()


@pytest.fixture
def store(loaded: bytes, tmp_path: Path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/records.sqlite").write_bytes(loaded)
    store = Store(tmp_path / "home", f"sqlite:///{tmp_path}/home/records.sqlite")
    yield store
    store.close()


def keep(store: Store, code: str, key: str) -> int:
    recording, report = round_of()
    return store.keep(entry_of(report, code=code, key=key), recording)


def test_it_can_be_tried_alone_and_is_left_out_beside_what_is_real(store: Store):
    alone = take_out(store, Filter()).rows
    assert len(alone) > 150
    assert all(row["sample"] for row in alone)
    assert len(rounds(store, Filter())) == 200
    judged = alone[0]["practice"]
    judgement.mark(store, judged, "Ani", 9, 2)
    assert agreement.marks_of(store)[judged]["Ani"] == {9: 2}
    number = keep(store, "A-07", "real-round-1")
    judgement.mark(store, number, "Ani", 9, 2)
    assert [row["code"] for row in take_out(store, Filter()).rows] == ["A-07"]
    assert [found.code for found in rounds(store, Filter())] == ["A-07"]
    assert list(agreement.marks_of(store)) == [number]
    # Somebody who asks for one of the sample by its code gets it, marked.
    chosen = take_out(store, Filter(code="CONTOH-02")).rows
    assert chosen
    assert all(row["sample"] for row in chosen)


def test_one_action_removes_all_of_it_and_nothing_else(store: Store):
    real = keep(store, "A-07", "real-round-1")
    keep(store, "CONTOH-01", "20261120T083000Z-CONTOH-01")  # tried out in front of the camera
    judgement.add_note(store, store.practice(1).id, "Bidan Ani", "Bagus", 1.0)
    with store.writing() as session:
        notice(session)
    removed = samples.remove(store)
    assert removed.left == ()
    assert (removed.participants, removed.practices) == (40, 201)
    assert removed.searched > 0
    assert not samples.present(store)
    assert store.codes() == ["A-07"]
    assert store.practice(real).recording is not None
    assert store.check().sound
    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                assert "CONTOH" not in str(tuple(row))
    assert b"CONTOH" not in (store.home / "records.sqlite").read_bytes()


def test_what_was_practised_under_its_codes_before_it_was_loaded_belongs_to_it(tmp_path: Path):
    store = Store(tmp_path, f"sqlite:///{tmp_path}/records.sqlite")
    keep(store, "CONTOH-01", "20261120T083000Z-CONTOH-01")
    assert samples.is_sample(store, "CONTOH-01")
    sample.load(store, Words("id"))
    assert store.count() == 201
    removed = samples.remove(store)
    assert (removed.participants, removed.practices, removed.left) == (40, 201, ())
    store.close()


def test_what_is_left_is_told(store: Store):
    (store.home / "notes.txt").write_text("CONTOH-12 was good")
    assert samples.remove(store).left == ("notes.txt",)


def test_a_real_participant_is_no_sample(store: Store):
    keep(store, "A-07", "real-round-1")
    assert samples.is_sample(store, "CONTOH-01")
    assert not samples.is_sample(store, "A-07")
    assert not samples.is_sample(store, "NOBODY")
    with store.writing() as session:
        session.get(Participant, "A-07").sample = True
    assert samples.apart(store, Filter()) == replace(Filter(), sample=True)
