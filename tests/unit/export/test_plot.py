"""The picture of a report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from coach.errors import OutputError
from coach.export.outline import back_outline, blades
from coach.export.plot import draw_report, write_plot
from coach.export.tracks import Tracks, tracks
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording


@pytest.fixture(scope="module")
def fists():
    return load_reference("fists")


@pytest.fixture(scope="module")
def values(fists):
    return score_recording(fists.recording, fists).to_json()


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_text_lies_inside_the_picture(fists, values, language):
    mine = tracks(fists.motion)
    figure = draw_report(values, mine, tracks(fists.motion, passes=1), language, "Pelan sedikit.")
    figure.canvas.draw()
    width, height = figure.bbox.size
    for text in [*figure.texts, *(t for axes in figure.axes for t in axes.texts)]:
        box = text.get_window_extent()
        assert box.x0 >= 0, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.x1 <= width, text.get_text()
        assert box.y1 <= height, text.get_text()


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_name_and_no_value_runs_into_a_bar(fists, values, language):
    apart = {
        "cm": {"left": 2.3, "right": 12.4},
        "circles/min": {"left": 88.0, "right": 124.0},
        "share": {"left": 0.18, "right": 0.34},
    }
    one_hand_costs = [
        {**c, "score": 40.0, "hands": apart[c["unit"]]} if "hands" in c else c
        for c in values["score"]["criteria"]
    ]
    told = {**values, "score": {**values["score"], "criteria": one_hand_costs}}
    mine = tracks(fists.motion)
    figure = draw_report(told, mine, mine, language)
    figure.canvas.draw()
    (criteria,) = (axes for axes in figure.axes if len(axes.patches) > 10)
    bars = [bar.get_window_extent() for bar in criteria.patches]
    for text in criteria.texts:
        box = text.get_window_extent()
        assert not any(box.overlaps(bar) for bar in bars), text.get_text()


def test_it_is_a_png_of_the_stated_size(fists, values, tmp_path: Path):
    mine = tracks(fists.motion)
    write_plot(tmp_path / "plot.png", values, mine, mine, "id")
    assert imread(tmp_path / "plot.png").shape[:2] == (1170, 1650)
    assert [p.name for p in tmp_path.iterdir()] == ["plot.png"]


def test_nothing_seen_is_drawn_as_nothing(fists, values):
    empty = Tracks(
        np.arange(3.0), np.full((3, 2), np.nan), np.full((3, 2), np.nan), np.zeros(0), np.zeros((0, 2)), 45.0
    )
    not_rated = {**values, "score": {**values["score"], "overall": None}}
    draw_report(not_rated, empty, tracks(fists.motion), "id").canvas.draw()


def test_a_name_with_dollars_is_no_mathematics(fists, values):
    mine = tracks(fists.motion)
    named = {**values, "source": {**values["source"], "name": r"$\frac{1$.mp4"}}
    draw_report(named, mine, mine, "id").canvas.draw()


def test_a_folder_that_is_missing_is_a_sentence(fists, values, tmp_path: Path):
    mine = tracks(fists.motion)
    with pytest.raises(OutputError):
        write_plot(tmp_path / "none" / "plot.png", values, mine, mine, "id")


def test_both_scales_are_the_same(fists, values):
    mine = tracks(fists.motion)
    yours, model = draw_report(values, mine, tracks(fists.motion, 40.0), "id").axes[:2]
    assert yours.get_xlim() == model.get_xlim()
    assert yours.get_ylim() == model.get_ylim()
    assert yours.get_aspect() == model.get_aspect() == 1


def test_a_reference_is_drawn_on_the_receivers_back(fists):
    own, other = tracks(fists.motion), tracks(fists.motion, 2 * fists.motion.back_length_cm)
    np.testing.assert_allclose(other.u_cm, 2 * own.u_cm)
    np.testing.assert_array_equal(other.v_cm, own.v_cm)
    assert len(tracks(fists.motion, passes=1).t_s) < len(own.t_s) / 4


def test_the_outline_is_symmetric():
    outline = back_outline(45.0)
    np.testing.assert_allclose(outline[:, 0], -outline[::-1, 0])
    left, right = blades(45.0)
    np.testing.assert_allclose(left, right * [-1, 1])
