"""Is it fit to be a reference; cutting; bands from several recordings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coach.errors import RecordingError, ReferenceError  # noqa: A004 - the field's word
from coach.i18n import translator
from coach.scoring.adding import add_reference
from coach.scoring.deriving import add_derived, derive
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.quality import ROOM_S, assess, passes_of, trimmed
from coach.scoring.reference import DEFAULT, default_name, load_reference, own_folder, set_default
from coach.scoring.report import score_recording
from coach.scoring.standard import STANDARD

FORM = replace(FORMS[0], seconds=50.0)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))


def recording(**changes):
    return make_recording(replace(FORM, **changes))


def one_hand_lost(found):
    u = found.u.copy()
    u[: len(u) // 2, 0] = np.nan
    return replace(found, u=u)


def test_a_sound_one_is_fit():
    quality = assess(recording())
    assert quality.fit
    assert quality.why_not(str) is None
    assert quality.tempo_cpm == pytest.approx(38, abs=1)
    assert quality.steadiness == "steady"
    assert quality.coverage > 0.9
    assert quality.seen.left == quality.seen.right == 1


def test_an_uneven_one_is_called_so():
    assert assess(recording(tempo_sd=0.2)).steadiness != "steady"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (one_hand_lost, "The left hand was seen"),
        (lambda r: trimmed(r, 0, 10), "seconds of massage"),
        (lambda r: recording(offset_cm=0.4), "on the spine"),
    ],
)
def test_what_is_not_fit_says_why(change, why: str):
    quality = assess(change(recording()))
    assert not quality.fit
    assert why in quality.why_not(str)
    assert quality.why_not(translator("id")) != quality.why_not(str)


def test_cutting_by_passes():
    whole = recording()
    passes = passes_of(whole)
    assert len(passes) == 2
    start, end = passes[1]
    part = trimmed(whole, start, end)
    assert part.t_s[0] == 0
    assert part.t_s[-1] == pytest.approx(end - start, abs=0.1)
    assert part.meta["cut_s"] == pytest.approx([start, end], abs=0.1)
    assert whole.t_s[-1] > 45  # the whole one is as it was
    first = np.searchsorted(whole.t_s, start)
    np.testing.assert_array_equal(part.u[0], whole.u[first])


@pytest.mark.parametrize("seed", [5, 6, 9, 11])
def test_a_cut_with_room_to_turn_keeps_its_passes_whole(seed: int):
    whole = recording(seconds=70.0, seed=seed)
    passes = passes_of(whole)
    assert len(passes) == 3
    part = trimmed(whole, passes[0][0] - ROOM_S, passes[1][1] + ROOM_S)
    assert len(passes_of(part)) == 2


@pytest.mark.parametrize(("start", "end"), [(10, 10), (20, 10), (60, 90), (10, 10.5)])
def test_nothing_left_is_a_sentence(start: float, end: float):
    with pytest.raises(RecordingError, match="Less than a second"):
        trimmed(recording(), start, end)


def test_form_and_origin_stay_with_it():
    added = add_reference(recording(), "mine", form="both-thumbs", shown_by="Bidan A,  Puskesmas\nB")
    again = load_reference("mine")
    assert again.profile.form == "both-thumbs"
    assert again.shown_by == "Bidan A, Puskesmas B"
    assert "Shown by: Bidan A, Puskesmas B" in (added.folder / "README.md").read_text(encoding="utf-8")


def test_the_programmes_default():
    assert default_name() == load_reference().name == DEFAULT
    add_reference(recording(), "mine")
    set_default("mine")
    assert default_name() == load_reference().name == "mine"
    (own_folder() / "mine").rename(own_folder() / ".gone")
    assert load_reference().name == DEFAULT
    with pytest.raises(ReferenceError, match="no reference"):
        set_default("nobody")


def test_a_damaged_note_of_the_default_is_no_harm():
    add_reference(recording(), "mine")
    for content in (b"", b"../../etc", b"\xff\xfe", b"nobody"):
        (own_folder() / "default.txt").write_bytes(content)
        assert default_name() == DEFAULT


# --- bands from several recordings ---


@pytest.fixture(scope="module")
def several():
    return {
        "calm": recording(tempo_cpm=34.0),
        "usual": recording(tempo_cpm=40.0, seed=7),
        "wide": recording(tempo_cpm=46.0, offset_cm=4.4, seed=8),
    }


def test_all_have_full_marks_and_the_origin_is_told(several):
    derived = derive(several, "fists", "Ours")
    for name, one in several.items():
        reference = add_derived(derived, several, name, f"model {name}")
        report = score_recording(one, reference)
        assert report.faults == ()
        assert report.overall == pytest.approx(100)
    by = {origin.id: origin for origin in derived.origins}
    assert by["tempo"].moved_by == ("calm", "usual", "wide")
    assert by["tempo"].after.a < 34 < 46 < by["tempo"].after.b
    median = sorted(by["tempo"].values.values())[1]
    assert by["tempo"].after.a == pytest.approx(median * 30 / 40, abs=0.1)
    assert by["tempo"].after.b == pytest.approx(median * 60 / 40, abs=0.1)
    assert by["offset"].moved_by == ("wide",)
    assert by["offset"].before == STANDARD.criteria["offset"].band
    assert by["offset"].after.b > 4
    assert by["offset"].values["wide"] == pytest.approx(4.4, abs=0.2)
    assert by["direction"].moved_by == ()
    assert by["direction"].after == by["direction"].before
    text = (reference.folder / "README.md").read_text(encoding="utf-8")
    assert "derived from 3 recordings" in text
    assert "| offset |" in text


def test_the_hand_that_moved_a_band_is_told(several):
    """The mean of both hands lies inside the band that one of them widened."""
    usual = several["usual"]
    aside = replace(usual, v_cm=usual.v_cm + 1.5)
    derived = derive({"usual": usual, "aside": aside}, "fists", "Ours")
    offset = next(origin for origin in derived.origins if origin.id == "offset")
    assert offset.moved_by == ("aside",)
    assert offset.values["aside"] < 4
    left, right = offset.hands["aside"]
    assert left < 2.0 < 4.0 < right
    reference = add_derived(derived, {"usual": usual, "aside": aside}, "usual", "Ours")
    assert f"aside: {left:.3g} / {right:.3g}" in (reference.folder / "README.md").read_text(encoding="utf-8")


def test_the_order_does_not_matter(several):
    forwards = derive(several, "fists", "Ours").profile
    backwards = derive(dict(reversed(several.items())), "fists", "Ours").profile
    assert forwards == backwards


def test_one_is_not_several(several):
    with pytest.raises(ReferenceError, match="at least two"):
        derive({"calm": several["calm"]}, "fists", "Ours")


def test_an_unfit_one_is_named(several):
    with pytest.raises(ReferenceError, match="short: This recording") as refused:
        derive({**several, "short": trimmed(several["calm"], 0, 10)}, "fists", "Ours")
    assert "short: Rekaman" in refused.value.text(translator("id"))
