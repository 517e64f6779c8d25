"""Rounds go in and come out as they were, on both engines; what may not be kept is not."""

from __future__ import annotations

import json
from datetime import timedelta, timezone

import numpy as np
import pytest
from sqlalchemy import text
from store_given import START, entry_of, round_of

from coach.errors import EntryError, StoreError
from coach.store.entries import Consent, GivenCue, clean_code
from coach.store.repository import Store


def test_a_round_comes_out_as_it_went_in(store: Store):
    recording, report = round_of()
    local = START.astimezone(timezone(timedelta(hours=7)))
    entry = entry_of(report, started_utc=local, cues=[GivenCue(12.5, "tempo")], role="mother", code="a 07")
    practice = store.practice(store.keep(entry, recording))
    assert practice.code == "A-07"
    assert practice.started_utc == START
    assert practice.started_utc.utcoffset() == timedelta(0)
    assert (practice.comfort, practice.pain, practice.mode) == (4, False, "guided")
    assert practice.overall == report["score"]["overall"]
    assert [(c.t_s, c.cue) for c in practice.cues] == [(12.5, "tempo")]
    assert practice.results[0].report["measures"] == report["measures"]
    back = store.recording(practice)
    np.testing.assert_array_equal(back.u, recording.u)
    np.testing.assert_array_equal(back.t_s, recording.t_s)
    assert store.check().sound


def test_the_same_round_twice_is_one(store: Store):
    recording, report = round_of()
    first = store.keep(entry_of(report), recording)
    assert store.keep(entry_of(report), recording) == first
    assert store.count() == 1


def test_a_video_s_name_is_not_kept(store: Store):
    recording, report = round_of()
    recording = type(recording)(
        **{**recording.__dict__, "meta": {**recording.meta, "source": {"kind": "file", "name": "siti.mp4"}}}
    )
    report = {**report, "source": {**report["source"], "name": "siti.mp4"}}
    practice = store.practice(store.keep(entry_of(report), recording))
    assert "siti" not in json.dumps(store.recording(practice).meta)
    assert "siti" not in json.dumps(practice.results[0].report)
    assert b"siti" not in store.files.path(practice.recording).read_bytes()


@pytest.mark.parametrize("changes", [{"consent": Consent(True, False)}, {"age_band": "under 18"}])
def test_movement_is_kept_only_with_consent_and_never_of_minors(store: Store, changes):
    recording, report = round_of()
    practice = store.practice(store.keep(entry_of(report, **changes), recording))
    assert practice.recording is None
    assert store.recording(practice) is None
    assert list(store.files.stored()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": Consent(False, True)},
        {"comfort": 6},
        {"mode": "free"},
        {"role": "doctor"},
        {"age_band": "31"},
        {"code": "Siti Aminah, Jl. Merdeka"},
        {"code": "3201234567890001"},  # an identity card's number
        {"code": ""},
    ],
)
def test_what_may_not_be_kept_is_refused(store: Store, changes):
    recording, report = round_of()
    with pytest.raises(EntryError):
        store.keep(entry_of(report, **changes), recording)
    assert store.count() == 0
    assert list(store.files.stored()) == []


def test_a_new_result_leaves_the_old_one_alone(store: Store, kept: int):
    before = store.practice(kept).results[0]
    _, other = round_of(tempo_cpm=75.0)
    assert store.add_result(kept, other, "other rules")
    practice = store.practice(kept)
    assert practice.results[0].report == before.report
    assert [r.rules for r in practice.results] == [before.rules, "other rules"]
    assert practice.overall == other["score"]["overall"]
    assert not store.add_result(kept, other, "other rules")


def test_an_unknown_practice_is_a_sentence(store: Store):
    with pytest.raises(StoreError, match="Practice 99"):
        store.practice(99)


def test_a_changed_recording_is_noticed(store: Store, kept: int):
    practice = store.practice(kept)
    path = store.files.path(practice.recording)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        store.recording(practice)
    assert store.check().damaged == (practice.recording,)
    path.unlink()
    with pytest.raises(StoreError, match="missing"):
        store.recording(practice)
    assert store.check().missing == (practice.recording,)


def test_codes_are_cleaned():
    assert clean_code(" a 07 ") == "A-07"


def test_sqlite_is_set_for_safety(coach_home):
    store = Store(coach_home)
    with store.reading() as session:
        pragma = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert (coach_home / "records.sqlite").stat().st_mode & 0o077 == 0
    store.close()


@pytest.mark.parametrize("url", ["mysql://x", "postgresql://nobody@127.0.0.1:1/none", "nonsense"])
def test_a_bad_address_is_a_sentence(coach_home, monkeypatch, url):
    monkeypatch.setenv("COACH_DATABASE_URL", url)
    with pytest.raises(StoreError):
        Store(coach_home)


def test_the_migrations_make_what_the_models_say(store: Store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from coach.store.models import Base

    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_records_of_a_newer_program_are_left_alone(store: Store):
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer program"):
        Store(store.home)
