"""The page after a round: with which rounds it is compared."""

from __future__ import annotations

import json
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


def opened(last: Outcome, kept: list[str]) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60)
    app.session_state["outcome"], app.session_state["kept"] = last, kept
    return app.run()


def texts(app: AppTest) -> str:
    assert not app.exception
    return " ".join(str(part.value) for part in (*app.header, *app.get("html"), *app.warning))


def shown(last: Outcome, kept: list[str]) -> str:
    return texts(opened(last, kept))


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


def said(page: str, title: str) -> str:
    """What stands below a title of the page."""
    return page.split(f">{title}</p>")[1].split("</div>")[0].split(">")[1]


def test_one_thing_was_good_and_one_is_to_be_tried_next():
    page = shown(outcome(1, 75.0), [])
    assert page.count(">This was good</p>") == page.count(">Try this next</p>") == 1
    assert said(page, "This was good")
    assert "slower" in said(page, "Try this next").lower()
    assert "The score in parts" in page


@pytest.mark.parametrize(
    ("mode", "next_"),
    [
        ("guided", "A quiet round: cues only for what is clearly off."),
        ("quiet", "A test round, without cues."),
        ("test", "The same once more on another day."),
    ],
)
def test_where_nothing_is_to_be_mended_less_help_is_to_be_tried_next(mode: str, next_: str):
    last = outcome(1, 40.0)
    assert last.report.faults == ()
    page = shown(replace(last, practice=replace(last.practice, mode=mode)), [])
    assert said(page, "Try this next") == next_


def test_she_is_asked_for_comfort_and_pain():
    last = outcome(1, 40.0)
    app = opened(last, [])
    comfort, pain = app.get("button_group")
    assert (comfort.label, pain.label) == ("How comfortable was it? (1 not at all, 5 very)", "Did it hurt?")
    assert list(comfort.options) == ["1", "2", "3", "4", "5"]
    assert list(pain.options) == ["No", "Yes"]
    assert (comfort.value, pain.value) == (None, None)  # nothing is answered for her


def test_what_she_said_is_added_to_what_is_kept():
    last = outcome(1, 40.0)
    assert last.folder is not None
    app = opened(last, [])
    key = f"practise_answer_{id(last)}"
    app.session_state[f"{key}_comfort"], app.session_state[f"{key}_pain"] = 2, True
    page = texts(app.run())
    kept = json.loads((last.folder / "practice.json").read_text(encoding="utf-8"))
    assert (kept["comfort"], kept["pain"]) == (2, True)
    assert "Please stop for today and tell the midwife." in page
    assert "A quiet round" not in page  # nothing calls for another one
    assert app.button(key="practise_finish").proto.type == "primary"
    assert app.button(key="practise_again").proto.type == "secondary"


def test_a_round_that_could_not_be_rated_gives_no_points_and_no_advice():
    _, report = scored(40.0)
    unrated = replace(report, tracking=replace(report.tracking, rated=False), overall=None, faults=())
    page = shown(replace(outcome(1, 40.0), report=unrated), [])
    assert "Not scored" in page
    assert "Try this next" not in page
    assert "The score in parts" not in page
