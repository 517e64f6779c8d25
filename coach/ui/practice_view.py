"""One practice: what was seen, replayed; what it was worth, and why."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.export.reasons import made_by, reason, total_reason
from coach.export.words import Words
from coach.i18n import N_
from coach.live.coaching import CUES
from coach.scoring.reference import DEFAULT, load_reference
from coach.scoring.tracked import shown
from coach.store import inbox
from coach.store.models import Practice, Result
from coach.ui import film, gate, judgement, look, practice_results, takeaway
from coach.ui.practice_sheet import facts, title
from coach.ui.records import records
from coach.ui.replay import replay
from coach.ui.replay_data import replay_data

_OPEN = "review_open"


def show(say: Words, number: int, who: str) -> None:
    """The whole page of the practice `number`, for the instructor `who`."""
    try:
        practice = records().practice(number)
    except CoachError:
        st.session_state.pop(_OPEN, None)
        st.rerun()
    result = _head(say, practice)
    _watch(say, practice, result, who)
    _picture(say, practice)
    _criteria(say, result)
    practice_results.panel(say, practice, result, who)
    judgement.panel(say, number, who)
    takeaway.practice(say, practice, result, who)


def _head(say: Words, practice: Practice) -> Result:
    """What it is and what it was worth; gives the result that is shown."""
    name, points, back = st.columns([4, 1.2, 1.2], vertical_alignment="center")
    name.title(title(say, practice), anchor=False)
    back.button(say(N_("All practices")), key="practice_back", width="stretch", on_click=_close)
    told = " · ".join(facts(say, records(), practice))
    name.html(f'<p class="mc-quiet" style="margin:0">{html.escape(told)}</p>')
    chosen = practice_results.choose(say, practice)
    _reason(say, chosen)
    if chosen.overall is None:
        text = f'<span style="font-size:1.3rem">{html.escape(say(N_("Not scored")))}</span>'
    else:
        text = f"{say.number(chosen.overall, 0)}<small> / 100</small>"
    points.html(f'<p class="mc-points">{text}</p>')
    return chosen


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _reason(say: Words, result: Result) -> None:
    """Why there is no score, or why it is less than its criteria add up to."""
    why = result.report["tracking"]["reason"] if result.overall is None else total_reason(say, result.report)
    if why:
        st.html(f'<div class="mc-say change">{html.escape(why)}</div>')


@st.fragment
def _watch(say: Words, practice: Practice, result: Result, who: str) -> None:
    """The replay and its notes: going to another moment redraws these alone."""
    with look.sentences_for_errors(say):
        gate.touch()
        at = _replay(say, practice, result, who)
        judgement.notes(say, practice.id, practice.notes, who, at)


def _replay(say: Words, practice: Practice, result: Result, who: str) -> dict[str, Any] | None:
    recording = records().recording(practice)
    if recording is None:
        look.lead(
            say(
                N_(
                    "The movement of this practice was not kept, or is kept no longer: there is nothing to replay."
                )
            )
        )
        film.alone(say, practice)
        film.ending(say, practice, who)
        return None
    key = (practice.id, result.id, say.language)
    kept = st.session_state.get("replay_data")
    if kept is None or kept[0] != key:
        with st.spinner(say(N_("Preparing the replay …"))):
            try:
                reference = load_reference(result.reference)
            except CoachError:  # a reference of the instructor's own that was removed since
                reference = load_reference(DEFAULT)
            data = replay_data(
                say,
                shown(recording),
                reference,
                result.report,
                [(cue.t_s, _said(say, cue.cue)) for cue in practice.cues],
            )
        kept = st.session_state["replay_data"] = (key, data)
    notes = [
        {"start": note.start_s, "end": note.end_s, "text": note.text, "who": note.instructor}
        for note in practice.notes
    ]
    go = st.session_state.get("replay_go")
    data = {**kept[1], "id": practice.id, "notes": notes, "go": go, "film": film.of(say, practice)}
    at = replay(data, key=f"replay_{practice.id}")
    film.ending(say, practice, who)
    return at


def _said(say: Words, cue: str) -> str:
    return say(CUES[cue].text) if cue in CUES else cue


def _picture(say: Words, practice: Practice) -> None:
    """The picture that she agreed to, of a round that a program before videos kept."""
    data = inbox.picture(records().home, practice.key)
    if data is not None:
        with st.expander(say(N_("The picture she agreed to"))):
            st.image(data, width=480)


def _criteria(say: Words, result: Result) -> None:
    report = result.report
    st.header(say(N_("Criteria")), anchor=False)
    lines = []
    for row, criterion in zip(say.rows(report), report["score"]["criteria"], strict=True):
        bar = "" if row.score is None else f'<div><div style="width:{row.score:.0f}%">&nbsp;</div></div>'
        points = "–" if row.score is None else f"<b>{say.number(row.score, 0)}</b>"
        lines.append(
            f'<tr><td>{html.escape(row.name)}</td><td class="n">{html.escape(row.value)}</td>'
            f'<td class="n quiet">{html.escape(row.target)}</td><td class="bar" style="width:16%">{bar}</td>'
            f'<td class="n">{points}</td><td class="quiet">{html.escape(reason(say, criterion))}</td></tr>'
        )
    look.rows(
        (
            (say(N_("Criterion")), ""),
            (say(N_("Measured")), "n"),
            (say(N_("Target")), "n"),
            ("", ""),
            (say(N_("Points")), "n"),
            (say(N_("Why")), ""),
        ),
        lines,
        "mc-why-rows",
    )
    look.lead(made_by(say, result.report), "mc-quiet")
