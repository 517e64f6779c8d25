"""Judging a practice: notes on the timeline, the checklist, the decision; whatever was changed can be undone."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from coach.errors import CoachError
from coach.export.reasons import item_reason
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.checklist import GLOBAL, ITEMS, MOST
from coach.settings import load_settings
from coach.store import judgement as store
from coach.store.judgement import Judgement
from coach.store.models import Change, Note
from coach.ui import forms, gate, look
from coach.ui.practice_sheet import clock
from coach.ui.practice_table import DECISIONS, moment
from coach.ui.records import records

_SAID, _REDRAW = "practice_said", "practice_redraw"
_CHANGES = {
    "mark": N_("item {item}: {before} → {after}"),
    "rating": N_("global rating: {before} → {after}"),
    "decision": N_("result: {before} → {after}"),
    "note": N_("note: {before} → {after}"),
}


def notes(say: Words, practice_id: int, written: list[Note], who: str, at: dict | None) -> None:
    """The form for a note at the replay's moment or stretch, and the notes so far."""
    _error(say)
    start, end = _where(at)
    with st.form("note_form", border=False):
        text, button = st.columns([5, 1], vertical_alignment="bottom")
        words = text.text_input(
            say(N_("Note at {when}"), when=clock(start, end)),
            max_chars=store.LONGEST_NOTE,
            key=f"{forms.key_of('note_form')}_text",
            placeholder=say(N_("Go to a moment in the replay, or choose a stretch, and write what you see")),
        )
        if button.form_submit_button(say(N_("Note it")), width="stretch"):
            _try(say, lambda: store.add_note(records(), practice_id, who, words, start, end), "note_form")
            st.rerun()
    for note in written:
        when, said, by, away = st.columns([1.1, 5, 1.6, 1], vertical_alignment="center")
        if when.button(clock(note.start_s, note.end_s), key=f"note_go_{note.id}", width="stretch"):
            st.session_state["replay_go"] = {"n": st.session_state.get("replay_n", 0) + 1, "t": note.start_s}
            st.session_state["replay_n"] = st.session_state["replay_go"]["n"]
            st.rerun(scope="fragment")
        said.html(f'<p style="margin:0">{html.escape(note.text)}</p>')
        by.html(f'<p class="mc-quiet" style="margin:0">{html.escape(note.instructor)}</p>')
        if note.instructor == who and away.button(
            say(N_("Remove")), key=f"note_away_{note.id}", width="stretch", type="tertiary"
        ):
            _try(say, lambda n=note.id: store.remove_note(records(), practice_id, who, n))  # type: ignore[misc]
            st.rerun()


@st.fragment
def panel(say: Words, practice_id: int, who: str) -> None:
    """The checklist beside what it adds up to."""
    with look.sentences_for_errors(say):
        gate.touch()
        if st.session_state.pop(_REDRAW, False):
            st.rerun()
        found = store.judgement(records(), practice_id, who)
        st.header(say(N_("Checklist")), anchor=False)
        _error(say)
        left, right = st.columns([2.3, 1], gap="large")
        with left:
            _items(say, practice_id, who, found)
        with right:
            _sum(say, practice_id, who, found)


def _items(say: Words, practice_id: int, who: str, found: Judgement) -> None:
    st.html(
        '<p class="mc-quiet">'
        + html.escape(
            say(
                N_(
                    "0 not done, 1 done but not accurate, 2 done correctly. Your mark is final; what the program "
                    "proposes stays visible. ★ critical: at 0 the practice has to be repeated."
                )
            )
        )
        + "</p>"
    )
    report = records().practice(practice_id).result.report
    for item in ITEMS:
        text, program, mine = st.columns([4.4, 2.1, 1.9], vertical_alignment="center")
        star = '&nbsp;<span class="mc-star">★</span>' if item.critical else ""
        why = item_reason(say, report, item.number) if item.seen else None
        told = f'<small class="mc-why">{html.escape(why)}</small>' if why else ""
        text.html(
            f'<p class="mc-item"><span>{item.number}</span> {html.escape(say(item.text))}{star}{told}</p>'
        )
        if item.number in found.proposed:
            program.html(_proposal(say, found, item.number))
        elif item.seen:
            none = say(N_("not measurable: judge yourself"))
            program.html(f'<span class="mc-chip none">{html.escape(none)}</span>')
        key = _key(practice_id, item.number)
        st.session_state.setdefault(key, found.marks.get(item.number))
        mine.segmented_control(
            say(item.text),
            range(MOST + 1),
            key=key,
            label_visibility="collapsed",
            on_change=_mark,
            args=(say, practice_id, who, item.number, key),
        )


def _proposal(say: Words, found: Judgement, item: int) -> str:
    text = html.escape(say(N_("program: {mark}"), mark=found.proposed[item]))
    if item in found.tally.differing:
        differs = html.escape(say(N_("differs")))
        return f'<span class="mc-chip differs">{text} · {differs}</span>'
    return f'<span class="mc-chip">{text}</span>'


