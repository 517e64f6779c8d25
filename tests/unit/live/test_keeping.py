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

import av
import numpy as np
import pytest
from live_given import observations
from motion_given import practice as simulated

from coach.errors import OutputError
from coach.live import keeping
from coach.live.coaching import Given
from coach.live.keeping import Consent, Keeper, Practice
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.store.inbox import read_folder
from coach.vision.filming import Film

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


def keep(practice: Practice = PRACTICE) -> Path:
    keeper = Keeper(practice, given := meta())
    seen = simulated(seconds=12.0)
    if keeper.film is not None:
        shoot(keeper.film)
    for observation in observations(seen):
        keeper.append(observation)
    recording = Recording.from_observations(observations(seen), given)
    return keeper.finish(practice, recording, score_recording(recording, REFERENCE))


def shoot(film: Film, seconds: float = 3.0) -> None:
    """Hand over pictures of nothing, one by one."""
    for i in range(round(10 * seconds)):
        film.add(np.zeros((120, 160, 3), np.uint8), i / 10, None)
        while film.written <= i:
            time.sleep(0.001)


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


FILMED = replace(PRACTICE, consent=replace(CONSENT, picture=True))


def test_a_video_is_made_only_when_agreed_to():
    keeper = Keeper(PRACTICE, meta())
    assert keeper.film is None
    keeper.discard()
    assert {p.name for p in keep().iterdir()} == {"practice.json", "recording.parquet", "report.json"}
    folder = keep(FILMED)
    assert {p.name for p in folder.iterdir()} == {
        "practice.json", "recording.parquet", "report.json", "video.mp4",
    }  # fmt: skip
    assert video_s(folder / "video.mp4") == pytest.approx(2.9, abs=0.05)


def video_s(path: Path) -> float:
    """The last picture's time."""
    with av.open(str(path)) as container:
        return float(list(container.decode(video=0))[-1].time)


def test_a_video_without_the_movement_is_one_for_itself():
    folder = keep(replace(FILMED, consent=Consent(practice=True, picture=True)))
    assert {p.name for p in folder.iterdir()} == {"practice.json", "report.json", "video.mp4"}


def test_the_video_of_a_round_that_was_cut_off_is_saved_with_it(monkeypatch: pytest.MonkeyPatch):
    keeper = Keeper(FILMED, meta())
    seen = observations(simulated(seconds=12.0))
    for observation in seen:
        keeper.append(observation)
    shoot(keeper.film)
    keeper.leave()
    later = time.time() + 10
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    assert keeping.sweep() == 0
    (cut_off,) = keeping.unfinished()
    recording = keeping.recovered_recording(cut_off)
    folder = keeping.save_recovered(cut_off, recording, score_recording(recording, REFERENCE))
    assert video_s(folder / "video.mp4") == pytest.approx(2.9, abs=0.05)
    assert not (folder / "video.part").exists()


def test_a_video_that_nothing_can_be_made_of_does_not_stay(monkeypatch: pytest.MonkeyPatch):
    keeper = Keeper(replace(FILMED, consent=Consent(practice=True, picture=True)), meta())
    shoot(keeper.film)
    keeper.leave()
    assert keeping.sweep() == 0  # it may be going on
    later = time.time() + 601
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    assert keeping.sweep(running=keeper.folder) == 0
    assert keeping.sweep() == 1
    assert list(keeping.practices_folder().iterdir()) == []


def test_where_there_is_no_room_for_two_the_video_stays_in_fragments(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> bool:
        raise OutputError("full")

    monkeypatch.setattr(keeping, "finish", full)
    assert video_s(keep(FILMED) / "video.mp4") == pytest.approx(2.9, abs=0.05)


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
