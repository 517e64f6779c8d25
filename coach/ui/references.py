"""The references studio: what there is and what it is worth, one more, bands from several, two side by side."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.exchange import LARGEST, SUFFIX, import_reference
from coach.scoring.reference import Listed, default_name, list_references
from coach.ui import (
    gate,
    look,
    references_add,
    references_camera,
    references_compare,
    references_derive,
    references_draft,
    references_manage,
    tour,
)
from coach.ui.assets import asset
from coach.ui.lesson import lesson
from coach.ui.references_kept import Kept, facts, kept, origin_of

_TURN, _START = "references_turn", "references_start"
_TASKS = {
    "list": N_("All references"),
    "add": N_("Add one"),
    "derive": N_("Bands from several"),
    "compare": N_("Compare two"),
    "import": N_("Bring one in"),
}


def page(say: Words) -> None:
    """One task at a time, for an instructor who is signed in."""
    who = gate.instructor(say, N_("References"))
    if who is None:
        return
    tour.note(say, who)
    if references_camera.under_way() and references_draft.recording(who) is None:
        # Alone on the page, as in a practice: nothing leads away from it while the camera is on.
        _turn("add")
        references_camera.go_on(say)
        look.step("camera")
        return
    st.html(f"<style>{asset('references.css')}</style>")
    st.title(say(N_("References")), anchor=False)
    look.lead(
        say(N_("What the practices are compared with: recordings of the technique, and the bands of points."))
    )
    said = st.session_state.pop("references_said", None)
    if said:
        st.success(said)
    task = st.segmented_control(
        say(N_("Task")),
        list(_TASKS),
        default=st.session_state.setdefault(_START, "add" if references_draft.waiting(who) else "list"),
        format_func=lambda key: say(_TASKS[key]),
        key=f"references_task-{st.session_state.get(_TURN, 0)}",
        label_visibility="collapsed",
    )
    if task == "add":
        references_add.page(say, who, done)
    elif task == "derive":
        references_derive.page(say, done)
    elif task == "compare":
        references_compare.page(say)
    elif task == "import":
        _import(say)
    else:
        _list(say, who)
    # A message at the top is seen wherever the button was.
    look.step(f"references-{st.session_state.get(_TURN, 0)}")


def done(text: str, name: str) -> None:
    """Say what was done, and show the list with that reference open."""
    st.session_state["references_said"] = text
    st.session_state["references_open"] = name
    _turn("list")
    st.rerun()


def _turn(task: str) -> None:
    """Begin at this task: with a switch of another key, since the browser would keep the old one where it was."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state[_START] = task


def _list(say: Words, who: str) -> None:
    default = default_name()
    listed = list_references()
    usable: dict[str, Kept] = {}
    for one in listed:
        try:
            if one.problem is not None:
                raise one.problem
            usable[one.name] = kept(one.name)
        except CoachError as error:
            st.warning(f"{one.name}: {error.text(say.translate)}")
    st.html(_table(say, [one for one in listed if one.name in usable], usable, default))
    if not usable:
        return
    names = list(usable)
    start = st.session_state.get("references_open", default)
    chosen = st.selectbox(
        say(N_("Look at")),
        names,
        names.index(start) if start in names else 0,
        format_func=lambda name: usable[name].title(say),
        key="references_chosen",
    )
    own = next(one.own for one in listed if one.name == chosen)
    _one(say, who, usable[chosen], default, own=own)


def _table(say: Words, listed: list[Listed], usable: dict[str, Kept], default: str) -> str:
    heads = (
        N_("Reference"),
        N_("Hands seen"),
        N_("Way circled"),
        N_("Rhythm"),
        N_("Verdict"),
    )
    rows, default_word = [], say(N_("default"))
    for one in listed:
        found = usable[one.name]
        quality = found.quality
        seen = f"{say.percent(quality.seen.left)} / {say.percent(quality.seen.right)}"
        rhythm = f"{say.number(quality.tempo_cpm, 0)}/min, {say(quality.steadiness)}"
        fit = say(N_("fit")) if quality.fit else say(N_("not fit"))
        mark = f'<span class="mc-default">{html.escape(default_word)}</span>' if one.name == default else ""
        rows.append(
            f"<tr><td><b>{html.escape(found.title(say))}</b>{mark}"
            f'<br><span class="mc-quiet">{html.escape(origin_of(say, found))}</span></td>'
            f'<td class="n">{seen}</td><td class="n">{say.percent(quality.coverage)}</td>'
            f"<td>{html.escape(rhythm)}</td>"
            f'<td class="{"mc-fit" if quality.fit else "mc-unfit"}">{"✓" if quality.fit else "✕"} '
            f"{html.escape(fit)}</td></tr>"
        )
    head = "".join(
        f'<th class="{"n" if i in (1, 2) else ""}">{html.escape(say(text))}</th>'
        for i, text in enumerate(heads)
    )
    return f'<table class="mc-rows mc-references"><tr>{head}</tr>{"".join(rows)}</table>'


def _one(say: Words, who: str, found: Kept, default: str, *, own: bool) -> None:
    name = found.reference.name
    lesson(say, f"reference-{name}", facts(say, found), scene=found.scene)
    references_manage.actions(say, who, found, own=own, default=default, done=done)


def _import(say: Words) -> None:
    look.lead(say(N_("A file that was saved here on another laptop. It is checked before anything is kept.")))
    look.uploader_word(say, "references_file", say(N_("Choose a file")), LARGEST // 1_000_000)
    file = st.file_uploader(
        say(N_("File of a reference")), type=["zip"], label_visibility="collapsed", key="references_file"
    )
    if file is None:
        return
    stem = file.name.removesuffix(SUFFIX) if file.name.endswith(SUFFIX) else Path(file.name).stem
    name = st.text_input(
        say(N_("Name on this laptop")), stem, max_chars=48, key=f"references_import_name-{file.file_id}"
    )
    if st.button(say(N_("Check and bring in")), type="primary", key="references_import"):
        try:
            reference = import_reference(file.getvalue(), name)
        except CoachError as error:
            st.error(error.text(say.translate))
        else:
            title = reference.profile.title.get(say.language, reference.name)
            done(say(N_("“{title}” was brought in."), title=title), reference.name)
