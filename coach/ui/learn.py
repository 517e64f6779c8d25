"""Learn: one idea a screen, the hands at work, the rhythm to try, ten questions, a handout. Needs no camera."""

from __future__ import annotations

from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.reference import DEFAULT, Reference, default_name, list_references, load_reference
from coach.scoring.rules import tempo_of
from coach.teach.lesson import SCREENS, Screen, screen_at, sentences_of
from coach.teach.views import scene
from coach.ui import quiz
from coach.ui.assets import asset
from coach.ui.choices import reference_choice
from coach.ui.lesson import lesson
from coach.ui.rhythm import rhythm

_PLACE, _MODE = "learn_place", "learn_first_quiz"
_STYLES = {"not": "list no", "when_not": "list no many first", "first_ask": "list yes", "ready": "list yes"}


def page(say: Words) -> None:
    """The screen at which the visit is, and the way to the ones beside it."""
    st.html(f"<style>{asset('learn.css')}</style>")
    if st.session_state.get(_MODE):
        _first_quiz(say)
        return
    place = _place()
    screen = screen_at(place)
    st.title(say(screen.title), anchor=False)
    _screen(say, screen)
    _way(say, place)


def _place() -> int:
    if _PLACE not in st.session_state:
        wanted = st.query_params.get("screen")
        ids = [screen.id for screen in SCREENS]
        st.session_state[_PLACE] = ids.index(wanted) if wanted in ids else 0
    place = int(st.session_state[_PLACE])
    st.query_params["screen"] = SCREENS[place].id  # so that a reload comes back to it
    return place


def _go(place: int) -> None:
    st.session_state[_PLACE] = place


def _screen(say: Words, screen: Screen) -> None:
    reference, drawn = _reference(say)
    cpm = tempo_of(reference.measures) or 40.0
    band = reference.profile.criteria["tempo"].band
    values = {
        "own": say.number(cpm, 0),
        "low": say.number(band.a, 0),
        "high": say.number(band.b, 0),
    }
    sentences = [say(text, **values) for text in sentences_of(screen, reference.profile.form)]
    if screen.kind == "rhythm":
        words, pad = st.columns([1, 1.15], gap="large")
        with words:
            lesson(say, screen.id, sentences)
        with pad:
            rhythm(say, band, cpm)
    elif screen.kind == "quiz":
        quiz.show(say, "after")
    elif screen.kind == "handout":
        lesson(say, screen.id, sentences)
        _handout(say, reference)
    else:
        lesson(
            say,
            screen.id,
            sentences,
            scene=drawn if screen.figure is not None else None,
            figure=screen.figure,
            style=_STYLES.get(screen.id, ""),
        )
    if screen.id == "hands":
        left, _ = st.columns([1, 1])
        _form_choice(say, left)


def _reference(say: Words) -> tuple[Reference, dict[str, Any]]:
    """What is shown, and its drawing; a reference that cannot be read is replaced by the published form."""
    name = str(st.session_state.get("learn_reference", default_name()))
    try:
        return _drawn(name, _changed(name))
    except CoachError as error:
        st.warning(error.text(say.translate))
        return _drawn(DEFAULT, _changed(DEFAULT))


def _changed(name: str) -> tuple[float, ...]:
    """When its files were written: an edited profile is taken up at once."""
    return tuple(
        (listed.folder / file).stat().st_mtime
        for listed in list_references()
        if listed.name == name and listed.problem is None
        for file in ("recording.parquet", "profile.toml")
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(name: str, changed: tuple[float, ...]) -> tuple[Reference, dict[str, Any]]:
    reference = load_reference(name)
    return reference, scene(reference)


def _form_choice(say: Words, where: Any) -> None:
    chosen = reference_choice(
        say, where, "learn_form", start=st.session_state.get("learn_reference"), label=N_("Shown is")
    )
    if chosen != st.session_state.get("learn_reference", default_name()):
        st.session_state["learn_reference"] = chosen
        st.rerun()


def _way(say: Words, place: int) -> None:
    """Back, where one is, onward."""
    with st.container(
        key="learn_nav", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        if place == 0:
            if st.button(say(N_("Ten questions first")), key="learn_quiz_first", type="primary"):
                quiz.begin("before")
                st.session_state[_MODE] = True
                st.rerun()
            st.button(say(N_("Straight to the lesson")), key="learn_next", on_click=_go, args=(1,))
        else:
            st.button("← " + say(N_("Go back")), key="learn_back", on_click=_go, args=(place - 1,))
            with st.popover(f"{place + 1} / {len(SCREENS)}"):
                for i, screen in enumerate(SCREENS):
                    st.button(
                        say(screen.title),
                        key=f"learn_to_{screen.id}",
                        type="tertiary",
                        disabled=i == place,
                        on_click=_go,
                        args=(i,),
                    )
            last = place == len(SCREENS) - 1
            st.button(
                say(N_("To the beginning")) if last else say(N_("Next")) + " →",
                key="learn_next",
                type="secondary" if last else "primary",
                on_click=_go,
                args=(0 if last else place + 1,),
            )


def _first_quiz(say: Words) -> None:
    st.title(say(N_("What do you know already?")), anchor=False)
    quiz.show(say, "before")
    done = quiz.finished("before")
    if st.button(
        say(N_("Start the lesson")) if done else say(N_("Leave the questions out")),
        key="learn_start",
        type="primary" if done else "tertiary",
    ):
        st.session_state.pop(_MODE, None)
        _go(1)
        st.rerun()


def _handout(say: Words, reference: Reference) -> None:
    from coach.teach.handout import handout

    st.download_button(
        say(N_("Handout, two pages (PDF)")),
        _printed(reference.name, _changed(reference.name), say.language, lambda: handout(reference, say)),
        "pijat-oksitosin.pdf" if say.language == "id" else "oxytocin-massage.pdf",
        "application/pdf",
        type="primary",
        on_click="ignore",
        key="learn_handout",
    )


def _printed(name: str, changed: tuple[float, ...], language: str, make: Any) -> bytes:
    kept: dict[Any, bytes] = st.session_state.setdefault("learn_printed", {})
    key = (name, changed, language)
    if key not in kept:
        kept[key] = make()
    return kept[key]
