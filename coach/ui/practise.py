"""Practising in front of the camera: who is there, is it safe, where things stand, the round, and what it was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.live.coaching import GUIDED, MODES, QUIET, TEST
from coach.live.hub import HUB
from coach.live.keeping import Consent, Practice
from coach.live.session import ROUND, LiveSession, Outcome
from coach.scoring.reference import default_name, load_reference
from coach.settings import load_settings
from coach.store.entries import clean_code
from coach.ui import look, practise_after, practise_cut_off, practise_place, practise_safety, practise_view
from coach.ui.camera_choice import BROWSER, camera_choice, source_of
from coach.ui.choices import film_terms, reference_choice

STATUS: dict[str, str] = {
    "postpartum": N_("She has given birth"),
    "pregnant": N_("Pregnant, 37 weeks or more"),
    "early": N_("Pregnant, less than 37 weeks"),
    "volunteer": N_("Neither: she helps with the practice"),
}
MODE_NAMES: dict[str, str] = {
    GUIDED: N_("Guided: cues as needed"),
    QUIET: N_("Quiet: only what is clearly off"),
    TEST: N_("Test: no cues"),
}
_MINUTES = (1, 2, 3, 5)
_STEP, _VISIT, _TOKEN = "practise_step", "practise_visit", "practise_token"


@dataclass(frozen=True)
class Visit:
    """What this couple answered; a further round does not ask again."""

    code: str = ""
    status: str | None = None
    grown_up: bool | None = None
    consent: Consent = field(default_factory=Consent)
    mode: str = GUIDED
    minutes: int = 2
    reference: str = field(default_factory=default_name)
    camera: int = 0
    mirrored: bool = False
    rounds: int = 0
    kept: tuple[str, ...] = ()
    """Keys of this visit's rounds in the records: of the couple's rounds the page shows these and no others."""


def page(say: Words) -> None:
    """The whole page, in the step that the visit is in."""
    step = st.session_state.get(_STEP, "who")
    steps = {
        "who": _who,
        "safety": _safety,
        "declined": _declined,
        "place": _place,
        "live": _live,
        "after": _after,
    }
    steps[step](say)
    look.step(step)


def choose_reference(name: str) -> None:
    """Let the next practice be compared with this reference."""
    st.session_state[_VISIT] = replace(_visit(), reference=name)
    st.session_state.pop("practise_reference", None)


def _visit() -> Visit:
    visit: Visit = st.session_state.get(_VISIT, Visit())
    return visit


def _go(step: str, visit: Visit | None = None) -> None:
    if visit is not None:
        st.session_state[_VISIT] = visit
    st.session_state[_STEP] = step
    st.rerun()


def _who(say: Words) -> None:
    st.title(say(N_("Practise together")), anchor=False)
    look.lead(
        say(N_("The camera watches the hands, the program speaks. No picture is kept unless she agrees."))
    )
    practise_cut_off.offer(say, HUB.current)
    _under_way(say)
    visit = _visit()
    left, right = st.columns(2, gap="large")
    code = left.text_input(
        say(N_("Participant's code")), visit.code, placeholder="A-07", max_chars=24, key="practise_code"
    )
    status = left.radio(
        say(N_("The mother")),
        list(STATUS),
        list(STATUS).index(visit.status) if visit.status else None,
        format_func=lambda key: say(STATUS[key]),
        key="practise_status",
    )
    grown_up = left.radio(
        say(N_("Her age")),
        [True, False],
        None if visit.grown_up is None else int(not visit.grown_up),
        format_func=lambda old: say(N_("18 or older")) if old else say(N_("Under 18")),
        horizontal=True,
        key="practise_grown_up",
    )
    agrees = say(N_("She agrees"))
    right.markdown(f"**{agrees}**")
    agreed = right.checkbox(
        say(N_("to practise and be measured")), visit.consent.practice, key="agree_practice"
    )
    if grown_up is not False:
        movement = right.checkbox(
            say(N_("that the movement data are kept until the review")),
            visit.consent.movement,
            key="agree_movement",
        )
        picture = right.checkbox(
            say(N_("that a video of her back and the hands is kept")),
            visit.consent.picture,
            key="agree_picture",
        )
        with right.container():
            look.lead(film_terms(say), "mc-quiet")
        report = right.checkbox(
            say(N_("to be counted in the report of the programme")), visit.consent.report, key="agree_report"
        )
    else:
        movement = picture = report = False
        right.info(say(N_("Under 18 nothing is recorded. The result is shown on the screen only.")))
    with right.container():
        look.lead(say(N_("She can stop at any time, and take every item back later.")), "mc-quiet")
    answered = agreed and code.strip() and status is not None and grown_up is not None
    if not answered:
        look.lead(
            say(N_("Needed: the code, the mother, her age, and that she agrees to practise.")), "mc-quiet"
        )
    if st.button(say(N_("Next")), type="primary", disabled=not answered, key="practise_next"):
        try:
            cleaned = clean_code(code)
        except CoachError as error:
            st.error(error.text(say.translate))
            return
        consent = Consent(agreed, movement, picture, report)
        if cleaned != visit.code:  # another couple
            visit = replace(visit, rounds=0, kept=())
        _go("safety", replace(
            visit, code=cleaned, status=str(status), grown_up=grown_up, consent=consent,
        ))  # fmt: skip


def _under_way(say: Words) -> None:
    """Offer the round that goes on, to a page that was loaded anew in the middle of it."""
    running = HUB.current
    if running is None or running.phase != ROUND or running.for_reference:
        return
    with st.container(border=True):
        st.markdown(say(N_("A round of **{code}** is under way."), code=running.practice.code))
        if not st.button(say(N_("Go back to it")), type="primary", key="practise_go_back"):
            return
    found = HUB.rejoin()
    if found is None:
        st.rerun()
    st.session_state[_TOKEN], session = found
    practice = session.practice
    _go("live", Visit(
        practice.code, practice.status_band, session.keep, practice.consent, practice.mode,
        round(session.total_s / 60), practice.reference, BROWSER if session.pushed is not None else 0,
        session.source.mirrored, practice.round - 1,
    ))  # fmt: skip


def _safety(say: Words) -> None:
    answered = practise_safety.ask(say, early=_visit().status == "early")
    if answered is not None:
        _go("place" if answered else "declined")


def _declined(say: Words) -> None:
    if practise_safety.not_today(say):
        _forget()


def _forget() -> None:
    """Another couple: nothing of this one stays on the page."""
    for key in [str(k) for k in st.session_state if str(k).startswith(("practise_", "agree_"))]:
        del st.session_state[key]
    st.rerun()


def _place(say: Words) -> None:
    st.title(say(N_("Set up the place")), anchor=False)
    drawing, choices = st.columns([1.25, 1], gap="large")
    with drawing:
        st.html(practise_place.drawing(say))
    visit = _visit()
    with choices:
        modes = list(MODES)
        suggested = visit.mode if visit.rounds == 0 else modes[min(visit.rounds, len(modes) - 1)]
        mode = st.radio(
            say(N_("Kind of round")), modes, modes.index(suggested), format_func=lambda m: say(MODE_NAMES[m]),
            key=f"practise_mode_{visit.rounds}",
        )  # fmt: skip
        minutes = st.segmented_control(
            say(N_("Minutes")), _MINUTES, default=visit.minutes, key="practise_minutes"
        )
        reference = reference_choice(say, st.container(), "practise_reference", visit.reference)
        with st.expander(say(N_("Camera"))):
            camera, mirrored = camera_choice(say, "practise", visit.camera, mirrored=visit.mirrored)
        _refused(say)
        if st.button(say(N_("Switch the camera on")), type="primary", width="stretch", key="practise_on"):
            _open(replace(
                visit, mode=str(mode), minutes=int(minutes or visit.minutes), reference=reference,
                camera=camera, mirrored=mirrored,
            ))  # fmt: skip


def _refused(say: Words) -> None:
    """Why the last attempt at the camera failed, and what can be done."""
    failure = st.session_state.pop("practise_failure", None)
    if isinstance(failure, CoachError):
        st.error(failure.text(say.translate))
    if st.session_state.get("practise_taken"):
        st.warning(
            say(N_("The camera is used in another window. Taking it over ends the round there; it is kept."))
        )
        if st.button(say(N_("Take the camera over")), key="practise_take_over"):
            _open(_visit(), take_over=True)


def _open(visit: Visit, *, take_over: bool = False) -> None:
    """Open the camera for this visit, or say why not."""
    reference, settings = load_reference(visit.reference), load_settings()
    practice = Practice(
        code=visit.code,
        mode=visit.mode,
        reference=visit.reference,
        profile=reference.profile.form,
        profile_version=reference.profile.version,
        started_utc="",
        consent=visit.consent,
        status_band=visit.status or "volunteer",
        round=visit.rounds + 1,
    )

    def make() -> LiveSession:
        source, pushed = source_of(visit.camera, mirrored=visit.mirrored)
        return LiveSession(
            source, practice, reference, settings,
            pushed=pushed, total_s=60.0 * visit.minutes, keep=visit.grown_up is True,
        )  # fmt: skip

    opened = HUB.open(make, take_over=take_over)
    st.session_state["practise_taken"] = opened is None
    if opened is None:
        _go("place", visit)
        return
    st.session_state[_TOKEN] = opened[0]
    _go("live", visit)


def _live(say: Words) -> None:
    session = HUB.get(st.session_state.get(_TOKEN, ""))
    if session is None:
        st.session_state["practise_failure"] = CoachError(
            N_("The camera was taken over in another window. A round that was under way is kept.")
        )
        _go("place")
        return
    if session.outcome is not None:
        _finish(session, session.outcome)
        return
    if session.failure is not None or session.ended:
        st.session_state["practise_failure"] = session.failure or CoachError(
            N_("The camera was switched off, since nobody was there any more.")
        )
        _go("place")
        return
    visit = _visit()
    practise_view.show(
        say, st.session_state[_TOKEN], session.reference, mode=visit.mode,
        height_cm=session.settings.receiver_height_cm, early=visit.status == "early",
        films=visit.camera == BROWSER, on_ended=lambda: None,
    )  # fmt: skip
    if st.button(say(N_("Switch the camera off")), key="practise_off"):
        _switch_off(session)


def _switch_off(session: LiveSession) -> None:
    if session.phase != ROUND:
        st.session_state[_STEP] = "place"  # first, see `_finish`
    session.close()
    if session.outcome is not None:  # a round was under way: it is over, and is looked at
        _finish(session, session.outcome)
    HUB.close(st.session_state[_TOKEN])
    _go("place")


def _finish(session: LiveSession, outcome: Outcome) -> None:
    """Go on to the result.

    The view notices the end of the round as well and asks for a new run, which may cut this one off at any use of the
    page's state. So the hub gives the session up last: until the step is set, the next run finds the outcome again.
    """
    visit, token = _visit(), st.session_state[_TOKEN]
    kept = visit.kept
    if outcome.folder is not None and outcome.folder.name not in kept:
        kept = (*kept, outcome.folder.name)
    st.session_state["practise_outcome"] = outcome
    st.session_state[_VISIT] = replace(visit, rounds=session.practice.round, kept=kept)
    st.session_state[_STEP] = "after"
    HUB.close(token)
    st.rerun()


def _after(say: Words) -> None:
    done = practise_after.show(say, st.session_state["practise_outcome"], _visit().kept)
    if done == "again":
        _go("place")
    elif done == "finish":
        _forget()
