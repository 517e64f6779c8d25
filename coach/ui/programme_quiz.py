"""The ten questions of a programme: answered on this laptop one after the other, or entered from paper.

While the laptop is in participants' hands the instructor is signed out: nothing of anybody else can be opened.
"""

from __future__ import annotations

import html
from datetime import date, datetime

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme.facts import Facts
from coach.store.enrolments import OCCASIONS, QuizResult, record_quiz
from coach.teach.quiz import Answers
from coach.ui import gate, look, programme_facts, programme_person
from coach.ui import quiz as questions
from coach.ui.records import records

_HANDED = "handed_quiz"
"""Programme, occasion and instructor while the laptop is handed over; survives the signing out."""
_WHO, _DONE = "handed_code", "handed_done"


def show(say: Words, facts: Facts, who: str) -> None:
    """The part: choose the occasion, then hand the laptop over or enter papers."""
    if not facts.members:
        look.lead(say(N_("There are no participants yet.")))
        return
    occasion = st.segmented_control(
        say(N_("When")), list(OCCASIONS), default=_likely(facts), format_func=lambda o: say(OCCASIONS[o]),
        key="programme_occasion", required=True,
    )  # fmt: skip
    occasion = occasion or "before"
    waiting = [m.code for m in facts.members if occasion not in m.quiz]
    done = len(facts.members) - len(waiting)
    look.lead(say(N_("{done} of {all} participants have answered."), done=done, all=len(facts.members)))
    screen, paper = st.columns(2, gap="large")
    with screen:
        st.subheader(say(N_("On this laptop")), anchor=False)
        look.lead(
            say(
                N_(
                    "Everybody presses their own code and answers. You are signed out meanwhile; when all are done, "
                    "sign in again."
                )
            ),
            "mc-quiet",
        )
        if st.button(
            say(N_("Hand the laptop over")), type="primary", disabled=not waiting, key="programme_hand"
        ):
            gate.leave()
            st.session_state[_HANDED] = (facts.id, occasion, who)
            st.rerun()
    with paper:
        st.subheader(say(N_("From paper")), anchor=False)
        if not waiting:
            look.lead(say(N_("Everybody has answered.")), "mc-quiet")
            return
        code = st.selectbox(say(N_("Participant")), waiting, key=f"programme_paper_code_{occasion}")
        programme_person.paper(say, facts, code, who, "programme_paper", occasion)


def _likely(facts: Facts) -> str:
    """What is probably asked next: the first occasion that most have not answered."""
    for occasion in OCCASIONS:
        if sum(occasion in m.quiz for m in facts.members) * 2 < len(facts.members):
            return occasion
    return "later"


def is_handed_over() -> bool:
    """Whether participants have the laptop to answer."""
    return _HANDED in st.session_state


def ask(say: Words) -> None:
    """What participants see: their codes, then the questions; nothing else."""
    programme_id, occasion, who = st.session_state[_HANDED]
    found = programme_facts.read(programme_id)
    code = st.session_state.get(_WHO)
    if code is None:
        _choose(say, found, occasion)
        return
    st.html(f'<p class="mc-quiet">{html.escape(code)}</p>')
    given = questions.ask(say, "programme")
    if given is None:
        if st.button(say(N_("Not me")), key="handed_back", type="tertiary"):
            _forget()
            st.rerun()
        return
    _keep(say, programme_id, code, occasion, given, who)


def _choose(say: Words, found: Facts, occasion: str) -> None:
    st.title(say(N_("Which is your code?")), anchor=False)
    if done := st.session_state.pop(_DONE, None):
        st.success(say(N_("Thank you, {code}. Pass the laptop on."), code=done))
    waiting = [m.code for m in found.members if occasion not in m.quiz]
    if waiting:
        with st.container(key="programme_codes"):
            code = st.pills(
                say(N_("Which is your code?")), waiting, key="handed_codes", label_visibility="collapsed"
            )
        if code is not None:
            st.session_state[_WHO] = code
            del st.session_state["handed_codes"]
            questions.begin("programme")
            st.rerun()
    else:
        look.lead(say(N_("Everybody has answered.")))
    if st.button(say(N_("All done: back to the instructor")), key="handed_end"):
        del st.session_state[_HANDED]
        st.rerun()


def _keep(say: Words, programme_id: str, code: str, occasion: str, given: Answers, who: str) -> None:
    result = QuizResult(
        _today(), given.right, len(given.given), given.confidence, "screen", dict(given.given)
    )
    try:
        record_quiz(records(), programme_id, code, occasion, result, who)
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    st.session_state[_DONE] = code
    _forget()
    st.rerun()


def _forget() -> None:
    st.session_state.pop(_WHO, None)
    questions.begin("programme")


def _today() -> date:
    return datetime.now().astimezone().date()
