"""A visit from start to end when something goes wrong on the way; see `staged`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from staged import Camera, visit

from coach.errors import OutputError
from coach.live import keeping
from coach.live.keeping import Consent, practices_folder
from coach.motion.recording import Recording

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def home(coach_home: Path) -> Path:
    return coach_home


def kept() -> list[str]:
    """What lies in the folder of practices, hidden or not."""
    return [p.name for p in practices_folder().glob("*")] + [p.name for p in practices_folder().glob(".*")]


def test_a_long_search_for_the_back_makes_nothing_slow(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch, alone_s=2.0, search_s=1.0) as here:
        here.until(lambda state: state.get("fps") is not None)
        first = here.until(lambda state: state.get("ready", False))
        assert first["fps"] is None  # the search has no part in how fast pictures are looked at
        said = {
            c["sentence"] for state in here.states for c in state.get("checks", ()) if c["id"] == "camera"
        }
        assert "camera_slow" not in said


def test_a_camera_that_a_long_search_kept_waiting_is_not_called_slow(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch, alone_s=2.0, search_s=2.5, searching_fps=3.0) as here:
        here.until(lambda state: state.get("ready", False))
        here.go_on(2.0)
        said = {
            c["sentence"] for state in here.states for c in state.get("checks", ()) if c["id"] == "camera"
        }
        assert said - {"wait"} == {"camera_ok"}


def test_who_marks_the_back_by_hand_is_not_kept_waiting_by_a_search(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch, alone_s=1.0) as here:
        here.live.command(do="still", on=True)
        here.go_on(2.5)
        assert here.searches == 0
        assert here.live.picture(0, 1.0)[1] is not None  # the still
        here.live.command(do="still", on=False)
        here.until(lambda state: state.get("ready", False))
        assert here.searches == 1


def test_hands_that_rest_at_the_neck_begin_and_hands_that_leave_end_and_all_is_announced(
    monkeypatch: pytest.MonkeyPatch,
):
    with visit(monkeypatch) as here:
        here.until(lambda state: state.get("ready", False))
        here.camera.rests = True
        began = here.until(lambda state: state["phase"] == "round")
        assert began["total"] == 20.0
        here.camera.rests = False
        here.go_on(3.0)
        here.hands.there = False
        here.camera.rests = True  # nothing moves on the back any more
        here.until(lambda state: state.get("gone", 0.0) > 0.5)
        here.until(lambda state: state["phase"] == "after")
        assert here.live.outcome is not None
        assert here.live.outcome.over == "gone"
        assert [id_ for id_ in here.said() if id_ in ANNOUNCED] == list(ANNOUNCED)


ANNOUNCED = ("back_found", "hands_found", "begin", "gone", "over")


def test_resting_hands_begin_nothing_while_somebody_marks_the_back(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch) as here:
        here.until(lambda state: state.get("ready", False))
        here.live.command(do="still", on=True)
        here.camera.rests = True
        here.until(lambda state: state.get("rest", 0.0) >= 1.0)
        here.go_on(1.0)
        assert here.states[-1]["phase"] == "setup"


def test_no_round_begins_with_a_back_that_would_not_be_rated(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch, sure=0.4) as here:
        here.until(lambda state: any(c["sentence"] == "back_unsure" for c in state.get("checks", ())))
        assert not here.states[-1]["ready"]
        here.live.command(do="start")
        here.camera.rests = True
        here.go_on(3.0)
        assert {state["phase"] for state in here.states} == {"setup"}
        here.sure = 1.0
        here.until(lambda state: state["phase"] == "round")  # looked for again, found, and the hands rest
        assert here.searches == 2


@pytest.mark.parametrize(("fps", "sentence"), [(5.0, "camera_slow"), (20.0, "camera_ok")])
def test_a_camera_that_is_slow_is_said_to_be(monkeypatch: pytest.MonkeyPatch, fps: float, sentence: str):
    with visit(monkeypatch, Camera((320, 240), fps)) as here:
        here.until(lambda state: state.get("checks", [{"sentence": ""}])[0]["sentence"] == sentence)


def test_the_time_left_goes_on_while_the_camera_is_away(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch, total_s=30.0) as here:
        here.begin()
        here.camera.there = False
        here.until(lambda state: state.get("trouble") == "missing")
        before = here.states[-1]["elapsed"]
        here.go_on(2.0)
        assert here.states[-1]["elapsed"] > before + 1.0


def test_a_round_that_was_hardly_begun_does_not_count(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch) as here:
        here.begin()
        here.go_on(1.0)
        here.live.command(do="stop")
        here.until(lambda state: state["phase"] in ("after", "closed"))
        assert here.live.outcome is None
        assert str(here.live.failure).startswith("The round was over before it had really begun")
        assert kept() == []


def test_of_somebody_under_age_no_file_is_written(
    monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
):
    def files() -> list[Path]:
        return [path for path in (*home.rglob("*"), *temporary.rglob("*")) if path.is_file()]

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    opened: list[str] = []
    watching = True
    sys.addaudithook(lambda event, what: watching and event == "open" and written(what, opened))
    everything = Consent(practice=True, movement=True, picture=True, report=True)
    with visit(monkeypatch, keep=False, consent=everything) as here:
        here.begin()
        here.go_on(4.0)
        assert files() == []
        assert here.live.keeping is None
        here.live.command(do="stop")
        here.until(lambda state: state["phase"] in ("after", "closed"))
        assert here.live.outcome is not None
        assert here.live.outcome.folder is None
        assert here.live.outcome.film is None
        assert len(here.live.outcome.recording) > 30  # measured, and shown on the screen
    watching = False
    assert files() == []
    assert opened == []
    assert kept() == []


def written(what: tuple, opened: list[str]) -> None:
    """Note a file that is opened for writing."""
    path, mode, flags = what
    for_writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
    if for_writing and not str(path).startswith(("/dev/", "/proc/")):
        opened.append(f"{path} {mode}")


def test_with_every_consent_the_same_round_writes_files(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch, consent=Consent(practice=True, movement=True, picture=True)) as here:
        here.begin()
        here.go_on(4.0)
        assert here.live.keeping is not None
        assert {p.name for p in here.live.keeping.iterdir()} >= {"journal.mcj", "practice.json", "video.part"}
        here.live.command(do="stop")
        here.until(lambda state: state["phase"] in ("after", "closed"))
        assert here.live.outcome is not None
        assert here.live.outcome.folder is not None
        assert {p.name for p in here.live.outcome.folder.iterdir()} == {
            "practice.json", "recording.parquet", "report.json", "video.mp4",
        }  # fmt: skip


def test_on_a_full_disk_the_result_is_shown_and_the_movement_offered_again(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OutputError("The disk is full.")

    with visit(monkeypatch) as here:
        here.begin()
        here.go_on(4.0)
        monkeypatch.setattr(Recording, "to_parquet", full)
        here.live.command(do="stop")
        here.until(lambda state: state["phase"] in ("after", "closed"))
        assert here.live.outcome is not None
        assert here.live.outcome.folder is None
        assert str(here.live.outcome.unkept) == "The disk is full."
        assert here.live.outcome.recording.meta["hand_form"]["left"]["looks"] > 3
        assert here.live.outcome.report.hand_form.form == "fist"
        assert here.live.failure is None
    later = keeping.time.time() + 6.0
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    (offered,) = keeping.unfinished()
    assert offered.seconds > 3.0


def test_a_camera_that_is_turned_on_its_side(monkeypatch: pytest.MonkeyPatch):
    with visit(monkeypatch) as here:
        here.until(lambda state: state.get("ready", False))
        here.camera.show((480, 640))
        here.until(lambda state: not state.get("ready", True))
        here.until(lambda state: state.get("ready", False))
        assert here.searches == 2
        here.begin()
        here.camera.show((640, 480))
        here.until(lambda state: state.get("trouble") == "turned")
        here.camera.show((480, 640))
        here.until(lambda state: state.get("trouble") is None and state.get("thumbs"))
        here.go_on(1.0)
        assert here.live.failure is None
        assert here.states[-1]["phase"] == "round"
