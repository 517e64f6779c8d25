"""A backup holds everything, fits either engine, and brings nobody back who withdrew."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from store_given import entry_of, round_of

from coach.errors import OutputError, StoreError
from coach.store import access, judgement, sealing
from coach.store.backup import backup, is_sealed, restore
from coach.store.entries import GivenCue
from coach.store.files import nameless, to_bytes
from coach.store.models import Base, Practice
from coach.store.removal import delete_film, withdraw
from coach.store.repository import Store

ANI = "Bidan Ani"


@pytest.fixture
def filled(store: Store) -> Store:
    recording, report = round_of()
    other, other_report = round_of(tempo_cpm=75.0)
    first = store.keep(entry_of(report, cues=[GivenCue(3.0, "tempo")]), recording)
    store.keep(entry_of(other_report, key="another-round-1", code="B-02"), other)
    access.add(store, ANI, "rahasia-12")
    judgement.mark(store, first, ANI, 9, 1)
    judgement.add_note(store, first, ANI, "Bagus", 3.0, 5.0)
    judgement.decide(store, first, ANI, "repeat")
    return store


def contents(store: Store) -> dict[str, list]:
    with store.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_is_restored_on_either_engine(filled: Store, tmp_path: Path, new_database, engine):
    saved = backup(filled, tmp_path / "backup.zip")
    assert (saved.practices, saved.recordings) == (2, 2)
    new = Store(tmp_path / "new", new_database(engine, "restored") or f"sqlite:///{tmp_path}/new.sqlite")
    restored = restore(new, tmp_path / "backup.zip")
    assert restored == saved
    assert contents(new) == contents(filled)
    assert new.check().sound
    np.testing.assert_array_equal(new.recording(new.practice(1)).u, filled.recording(filled.practice(1)).u)
    assert access.sign_in(new, ANI, "rahasia-12")
    recording, report = round_of(offset_cm=3.4)
    assert new.keep(entry_of(report, key="a-further-round", code="C-03"), recording) == 3
    judgement.mark(new, 3, ANI, 9, 1)  # numbers go on
    new.close()


def test_a_sealed_backup_opens_with_its_passphrase_alone(filled: Store, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sealing, "_MEMORY_KIB", 64)  # the form of the file is the same
    path, words = tmp_path / "backup.sealed", "satu dua tiga empat"
    assert backup(filled, path, words) == backup(filled, tmp_path / "plain.zip")
    before = contents(filled)
    sealed = path.read_bytes()
    assert is_sealed(path)
    assert not is_sealed(tmp_path / "plain.zip")
    assert b"A-07" not in sealed
    assert b"PK" not in sealed[:4]
    for wrong, told in (("lima enam tujuh", "does not open"), (None, "sealed with a passphrase")):
        with pytest.raises(StoreError, match=told):
            restore(filled, path, wrong)
    (tmp_path / "cut.sealed").write_bytes(sealed[:-40])
    with pytest.raises(StoreError, match="altered or cut off"):
        restore(filled, tmp_path / "cut.sealed", words)
    assert contents(filled) == before
    new = Store(tmp_path / "new", f"sqlite:///{tmp_path}/new.sqlite")
    assert restore(new, path, words).practices == 2
    assert contents(new) == before
    assert new.check().sound
    new.close()
    with pytest.raises(StoreError, match="at least 12"):
        backup(filled, path, "short")
    assert path.read_bytes() == sealed


def test_videos_are_in_no_backup_and_stay_where_they_still_are(filled: Store, tmp_path: Path):
    films = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    for number, film in enumerate(films, 1):
        film.write_bytes(b"a film of round %d" % number)
        with filled.writing() as session:
            session.get_one(Practice, number).film = filled.films.add(film)
    backup(filled, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert not any("video" in name or name.endswith(".mp4") for name in archive.namelist())
    delete_film(filled, filled.practice(2).key, ANI)
    restore(filled, tmp_path / "backup.zip")
    assert filled.film(filled.practice(1)) is not None
    assert filled.practice(2).film is None
    new = Store(tmp_path / "new", f"sqlite:///{tmp_path}/new.sqlite")
    restore(new, tmp_path / "backup.zip")
    assert new.practice(1).film is None
    new.close()


def test_restoring_replaces_what_came_later(filled: Store, tmp_path: Path):
    before = contents(filled)
    backup(filled, tmp_path / "backup.zip")
    recording, report = round_of(offset_cm=3.4)
    filled.keep(entry_of(report, key="a-later-round", code="C-03"), recording)
    restore(filled, tmp_path / "backup.zip")
    assert contents(filled) == before
    assert filled.check().sound


def test_who_withdrew_since_is_left_out(filled: Store, tmp_path: Path):
    backup(filled, tmp_path / "backup.zip")
    withdraw(filled, "B-02")
    restored = restore(filled, tmp_path / "backup.zip")
    assert restored.practices == 1
    assert filled.codes() == ["A-07"]
    assert filled.check().sound
    # Nor elsewhere, when the list of withdrawn codes travels with a later backup.
    backup(filled, tmp_path / "later.zip")
    new = Store(tmp_path / "new", f"sqlite:///{tmp_path}/new.sqlite")
    restore(new, tmp_path / "later.zip")
    restore(new, tmp_path / "backup.zip")
    assert new.codes() == ["A-07"]
    new.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_of_the_first_tables_is_brought_up_to_date(tmp_path: Path, new_database, engine):
    recording, report = round_of()
    data = to_bytes(nameless(recording))
    sha, at = hashlib.sha256(data).hexdigest(), "2026-11-20T08:30:00+00:00"
    of_practice = {"practice_id": 1}
    rows: dict[str, list[dict]] = {
        "participant": [
            {"code": "A-07", "consent_practice": True, "consent_movement": True, "consent_picture": False,
             "consent_report": True, "consent_utc": at, "role": "mother", "age_band": None, "status_band": None}
        ],
        "practice": [
            {"id": 1, "key": "a-first-round", "code": "A-07", "started_utc": at, "mode": "guided", "source": "camera",
             "app_version": "0.1.0", "duration_s": 40.0, "rated": True, "overall": 70.0, "recording": sha}
        ],
        "result": [
            {**of_practice, "id": 1, "made_utc": at, "reference": "fists", "profile": "standard", "rules": "first",
             "app_version": "0.1.0", "overall": 70.0, "report": report}
        ],
        "note": [
            {**of_practice, "id": 1, "instructor": ANI, "start_s": 3.0, "end_s": None, "text": "Bagus", "made_utc": at}
        ],
        "mark": [{**of_practice, "instructor": ANI, "item": 9, "value": 1}],
    }  # fmt: skip
    members = {f"recordings/{sha}.parquet": data}
    for table in (
        "access",
        "change",
        "cue",
        "instructor",
        "mark",
        "note",
        "participant",
        "practice",
        "result",
        "verdict",
    ):
        lines = [json.dumps(row) + "\n" for row in rows.get(table, [])]
        members[f"tables/{table}.jsonl"] = "".join(lines).encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    manifest = {"format": 1, "program": "0.1.0", "tables": "0001", "made_utc": at, "members": sums}

    def written(tables: str) -> Path:
        path = tmp_path / f"{tables}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, member in members.items():
                archive.writestr(name, member)
            archive.writestr("manifest.json", json.dumps({**manifest, "tables": tables}))
        return path

    new = Store(tmp_path / "new", new_database(engine, "restored") or f"sqlite:///{tmp_path}/new.sqlite")
    assert restore(new, written("0001")).practices == 1
    practice = new.practice(1)
    assert practice.result.rules == "first"
    assert practice.result.profile_version
    assert practice.started_utc.isoformat() == at
    assert [note.text for note in practice.notes] == ["Bagus"]
    assert judgement.judgement(new, 1, ANI).marks == {9: 1}
    assert new.check().sound
    with pytest.raises(StoreError, match="newer program"):
        restore(new, written("9999"))
    assert new.count() == 1
    new.close()


def spoil(path: Path, how: str) -> None:
    if how == "text":
        path.write_text("no zip")
        return
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    name = {"row": "tables/practice.jsonl", "recording": next(n for n in members if n.startswith("rec"))}.get(
        how
    )
    if name:
        members[name] = members[name][:-1] + b"x"
    elif how == "missing":
        del members["tables/mark.jsonl"]
    elif how == "manifest":
        members["manifest.json"] = b"{}"
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)


@pytest.mark.parametrize("how", ["text", "row", "recording", "missing", "manifest"])
def test_a_damaged_backup_changes_nothing(filled: Store, tmp_path: Path, how):
    path = tmp_path / "backup.zip"
    backup(filled, path)
    spoil(path, how)
    before = contents(filled)
    with pytest.raises(StoreError, match="not a backup of this program, or it is damaged"):
        restore(filled, path)
    assert contents(filled) == before
    assert filled.check().sound


def test_wherever_a_byte_of_a_backup_is_wrong_it_is_a_sentence(filled: Store, tmp_path: Path):
    """A USB stick changes bytes, not members: what the zip itself notices is told, too."""
    path = tmp_path / "backup.zip"
    backup(filled, path)
    data, before = path.read_bytes(), contents(filled)
    told = set()
    for at in range(0, len(data), len(data) // 150):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            restore(filled, path)  # a byte that nobody reads, as of a member's date, does no harm
        except StoreError as error:
            told.add(str(error))
        assert contents(filled) == before
    assert told == {"backup.zip is not a backup of this program, or it is damaged."}


def test_a_backup_that_cannot_be_written_is_a_sentence(filled: Store, tmp_path: Path):
    with pytest.raises(OutputError):
        backup(filled, tmp_path / "nowhere" / "backup.zip")
    with pytest.raises(StoreError):
        restore(filled, tmp_path / "nothing.zip")
