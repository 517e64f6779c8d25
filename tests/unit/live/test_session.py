"""A visit from start to end when something goes wrong on the way; see `staged`."""

from __future__ import annotations

from pathlib import Path

import pytest
from staged import Camera, visit

from coach.errors import OutputError
from coach.live import keeping
from coach.live.keeping import practices_folder
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
