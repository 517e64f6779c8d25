"""Who withdraws is gone from everywhere, provably; what is past its time goes by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from store_given import START, entry_of, round_of
from test_inbox import AGREED, film, write_round

from coach.errors import EntryError, StoreError
from coach.settings import Settings
from coach.store import access, inbox
from coach.store.models import Practice
from coach.store.removal import delete_film, expire, withdraw
from coach.store.repository import Store


def everything(home: Path) -> bytes:
    return b"".join(p.read_bytes() + str(p).encode() for p in home.rglob("*") if p.is_file())


def test_a_withdrawal_deletes_everywhere_and_proves_it(store: Store):
    recording, report = round_of()
    other, other_report = round_of(tempo_cpm=75.0)
    write_round(store.home, "20261120T083000Z-MELATI-3", code="MELATI-3")
    inbox.take_in(store)
    store.keep(entry_of(report, key="video-MELATI-3", code="melati 3"), recording)
    stays = store.keep(entry_of(other_report, key="x", code="MAWAR-1"), other)
    receipt = withdraw(store, "melati 3", who="Bidan Ani")
    assert (receipt.practices, receipt.recordings, receipt.folders) == (2, 1, 1)
    assert receipt.proved
    assert receipt.searched > 0
    assert b"MELATI-3" not in everything(store.home)
    assert store.codes() == ["MAWAR-1"]
    assert store.recording(store.practice(stays)) is not None
    assert store.check().sound


def test_what_is_left_behind_is_found(store: Store):
    recording, report = round_of()
    store.keep(entry_of(report, code="MELATI-3"), recording)
    copy = store.home / "copy.txt"
    copy.write_text("a note on MELATI-3")
    receipt = withdraw(store, "MELATI-3")
    assert not receipt.proved
    assert receipt.left == ("copy.txt",)


def test_a_code_within_another_one_is_not_mistaken(store: Store):
    recording, report = round_of()
    store.keep(entry_of(report, key="20261120T090000Z-A-10", code="A-10"), recording)
    store.keep(entry_of(report, key="20261120T083000Z-A-1", code="A-1"), recording)
    receipt = withdraw(store, "A-1")
    assert receipt.proved
    assert receipt.recordings == 0  # the other round has the very same recording
    assert store.recording(store.practice(1)) is not None


def test_who_withdrew_does_not_come_back(store: Store, kept: int):
    recording, report = round_of()
    withdraw(store, "A-07")
    with pytest.raises(EntryError, match="withdrawn consent"):
        store.keep(entry_of(report), recording)
    folder = write_round(store.home)
    assert inbox.take_in(store) == inbox.Taken(0, ())
    assert not folder.exists()
    assert store.count() == 0
    assert "A-07" not in json.dumps((store.home / "withdrawn.json").read_text())


def test_an_unknown_code_is_a_sentence(store: Store):
    with pytest.raises(StoreError, match="B-99"):
        withdraw(store, "B-99")


def test_movement_goes_after_review_and_scores_after_a_year(store: Store, kept: int):
    settings, day = Settings(), timedelta(days=1)
    assert expire(store, settings, now=START + 40 * day).movements == 0  # nobody has reviewed it
    with store.writing() as session:
        session.execute(update(Practice).values(reviewed_utc=START + 10 * day))
    assert expire(store, settings, now=START + 39 * day).movements == 0
    gone = expire(store, settings, now=START + 41 * day)
    assert (gone.movements, gone.practices) == (1, 0)
    practice = store.practice(kept)
    assert practice.recording is None
    assert practice.overall is not None
    assert list(store.files.stored()) == []
    assert expire(store, settings, now=START + 367 * day).practices == 1
    assert store.count() == 0
    assert store.codes() == []


def test_the_time_is_what_the_settings_say(store: Store, kept: int):
    later = datetime.now(UTC) + timedelta(days=400)
    assert expire(store, Settings(keep_scores_days=3650.0), now=later).practices == 0
    assert expire(store, Settings(keep_scores_days=30.0), now=later).practices == 1


def test_rounds_that_were_cut_off_or_damaged_go_too_and_others_stay(store: Store):
    cut_off = write_round(store.home, ".20261120T083000Z-A-07", code="a 07")
    damaged = write_round(store.home, "20261120T093000Z-A-07")
    (damaged / "practice.json").write_text("{")
    finished = write_round(store.home, "20261120T103000Z-A-07-2")
    others = [
        write_round(store.home, "20261120T113000Z-B-A-07", code="B-A-07"),
        write_round(store.home, "20261120T123000Z-A-07-2", code="A-07-2"),
    ]
    receipt = withdraw(store, "A-07")
    assert receipt.folders == 3
    assert not any(folder.exists() for folder in (cut_off, damaged, finished))
    assert all(folder.exists() for folder in others)


def test_a_withdrawal_deletes_videos_wherever_they_are_and_looks_for_them(store: Store):
    folder = write_round(store.home, "20261120T083000Z-MELATI-3", code="MELATI-3", consent=AGREED)
    film(folder)
    inbox.take_in(store)
    film(write_round(store.home, ".20261120T093000Z-MELATI-3", code="MELATI-3", consent=AGREED), b"cut off")
    film(
        write_round(store.home, "20261120T103000Z-MELATI-3", code="MELATI-3", consent=AGREED), b"not taken in"
    )
    copy = store.home / "somewhere.mp4"
    copy.write_bytes(b"a film")
    receipt = withdraw(store, "MELATI-3")
    assert receipt.films == 3
    assert receipt.left == ("somewhere.mp4",)  # found by what is in it
    assert list(store.home.rglob("*.mp4")) == [copy]


def test_a_video_goes_a_week_after_the_review(store: Store):
    film(write_round(store.home, consent=AGREED))
    inbox.take_in(store)
    settings, day = Settings(), timedelta(days=1)
    with store.writing() as session:
        session.execute(update(Practice).values(reviewed_utc=START + 10 * day))
    assert expire(store, settings, now=START + 16 * day).films == 0
    assert expire(store, settings, now=START + 18 * day).films == 1
    assert store.practice(1).film is None
    assert list(store.films.stored()) == []
    assert store.recording(store.practice(1)) is not None


def test_a_video_is_never_kept_longer_than_movement(store: Store):
    film(write_round(store.home, consent=AGREED))
    inbox.take_in(store)
    settings, day = Settings(keep_video_days=300.0, keep_movement_days=3.0), timedelta(days=1)
    with store.writing() as session:
        session.execute(update(Practice).values(reviewed_utc=START))
    assert expire(store, settings, now=START + 2 * day).films == 0
    assert expire(store, settings, now=START + 4 * day).films == 1


def test_a_video_that_nobody_reviews_goes_after_a_month(store: Store):
    film(write_round(store.home, consent=AGREED))
    inbox.take_in(store)
    waiting = film(write_round(store.home, ".20261120T093000Z-B-1", code="B-1", consent=AGREED))
    day = timedelta(days=1)
    assert expire(store, Settings(), now=START + 29 * day).films == 0
    gone = expire(store, Settings(), now=datetime.now(UTC) + 31 * day)
    assert gone.films == 2
    assert not waiting.exists()
    assert list(store.films.stored()) == []


def test_a_video_alone_is_deleted_and_that_is_written_down(store: Store):
    name = film(write_round(store.home, consent=AGREED)).parent.name
    assert delete_film(store, name, "Bidan Ani")  # before the records took it in
    film(write_round(store.home, "20261120T093000Z-A-07", consent=AGREED))
    inbox.take_in(store)
    assert delete_film(store, "20261120T093000Z-A-07", "Bidan Ani")
    assert not delete_film(store, "20261120T093000Z-A-07", "Bidan Ani")
    assert list(store.home.rglob("*.mp4")) == []
    lines = [(line.who, line.what, line.detail) for line in access.trail(store)]
    assert lines == [("Bidan Ani", "video deleted", "practice 2"), ("Bidan Ani", "video deleted", None)]
    assert store.recording(store.practice(2)) is not None
