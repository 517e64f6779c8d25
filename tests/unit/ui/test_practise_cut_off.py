"""Rounds that were cut off are offered, one after the other, and what was chosen is done and said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coach.errors import RecordingError
from coach.live import keeping
from coach.live.keeping import Consent, Practice, Unfinished
from coach.scoring.reference import load_reference


def _page() -> None:
    from coach.export.words import Words
    from coach.ui import practise_cut_off

    practise_cut_off.offer(Words("en"), None)


@pytest.fixture
def waiting(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Unfinished]:
    """Two rounds that were cut off; they are gone once they are saved or deleted."""
    recording = load_reference("fists").recording
    rounds = [
        Unfinished(
            coach_home / code,
            Practice(code, "guided", "fists", "", "", f"2026-11-2{k}T10:00:00+00:00", Consent(True, True)),
            42.3,
        )
        for k, code in enumerate(("A-01", "A-02"))
    ]
    monkeypatch.setattr(keeping, "unfinished", lambda _: list(rounds))
    monkeypatch.setattr(keeping, "recovered_recording", lambda _: recording)
    monkeypatch.setattr(keeping, "save_recovered", lambda one, *_: rounds.remove(one))
    monkeypatch.setattr(keeping, "discard", rounds.remove)
    return rounds


def texts(app: AppTest) -> str:
    assert not app.exception
    return " ".join(str(part.value) for part in (*app.markdown, *app.success, *app.error))


def test_what_is_saved_is_said_to_be_kept_and_the_next_one_is_offered(waiting: list[Unfinished]):
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert "A round of **A-01** was cut off (2026-11-20 10:00 UTC): 42 seconds are there." in texts(app)
    page = texts(app.button(key="practise_save_cut_off").click().run())
    assert "The round is kept." in page
    assert "**A-02**" in page
    assert "The round is kept." not in texts(app.run())
    page = texts(app.button(key="practise_delete_cut_off").click().run())
    assert page == ""
    assert waiting == []


def test_one_that_cannot_be_saved_stays_and_says_why(
    waiting: list[Unfinished], monkeypatch: pytest.MonkeyPatch
):
    def nothing(_: Any) -> None:
        raise RecordingError("There is nothing to keep.")

    monkeypatch.setattr(keeping, "recovered_recording", nothing)
    app = AppTest.from_function(_page, default_timeout=60).run()
    page = texts(app.button(key="practise_save_cut_off").click().run())
    assert "There is nothing to keep." in page
    assert len(waiting) == 2