def _sum(say: Words, practice_id: int, who: str, found: Judgement) -> None:
    total = found.tally
    st.html(
        f'<p class="mc-points" style="text-align:left">{say.number(total.percent, 0)}<small> / 100</small></p>'
        f'<p class="mc-quiet">{html.escape(_state(say, found))}</p>'
    )
    key = _key(practice_id, GLOBAL)
    st.session_state.setdefault(key, found.rating)
    st.segmented_control(
        say(N_("16 Global rating, 1 to 5")),
        range(1, 6),
        key=key,
        on_change=lambda: _try(say, lambda: store.rate(records(), practice_id, who, st.session_state[key])),
    )
    passing, again = st.columns(2)
    for column, decision, text, blocked in (
        (passing, store.PASS, N_("Passed"), bool(total.critical or total.missing)),
        (again, store.REPEAT, N_("Repeat"), False),
    ):
        column.button(
            say(text),
            key=f"checklist_{decision}",
            type="primary" if found.decision == decision else "secondary",
            width="stretch",
            disabled=blocked,
            on_click=_try,
            args=(say, lambda d=decision: store.decide(records(), practice_id, who, d)),
        )
    if found.decision:
        look.lead(say(N_("Decided: {decision}."), decision=say(DECISIONS[found.decision])), "mc-quiet")
    st.button(
        say(N_("Undo my last change")),
        key="checklist_undo",
        width="stretch",
        disabled=not store.can_undo(records(), practice_id, who),
        on_click=_undo,
        args=(practice_id, who),
    )
    with st.expander(say(N_("Who changed what"))):
        _history(say, store.changes(records(), practice_id))


def _state(say: Words, found: Judgement) -> str:
    total = found.tally
    if total.critical:
        return say(
            N_("A critical item is at 0 ({items}): the practice has to be repeated."),
            items=", ".join(map(str, total.critical)),
        )
    if total.missing:
        return say(N_("Not marked yet: {items}."), items=", ".join(map(str, total.missing)))
    mark = load_settings().pass_mark
    if (total.percent or 0.0) >= mark:
        return say(N_("All items are marked; the pass mark of {mark} is reached."), mark=say.number(mark, 0))
    return say(N_("All items are marked; the pass mark of {mark} is not reached."), mark=say.number(mark, 0))


def _history(say: Words, lines: list[Change]) -> None:
    if not lines:
        look.lead(say(N_("Nothing yet.")), "mc-quiet")
    for line in lines[:50]:
        text = say(
            _CHANGES[line.what],
            item=line.item,
            before=_plain(say, line.what, line.before),
            after=_plain(say, line.what, line.after),
        )
        if line.undoes is not None:
            text = say(N_("undone, {change}"), change=text)
        st.html(
            f'<p class="mc-quiet" style="margin:0 0 .5rem">{html.escape(moment(say, line.at_utc))}<br>'
            f"<b>{html.escape(line.who)}</b> {html.escape(text)}</p>"
        )


def _plain(say: Words, what: str, state: dict | None) -> str:
    if state is None:
        return "–"
    if what == "note":
        return f"“{state['text'][:40]}”"
    return say(DECISIONS[state["value"]]) if what == "decision" else str(state["value"])


def _key(practice_id: int, item: int) -> str:
    return f"checklist_{practice_id}_{item}"


def _undo(practice_id: int, who: str) -> None:
    """Take a change back, and show what is marked now: only here are the buttons set from outside."""
    # Notes stand beside the replay, in a part of the page that this button alone does not redraw.
    st.session_state[_REDRAW] = store.undo(records(), practice_id, who) == "note"
    found = store.judgement(records(), practice_id, who)
    for item in ITEMS:
        st.session_state[_key(practice_id, item.number)] = found.marks.get(item.number)
    st.session_state[_key(practice_id, GLOBAL)] = found.rating


def _mark(say: Words, practice_id: int, who: str, item: int, key: str) -> None:
    _try(say, lambda: store.mark(records(), practice_id, who, item, st.session_state[key]))


def _try(say: Words, change: Callable[[], object], form: str | None = None) -> None:
    """Make the change, and empty the form it came from; a refusal is told on the next run."""
    try:
        change()
    except CoachError as error:
        st.session_state[_SAID] = error.text(say.translate)
    else:
        if form:
            forms.taken_in(form)


def _error(say: Words) -> None:
    if said := st.session_state.pop(_SAID, None):
        st.error(said)


def _where(at: dict | None) -> tuple[float, float | None]:
    if not at:
        return 0.0, None
    if at.get("from") is not None:
        return float(at["from"]), float(at["to"])
    return float(at.get("t") or 0.0), None
