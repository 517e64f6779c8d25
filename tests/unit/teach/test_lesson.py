"""The lesson's texts and drawings: complete, in order, and drawn from the reference itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from coach.export.outline import back_outline
from coach.export.words import CLAIM, Words
from coach.scoring.reference import load_reference
from coach.teach.handout import handout
from coach.teach.lesson import HANDS_OF_FORM, SCREENS, screen_at, sentences_of
from coach.teach.views import View, scene, stretch


@pytest.fixture(scope="module")
def fists():
    return load_reference("fists")


def test_the_cautions_come_before_the_steps():
    ids = [screen.id for screen in SCREENS]
    assert len(set(ids)) == len(ids)
    for caution in ("not", "when_not", "first_ask"):
        assert ids.index(caution) < ids.index("hands")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form", ["fists", "both-thumbs", "of my own"])
def test_every_sentence_can_be_said(language: str, form: str):
    say = Words(language)
    for screen in SCREENS:
        for text in sentences_of(screen, form):
            said = say(text, own="38", low="30", high="60")
            assert "{" not in said
    assert sentences_of(next(s for s in SCREENS if s.id == "hands"), "of my own") == HANDS_OF_FORM["fists"]


@pytest.mark.parametrize("place", [-3, 0, len(SCREENS) - 1, 99])
def test_a_screen_is_always_found(place: int):
    assert screen_at(place) in SCREENS


def test_from_behind_widths_and_levels_are_as_measured():
    view = View(45.0, 0.0)
    v, u = np.array([-3.0, 0.0, 3.0, np.nan]), np.array([5.0, 10.0, 15.0, 5.0])
    drawn = view.points(v, u)
    np.testing.assert_allclose(drawn[:3], np.column_stack([v, u])[:3])
    assert np.isnan(drawn[3, 0])
    np.testing.assert_allclose(view.silhouette(1.0), back_outline(45.0, 1.0))


def test_from_her_right_the_right_side_is_wider():
    view = View(45.0, 35.0)
    level = np.full(3, 15.0)
    left, spine, right = view.points(np.array([-8.0, 0.0, 8.0]), level)[:, 0]
    assert left < spine < right
    assert right - spine > spine - left
    edge = view.silhouette(1.0)
    at = edge[np.abs(edge[:, 1] - 15.0) < 1.0, 0]
    assert at.min() < left
    assert right < at.max()


def test_the_hands_are_the_references_own(fists):
    drawn = scene(fists)
    json.dumps(drawn, allow_nan=False)
    motion = fists.motion
    start, stop = stretch(motion)
    assert start == motion.passes[0].start_i
    assert stop == motion.passes[2].start_i
    right = drawn["views"]["behind"]["right"]
    assert len(right) * drawn["step_s"] == pytest.approx((stop - start) / 20, abs=0.2)
    np.testing.assert_allclose(right[7], [motion.v_cm[start + 14, 1], motion.u_cm[start + 14, 1]], atol=0.01)


def test_a_moment_not_seen_is_not_drawn(fists):
    from dataclasses import replace

    u = fists.recording.u.copy()
    u[60:160, 0] = np.nan
    blinded = replace(fists, recording=replace(fists.recording, u=u))
    assert None in scene(blinded)["views"]["diagonal"]["left"]
    assert None not in scene(fists)["views"]["diagonal"]["left"]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_the_handout_is_two_pages_with_everything(fists, language: str, tmp_path: Path):
    say = Words(language)
    path = tmp_path / "handout.pdf"
    path.write_bytes(handout(fists, say))
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "Pages:           2" in info
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    said = " ".join(text.split())
    for screen in SCREENS:
        if screen.id in ("not", "when_not", "first_ask"):
            for sentence in screen.sentences:
                for word in say(sentence).split():
                    assert word in said
    assert text.count(" ".join(say(CLAIM).split()[:4])) == 2


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler")
def test_nothing_of_the_handout_runs_off_the_paper(fists, language: str, tmp_path: Path):
    from matplotlib.image import imread

    path = tmp_path / "handout.pdf"
    path.write_bytes(handout(load_reference("both-thumbs"), Words(language)))
    subprocess.run(["pdftoppm", "-r", "40", "-png", path, tmp_path / "page"], check=True)
    for picture in sorted(tmp_path.glob("page*.png")):
        seen = np.atleast_3d(imread(picture))[..., :3]
        assert np.ptp(seen, axis=2).max() == 0  # greys only: a black-and-white printer loses nothing
        ink = seen[..., 0] < 0.6
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        edge = round(40 / 25.4 * 10)  # 10 mm
        assert columns[0] >= edge
        assert columns[-1] < ink.shape[1] - edge
        assert rows[-1] < ink.shape[0] - round(40 / 25.4 * 6)
        # Between the last line of text and the claim there is room: nothing is printed over it.
        height = ink.shape[0]
        assert not ink[round(height * 0.955) : round(height * 0.957)].any()
