"""A version follows what it names, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.scoring.versions import movement_hash, profile_version


def test_a_profile_that_was_edited_has_another_version():
    profile = load_reference("fists").profile
    wider = replace(profile, gate=replace(profile.gate, floor=0.5))
    assert wider.version != profile.version
    assert replace(profile, file="elsewhere/profile.toml").version == profile.version
    # The same after a journey through JSON: an old report says which it was.
    assert profile_version(json.loads(json.dumps(profile.to_dict()))) == profile.version


def test_a_reference_that_was_recorded_again_has_another_version():
    first, second = (make_recording(replace(FORMS[0], seconds=40.0, tempo_cpm=cpm)) for cpm in (40.0, 41.0))
    assert movement_hash(first) != movement_hash(second)
    assert movement_hash(replace(first, meta={})) == movement_hash(first)


def test_a_report_names_both():
    reference = load_reference("both-thumbs")
    report = score_recording(make_recording(replace(FORMS[0], seconds=40.0)), reference).to_json()
    assert report["reference"]["version"] == reference.version
    assert report["score"]["profile_version"] == reference.profile.version
    assert len({reference.version, reference.profile.version, load_reference("fists").version}) == 3
