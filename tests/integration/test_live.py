"""A visit in front of the camera, from set-up to the kept round, with the sample clip as the camera."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from coach.analysis import analyze_video
from coach.live.hub import Hub
from coach.live.keeping import Consent, Practice, practices_folder
from coach.live.session import AFTER, CLOSED, ROUND, LiveSession
from coach.scoring.reference import load_reference
from coach.scoring.rules import tempo_of
from coach.settings import Settings, resource_folder
from coach.vision import filming
from coach.vision.camera import Clip, LiveSource

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from live_rounds import Stepped, live_round

REFERENCE = load_reference("fists")
SAMPLE = resource_folder("samples") / "sample.mp4"
SAMPLE_CPM = 39.0  # the rendered hands' own: 38 and 40
CORNERS = [[0.522, 0.446], [0.674, 0.454], [0.637, 0.736], [0.539, 0.725]]
"""Her shoulders and hips in the sample, as shares of the picture."""


def session(total_s: float = 12.0, clip: Path = SAMPLE, keep: bool = True, film: bool = False) -> LiveSession:
    practice = Practice(
        "T-1", "quiet", "fists", REFERENCE.profile.form, REFERENCE.profile.version, "",
        Consent(practice=True, movement=True, picture=film),
    )  # fmt: skip
    return LiveSession(
        LiveSource(lambda: Clip(clip)), practice, REFERENCE, Settings(), total_s=total_s, keep=keep
    )


def follow(live: LiveSession, seconds: float, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask as the page does until something holds."""
    serial, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        serial, state = live.wait(serial, 0.5)
        if done(state):
            return state
    raise AssertionError(f"waited in vain; last: {state}")


@pytest.fixture(autouse=True)
def home(coach_home: Path) -> Path:
    return coach_home


@pytest.mark.slow
@pytest.mark.alone
def test_from_the_empty_chair_to_the_kept_round():
    before = set(threading.enumerate())
    live = session(total_s=15.0)
    live.start()
    assert live.picture(0, 1.0)[1] is None  # nobody asked for it
    follow(live, 20, lambda state: state.get("grabbed", 0) > 4)
    live.command(do="corners", points=CORNERS)  # at once, so that the round lies within one turn of the clip
    follow(live, 60, lambda state: state.get("ready", False))
    live.command(do="start")
    state = follow(live, 20, lambda state: state["phase"] == ROUND)
    assert live.keeping is not None
    assert (live.keeping / "journal.mcj").exists()
    state = follow(live, 40, lambda state: state["phase"] in (AFTER, CLOSED))
    outcome = live.outcome
    assert outcome is not None, live.failure
    assert not state["camera_on"]
    assert outcome.over == "time"
    tempi = outcome.report.measures.tempo_cpm
    measured = [cpm for cpm in (tempi.left, tempi.right) if cpm is not None]
    assert measured
    assert sum(measured) / len(measured) == pytest.approx(SAMPLE_CPM, abs=3.0)
    assert outcome.folder is not None
    assert outcome.folder.parent == practices_folder()
    live.close()
    assert set(threading.enumerate()) <= before


@pytest.mark.slow
@pytest.mark.parametrize("room", [10**12, 1000])
def test_a_round_that_is_filmed(room: int, monkeypatch: pytest.MonkeyPatch):
    usage = filming.shutil.disk_usage(SAMPLE)
    before, asked = set(threading.enumerate()), iter([10**12] * 4)
    monkeypatch.setattr(filming.shutil, "disk_usage", lambda _: usage._replace(free=next(asked, room)))
    live = session(total_s=10.0, film=True)
    live.start()
    follow(live, 20, lambda state: state.get("fps") is not None)
    live.command(do="corners", points=CORNERS)
    follow(live, 60, lambda state: state.get("ready", False))
    live.command(do="start")
    said = set()

    def over(state: dict[str, Any]) -> bool:
        said.update(news["id"] for news in state.get("said", ()))
        return state["phase"] in (AFTER, CLOSED)

    follow(live, 40, over)
    outcome = live.outcome
    assert outcome is not None, live.failure
    assert outcome.over == "time"  # a full disk ends the video alone
    assert outcome.folder is not None
    assert outcome.film == ("whole" if room > 1000 else filming.FULL)
    assert (filming.FULL in said) == (room == 1000)
    with av.open(str(outcome.folder / "video.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    seen = outcome.recording.t_s
    assert times[0] == pytest.approx(seen[0], abs=0.002)
    for t in times:  # each picture is one that was looked at, at its own time
        assert np.abs(seen - t).min() < 0.002
    if room > 1000:
        assert times[-1] > seen[-1] - 0.5
        assert len(times) > 0.5 * min(len(seen), 10 * filming.RATE_HZ)
    else:
        assert 3.0 < times[-1] < 5.5
    live.close()
    assert set(threading.enumerate()) <= before


@pytest.mark.slow
def test_one_visit_has_the_camera_and_leaving_in_mid_round_keeps_it():
    hub = Hub()
    opened = hub.open(session)
    assert opened is not None
    token, live = opened
    assert hub.open(session) is None
    assert hub.get("x" * len(token)) is None
    assert hub.get(token) is live
    follow(live, 60, lambda state: state.get("ready", False))
    live.command(do="start")
    follow(live, 20, lambda state: state.get("elapsed", 0.0) > 4.0)
    taken = hub.open(lambda: session(keep=False), take_over=True)
    assert taken is not None
    assert hub.get(token) is None
    assert live.outcome is not None
    assert live.outcome.over == "left"
    assert [p.name for p in practices_folder().iterdir()] == [live.outcome.folder.name]
    hub.close(taken[0])
    assert hub.current is None


def test_a_camera_that_is_not_there_is_said_at_once(tmp_path: Path):
    live = session(clip=tmp_path / "none.mp4")
    live.start()
    state = follow(live, 20, lambda state: state.get("trouble") == "missing")
    assert state["checks"][0] == {"id": "camera", "colour": "red", "sentence": "missing"}
    assert not state["ready"]
    live.close()
    assert live.phase == CLOSED


@pytest.mark.slow
def test_a_live_round_is_worth_what_the_analysis_of_the_same_clip_is():
    analysed = analyze_video(SAMPLE, reference=REFERENCE, back=np.array(CORNERS) * [640, 480])
    seconds = float(analysed.recording.t_s[-1])
    live = live_round(Stepped(SAMPLE, 12.0), REFERENCE, seconds, CORNERS)  # 12 pictures a second must suffice
    assert len(live.recording) == pytest.approx(12.0 * seconds, rel=0.1)
    assert analysed.report.overall is not None
    assert live.report.overall == pytest.approx(analysed.report.overall, abs=5.0)
    assert tempo_of(live.report.measures) == pytest.approx(tempo_of(analysed.report.measures), abs=2.0)
