"""A reference in front of the camera: the live view of the practice page, without cues; nothing else is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.live.coaching import TEST
from coach.live.hub import HUB
from coach.live.keeping import Consent, Practice
from coach.live.session import LiveSession
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.settings import load_settings
from coach.ui import look, practise_view
from coach.ui.camera_choice import BROWSER, camera_choice, source_of

_TOKEN, _ASKED, _TAKEN, _FAILED = (
    "references_live", "references_live_asked", "references_live_taken", "references_live_failed",
)  # fmt: skip
_MINUTES = (1, 2, 3)


@dataclass(frozen=True)
class _Asked:
    """What was chosen for the recording."""

    camera: int
    mirrored: bool
    minutes: int
    height_cm: float


def page(say: Words, height_cm: float, found: Callable[[Recording], None]) -> None:
    """Set up, record; `found` gets the recording.

    Parameters
    ----------
    say : Words
    height_cm : float
        Hers.
    found : callable
    """
    if _TOKEN in st.session_state:
        _record(say, found)
    else:
        _set_up(say, height_cm)


def under_way() -> bool:
    """Whether the camera is on for a reference."""
    return _TOKEN in st.session_state


def _set_up(say: Words, height_cm: float) -> None:
    look.lead(
        say(
            N_(
                "Somebody who masters it massages in front of the camera, as in a practice, without any cue. No "
                "picture is kept; the movement is, once you name it."
            )
        )
    )
    failure = st.session_state.get(_FAILED)  # stays until the next attempt
    if isinstance(failure, CoachError):
        st.error(failure.text(say.translate))
    left, right = st.columns(2, gap="large")
    with left:
        minutes = st.segmented_control(
            say(N_("Minutes")), _MINUTES, default=2, key="references_live_minutes", required=True
        )
    with right:
        camera, mirrored = camera_choice(say, "references_live", 0, mirrored=False)
    agreed = st.checkbox(
        say(N_("Both are 18 or older and agree that their movement is shown to others as a reference")),
        key="references_live_agreed",
    )
    asked = _Asked(camera, mirrored, int(minutes or 2), height_cm)
    if st.button(
        say(N_("Switch the camera on")), type="primary", disabled=not agreed, key="references_live_on"
    ):
        _open(asked)
    if st.session_state.get(_TAKEN):
        st.warning(
            say(N_("The camera is used in another window. Taking it over ends the round there; it is kept."))
        )
        if st.button(say(N_("Take the camera over")), key="references_live_take_over"):
            _open(asked, take_over=True)


def _open(asked: _Asked, *, take_over: bool = False) -> None:
    """Open the camera; without cues, and written down nowhere."""
    reference = load_reference()
    settings = replace(load_settings(), receiver_height_cm=asked.height_cm)
    practice = Practice(
        code="-",
        mode=TEST,
        reference=reference.name,
        profile=reference.profile.form,
        profile_version=reference.profile.version,
        started_utc="",
        consent=Consent(practice=True, movement=True),
    )

    def make() -> LiveSession:
        source, pushed = source_of(asked.camera, mirrored=asked.mirrored)
        return LiveSession(
            source, practice, reference, settings, pushed=pushed, total_s=60.0 * asked.minutes, keep=False
        )

    st.session_state.pop(_FAILED, None)
    opened = HUB.open(make, take_over=take_over)
    st.session_state[_TAKEN] = opened is None
    if opened is not None:
        st.session_state[_TOKEN], st.session_state[_ASKED] = opened[0], asked
    st.rerun()


def _record(say: Words, found: Callable[[Recording], None]) -> None:
    token, asked = st.session_state[_TOKEN], st.session_state[_ASKED]
    session = HUB.get(token)
    if session is None:
        _close(CoachError(N_("The camera was taken over in another window.")))
    elif session.outcome is not None:
        recording = session.outcome.recording
        _let_go(token)
        found(recording)
    elif session.failure is not None or not session.alive:
        _close(
            session.failure or CoachError(N_("The camera was switched off, since nobody was there any more."))
        )
    else:
        practise_view.show(
            say, token, session.reference, mode=TEST, height_cm=asked.height_cm, early=False,
            films=asked.camera == BROWSER, on_ended=lambda: None,
        )  # fmt: skip
        if st.button(say(N_("Switch the camera off")), key="references_live_off"):
            _let_go(token)
            st.rerun()


def _close(why: CoachError) -> None:
    st.session_state[_FAILED] = why
    _let_go(st.session_state[_TOKEN])
    st.rerun()


def _let_go(token: str) -> None:
    HUB.close(token)
    for key in (_TOKEN, _ASKED):
        st.session_state.pop(key, None)
