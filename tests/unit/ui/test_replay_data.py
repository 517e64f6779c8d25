"""What the replay is given: plain, complete, and in step."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from coach.export.words import Words
from coach.motion.analyse import analyse_motion
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.ui.replay_data import replay_data


@pytest.fixture(scope="module")
def made():
    recording = make_recording(replace(FORMS[0], seconds=60.0, descent_s=12.0))
    gone = (recording.t_s > 20) & (recording.t_s < 25)
    u = np.where(gone[:, None] & np.array([False, True]), np.nan, recording.u)
    recording = replace(recording, u=u, v_cm=np.where(np.isnan(u), np.nan, recording.v_cm))
    reference = load_reference("fists")
    motion = analyse_motion(recording)
    report = score_recording(recording, reference, motion=motion).to_json()
    return replay_data(Words("id"), motion, reference, report, [(30.0, "Pelan sedikit.")]), motion


def test_it_is_plain_json_without_nan(made):
    data, _ = made
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_paths_have_one_value_for_each_moment_and_none_where_not_seen(made):
    data, motion = made
    for hand in range(2):
        shown = data["mine"]["u"][hand]
        assert len(shown) == len(motion.t_s)
        assert [x is None for x in shown] == (~np.isfinite(motion.u[:, hand])).tolist()
    assert None in data["mine"]["u"][1]


def test_the_reference_is_in_step(made):
    data, _ = made
    assert len(data["steps"]) == len(data["passes"]) >= 3
    for pairs, (start, end) in zip(data["steps"], data["passes"], strict=True):
        moments, theirs = np.array(pairs).T
        assert (np.diff(moments) >= 0).all()
        assert (np.diff(theirs) >= 0).all()
        assert moments[0] == pytest.approx(start, abs=0.5)
        assert moments[-1] == pytest.approx(end, abs=1.0)
        # A pass of 12 s beside one of 17 s.
        assert theirs[-1] - theirs[0] > 1.2 * (moments[-1] - moments[0])


def test_events_and_cues_stand_on_the_timeline(made):
    data, _ = made
    kinds = {event["kind"] for event in data["events"]}
    assert {"cue", "lost"} <= kinds
    lost = next(e for e in data["events"] if e["kind"] == "lost")
    assert lost["text"] == "tangan tidak terlihat (kanan)"
    assert (lost["start"], lost["end"]) == (pytest.approx(20, abs=0.5), pytest.approx(25, abs=0.5))


def test_each_part_of_the_back_has_its_first_moment(made):
    data, _ = made
    times = np.array(data["levels"]["times"], float)
    assert np.isfinite(times).all()
    assert (np.diff(times[0][1:]) > 0).all()  # from the neck downwards
    assert {chart["id"] for chart in data["charts"]} == {"tempo", "offset", "phase", "level"}
    for chart in data["charts"]:
        assert all(len(line) == len(chart["t"]) for line in chart["lines"])
