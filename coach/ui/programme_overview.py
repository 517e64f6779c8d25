"""A programme at a glance: how many, how far, and what is still missing; its sites and who teaches."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.criteria import GROUPS
from coach.programme.facts import Facts
from coach.programme.findings import Findings, findings
from coach.programme.levels import LEVELS
from coach.store import access, samples
from coach.store.programme_tables import Site, Staff
from coach.store.programmes import PROFESSIONS, add_site, add_staff, change, take_away
from coach.ui import forms, look
from coach.ui.records import records


def show(say: Words, facts: Facts, who: str) -> None:
    """The part."""
    found = findings(facts, datetime.now().astimezone().date())
    if facts.sample:
        _sample(say, who)
    look.lead(" · ".join((words.span(say, facts), *facts.sites.values())), "mc-quiet")
    _tiles(say, found)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(say(N_("Levels reached")), anchor=False)
        _levels(say, found)
    with right:
        st.subheader(say(N_("Aims and what is reached")), anchor=False)
        _targets(say, found)
    _missing(say, facts)
    with st.expander(say(N_("Name, dates, sites and who teaches")), expanded=not facts.sites):
        _frame(say, facts, who)
    if st.button(say(N_("Begin another programme")), key="programme_another", type="tertiary"):
        st.session_state["programme_open"] = ""
        st.rerun()


def _sample(say: Words, who: str) -> None:
    text, button = st.columns([3, 1], vertical_alignment="center")
    text.info(say(N_("This is a made-up programme, to try things out. Nothing in it is real.")))
    if button.button(say(N_("Delete the sample")), key="programme_sample_gone", width="stretch"):
        gone = samples.remove(records())
        access.log(records(), who, "sample removed")
        if gone.left:
            st.error(say(N_("Of the sample something is left in: {places}."), places=", ".join(gone.left)))
            return
        st.session_state["programme_said"] = say(N_("Everything of the sample was deleted."))
        st.rerun()


def _tiles(say: Words, found: Findings) -> None:
    facts = found.facts
    tiles = (
        (len(facts.members), N_("participants")),
        (len(facts.meetings), N_("sessions")),
        (sum(len(m.rounds) for m in facts.members), N_("rounds practised")),
        (found.levels["passed"].count, N_("passed the test round")),
        (found.levels["guides"].count, N_("guide others")),
    )
    boxes = "".join(f"<div><b>{n}</b><span>{html.escape(say(text))}</span></div>" for n, text in tiles)
    aside = ""
    if found.left_out:
        text = N_(
            "{count} did not agree to be in the report; they are counted as participants and nowhere else."
        )
        aside = f'<p class="mc-quiet" style="margin:0">{html.escape(say(text, count=found.left_out))}</p>'
    st.html(f'<div class="mc-tiles">{boxes}</div>{aside}')


def _levels(say: Words, found: Findings) -> None:
    lines = []
    for name in LEVELS:
        share = found.levels[name]
        width = 100 * share.count / share.n if share.n else 0
        lines.append(
            f"<tr><td>{html.escape(say(GROUPS[name]))}</td>"
            f'<td class="bar"><div><div style="width:{width:.0f}%">&nbsp;</div></div></td>'
            f'<td class="n">{html.escape(words.share(say, share))}</td></tr>'
        )
    st.html(f'<table class="mc-rows">{"".join(lines)}</table>')


def _targets(say: Words, found: Findings) -> None:
    lines = []
    for target in found.targets:
        reached = target.reached.percent
        mark = "" if reached is None else "✓" if reached >= target.wanted else "·"
        lines.append(
            f"<tr><td>{html.escape(words.setting(say, target.name, found.facts.criteria))}</td>"
            f'<td class="n">{html.escape(words.share(say, target.reached))}</td><td class="n">{mark}</td></tr>'
        )
    st.html(f'<table class="mc-rows">{"".join(lines)}</table>')


def _missing(say: Words, facts: Facts) -> None:
    """What an instructor may want to do next."""
    members = facts.members
    todo = (
        (sum(not m.answers for m in members), N_("{count} participants were not interviewed yet.")),
        (
            sum("before" not in m.quiz for m in members),
            N_("{count} have not answered the ten questions before the lesson."),
        ),
        (
            sum("after" not in m.quiz for m in members),
            N_("{count} have not answered the ten questions after the lesson."),
        ),
        (
            sum(all(meeting.id not in m.present for m in members) for meeting in facts.meetings),
            N_("{count} sessions have no attendance."),
        ),
        (
            sum(r.mode == "test" and r.decision is None for m in members for r in m.rounds),
            N_("{count} test rounds wait for an instructor's decision in the review."),
        ),
    )  # fmt: skip
    lines = [say(text, count=count) for count, text in todo if count and members]
    if lines:
        st.subheader(say(N_("Still to do")), anchor=False)
        st.html("".join(f'<p style="margin:.2rem 0">{html.escape(line)}</p>' for line in lines))


def _frame(say: Words, facts: Facts, who: str) -> None:
    with st.form("programme_frame", border=False):
        name, begins, ends = st.columns([2, 1, 1])
        title = name.text_input(say(N_("Name")), facts.title, max_chars=200, key="programme_title")
        starts_on = begins.date_input(
            say(N_("Begins on")), facts.starts_on, format="DD/MM/YYYY", key="programme_from"
        )
        ends_on = ends.date_input(say(N_("Ends on")), facts.ends_on, format="DD/MM/YYYY", key="programme_to")
        if st.form_submit_button(say(N_("Save"))):
            _try(
                say,
                lambda: change(records(), facts.id, who, title=title, starts_on=starts_on, ends_on=ends_on),
            )
    left, right = st.columns(2, gap="large")
    with left:
        _list(say, say(N_("Sites")), dict(facts.sites), Site, who)
        with st.form("programme_site", border=False):
            key = forms.key_of("programme_site")
            site = st.text_input(say(N_("Another village or posyandu")), max_chars=120, key=f"{key}_name")
            if st.form_submit_button(say(N_("Add"))):
                _try(say, lambda: add_site(records(), facts.id, site, who), "programme_site")
    with right:
        teachers = {k: f"{name}, {say(PROFESSIONS[what])}" for k, (name, what) in facts.staff.items()}
        _list(say, say(N_("Who teaches")), teachers, Staff, who)
        with st.form("programme_staff", border=False):
            key = forms.key_of("programme_staff")
            one, two = st.columns(2)
            teacher = one.text_input(say(N_("Another instructor")), max_chars=64, key=f"{key}_name")
            what = two.selectbox(
                say(N_("Profession")),
                list(PROFESSIONS),
                format_func=lambda p: say(PROFESSIONS[p]),
                key=f"{key}_what",
            )
            if st.form_submit_button(say(N_("Add"))):
                _try(say, lambda: add_staff(records(), facts.id, teacher, what, who), "programme_staff")


def _list(say: Words, title: str, names: dict[str, str], table: type, who: str) -> None:
    st.html(f'<p style="margin:.6rem 0 .2rem;font-weight:600">{html.escape(title)}</p>')
    for key, name in names.items():
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.html(f'<p style="margin:0">{html.escape(name)}</p>')
        if button.button(say(N_("Remove")), key=f"programme_gone_{key}", type="tertiary"):
            take_away(records(), table, key, who)
            st.rerun()


def _try(say: Words, change_: object, form: str | None = None) -> None:
    try:
        change_()  # type: ignore[operator]
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        if form:
            forms.taken_in(form)
        st.rerun()
