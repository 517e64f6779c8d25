from dataclasses import replace

import numpy as np
import pytest

from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, main, make_recording
from coach.scoring.profile import load_profile
from coach.scoring.standard import STANDARD
from coach.settings import resource_folder


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.key)
def test_what_ships_is_what_the_generator_makes(form, tmp_path):
    main(["--out", str(tmp_path)])
    shipped, made = resource_folder("reference_poses") / form.key, tmp_path / form.key
    stored, again = (Recording.from_parquet(f / "recording.parquet") for f in (shipped, made))
    assert stored.meta == again.meta
    for name in ("t_s", "u", "v_cm", "confidence", "back_confidence"):
        np.testing.assert_allclose(getattr(stored, name), getattr(again, name), rtol=0, atol=1e-6)
    for name in ("profile.toml", "README.md"):
        assert (shipped / name).read_text("utf-8") == (made / name).read_text("utf-8")


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.key)
def test_it_says_that_it_is_generated(form):
    folder = resource_folder("reference_poses") / form.key
    assert Recording.from_parquet(folder / "recording.parquet").meta["source"]["kind"] == "generated"
    assert "Generated, not recorded" in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.key)
def test_its_profile_is_the_standard_under_its_own_name(form):
    profile = load_profile(form.key)
    assert replace(profile, form="standard", title=STANDARD.title) == STANDARD


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.key)
def test_the_movement_is_the_published_one(form):
    made = make_recording(form)
    assert 120 <= made.t_s[-1] <= 180  # two to three minutes
    assert (made.v_cm[:, 0] < -1).mean() > 0.995  # both sides of the spine, never on it
    assert (made.v_cm[:, 1] > 1).mean() > 0.995
    assert made.u.min() == pytest.approx(form.start_u, abs=0.06)
    assert made.u.max() == pytest.approx(form.end_u, abs=0.06)
    turns = np.unwrap(np.angle((made.v_cm[:, 1] - form.offset_cm) - 1j * 45 * _without_travel(made.u[:, 1])))
    assert 60 * abs(turns[-1] - turns[0]) / (2 * np.pi) / made.t_s[-1] == pytest.approx(
        form.tempo_cpm, rel=0.15
    )


def _without_travel(u):
    return u - np.convolve(np.pad(u, 12, mode="edge"), np.ones(25) / 25, "valid")
