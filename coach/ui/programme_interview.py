"""The interview at the start: asked one participant after the other, and its questions to change."""

from __future__ import annotations

import html

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.facts import Asked, Facts
from coach.store.enrolments import KINDS, answer, put_question
from coach.store.programme_tables import Question
from coach.store.programmes import take_away
from coach.ui import forms, look
from coach.ui.records import records

_VIEWS = {"ask": N_("Ask"), "questions": N_("Questions")}
_CODE = "programme_interview_code"


def show(say: Words, facts: Facts, who: str) -> None:
    """The part."""
    view = st.segmented_control(
        say(N_("View")), list(_VIEWS), default="ask", format_func=lambda v: say(_VIEWS[v]), key="programme_interview",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    if view == "questions":
        _questions(say, facts, who)
    elif not facts.members:
        look.lead(say(N_("There are no participants yet.")))
    elif not facts.questions:
        look.lead(say(N_("There are no questions.")))
    else:
        _ask(say, facts, who)


def _ask(say: Words, facts: Facts, who: str) -> None:
    codes = [m.code for m in facts.members]
    asked = {m.code for m in facts.members if m.answers}
    if (wanted := st.session_state.pop("programme_interview_next", None)) in codes:
        st.session_state[_CODE] = wanted
    if st.session_state.get(_CODE) not in codes:
        st.session_state[_CODE] = next((c for c in codes if c not in asked), codes[0])
    box, count = st.columns([1, 2], vertical_alignment="bottom")
    code = box.selectbox(
        say(N_("Participant")), codes, format_func=lambda c: f"{c} ✓" if c in asked else c, key=_CODE
    )
    with count:
        look.lead(
            say(N_("{done} of {all} participants were interviewed."), done=len(asked), all=len(codes)),
            "mc-quiet",
        )
    member = facts.member(code)
    given = member.answers if member else {}
    with st.form(f"programme_ask_{code}", border=False):
        values = {}
        half = (len(facts.questions) + 1) // 2
        for column, part in zip(
            st.columns(2, gap="large"), (facts.questions[:half], facts.questions[half:]), strict=True
        ):
            with column:
                for q in part:
                    values[q.id] = _field(say, q, given.get(q.id), f"programme_ask_{code}_{q.id}")
        if st.form_submit_button(say(N_("Save, and on to the next")), type="primary"):
            try:
                for key, value in values.items():
                    answer(records(), key, code, value, who)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                left = [c for c in codes if c not in asked | {code}]
                st.session_state["programme_interview_next"] = left[0] if left else code
                st.session_state["programme_said"] = say(N_("The answers of {code} were saved."), code=code)
                st.rerun()


def _field(say: Words, asked: Asked, given: str | None, key: str) -> str | None:
    text = words.question(say, asked)
    if asked.kind == "number":
        number = st.number_input(
            text, 0, 9999, int(given) if given and given.isdigit() else None, step=1, key=key, width=260
        )
        return None if number is None else str(int(number))
    options = words.choices(asked)
    return st.pills(
        text, options, default=given if given in options else None, format_func=lambda o: words.answer(say, asked, o),
        key=key, wrap=True,
    )  # fmt: skip


def _questions(say: Words, facts: Facts, who: str) -> None:
    look.lead(
        say(
            N_(
                "The questions to begin with are our own: the form of the training that this follows was not "
                "published. Change them, drop them, add to them; ask only what the training needs. Answers are a "
                "choice, a yes or a number, so that no name and no story is kept."
            )
        ),
        "mc-quiet",
    )
    for i, asked in enumerate(facts.questions):
        _one(say, facts, i, asked, who)
    with st.expander(say(N_("One more question"))):
        _form(say, facts, who, None)


def _one(say: Words, facts: Facts, i: int, asked: Asked, who: str) -> None:
    text, buttons = st.columns([7, 2], vertical_alignment="center")
    options = " / ".join(words.answer(say, asked, c) for c in words.choices(asked)) or say(KINDS[asked.kind])
    text.html(
        f'<p style="margin:0">{i + 1}. {html.escape(words.question(say, asked))}<br>'
        f'<span class="mc-quiet">{html.escape(options)}</span></p>'
    )
    with buttons, st.container(horizontal=True, horizontal_alignment="right"):
        up = i > 0 and st.button("↑", key=f"programme_up_{asked.id}", help=say(N_("Move up")))
        edit = st.popover(say(N_("Change")))
    if up:
        order = list(facts.questions)
        order[i - 1], order[i] = order[i], order[i - 1]
        for place, one in enumerate(order):
            _put(facts, one, who, place=place)
        st.rerun()
    with edit:
        _form(say, facts, who, asked)
        if st.button(say(N_("Remove")), key=f"programme_question_gone_{asked.id}"):
            take_away(records(), Question, asked.id, who)
            st.rerun()


def _put(facts: Facts, asked: Asked, who: str, **changes: object) -> None:
    values = {
        "kind": asked.kind, "place": asked.place, "text": asked.text, "choices": asked.choices,
        "standard": asked.standard,
    }  # fmt: skip
    put_question(records(), facts.id, who, question_id=asked.id, **{**values, **changes})  # type: ignore[arg-type]


def _form(say: Words, facts: Facts, who: str, asked: Asked | None) -> None:
    form = f"programme_question_{asked.id if asked else 'new'}"
    with st.form(form, border=False):
        key = forms.key_of(form)
        text = st.text_area(
            say(N_("Question")), words.question(say, asked) if asked else "", height=90, max_chars=300,
            key=f"{key}_text",
        )  # fmt: skip
        kind = asked.kind if asked else None
        if asked is None:
            kind = st.segmented_control(
                say(N_("Kind of answer")), list(KINDS), default="yesno", format_func=lambda k: say(KINDS[k]),
                key=f"{key}_kind", required=True,
            )  # fmt: skip
        choices: list[str] = []
        if kind == "choice" or asked is None:
            old = "\n".join(words.answer(say, asked, c) for c in words.choices(asked)) if asked else ""
            choices = st.text_area(
                say(N_("Answers to choose from, one a line")), old, height=110, key=f"{key}_choices"
            ).splitlines()
        if st.form_submit_button(say(N_("Save"))):
            unchanged = asked is not None and asked.standard and text == words.question(say, asked)
            same = asked is not None and choices == [
                words.answer(say, asked, c) for c in words.choices(asked)
            ]
            try:
                if asked is None:
                    put_question(
                        records(), facts.id, who, kind=kind or "yesno", place=len(facts.questions), text=text,
                        choices=choices,
                    )  # fmt: skip
                elif not (unchanged and (same or kind != "choice")):
                    # An own wording stands in one language: the question is no longer ours to translate.
                    _put(facts, asked, who, text=text, choices=choices, standard=None)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                forms.taken_in(form)
                st.rerun()
