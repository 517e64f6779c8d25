"""A reference in front of the camera: the live view of the practice page, without cues; nothing else is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.live.coaching import TEST
from coach.live.hub import HUB
from coach.live.keeping import Consent, Practice
from coach.live.session import ROUND, LiveSession
from coach.scoring.adding import MIN_SECONDS
from coach.scoring.reference import load_reference
from coach.settings import load_settings
from coach.ui import gate, look, practise_view, references_draft
from coach.ui.camera_choice import camera_choice, source_of

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


def under_way() -> bool:
    """Whether this window records a reference."""
    return _TOKEN in st.session_state


def was_on() -> bool:
    """Whether the camera was on before in this visit: what failed is told there, and asked for again."""
    return _ASKED in st.session_state


def height_before() -> float | None:
    """Her height as it was given when the camera was switched on."""
    asked: _Asked | None = st.session_state.get(_ASKED)
    return None if asked is None else asked.height_cm


def set_up(say: Words, who: str, height_cm: float) -> None:
    """Ask what is needed, and switch the camera on.

    Parameters
    ----------
    say : Words
    who : str
        The instructor.
    height_cm : float
        Hers.
    """
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
        look.lead(
            say(
                N_(
                    "One whole pass from the neck down and {seconds} seconds are needed at least; with several passes "
                    "you can choose the best ones."
                ),
                seconds=say.number(MIN_SECONDS, 0),
            ),
            "mc-quiet",
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
        _open(who, asked)
    if st.session_state.get(_TAKEN):
        st.warning(
            say(N_("The camera is used in another window. Taking it over ends the round there; it is kept."))
        )
        if st.button(say(N_("Take the camera over")), key="references_live_take_over"):
            _open(who, asked, take_over=True)


def _open(who: str, asked: _Asked, *, take_over: bool = False) -> None:
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
            source, practice, reference, settings,
            pushed=pushed, total_s=60.0 * asked.minutes, keep=False, for_reference=True,
        )  # fmt: skip

    st.session_state.pop(_FAILED, None)
    opened = HUB.open(make, take_over=take_over)
    st.session_state[_TAKEN] = opened is None
    if opened is not None:
        st.session_state[_TOKEN], st.session_state[_ASKED] = opened[0], asked
        references_draft.hold(who, opened[1])
    st.rerun()


def go_on(say: Words) -> None:
    """The live view, until there is a recording (`coach.ui.references_draft`) or a reason why there is none."""
    token = st.session_state[_TOKEN]
    session = HUB.get(token)
    if session is None:
        _close(CoachError(N_("The camera was taken over in another window.")))
    elif session.failure is not None or session.ended:
        _close(
            session.failure or CoachError(N_("The camera was switched off, since nobody was there any more."))
        )
    else:
        practise_view.show(
            say, token, session.reference, mode=TEST, height_cm=session.settings.receiver_height_cm, early=False,
            films=session.pushed is not None, on_ended=lambda: None,
        )  # fmt: skip
        if st.button(say(N_("Switch the camera off")), key="references_live_off"):
            let_go()  # a round that had begun ends, and is shown
            st.rerun()
        _hands_full(session)


@st.fragment(run_every=20)
def _hands_full(session: LiveSession) -> None:
    """Who massages touches no keyboard: the page must not lock itself meanwhile."""
    if session.phase == ROUND:
        gate.touch()


def go_back(say: Words, who: str) -> None:
    """Offer what goes on to a page that was loaded anew in the middle of it."""
    with st.container(border=True):
        st.markdown(say(N_("A reference is being recorded.")))
        if not st.button(say(N_("Go back to the camera")), type="primary", key="references_live_back"):
            return
    if HUB.current is references_draft.session(who) and (found := HUB.rejoin()) is not None:
        st.session_state[_TOKEN] = found[0]
    st.rerun()


def _close(why: CoachError) -> None:
    st.session_state[_FAILED] = why
    let_go()
    st.rerun()


def let_go() -> None:
    """The camera is not needed any more; what was recorded stays."""
    token = st.session_state.get(_TOKEN)
    if token is not None:
        HUB.close(token)  # first: a page that is left in between must not forget a camera that is on
        st.session_state.pop(_TOKEN, None)
