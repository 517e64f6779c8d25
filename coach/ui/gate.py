"""The door of the review: an instructor's name and password, and out again after a while without a touch."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.settings import load_settings
from coach.store import access, accounts
from coach.ui import account, look, passes
from coach.ui.records import records

_WHO, _TOUCHED, _MARK = "instructor", "instructor_touched", "instructor_mark"
_PASS, _ACCOUNT = "instructor_pass", "instructor_by_account"
_OWN = (
    "review_", "practice_", "checklist_", "note_", "follow_", "replay", "references_", "derive_", "compare-",
    "programme_", "film_",
)  # fmt: skip
"""Beginnings of what the review keeps for a visit: gone with the sign-out."""


def instructor(say: Words, title: str = N_("Review")) -> str | None:
    """The instructor who is signed in; else the form for it is drawn and None given.

    Parameters
    ----------
    say : Words
    title : str
        Of the page that is behind the door, a marked text.
    """
    if _WHO in st.session_state and _idle():
        leave()
        st.session_state["gate_said"] = N_("Locked after a while without a touch. Sign in again.")
    elif _WHO in st.session_state and _replaced():
        leave()
        st.session_state["gate_said"] = N_("What you sign in by was changed meanwhile. Sign in again.")
    if _WHO in st.session_state:
        touch()
        _watch()
        return str(st.session_state[_WHO])
    if account.is_set_up() and (claims := account.arrived()) is not None:
        _by_account(claims)
    known = access.names(records())
    _, middle, _ = st.columns([1, 1.6, 1])
    with middle:
        if known:
            _sign_in(say, title, known)
        else:
            _first(say, title)
    return None


def _by_account(claims: dict[str, Any]) -> None:
    try:
        name = accounts.sign_in(records(), claims)
    except CoachError as error:
        st.session_state["gate_refused"] = error
    else:
        st.session_state[_ACCOUNT] = True
        _enter(name)


def touch() -> None:
    """Somebody is there: called by whatever redraws itself apart from the whole page."""
    st.session_state[_TOUCHED] = time.monotonic()
    passes.touch(st.session_state.get(_PASS, ""))


def pass_() -> str:
    """What the page shows to the server when it asks for something beside Streamlit (`coach.ui.film_routes`)."""
    return str(st.session_state.get(_PASS, ""))


def leave() -> None:
    """Sign out: nothing of the review stays in the visit."""
    if _WHO in st.session_state:
        access.log(records(), st.session_state[_WHO], "signed out")
    passes.take_back(pass_())
    by_account = st.session_state.get(_ACCOUNT, False)
    for key in list(st.session_state):
        if key in (_WHO, _TOUCHED, _MARK, _PASS, _ACCOUNT) or str(key).startswith(_OWN):
            del st.session_state[key]
    if by_account:
        account.forget()


def _idle() -> bool:
    return time.monotonic() - st.session_state.get(_TOUCHED, 0.0) > 60 * load_settings().idle_minutes


def _replaced() -> bool:
    """Whether the password was changed or reset elsewhere since this visit came in by it."""
    return access.mark_of(records(), st.session_state[_WHO]) != st.session_state[_MARK]


def renew() -> None:
    """This visit changed the password itself, and stays."""
    who = str(st.session_state[_WHO])
    st.session_state[_MARK] = mark = access.mark_of(records(), who)
    passes.take_back(pass_())
    st.session_state[_PASS] = passes.give(records(), who, mark)


@st.fragment(run_every=20)
def _watch() -> None:
    """Looks after the time by itself: what is on the screen must go, too."""
    if _WHO not in st.session_state or _idle() or _replaced():
        st.rerun()


def _sign_in(say: Words, title: str, known: list[str]) -> None:
    st.title(say(title), anchor=False)
    look.lead(say(N_("For instructors. Sign in to go on.")))
    if said := st.session_state.pop("gate_said", None):
        st.info(say(said))
    with st.form("gate", border=False):
        name = st.selectbox(say(N_("Name")), known, key="gate_name")
        password = st.text_input(say(N_("Password")), type="password", key="gate_password")
        if st.form_submit_button(say(N_("Sign in")), type="primary", width="stretch"):
            try:
                _enter(access.sign_in(records(), name, password))
            except CoachError as error:
                st.error(error.text(say.translate))
    _campus(say)
    with st.expander(say(N_("Forgotten the password?"))):
        look.lead(
            say(
                N_(
                    "Who looks after this computer gives you a new one with the command `massage-coach instructor "
                    "reset`, followed by your name in quotes. This page cannot, so that nobody gets in from here."
                )
            ),
            "mc-quiet",
        )


def _campus(say: Words) -> None:
    """The second way in, where this computer has one."""
    if not account.is_set_up():
        return
    refused = st.session_state.get("gate_refused")
    if refused is not None:
        st.error(refused.text(say.translate))
        st.button(say(N_("Use another account")), key="gate_other", width="stretch", on_click=_other)
    elif not account.can_be_used():
        look.lead(say(N_("For the campus account, `massage-coach[oidc]` has to be installed.")), "mc-quiet")
    elif st.button(say(N_("Sign in with the campus account")), key="gate_campus", width="stretch"):
        account.go_there()


def _other() -> None:
    st.session_state.pop("gate_refused", None)
    account.forget()


def _first(say: Words, title: str) -> None:
    st.title(say(title), anchor=False)
    look.lead(
        say(
            N_(
                "This page is open to instructors only. Make the first instructor's password now; nobody can "
                "get it back for you."
            )
        )
    )
    with st.form("gate_first", border=False):
        name = st.text_input(say(N_("Your name")), max_chars=64, key="gate_name")
        password = st.text_input(
            say(N_("Password, at least {count} characters"), count=access.SHORTEST),
            type="password",
            key="gate_password",
        )
        again = st.text_input(say(N_("The password once more")), type="password", key="gate_again")
        if st.form_submit_button(say(N_("Begin")), type="primary", width="stretch"):
            if password != again:
                st.error(say(N_("The two passwords are not the same.")))
                return
            try:
                access.add(records(), name, password)
                _enter(access.sign_in(records(), " ".join(name.split()), password))
            except CoachError as error:
                st.error(error.text(say.translate))


def _enter(name: str) -> None:
    st.session_state[_WHO] = name
    renew()
    touch()
    for key in ("gate_password", "gate_again"):
        st.session_state.pop(key, None)
    st.rerun()
