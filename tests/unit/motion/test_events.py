"""Rests, thumbs on the spine and lost hands are found where they were put."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coach.motion.analyse import analyse_motion
from coach.motion.events import find_events
from coach.scoring.generate import FORMS, make_recording

ARRAYS = ("u", "v_cm", "confidence", "back_confidence", "thumb_px", "c7_px", "l5_px")
FORM = replace(FORMS[0], seconds=60.0)


def events(recording):
    return [(e.kind, e.hand, e.start_s, e.end_s) for e in find_events(analyse_motion(recording))]


def near(found, kind, hand, start, end, within=1.0):
    return any(
        k == kind and h == hand and abs(a - start) < within and abs(b - end) < within for k, h, a, b in found
    )


def test_sound_practice_has_none():
    assert events(make_recording(FORM)) == []


def test_a_hand_that_was_lost():
    recording = make_recording(FORM)
    u = recording.u.copy()
    gone = (recording.t_s > 20) & (recording.t_s < 26)
    u[gone, 1] = np.nan
    v_cm = np.where(np.isnan(u), np.nan, recording.v_cm)
    found = events(replace(recording, u=u, v_cm=v_cm))
    assert near(found, "lost", 1, 20, 26)
    assert not any(kind == "lost" and hand == 0 for kind, hand, _, _ in found)


def test_a_rest_of_both_hands():
    recording, at, frames = make_recording(FORM), 75, 135  # five seconds in, for nine seconds
    order = np.r_[0:at, [at] * frames, at : len(recording)]
    resting = replace(
        recording,
        **{name: getattr(recording, name)[order] for name in ARRAYS},
        t_s=np.arange(len(order)) / 15,
    )
    assert near(events(resting), "rest", None, 5, 14)


def test_a_thumb_on_the_spine():
    recording = make_recording(replace(FORM, diameter_cm=2.0, radius_sd=0.0))
    v_cm = recording.v_cm.copy()
    close = (recording.t_s > 4) & (recording.t_s < 15)
    v_cm[close, 0] += 2.8  # the left thumb's circles now lie around the spine
    found = [e for e in events(replace(recording, v_cm=v_cm)) if e[0] == "spine"]
    assert {hand for _, hand, _, _ in found} == {0}
    assert min(start for _, _, start, _ in found) > 3
    assert max(end for _, _, _, end in found) < 16
