"""A round: cues, what is written down, and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from live_given import observations
from motion_given import practice as simulated
from test_keeping import PRACTICE, REFERENCE, meta

from coach.live.keeping import Keeper
from coach.live.round import Round


def run(round_: Round, recording, stirring: bool = False, start_s: float = 100.0):
    """Play a recording into the round until it is over; why it was."""
    for seen in observations(recording):
        happened = round_.take(replace(seen, t_s=seen.t_s + start_s), stirring)
        if happened.over is not None:
            return happened.over
    return None


def test_the_set_time_ends_it_and_the_recording_is_what_was_seen():
    recording = simulated(seconds=20.0)
    round_ = Round(PRACTICE, REFERENCE.profile, meta(), 45.0, 15.0)
    assert run(round_, recording) == "time"
    seen = round_.recording()
    assert seen.t_s[0] == 0.0
    assert seen.t_s[-1] == pytest.approx(15.0, abs=0.1)
    np.testing.assert_allclose(seen.u, recording.u[: len(seen)])


def test_hands_that_leave_end_it():
    recording = simulated(seconds=20.0)
    thumb_px = np.full((len(recording), 2, 2), np.nan, np.float32)
    thumb_px[recording.t_s < 8.0] = 5.0
    recording = replace(recording, thumb_px=thumb_px)
    round_ = Round(PRACTICE, REFERENCE.profile, meta(), 45.0, 60.0)
    assert run(round_, recording) == "gone"
    assert round_.recording().t_s[-1] == pytest.approx(13.0, abs=0.2)


def test_cues_are_written_down_as_they_are_given(coach_home: Path):
    keeper = Keeper(PRACTICE, given := meta())
    round_ = Round(replace(PRACTICE, cues=()), REFERENCE.profile, given, 45.0, 60.0, keeper)
    run(round_, simulated(seconds=12.0, offset=7.0))
    keeper.leave()
    kept = json.loads((keeper.folder / "practice.json").read_text())
    assert [cue["cue"] for cue in kept["cues"]] == ["too_wide"]
    assert [cue.id for cue in round_.practice.cues] == ["too_wide"]
