"""The ten questions on the page: one at a time, before the lesson and after it."""

from __future__ import annotations

import html

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.teach.quiz import CONFIDENCE, ITEMS, Answers, Change, changes
from coach.ui import look

_KEYS = {"before": "quiz_before", "after": "quiz_after", "programme": "handed_answers"}
"""Where the answers of the visit lie: before and after the lesson, and those that are kept for a programme."""
_CHOICES = ((N_("True"), True), (N_("False"), False), (N_("I do not know"), None))


def answers(when: str) -> Answers | None:
    """What was answered 'before' or 'after' in this visit."""
    found = st.session_state.get(_KEYS[when])
    return found if isinstance(found, Answers) else None


def finished(when: str) -> bool:
    found = answers(when)
    return found is not None and found.complete and found.confidence is not None


def begin(when: str) -> None:
    """Start with no answer."""
    st.session_state[_KEYS[when]] = Answers({})


def ask(say: Words, when: str) -> Answers | None:
    """The question that is next, or the question on confidence; the answers once all are given."""
    given = answers(when) or Answers({})
    if given.next_item is not None:
        _ask(say, when, given)
    elif given.confidence is None:
        _ask_confidence(say, when, given)
    else:
        return given
    return None


def show(say: Words, when: str) -> None:
    """The question that is next, the question on confidence, or what came out."""
    given = ask(say, when)
    if given is None:
        return
    if when == "before":
        _said_before(say, given)
    else:
        _said_after(say, given)


def _ask(say: Words, when: str, given: Answers) -> None:
    item = given.next_item
    assert item is not None
    number = ITEMS.index(item) + 1
    where = say(N_("Question {number} of {all}"), number=number, all=len(ITEMS))
    st.html(
        f'<p class="mc-quiet">{html.escape(where)}</p>'
        f'<p class="mc-question">{html.escape(say(item.statement))}</p>'
    )
    with st.container(key="quiz_choices"):
        for text, value in _CHOICES:
            if st.button(say(text), key=f"quiz-{when}-{item.id}-{value}", width="stretch"):
                st.session_state[_KEYS[when]] = given.answer(item, value)
                st.rerun()
    if given.given and st.button(say(N_("One question back")), key=f"quiz-{when}-back", type="tertiary"):
        st.session_state[_KEYS[when]] = given.without_last()
        st.rerun()


def _ask_confidence(say: Words, when: str, given: Answers) -> None:
    st.html(f'<p class="mc-question">{html.escape(say(CONFIDENCE))}</p>')
    ends = {1: say(N_("not at all")), 5: say(N_("very"))}
    chosen = st.segmented_control(
        say(CONFIDENCE),
        range(1, 6),
        format_func=lambda n: f"{n} – {ends[n]}" if n in ends else str(n),
        key=f"quiz-{when}-confidence",
        label_visibility="collapsed",
    )
    if chosen is not None:
        st.session_state[_KEYS[when]] = Answers(given.given, int(chosen))
        st.rerun()


def _score(say: Words, given: Answers) -> str:
    return say(N_("{right} of {all} right"), right=given.right, all=len(ITEMS))


def _said_before(say: Words, given: Answers) -> None:
    st.html(f'<p class="mc-question">{html.escape(_score(say, given))}</p>')
    look.lead(say(N_("The lesson answers them. At its end come the same ten questions, with explanations.")))


def _said_after(say: Words, given: Answers) -> None:
    before = answers("before") if finished("before") else None
    text = _score(say, given) + f" – {say(given.level)}"
    st.html(f'<p class="mc-question">{html.escape(text)}</p>')
    if before is not None:
        look.lead(
            say(
                N_("Before the lesson: {right} of {all}. How sure you are: {before} before, {after} now."),
                right=before.right,
                all=len(ITEMS),
                before=before.confidence,
                after=given.confidence,
            )
        )
    rows = "".join(_row(say, change) for change in changes(before, given))
    st.html(f'<table class="mc-explained">{rows}</table>')
    if st.button(say(N_("Answer again")), key="quiz-again"):
        begin("after")
        st.rerun()


def _row(say: Words, change: Change) -> str:
    item = change.item
    answer = say(N_("True")) if item.true else say(N_("False"))
    mark = '<td class="mark good">✓</td>' if change.after else '<td class="mark bad">✕</td>'
    newly = say(N_("newly right")) if change.before is False and change.after else ""
    return (
        f"<tr>{mark}<td><b>{html.escape(say(item.statement))}</b> "
        f'<span class="mc-answer">{html.escape(answer)}</span><br>{html.escape(say(item.why))} '
        f'<span class="mc-quiet">{html.escape(newly)}</span></td></tr>'
    )
