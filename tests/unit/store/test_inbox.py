"""Folders that the practice page wrote become rounds, once each; damaged ones are told of and left."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from store_given import START, round_of

from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.settings import Settings
from coach.store import inbox
from coach.store.models import Practice
from coach.store.removal import expire
from coach.store.repository import Store
from coach.store.rescoring import rules_of


def write_round(home: Path, name: str = "20261120T083000Z-A-07", **changes: object) -> Path:
    recording, report = round_of()
    folder = home / "practices" / name
    folder.mkdir(parents=True)
    recording.to_parquet(folder / "recording.parquet")
    (folder / "report.json").write_text(json.dumps(report))
    said = {
        "code": "A-07",
        "mode": "test",
        "started_utc": "2026-11-20T08:30:00+00:00",
        "reference": "fists",
        "profile": "fists",
        "app_version": "0.1.0",
        "consent": {"practice": True, "movement": True, "picture": False, "report": True},
        "comfort": 5,
        "pain": False,
        "cues": [{"t_s": 12.0, "cue": "tempo"}, {"t_s": 31.5, "cue": "offset"}],
    }
    (folder / "practice.json").write_text(json.dumps({**said, **changes}))
    return folder


def test_a_round_is_taken_in_once(store: Store):
    folder = write_round(store.home)
    assert inbox.take_in(store) == inbox.Taken(1, ())
    assert inbox.take_in(store) == inbox.Taken(0, ())
    practice = store.practice(1)
    assert (practice.code, practice.mode, practice.source, practice.comfort) == ("A-07", "test", "camera", 5)
    assert [(c.t_s, c.cue) for c in practice.cues] == [(12.0, "tempo"), (31.5, "offset")]
    assert store.recording(practice) is not None
    assert folder.exists()  # the page may still show it


AGREED = {"practice": True, "movement": True, "picture": True, "report": True}


def film(folder: Path, data: bytes = b"a film") -> Path:
    (folder / "video.mp4").write_bytes(data)
    return folder / "video.mp4"


def test_a_video_moves_beside_the_recording_and_only_with_consent(store: Store):
    agreed = film(write_round(store.home, consent=AGREED))
    refused = film(write_round(store.home, "20261120T093000Z-A-08", code="A-08"))
    young = film(
        write_round(store.home, "20261120T103000Z-A-09", code="A-09", consent=AGREED, age_band="under 18")
    )
    assert inbox.take_in(store) == inbox.Taken(3, ())
    assert not any(path.exists() for path in (agreed, refused, young))
    kept = {
        code: store.film(store.practice(number)) for number, code in ((1, "A-07"), (2, "A-08"), (3, "A-09"))
    }
    assert kept["A-07"] is not None
    assert kept["A-07"].read_bytes() == b"a film"
    assert kept["A-07"].stat().st_mode & 0o077 == 0
    assert kept["A-08"] is kept["A-09"] is None
    assert list((store.home / "videos").rglob("*.mp4")) == [kept["A-07"]]


def test_a_kill_while_a_video_moves_loses_nothing(store: Store, monkeypatch: pytest.MonkeyPatch):
    path = film(write_round(store.home, consent=AGREED))

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # the file is linked, no row names it yet
        patch.setattr("coach.store.repository._count", killed)
        with pytest.raises(KeyboardInterrupt):
            inbox.take_in(store)
    assert store.sweep() > 0
    assert list(store.films.stored()) == []
    assert path.exists()
    with monkeypatch.context() as patch:  # the row is written, the folder still has its video
        patch.setattr(inbox, "drop_film", killed)
        with pytest.raises(KeyboardInterrupt):
            inbox.take_in(store)
    assert path.exists()
    inbox.take_in(store)
    assert not path.exists()
    with store.reading() as session:
        kept = store.film(session.scalars(select(Practice)).one())
    assert kept is not None
    assert kept.read_bytes() == b"a film"


def test_a_video_moves_where_the_disk_knows_no_links(store: Store, monkeypatch: pytest.MonkeyPatch):
    path = film(write_round(store.home, consent=AGREED))

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("coach.store.files.os.link", refuse)
    inbox.take_in(store)
    kept = store.film(store.practice(1))
    assert not path.exists()
    assert kept is not None
    assert (kept.read_bytes(), kept.stat().st_mode & 0o077) == (b"a film", 0)


def test_a_folder_goes_a_day_later(store: Store):
    folder = write_round(store.home)
    inbox.take_in(store)
    old = time.time() - inbox.STAYS_S - 60
    os.utime(folder, (old, old))
    inbox.take_in(store)
    assert not folder.exists()
    assert store.count() == 1


def test_without_consent_to_movement_only_the_result_is_kept(store: Store):
    write_round(store.home, consent=["practice"])
    inbox.take_in(store)
    practice = store.practice(1)
    assert practice.recording is None
    assert practice.overall is not None


def test_an_unfinished_folder_is_left_alone(store: Store):
    folder = store.home / "practices" / ".writing"
    folder.mkdir(parents=True)
    (store.home / "practices" / "20261120T090000Z-B-01").mkdir()
    assert inbox.take_in(store) == inbox.Taken(0, ())


@pytest.mark.parametrize(
    "damage",
    [
        lambda f: (f / "practice.json").write_text("{"),
        lambda f: (f / "practice.json").write_text("[]"),
        lambda f: (f / "practice.json").write_text("{}"),
        lambda f: (f / "report.json").write_text("{}"),
        lambda f: (f / "report.json").write_bytes(b"\xff\xfe"),
        lambda f: (f / "recording.parquet").write_bytes(b"PAR1"),
        lambda f: (f / "practice.json").write_text((f / "practice.json").read_text().replace("+00:00", "")),
    ],
)
def test_a_damaged_folder_is_told_of_and_left(store: Store, damage):
    damage(write_round(store.home))
    whole = write_round(store.home, "20261120T090000Z-B-01", code="B-01")
    taken = inbox.take_in(store)
    assert taken.new == 1
    assert [name for name, _ in taken.problems] == ["20261120T083000Z-A-07"]
    assert taken.problems[0][1].text()
    assert store.codes() == ["B-01"]
    assert whole.exists()


def test_an_answer_that_comes_later_is_added(store: Store):
    folder = write_round(store.home, comfort=None, pain=None)
    inbox.take_in(store)
    assert store.practice(1).comfort is None
    said = json.loads((folder / "practice.json").read_text())
    (folder / "practice.json").write_text(json.dumps({**said, "comfort": 3, "pain": True}))
    inbox.take_in(store)
    assert (store.practice(1).comfort, store.practice(1).pain) == (3, True)
    (folder / "practice.json").write_text(json.dumps({**said, "comfort": 5, "pain": False}))
    inbox.take_in(store)
    assert (store.practice(1).comfort, store.practice(1).pain) == (3, True)


def test_a_picture_stays_until_the_movement_goes(store: Store):
    folder = write_round(store.home)
    (folder / "picture.jpg").write_bytes(b"\xff\xd8")
    inbox.take_in(store)
    old = time.time() - inbox.STAYS_S - 60
    os.utime(folder, (old, old))
    inbox.take_in(store)
    assert inbox.picture(store.home, folder.name) == b"\xff\xd8"
    day = timedelta(days=1)
    with store.writing() as session:
        session.execute(update(Practice).values(reviewed_utc=START))
    expire(store, Settings(), now=START + 29 * day)
    assert folder.exists()
    expire(store, Settings(), now=START + 31 * day)
    assert not folder.exists()


def test_a_report_by_older_rules_does_not_count_as_today_s(store: Store):
    folder = write_round(store.home)
    report = json.loads((folder / "report.json").read_text())
    report["settings"]["profile"]["criteria"]["tempo"]["weight"] = 99
    (folder / "report.json").write_text(json.dumps(report))
    write_round(store.home, "20261120T090000Z-B-01", code="B-01")
    inbox.take_in(store)
    today = rules_of(load_reference("fists"))
    assert store.practice(1).results[0].rules != today
    assert store.practice(2).results[0].rules == today


def test_what_the_practice_page_writes_is_taken_in(store: Store, monkeypatch):
    """The two sides of the folder, written and read by the program itself."""
    from coach.live.keeping import Consent, Keeper, answer
    from coach.live.keeping import Practice as Kept

    monkeypatch.setenv("COACH_HOME", str(store.home))
    reference = load_reference("fists")
    recording, _ = round_of()
    kept = Kept(
        "A-07", "quiet", "fists", "fists", "v", "2026-11-20T08:30:00+00:00", Consent(True, True, False, True)
    )
    keeper = Keeper(kept, {"source": {"kind": "camera"}})
    folder = keeper.finish(kept, recording, score_recording(recording, reference))
    answer(folder, 4, False)
    assert inbox.take_in(store) == inbox.Taken(1, ())
    practice = store.practice(1)
    assert (practice.code, practice.mode, practice.comfort, practice.pain) == ("A-07", "quiet", 4, False)
    assert practice.results[0].rules == rules_of(reference)
    assert store.recording(practice) is not None
