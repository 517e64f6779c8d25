from dataclasses import replace

import numpy as np
import pytest

from coach.errors import OutputError, ProfileError, ReferenceError  # noqa: A004 - the field's word
from coach.i18n import translator
from coach.scoring.adding import add_reference
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import clean_name, list_references, load_reference, own_folder, write_folder
from coach.scoring.report import score_recording
from coach.scoring.standard import STANDARD

FORM = replace(FORMS[0], seconds=50.0)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))


def recording(**changes):
    return make_recording(replace(FORM, **changes))


@pytest.mark.parametrize("name", ["fists", "both-thumbs"])
def test_the_shipped_ones_have_full_marks_against_themselves(name):
    reference = load_reference(name)
    report = score_recording(reference.recording, reference)
    assert report.tracking.rated
    assert report.faults == ()
    assert report.overall == pytest.approx(100)
    assert all(c.score == 100 for c in report.criteria)
    assert report.comparison.tempo_ratio == pytest.approx(1)
    assert report.comparison.spread_ratio == pytest.approx(1)
    assert report.comparison.trajectory_distance_cm == pytest.approx(reference.spread_cm, abs=0.01)


def test_the_default_is_the_published_form():
    assert load_reference().name == "fists"
    assert load_reference().origin == "generated"


def test_list():
    add_reference(recording(), "Bu Bidan 1")
    assert [(r.name, r.own) for r in list_references()] == [
        ("both-thumbs", False),
        ("fists", False),
        ("bu-bidan-1", True),
    ]


def test_a_damaged_one_is_listed_with_its_problem():
    added = add_reference(recording(), "mine")
    (added.folder / "profile.toml").write_text("schema = ", encoding="utf-8")
    listed = list_references()[-1]
    assert listed.name == "mine"
    assert "line 1" in str(listed.problem)
    with pytest.raises(ProfileError):
        load_reference("mine")


def test_by_path():
    added = add_reference(recording(), "mine")
    assert load_reference(added.folder).name == "mine"
    with pytest.raises(ReferenceError, match="not a reference"):
        load_reference(added.folder / "none")


@pytest.mark.parametrize("name", ["nobody", "", "..", "../fists"])
def test_unknown(name):
    with pytest.raises(ReferenceError):
        load_reference(name)


def test_unknown_says_what_there_is():
    with pytest.raises(ReferenceError, match="both-thumbs, fists"):
        load_reference("nobody")


@pytest.mark.parametrize(
    ("name", "clean"),
    [("Ibu Ani, versi 2", "ibu-ani-versi-2"), ("  x  ", "x"), ("Élodie", "elodie"), ("a" * 80, "a" * 48)],
)
def test_names(name, clean):
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "c:x", "..", ".", "", "   ", "CON", "日本", "a\0b"])
def test_names_that_are_refused(name):
    with pytest.raises(ReferenceError, match="cannot be the name"):
        clean_name(name)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tempo_cpm": 72.0},
        {"offset_cm": 4.4},
        {"end_u": 0.75},
        {"diameter_cm": 1.8},
        {"tempo_sd": 0.12},
        {"phase_sd_deg": 40.0},
        {"seconds": 30.0},
        {"seconds": 100.0},
    ],
    ids=str,
)
def test_an_added_one_has_full_marks_against_itself(changes):
    add_reference(recording(**changes), "mine")
    reference = load_reference("mine")  # through the files
    report = score_recording(reference.recording, reference)
    assert report.faults == ()
    assert report.overall == pytest.approx(100, abs=1e-6)


def test_the_tempo_band_is_set_around_its_own_tempo():
    reference = add_reference(recording(tempo_cpm=72.0), "mine")
    band = reference.profile.criteria["tempo"].band
    assert band.a0 / 72 == pytest.approx(15 / 40, rel=0.03)
    assert band.b / 72 == pytest.approx(60 / 40, rel=0.03)
    assert reference.profile.faults.too_fast_cpm == pytest.approx(144, rel=0.03)


def hide(r, hand, share):
    u = r.u.copy()
    u[: int(share * len(u)), hand] = np.nan
    return replace(r, u=u)


def idle(r, hand):
    u, v = r.u.copy(), r.v_cm.copy()
    u[:, hand], v[:, hand] = 0.1, 9.0 if hand else -9.0
    return replace(r, u=u, v_cm=v)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (lambda: hide(recording(), 1, 0.5), "right hand was seen in only"),
        (lambda: recording(seconds=12.0), "12 seconds"),
        (lambda: idle(recording(), 0), "both hands must circle"),
        (lambda: recording(offset_cm=0.8), "on the spine"),
        (lambda: recording(offset_cm=7.0), "too far from the spine"),
        (lambda: recording(end_u=0.15), "end too early"),
        (lambda: recording(diameter_cm=0.0), "both hands must circle"),
    ],
)
def test_what_is_not_fit_is_refused_with_a_reason(given, why):
    with pytest.raises(ReferenceError, match=why) as caught:
        add_reference(given(), "mine")
    assert caught.value.text(translator("id")) != caught.value.text()
    assert not own_folder().exists() or not list(own_folder().iterdir())


def test_an_existing_one_is_never_overwritten():
    add_reference(recording(), "mine")
    with pytest.raises(ReferenceError, match="already a reference"):
        add_reference(recording(), "Mine")


def test_a_shipped_name_is_taken():
    with pytest.raises(ReferenceError, match="already a reference"):
        add_reference(recording(), "Fists")


def test_a_folder_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coach.scoring.reference.os.fsync", full)
    with pytest.raises(OutputError):
        write_folder(tmp_path / "refs" / "x", recording(), STANDARD, "o", "readme")
    assert list((tmp_path / "refs").iterdir()) == []


def test_the_readme_holds_no_promise_and_no_name():
    text = (add_reference(recording(), "mine").folder / "README.md").read_text("utf-8")
    assert "no pictures, no names" in text
    assert "38 circles per minute" in text
