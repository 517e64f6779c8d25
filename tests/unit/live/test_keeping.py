"""What is kept of a practice, and what a crash leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest
from live_given import observations
from motion_given import practice as simulated

from coach.live import keeping
from coach.live.coaching import Given
from coach.live.keeping import Consent, Keeper, Practice
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.store.inbox import read_folder

REFERENCE = load_reference("fists")
CONSENT = Consent(practice=True, movement=True)
PRACTICE = Practice(
    "B-07", "guided", "fists", REFERENCE.profile.form, REFERENCE.profile.version,
    "2026-11-24T10:00:00+00:00", CONSENT, status_band="postpartum", cues=(Given(12.0, "slower"),),
)  # fmt: skip


def meta() -> dict:
    return {
        "schema": 1, "source": {"kind": "camera", "name": "live"}, "settings": {"back_length_cm": 45.0},
    }  # fmt: skip


def keep(practice: Practice = PRACTICE, picture: bytes | None = None) -> Path:
    keeper = Keeper(practice, given := meta())
    seen = simulated(seconds=12.0)
    for observation in observations(seen):
        keeper.append(observation)
    recording = Recording.from_observations(observations(seen), given)
    return keeper.finish(practice, recording, score_recording(recording, REFERENCE), picture)


@pytest.fixture(autouse=True)
def home(coach_home: Path) -> Path:
    return coach_home


def test_a_finished_round_is_one_whole_folder():
    folder = keep()
    assert folder == keeping.practices_folder() / "20261124T100000Z-B-07"
    assert {p.name for p in folder.iterdir()} == {"practice.json", "recording.parquet", "report.json"}
    kept = json.loads((folder / "practice.json").read_text())
    assert kept["code"] == "B-07"
    assert kept["consent"] == {
        "practice": True, "movement": True, "picture": False, "report": False,
    }  # fmt: skip
    assert kept["cues"] == [{"t_s": 12.0, "cue": "slower"}]
    assert kept["profile_version"] == PRACTICE.profile_version
    assert Recording.from_parquet(folder / "recording.parquet").meta["source"]["name"] == folder.name
    assert json.loads((folder / "report.json").read_text())["source"]["name"] == folder.name
    assert keeping.unfinished() == []


def test_two_rounds_of_one_second_do_not_meet():
    assert keep() != keep()


def test_a_picture_is_kept_only_when_agreed_to():
    agreed = replace(PRACTICE, consent=replace(CONSENT, picture=True))
    assert not (keep(picture=b"jpeg") / "picture.jpg").exists()
    assert (keep(agreed, picture=b"jpeg") / "picture.jpg").read_bytes() == b"jpeg"


def test_without_consent_to_it_the_movement_is_never_on_the_disk():
    only_result = replace(PRACTICE, consent=Consent(practice=True))
    keeper = Keeper(only_result, meta())
    keeper.append(observations(simulated(seconds=1.0))[0])
    assert [p.name for p in keeper.folder.iterdir()] == ["practice.json"]
    keeper.discard()
    assert {p.name for p in keep(only_result).iterdir()} == {"practice.json", "report.json"}


def test_the_records_take_a_round_in():
    folder = keep()
    recording, entry = read_folder(folder)
    assert recording is not None
    assert (entry.key, entry.code, entry.mode) == (folder.name, "B-07", "guided")
    assert (entry.cues[0].t_s, entry.cues[0].cue) == (12.0, "slower")
    assert entry.keeps_movement


def test_the_mother_s_answers_are_added():
    folder = keep()
    keeping.answer(folder, 4, False)
    kept = json.loads((folder / "practice.json").read_text())
    assert (kept["comfort"], kept["pain"], kept["code"]) == (4, False, "B-07")


def test_a_code_cannot_leave_the_folder():
    folder = keep(replace(PRACTICE, code="../../etc/x y"))
    assert folder.parent == keeping.practices_folder()


_CHILD = """
    import sys, time
    sys.path[:0] = {paths!r}
    from test_keeping import PRACTICE, meta, observations, simulated
    from coach.live.keeping import Keeper
    keeper = Keeper(PRACTICE, meta())
    began = time.monotonic()
    for seen in observations(simulated(seconds=60.0)):
        time.sleep(max(0.0, began + seen.t_s - time.monotonic()))
        keeper.append(seen)
        print(seen.t_s, flush=True)
"""


def test_a_killed_round_is_offered_and_loses_at_most_a_second(monkeypatch: pytest.MonkeyPatch):
    here = Path(__file__).parent
    code = textwrap.dedent(_CHILD).format(paths=[str(here), str(here.parent / "motion")])
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ}, text=True
    )
    assert child.stdout is not None
    last = 0.0
    while last < 3.5:
        last = float(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    last = max([last, *(float(line) for line in child.stdout.read().split())])
    child.wait()
    child.stdout.close()
    assert keeping.unfinished() == []  # it may still be running
    later = time.time() + 10
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    (cut_off,) = keeping.unfinished()
    assert cut_off.practice == PRACTICE
    assert last - 1.1 <= cut_off.seconds <= last
    recording = keeping.recovered_recording(cut_off)
    folder = keeping.save_recovered(cut_off, recording, score_recording(recording, REFERENCE))
    assert json.loads((folder / "practice.json").read_text())["recovered"] is True
    assert keeping.unfinished() == []


def test_a_round_that_was_cut_off_can_be_deleted(monkeypatch: pytest.MonkeyPatch):
    keeper = Keeper(PRACTICE, meta())
    keeper.append(observations(simulated(seconds=1.0))[0])
    keeper.leave()
    assert keeping.unfinished(running=keeper.folder) == []
    later = time.time() + 10
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    keeping.discard(keeping.unfinished()[0])
    assert list(keeping.practices_folder().iterdir()) == []


def test_a_clock_that_was_set_back_hides_no_cut_off_round(monkeypatch: pytest.MonkeyPatch):
    keeper = Keeper(PRACTICE, meta())
    keeper.append(observations(simulated(seconds=1.0))[0])
    keeper.leave()
    earlier = time.time() - 3600
    monkeypatch.setattr(keeping.time, "time", lambda: earlier)
    assert [cut_off.folder for cut_off in keeping.unfinished()] == [keeper.folder]


def test_of_a_cut_off_round_without_movement_nothing_stays(monkeypatch: pytest.MonkeyPatch):
    keeper = Keeper(replace(PRACTICE, consent=Consent(practice=True)), meta())
    assert keeping.unfinished() == []
    assert keeper.folder.exists()  # it may be running
    later = time.time() + 25 * 3600
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    assert keeping.unfinished() == []
    assert not keeper.folder.exists()
