"""What `massage-coach demo` promises: the sample is a sound practice, and is found to be one."""

from __future__ import annotations

import numpy as np
import pytest

from coach import analyze_video
from coach.analysis import Analysis
from coach.motion.recording import LEFT, RIGHT
from coach.settings import resource_folder

TEMPO_CPM = 40.0
"""What the renderer was told; single circles differ by 6 % from it."""


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyze_video(resource_folder("samples") / "sample.mp4")


@pytest.mark.slow
def test_a_sound_practice_is_rated_and_praised(analysis: Analysis) -> None:
    report = analysis.report
    assert report.tracking.rated, report.tracking.reason()
    assert report.faults == ()
    assert report.overall is not None
    assert report.overall > 85


@pytest.mark.slow
def test_the_tempo_of_both_hands_is_right(analysis: Analysis) -> None:
    tempo = analysis.report.measures.tempo_cpm
    assert tempo.left == pytest.approx(TEMPO_CPM, abs=3.0)
    assert tempo.right == pytest.approx(TEMPO_CPM, abs=3.0)
    assert analysis.report.measures.direction == "down"


@pytest.mark.slow
def test_each_hand_stays_on_its_side(analysis: Analysis) -> None:
    for side, sign in ((LEFT, -1), (RIGHT, 1)):
        v = analysis.recording.v_cm[:, side]
        assert np.isfinite(v).mean() > 0.75
        assert (sign * v[np.isfinite(v)] > 0).mean() > 0.98
