"""Parcels are put together: nothing lost, nothing twice, nobody back, and no disagreement decided by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from exchange_given import ANI, RINA, Laptop, moment
from sqlalchemy import func, select
from store_given import ALL, START, round_of

from coach.errors import StoreError
from coach.settings import Settings
from coach.store import access, judgement
from coach.store.backup import backup, restore
from coach.store.base import Base
from coach.store.entries import Consent, GivenCue
from coach.store.exchange import conflicts as undecided
from coach.store.exchange import merging
from coach.store.exchange.rows import AT_HOME, shapes
from coach.store.exchange.tables import Rival, Version
from coach.store.models import Access, Mark, Participant, Practice, Result
from coach.store.removal import expire, withdraw

on_both_engines = pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)


def test_every_table_travels_or_is_known_to_stay():
    """A new table must be thought about: does it belong to the programme, or to this laptop?"""
    assert set(shapes()) == {
        "participant", "practice", "result", "cue", "mark", "verdict", "note", "change", "programme", "criterion",
        "site", "staff", "meeting", "attendance", "enrolment", "quiz", "home", "question", "answer",
    }  # fmt: skip
    assert set(shapes()) | set(AT_HOME) == set(Base.metadata.tables)


@on_both_engines
def test_everything_arrives(village: Laptop, office: Laptop, tmp_path: Path):
    number = village.practise(1, cues=[GivenCue(3.0, "tempo"), GivenCue(9.0, "both")])
    judgement.mark(village.store, number, ANI, 9, 1)
    note = judgement.add_note(village.store, number, ANI, "Bagus", 3.0, 5.0)
    judgement.remove_note(village.store, number, ANI, note)
    judgement.rate(village.store, number, ANI, 4)
    judgement.decide(village.store, number, ANI, "repeat")
    office.practise(2, "B-01")  # numbers are not the same on both
    merged = office.take(village.send(office, tmp_path / "a.parcel"))
    assert merged.sender == "Posyandu Melati"
    assert (merged.new["practice"], merged.new["cue"], merged.conflicts) == (1, 2, 0)
    assert merged.recordings == 1
    there = office.store.practice(office.id_of(1))
    assert (there.code, there.decision, there.rated) == ("A-07", "repeat", True)
    assert there.overall == village.store.practice(number).overall
    assert [cue.cue for cue in there.cues] == ["tempo", "both"]
    np.testing.assert_array_equal(
        office.store.recording(there).u, village.store.recording(village.store.practice(number)).u
    )
    assert office.store.check().sound
    assert village.state() == {
        table: {uid: row for uid, row in rows.items() if uid in village.state()[table]}
        for table, rows in office.state().items()
    }
    # The instructor's own changes can be taken back there, too: the note comes again.
    for _ in range(3):
        judgement.undo(office.store, there.id, ANI)
    assert [note.text for note in office.store.practice(there.id).notes] == ["Bagus"]
    with office.store.reading() as session:
        line = session.scalars(select(Access).order_by(Access.id.desc())).first()
        assert (line.who, line.what) == ("Bu Office", "data taken in")
        assert line.detail.startswith("Posyandu Melati: ")


def test_the_same_parcel_again_changes_nothing(village: Laptop, office: Laptop, tmp_path: Path):
    village.practise(1)
    file = village.send(office, tmp_path / "a.parcel")
    office.take(file)
    before = office.state()
    assert office.take(file).nothing
    assert office.state() == before


def test_what_was_changed_later_takes_its_place_whichever_comes_first(
    village: Laptop, office: Laptop, tmp_path: Path
):
    number = village.practise(1, comfort=None, pain=None)
    old = village.send(office, tmp_path / "old.parcel")
    village.store.answer("round-1", 5, False)
    judgement.mark(village.store, number, ANI, 9, 2)
    new = village.send(office, tmp_path / "new.parcel")
    for file in (new, old, new):
        merged = office.take(file)
        assert merged.conflicts == 0
    assert office.store.practice(office.id_of(1)).comfort == 5
    judgement.mark(village.store, number, ANI, 9, None)
    office.take(village.send(office, tmp_path / "newest.parcel"))
    office.take(new)
    with office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Mark)) == 0


@on_both_engines
def test_a_disagreement_waits_and_is_decided_for_all(
    village: Laptop, other: Laptop, office: Laptop, tmp_path: Path
):
    village.practise(1)
    other.take(village.send(other, tmp_path / "to-other.parcel"))
    judgement.mark(village.store, village.id_of(1), ANI, 9, 0)
    judgement.mark(other.store, other.id_of(1), ANI, 9, 2)
    office.take(village.send(office, tmp_path / "v.parcel"))
    merged = office.take(other.send(office, tmp_path / "o.parcel"))
    assert merged.conflicts == undecided.count(office.store) == 1
    assert judgement.judgement(office.store, office.id_of(1), ANI).marks == {9: 0}  # as it was
    (conflict,) = undecided.conflicts(office.store)
    assert conflict.table == "mark"
    assert conflict.columns == ("value",)
    assert conflict.about == {
        "code": "A-07", "started_utc": START.isoformat(), "instructor": ANI, "item": 9,
    }  # fmt: skip
    assert [(side.came_from, side.row["value"]) for side in conflict.sides] == [
        (None, 0), ("Posyandu Mawar", 2),
    ]  # fmt: skip
    # It stays a question however often and from whomever the same comes, and elsewhere, too.
    assert office.take(tmp_path / "o.parcel").nothing
    village.knows(office).take(office.send(village, tmp_path / "back.parcel"))
    assert undecided.count(village.store) == 1
    undecided.decide(office.store, conflict, conflict.sides[1], "Bu Office")
    assert judgement.judgement(office.store, office.id_of(1), ANI).marks == {9: 2}
    assert undecided.conflicts(office.store) == []
    for laptop in (village, other):
        laptop.take(office.send(laptop, tmp_path / f"decided-{laptop.name}.parcel"))
        assert judgement.judgement(laptop.store, laptop.id_of(1), ANI).marks == {9: 2}
        assert undecided.count(laptop.store) == 0
        assert office.take(laptop.send(office, tmp_path / f"again-{laptop.name}.parcel")).conflicts == 0
    with pytest.raises(StoreError, match="decided meanwhile"):
        undecided.decide(office.store, conflict, conflict.sides[1], "Bu Office")


def test_taken_away_here_and_changed_there_is_a_disagreement(
    village: Laptop, other: Laptop, office: Laptop, tmp_path: Path
):
    judgement.mark(village.store, village.practise(1), ANI, 9, 0)
    other.take(village.send(other, tmp_path / "to-other.parcel"))
    judgement.mark(village.store, village.id_of(1), ANI, 9, None)
    judgement.mark(other.store, other.id_of(1), ANI, 9, 2)
    for laptop in (village, other):
        office.take(laptop.send(office, tmp_path / f"{laptop.name}.parcel"))
    (conflict,) = undecided.conflicts(office.store)
    gone = next(side for side in conflict.sides if side.row is None)
    undecided.decide(office.store, conflict, gone, "Bu Office")
    assert judgement.judgement(office.store, office.id_of(1), ANI).marks == {}
    other.take(office.send(other, tmp_path / "decided.parcel"))
    assert judgement.judgement(other.store, other.id_of(1), ANI).marks == {}


def test_what_two_say_alike_is_no_disagreement(
    village: Laptop, other: Laptop, office: Laptop, tmp_path: Path
):
    for laptop in (village, other):
        laptop.practise(1)
        judgement.mark(laptop.store, 1, ANI, 9, 1)
        judgement.mark(laptop.store, 1, RINA, 9, 2)
    for laptop in (village, other):
        assert office.take(laptop.send(office, tmp_path / f"{laptop.name}.parcel")).conflicts == 0
    assert undecided.conflicts(office.store) == []


def test_of_two_consents_the_lesser_one_counts_until_it_is_decided(
    village: Laptop, other: Laptop, office: Laptop, tmp_path: Path
):
    village.practise(1, consent=ALL)
    other.practise(2, consent=Consent(True, False, False, False), started_utc=START + timedelta(hours=1))
    files = [laptop.send(office, tmp_path / f"{laptop.name}.parcel") for laptop in (village, other)]
    for file in files:
        office.take(file)
        with office.store.reading() as session:
            agreed = session.get(Participant, "A-07").consent_report
    assert not agreed
    (conflict,) = undecided.conflicts(office.store)
    assert conflict.table == "participant"
    assert "consent_report" in conflict.columns


@on_both_engines
def test_the_newest_result_is_shown_in_whatever_order_they_came(
    village: Laptop, office: Laptop, tmp_path: Path
):
    number = village.practise(1)
    office.take(village.send(office, tmp_path / "a.parcel"))
    _, report = round_of(tempo_cpm=75.0)
    # Scored again in the village first, in the office afterwards; what the village did arrives last.
    village.store.add_result(number, {**report, "app_version": "village"}, "rules-village")
    office.store.add_result(office.id_of(1), {**report, "app_version": "office"}, "rules-office")
    office.take(village.send(office, tmp_path / "b.parcel"))
    practice = office.store.practice(office.id_of(1))
    assert [result.app_version for result in practice.results][1:] == ["village", "office"]
    assert practice.overall == report["score"]["overall"]
    assert practice.result.app_version == "office"


@on_both_engines
def test_the_result_that_was_chosen_counts_on_the_other_laptop_too(
    village: Laptop, office: Laptop, tmp_path: Path
):
    number = village.practise(1)
    _, report = round_of(tempo_cpm=75.0)
    village.store.add_result(number, report, "newer rules")
    first, newer = village.store.practice(number).results
    village.store.count_result(number, first.id)
    office.take(village.send(office, tmp_path / "a.parcel"))
    practice = office.store.practice(office.id_of(1))
    assert practice.result.rules == first.rules
    assert practice.overall == first.overall
    village.store.count_result(number, newer.id)
    office.take(village.send(office, tmp_path / "b.parcel"))
    assert office.store.practice(office.id_of(1)).result.rules == "newer rules"


@on_both_engines
def test_who_withdrew_anywhere_is_gone_everywhere_and_stays_gone(
    village: Laptop, office: Laptop, tmp_path: Path
):
    village.practise(1)
    village.practise(2, "B-02")
    old = village.send(office, tmp_path / "old.parcel")
    office.take(old)
    assert withdraw(village.store, "B-02").proved
    merged = office.take(village.send(office, tmp_path / "new.parcel"))
    assert merged.withdrawn == 1
    assert office.store.codes() == ["A-07"]
    office.take(old)
    assert office.store.codes() == ["A-07"]
    village.take(office.knows(village).send(village, tmp_path / "back.parcel"))
    assert village.store.codes() == ["A-07"]
    assert office.store.check().sound
    assert len(list(office.store.files.stored())) == 1


def test_who_withdrew_is_gone_even_if_the_first_try_was_cut_off(
    village: Laptop, office: Laptop, tmp_path: Path, monkeypatch
):
    village.practise(1)
    village.practise(2, "B-02")
    office.take(village.send(office, tmp_path / "old.parcel"))
    withdraw(village.store, "B-02")
    new = village.send(office, tmp_path / "new.parcel")
    with monkeypatch.context() as patched:
        patched.setattr(merging, "settle", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            office.take(new)
    assert office.store.codes() == ["A-07", "B-02"]
    assert office.take(new).withdrawn == 1
    assert office.store.codes() == ["A-07"]
    assert office.take(tmp_path / "old.parcel").nothing


def test_nothing_of_versions_is_left_of_who_withdrew(
    village: Laptop, other: Laptop, office: Laptop, tmp_path: Path
):
    for laptop, agreed in ((village, ALL), (other, Consent(True))):
        laptop.practise(1, "RARE-99", consent=agreed)
        office.take(laptop.send(office, tmp_path / f"{laptop.name}.parcel"))
    assert undecided.count(office.store) == 1
    assert withdraw(office.store, "RARE-99").proved
    with office.store.reading() as session:
        assert session.scalars(select(Version)).all() == []
        assert session.scalars(select(Rival)).all() == []


def test_a_backup_brings_no_versions_back_of_who_withdrew(
    village: Laptop, other: Laptop, office: Laptop, tmp_path: Path
):
    for laptop, agreed in ((village, ALL), (other, Consent(True))):
        laptop.practise(1, "RARE-99", consent=agreed)
        office.take(laptop.send(office, tmp_path / f"{laptop.name}.parcel"))
    backup(office.store, tmp_path / "office.zip")
    withdraw(office.store, "RARE-99")
    restore(office.store, tmp_path / "office.zip")
    with office.store.reading() as session:
        assert session.scalars(select(Version)).all() == []
        assert session.scalars(select(Rival)).all() == []


def test_what_was_kept_long_enough_here_is_not_taken_from_others(
    village: Laptop, office: Laptop, tmp_path: Path
):
    village.practise(1)
    office.take(village.send(office, tmp_path / "a.parcel"))
    expire(village.store, Settings(keep_scores_days=1.0), now=START + timedelta(days=30))
    assert village.store.count() == 0
    office.take(village.send(office, tmp_path / "b.parcel"))
    assert office.store.count() == 1


def test_movement_travels_with_consent_only(village: Laptop, office: Laptop, tmp_path: Path):
    village.practise(1)
    village.practise(2, "B-01", consent=Consent(True, False, False, True))
    village.practise(3, "C-01")
    with village.store.writing() as session:
        session.get(Participant, "C-01").age_band = "under 18"
    office.take(village.send(office, tmp_path / "a.parcel"))
    kept = {n: office.store.practice(office.id_of(n)).recording is not None for n in (1, 2, 3)}
    assert kept == {1: True, 2: False, 3: False}
    # Taken back later, it goes there, too.
    village.practise(4, consent=Consent(True), started_utc=START + timedelta(days=1))
    office.take(village.send(office, tmp_path / "b.parcel"))
    assert office.store.practice(office.id_of(1)).recording is None
    assert list(office.store.files.stored()) == []


def test_a_video_never_travels_and_stays_where_it_is(village: Laptop, office: Laptop, tmp_path: Path):
    number, film = village.practise(1), tmp_path / "film.mp4"
    film.write_bytes(b"a film of her back")
    with village.store.writing() as session:
        session.get_one(Practice, number).film = sha = village.store.films.add(film)
    office.take(village.send(office, tmp_path / "a"))
    assert office.store.practice(office.id_of(1)).film is None
    assert list(office.store.films.stored()) == []
    assert sha not in json.dumps(office.state())
    judgement.decide(office.store, office.id_of(1), RINA, "repeat")
    office.store.answer("round-1", 3, False)
    with office.store.writing() as session:
        session.get_one(Practice, office.id_of(1)).comfort = 2
    village.take(office.send(village, tmp_path / "b"))
    assert village.store.practice(number).comfort == 2
    assert village.store.film(village.store.practice(number)) is not None


def test_a_day_alone_can_be_sent(village: Laptop, office: Laptop, tmp_path: Path):
    for number in (1, 2, 3):
        village.practise(number, f"A-0{number}", started_utc=moment(number))
    file = village.send(office, tmp_path / "a.parcel", since=moment(2), until=moment(3))
    office.take(file)
    with office.store.reading() as session:
        assert session.scalars(select(Practice.key)).all() == ["round-2"]
        assert session.scalar(select(func.count()).select_from(Result)) == 1
        assert session.scalar(select(func.count()).select_from(Participant)) == 3


def test_the_sample_stays_at_home(village: Laptop, office: Laptop, tmp_path: Path):
    village.practise(1)
    village.practise(2, "SAMPLE-1")
    with village.store.writing() as session:
        session.get(Participant, "SAMPLE-1").sample = True
    office.take(village.send(office, tmp_path / "a.parcel"))
    assert office.store.codes() == ["A-07"]
    assert office.store.count() == 1


def test_passwords_and_the_trail_stay_at_home(village: Laptop, office: Laptop, tmp_path: Path):
    access.add(village.store, ANI, "rahasia-12")
    village.practise(1)
    office.take(village.send(office, tmp_path / "a.parcel"))
    assert access.names(office.store) == []


def test_versions_come_through_a_backup(village: Laptop, office: Laptop, tmp_path: Path):
    village.practise(1)
    office.take(village.send(office, tmp_path / "a.parcel"))
    backup(village.store, tmp_path / "village.zip")
    judgement.mark(village.store, 1, ANI, 9, 0)
    village.send(office, tmp_path / "lost.parcel")
    restore(village.store, tmp_path / "village.zip")  # the laptop broke, what came later is lost there
    judgement.mark(village.store, 1, ANI, 9, 2)
    office.take(tmp_path / "lost.parcel")
    assert office.take(village.send(office, tmp_path / "b.parcel")).conflicts == 1
