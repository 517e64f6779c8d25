"""Sessions and who was there: made for two people at a table in a village, who fill it in within a minute."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.facts import Facts, Gathering
from coach.store.enrolments import codes_in, enrol_many
from coach.store.entries import Consent
from coach.store.programme_tables import Meeting
from coach.store.programmes import (
    PREPARATIONS,
    STAGES,
    NewMeeting,
    add_meeting,
    change_meeting,
    set_attendance,
    take_away,
)
from coach.ui import forms, look
from coach.ui.records import records

_OPEN, _NEW = "programme_session", "new"
_NEW_CODES = "programme_codes_new"


def show(say: Words, facts: Facts, who: str) -> None:
    """The part."""
    known = {m.id: m for m in reversed(facts.meetings)}
    if (wanted := st.session_state.pop("programme_session_wanted", None)) in known:
        st.session_state[_OPEN] = wanted
    if st.session_state.get(_OPEN) not in (*known, _NEW):
        st.session_state[_OPEN] = _nearest(facts.meetings)
    choice, _ = st.columns([2, 1])
    choice.selectbox(
        say(N_("Session")),
        [*known, _NEW],
        format_func=lambda key: _name(say, facts, known[key]) if key in known else say(N_("A new session …")),
        key=_OPEN,
    )
    meeting = known.get(st.session_state[_OPEN])
    if meeting is None:
        _form(say, facts, who, None)
        return
    _attendance(say, facts, meeting, who)
    with st.expander(say(N_("About this session"))):
        _form(say, facts, who, meeting)


def _today() -> date:
    return datetime.now().astimezone().date()


def _nearest(meetings: object) -> str:
    """The session whose day is nearest to today; where there is none, a new one."""
    found = sorted(meetings, key=lambda m: abs((m.on_date - _today()).days))  # type: ignore[call-overload]
    return found[0].id if found else _NEW


def _name(say: Words, facts: Facts, meeting: Gathering) -> str:
    parts = (words.short_day(say, meeting.on_date), say(STAGES[meeting.stage]), facts.site(meeting.site_id))
    return " · ".join(p for p in parts if p)


def _attendance(say: Words, facts: Facts, meeting: Gathering, who: str) -> None:
    """Every code is a key that is pressed; what is pressed is kept at once."""
    here = [m.code for m in facts.members if meeting.site_id is None or m.site_id in (meeting.site_id, None)]
    key = f"programme_present_{meeting.id}"
    present = {m.code for m in facts.members if meeting.id in m.present}
    guests = sorted(present - set(here))
    elsewhere = [m.code for m in facts.members if m.code not in here]
    everybody = sorted(here + (elsewhere if st.session_state.get(f"{key}_all") else guests))

    def save() -> None:
        chosen = set(st.session_state[key])
        set_attendance(records(), meeting.id, chosen | (present - set(everybody)), who)

    def fill(codes: list[str]) -> None:
        st.session_state[key] = codes
        save()

    head, all_, none = st.columns([3, 1, 1], vertical_alignment="bottom")
    head.subheader(
        say(N_("Present: {count} of {all}"), count=len(present), all=max(len(here), len(present))),
        anchor=False,
    )
    if not facts.members:
        look.lead(say(N_("There are no participants yet: enter their codes here.")), "mc-quiet")
    else:
        all_.button(
            say(N_("All present")), key=f"{key}_fill", width="stretch", on_click=fill, args=(everybody,)
        )
        none.button(say(N_("Nobody")), key=f"{key}_clear", width="stretch", on_click=fill, args=([],))
        st.session_state[key] = [code for code in everybody if code in present]
        with st.container(key="programme_codes"):
            st.pills(
                say(N_("Press the code of everybody who is here")),
                everybody,
                selection_mode="multi",
                key=key,
                on_change=save,
            )
        if elsewhere:
            st.toggle(say(N_("Show participants of other sites, too")), key=f"{key}_all")
    _add(say, facts, meeting, who, open_=not facts.members)


def _add(say: Words, facts: Facts, meeting: Gathering, who: str, *, open_: bool) -> None:
    with (
        st.expander(say(N_("New participants")), expanded=open_),
        st.form(_NEW_CODES, border=False),
    ):
        key = forms.key_of(_NEW_CODES)
        text = st.text_area(
            say(N_("Codes, one a line or as a row: A-01 to A-20")), height=90, key=f"{key}_text"
        )
        look.lead(
            say(
                N_(
                    "They agreed to practise and to have the result kept; further consent, role and age are written "
                    "down under Participants."
                )
            ),
            "mc-quiet",
        )
        report = st.checkbox(say(N_("All of them agreed to be counted in the report")), key=f"{key}_report")
        if st.form_submit_button(say(N_("Add, and mark as present"))):
            try:
                codes = codes_in(text)
                new = enrol_many(records(), facts.id, codes, Consent(report=report), who, meeting.site_id)
                present = {m.code for m in facts.members if meeting.id in m.present}
                set_attendance(records(), meeting.id, present | set(codes), who)
            except CoachError as error:
                kept = say(N_("Nobody of the list was entered: mend it and press once more."))
                st.error(f"{error.text(say.translate)} {kept}")
            else:
                forms.taken_in(_NEW_CODES)
                st.session_state["programme_said"] = say(N_("New participants: {count}."), count=len(new))
                st.rerun()


def _form(say: Words, facts: Facts, who: str, meeting: Gathering | None) -> None:
    """A session's day, stage, site and instructor; what was ready; what went wrong."""
    old = meeting or Gathering(
        "", _today(), "implementation", next(iter(facts.sites), None), next(iter(facts.staff), None)
    )
    key = f"programme_meeting_{old.id}"
    sites: list[str | None] = [None, *facts.sites]
    staff_: list[str | None] = [None, *facts.staff]
    with st.form(key, border=False):
        first, second, third, fourth = st.columns(4)
        on_date = first.date_input(say(N_("Date")), old.on_date, format="DD/MM/YYYY", key=f"{key}_date")
        stage = second.selectbox(
            say(N_("Stage")), list(STAGES), list(STAGES).index(old.stage), format_func=lambda s: say(STAGES[s]),
            key=f"{key}_stage",
        )  # fmt: skip
        site = third.selectbox(
            say(N_("Site")), sites, sites.index(old.site_id if old.site_id in sites else None),
            format_func=lambda s: facts.sites.get(s) or say(N_("all sites")), key=f"{key}_site",
        )  # fmt: skip
        staff = fourth.selectbox(
            say(N_("Instructor")), staff_, staff_.index(old.staff_id if old.staff_id in staff_ else None),
            format_func=lambda s: facts.teacher(s) or "–", key=f"{key}_staff",
        )  # fmt: skip
        prepared = st.pills(
            say(N_("Ready before it began")), list(PREPARATIONS), selection_mode="multi", default=list(old.prepared),
            format_func=lambda p: say(PREPARATIONS[p]), key=f"{key}_prepared",
        )  # fmt: skip
        adverse = st.text_area(
            say(N_("What went wrong or hurt somebody (no names); it stands in the report")), old.adverse, height=80,
            max_chars=1000, key=f"{key}_adverse",
        )  # fmt: skip
        word = say(N_("Save")) if meeting else say(N_("Enter this session"))
        if st.form_submit_button(word, type="primary"):
            new = NewMeeting(on_date, stage, site, staff, tuple(prepared), adverse)
            try:
                if meeting:
                    change_meeting(records(), meeting.id, new, who)
                else:
                    st.session_state["programme_session_wanted"] = add_meeting(records(), facts.id, new, who)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                st.rerun()
    if meeting:
        _remove(say, meeting, who)


def _remove(say: Words, meeting: Gathering, who: str) -> None:
    sure = st.checkbox(say(N_("This session was entered by mistake")), key=f"programme_wrong_{meeting.id}")
    if sure and st.button(say(N_("Remove the session")), key=f"programme_remove_{meeting.id}"):
        take_away(records(), Meeting, meeting.id, who)
        st.session_state["programme_said"] = say(N_("The session was removed."))
        st.rerun()
