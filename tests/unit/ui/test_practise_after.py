"""The page after a round: with which rounds it is compared."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coach.errors import OutputError
from coach.live.keeping import Consent, Keeper, Practice
from coach.live.session import Outcome
from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import Report, score_recording

REFERENCE = load_reference("fists")


def _page() -> None:
    import streamlit as st

    from coach.export.words import Words
    from coach.ui import practise_after

    practise_after.show(Words("en"), st.session_state["outcome"], st.session_state["kept"])


@cache
def scored(tempo_cpm: float) -> tuple[Recording, Report]:
    recording = make_recording(replace(FORMS[0], seconds=40.0, tempo_cpm=tempo_cpm))
    return recording, score_recording(recording, REFERENCE)


def outcome(number: int, tempo_cpm: float, code: str = "A-07") -> Outcome:
    """A round that was kept."""
    practice = Practice(
        code, "guided", "fists", REFERENCE.profile.form, REFERENCE.profile.version,
        f"2026-11-24T10:0{number}:00+00:00", Consent(practice=True, movement=True), round=number,
    )  # fmt: skip
    recording, report = scored(tempo_cpm)
    meta = {**recording.meta, "source": {"kind": "camera", "name": "live"}}
    folder = Keeper(practice, meta).finish(practice, recording, report)
    return Outcome(practice, recording, report, folder, "time")


def keys(*rounds: Outcome) -> list[str]:
    return [one.folder.name for one in rounds if one.folder is not None]


def shown(last: Outcome, kept: list[str]) -> str:
    app = AppTest.from_function(_page, default_timeout=60)
    app.session_state["outcome"], app.session_state["kept"] = last, kept
    app.run()
    assert not app.exception
    return " ".join(str(part.value) for part in (*app.header, *app.get("html"), *app.warning))


@pytest.fixture(autouse=True)
def home(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    return coach_home


def test_a_visit_s_rounds_are_compared_and_no_others():
    outcome(1, 40.0, code="B-02")
    outcome(2, 75.0)  # of an earlier visit
    first, last = outcome(3, 75.0), outcome(4, 40.0)
    page = shown(last, keys(first, last))
    assert "Your rounds today" in page
    assert "Round 2" in page
    assert "Round 3" not in page
    assert "▲ " in page  # its tempo earns more points than the round before
    assert "▼" not in page
    alone = shown(first, keys(first))
    assert "Your rounds today" not in alone
    assert "Round before" not in alone


def test_a_round_that_the_disk_had_no_room_for_is_shown_and_said_to_be_on_the_page_only():
    last = outcome(1, 40.0)
    page = shown(replace(last, folder=None, unkept=OutputError("The disk is full.")), [])
    assert "its result is on this page only. Its movement is offered to you again" in page
    assert "The disk is full." in page
    assert "Nothing of this round is kept" not in page
    assert "The movement" in page
    only_result = replace(last.practice, consent=Consent(practice=True))
    page = shown(replace(last, practice=only_result, folder=None, unkept=OutputError("Full.")), [])
    assert "offered to you again" not in page


def test_without_consent_to_keep_anything_there_is_no_comparison():
    first, last = outcome(1, 75.0), outcome(2, 40.0)
    assert "Your rounds today" not in shown(replace(last, folder=None), [*keys(first), "x"])
