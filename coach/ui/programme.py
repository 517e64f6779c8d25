"""The programme: for instructors only. One programme at a time, in parts."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import sample
from coach.programme.facts import Facts
from coach.programme.questions import STANDARD
from coach.store.enrolments import put_question
from coach.store.programmes import begin, listed
from coach.ui import (
    gate,
    look,
    programme_criteria,
    programme_facts,
    programme_interview,
    programme_overview,
    programme_people,
    programme_quiz,
    programme_report,
    programme_sessions,
    tour,
)
from coach.ui.assets import asset
from coach.ui.records import records

_PARTS: dict[str, tuple[str, Callable[[Words, Facts, str], None]]] = {
    "overview": (N_("Overview"), programme_overview.show),
    "sessions": (N_("Sessions"), programme_sessions.show),
    "people": (N_("Participants"), programme_people.show),
    "quiz": (N_("Ten questions"), programme_quiz.show),
    "interview": (N_("Interview"), programme_interview.show),
    "criteria": (N_("Criteria"), programme_criteria.show),
    "report": (N_("Report"), programme_report.show),
}
_CHOSEN = "programme_chosen"


def page(say: Words) -> None:
    """The whole page, behind its door; or the ten questions, while the laptop is in participants' hands."""
    st.html(f"<style>{asset('programme.css')}</style>")
    if programme_quiz.is_handed_over():
        programme_quiz.ask(say)
        return
    who = gate.instructor(say, N_("Programme"))
    if who is None:
        return
    known = listed(records())
    wanted = st.session_state.pop("programme_open", None)
    if wanted is not None:
        st.session_state[_CHOSEN] = wanted
    _head(say, who, {p.id: p.title for p in known})
    if said := st.session_state.pop("programme_said", None):
        st.success(said)
    tour.tell_removed(say)
    if not known or st.session_state.get(_CHOSEN) == "":
        _new(say, who, first=not known)
        return
    found = programme_facts.read(st.session_state[_CHOSEN])
    part = st.segmented_control(
        say(N_("Part of the programme")),
        list(_PARTS),
        default="overview",
        format_func=lambda name: say(_PARTS[name][0]),
        key="programme_part",
        label_visibility="collapsed",
        required=True,
    )
    if part and part != "overview":  # the overview says it of its own programme
        tour.note(say, who)
    _PARTS[part or "overview"][1](say, found, who)


def _head(say: Words, who: str, known: dict[str, str]) -> None:
    title, aside = st.columns([4, 2.6], vertical_alignment="bottom")
    if known and st.session_state.get(_CHOSEN) not in (*known, ""):
        st.session_state[_CHOSEN] = next(iter(known))
    with title:
        st.title(known.get(st.session_state.get(_CHOSEN, ""), say(N_("Programme"))), anchor=False)
    with (
        aside,
        st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
    ):
        st.html(f'<p class="mc-quiet" style="margin:0">{html.escape(who)}</p>', width="content")
        st.button(say(N_("Sign out")), key="gate_out", on_click=gate.leave)
    if len(known) > 1 or st.session_state.get(_CHOSEN) == "":
        st.selectbox(
            say(N_("Programme")),
            [*known, ""],
            format_func=lambda key: known.get(key) or say(N_("A new programme …")),
            key=_CHOSEN,
            label_visibility="collapsed",
        )


def _new(say: Words, who: str, *, first: bool) -> None:
    """The form of a new programme, and the way to the sample."""
    form, other = st.columns([1.4, 1], gap="large")
    with form:
        st.header(say(N_("A new programme")), anchor=False)
        look.lead(
            say(
                N_(
                    "Sites, sessions and participants come next. Participants have codes only; the sheet of names "
                    "stays on paper with you."
                )
            ),
            "mc-quiet",
        )
        with st.form("programme_new", border=False):
            title = st.text_input(say(N_("What it is called")), max_chars=200, key="programme_new_title")
            today = datetime.now().astimezone().date()
            starts = st.date_input(say(N_("Begins on")), today, format="DD/MM/YYYY", key="programme_new_from")
            if st.form_submit_button(say(N_("Begin")), type="primary"):
                try:
                    key = begin(records(), title, who, starts_on=starts)
                    for place, one in enumerate(STANDARD):
                        put_question(records(), key, who, kind=one.kind, place=place, standard=one.id)
                except CoachError as error:
                    st.error(error.text(say.translate))
                else:
                    open_programme(key)
    if not first and sample.is_loaded(records()):
        return
    with other:
        st.header(say(N_("Or look around first")), anchor=False)
        look.lead(
            say(
                N_(
                    "A made-up programme with 40 participants and 200 rounds shows what everything looks like. "
                    "It goes away again with one button."
                )
            ),
            "mc-quiet",
        )
        if st.button(say(N_("Load the sample programme")), key="programme_sample"):
            with st.spinner(say(N_("Loading the sample"))):
                key = sample.load(records(), say)
            open_programme(key)


def open_programme(key: str) -> None:
    """Show that programme from now on."""
    # The box of programmes may be on the page already: its value can only be set before it is drawn.
    st.session_state["programme_open"] = key
    st.rerun()
