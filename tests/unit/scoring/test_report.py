import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from coach.i18n import translator
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording

FORM = replace(FORMS[0], seconds=70.0)


@pytest.fixture(scope="module")
def reference():
    return load_reference("fists")


def made(**changes):
    return make_recording(replace(FORM, **changes))


def test_the_json_is_the_contract(reference):
    report = score_recording(made(), reference).to_json()
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["schema"] == 1
    assert set(report) >= {"source", "tracking", "measures", "reference", "score"}
    assert set(report["tracking"]) >= {"back", "left", "right", "rated", "reason"}
    assert set(report["measures"]) == {
        "tempo_cpm",
        "regularity",
        "cycle_cv",
        "circle_diameter_cm",
        "lateral_offset_cm",
        "spine_contact",
        "start_u",
        "end_u",
        "coverage",
        "passes",
        "pass_s",
        "direction",
        "sync",
        "active",
        "duration_s",
    }
    assert set(report["measures"]["sync"]) == {"plv", "phase_deg", "tempo_gap"}
    assert set(report["reference"]) >= {"name", "trajectory_distance_cm", "tempo_ratio", "by_pass"}
    assert set(report["score"]) >= {"overall", "criteria", "faults", "profile"}
    for criterion in report["score"]["criteria"]:
        assert set(criterion) >= {"id", "score", "value", "unit", "target"}
    assert report["source"]["frames"] == 70 * 15
    assert report["source"]["duration_s"] == pytest.approx(70, abs=0.1)


def test_settings_travel_with_the_score(reference):
    report = score_recording(made(), reference).to_json()
    assert report["settings"]["recording"]["back_length_cm"] == 45.0
    assert report["settings"]["profile"]["criteria"]["tempo"]["band"] == [15, 30, 60, 90]


def test_measures_come_from_the_movement(reference):
    m = score_recording(made(), reference).measures
    assert m.tempo_cpm.left == pytest.approx(38, abs=1.5)
    assert m.lateral_offset_cm.right == pytest.approx(2.8, abs=0.3)
    assert m.circle_diameter_cm.left == pytest.approx(2.6, abs=0.4)
    assert m.direction == "down"


def test_not_rated_has_no_score_and_no_faults(reference):
    recording = made(tempo_cpm=120.0)
    u = recording.u.copy()
    u[::2] = np.nan
    report = score_recording(replace(recording, u=u), reference)
    data = report.to_json(translator("id"))
    assert data["tracking"]["rated"] is False
    assert data["tracking"]["reason"].startswith("Tangan hanya terlihat")
    assert data["score"]["overall"] is None
    assert data["score"]["faults"] == []
    assert all(c["score"] is None for c in data["score"]["criteria"])


@pytest.mark.parametrize("frames", [1, 2, 10])
def test_next_to_nothing_is_not_rated(reference, frames):
    whole = made()
    part = replace(
        whole,
        **{
            k: getattr(whole, k)[:frames]
            for k in ("t_s", "u", "v_cm", "confidence", "back_confidence", "thumb_px", "c7_px", "l5_px")
        },
    )
    report = score_recording(part, reference)
    assert not report.tracking.rated
    json.dumps(report.to_json(), allow_nan=False)


def test_nothing_seen_at_all(reference):
    whole = made()
    report = score_recording(replace(whole, u=np.full_like(whole.u, np.nan)), reference)
    assert not report.tracking.rated
    json.dumps(report.to_json(), allow_nan=False)


def freeze(recording, share):
    """The right hand rests on the shoulder for the last `share` of the time."""
    u, v = recording.u.copy(), recording.v_cm.copy()
    at = round((1 - share) * len(u))
    u[at:, 1], v[at:, 1] = 0.1, 9.0
    return replace(recording, u=u, v_cm=v)


def stop_at(recording, share):
    """Passes end at this share of the way: positions further down are pressed together upwards."""
    start = FORM.start_u
    return replace(recording, u=(start + (recording.u - start) * share).astype(np.float32))


def upwards(recording, share):
    """This share of the recording is played backwards."""
    n = round(share * len(recording.t_s))
    u, v = recording.u.copy(), recording.v_cm.copy()
    u[:n], v[:n] = u[:n][::-1], v[:n][::-1]
    return replace(recording, u=u, v_cm=v)


def uneven(recording, amount):
    """Time runs unevenly: the clock is bent by up to `amount` seconds."""
    t = recording.t_s
    bend = t + amount * np.sin(2 * np.pi * t / 4.1) + 0.5 * amount * np.sin(2 * np.pi * t / 2.3 + 1)
    u = np.stack([np.interp(bend, t, recording.u[:, h]) for h in (0, 1)], 1)
    v = np.stack([np.interp(bend, t, recording.v_cm[:, h]) for h in (0, 1)], 1)
    return replace(recording, u=u.astype(np.float32), v_cm=v.astype(np.float32))


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("too_fast", [made(tempo_cpm=x, descent_s=17 * 42 / x) for x in (45, 65, 75, 95, 120)]),
        ("too_slow", [made(tempo_cpm=x) for x in (40, 27, 20, 14)]),
        ("too_wide", [made(offset_cm=x) for x in (3.0, 4.5, 5.5, 6.5, 8.0)]),
        ("on_spine", [made(offset_cm=x, diameter_cm=2.0) for x in (2.5, 1.6, 1.0, 0.5)]),
        ("incomplete_path", [stop_at(made(), x) for x in (1.0, 0.7, 0.5, 0.3)]),
        ("wrong_direction", [upwards(made(), x) for x in (0.0, 0.3, 0.7, 1.0)]),
        ("one_sided", [freeze(made(), x) for x in (0.0, 0.3, 0.6, 0.9, 1.0)]),
        ("irregular", [uneven(made(), x) for x in (0.0, 0.1, 0.2, 0.35, 0.5)]),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_a_fault_made_worse_never_raises_the_score(reference, name, steps):
    reports = [score_recording(r, reference) for r in steps]
    scores = [r.overall for r in reports]
    # Half a point: what measuring a real movement may add to rules that never rise.
    assert all(b <= a + 0.5 for a, b in pairwise(scores)), scores
    assert scores[-1] < scores[0] - 10
    assert name not in reports[0].faults
    assert name in reports[-1].faults
