"""Folders that the practice page wrote become rounds, once each; damaged ones are told of and left."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from store_given import round_of

from coach.store import inbox
from coach.store.repository import Store


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
