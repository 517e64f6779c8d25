"""The list of practices: filters above, the table, pages below."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.store import access
from coach.store.entries import MODES
from coach.store.listing import Filter, find
from coach.ui import look, practice_table, takeaway
from coach.ui.records import records

PER_PAGE = 20
_SORT, _DOWN, _PAGE, _OPEN = "review_sort", "review_down", "review_page", "review_open"
_OUTCOMES = {
    "pass": N_("passed"),
    "repeat": N_("repeat"),
    "open": N_("not decided yet"),
    "unscored": N_("not scored"),
}


def show(say: Words, who: str) -> None:
    """Filters, table and pages, for the instructor `who`."""
    wanted = filters(say)
    state = st.session_state
    page = state.setdefault(_PAGE, 0)
    sort, descending = state.setdefault(_SORT, "started"), state.setdefault(_DOWN, True)
    found = find(records(), wanted, sort=sort, descending=descending, limit=PER_PAGE, offset=page * PER_PAGE)
    if not found.total:
        look.lead(_nothing(say, wanted))
        return
    practice_table.show(
        say, found.lines, sort=sort, descending=descending, on_open=partial(_open, who), on_sort=_sort_by
    )
    _pages(say, page, found.total)
    takeaway.table(say, wanted, who)


def filters(say: Words) -> Filter:
    """What the instructor wants to see."""
    any_ = say(N_("all"))
    who, when, mode, outcome, seen = st.columns([1.1, 1.75, 1.15, 1.1, 1.1])
    code = who.selectbox(
        say(N_("Participant")),
        ["", *records().codes()],
        format_func=lambda c: c or any_,
        key="review_code",
        on_change=_first_page,
    )
    days = when.date_input(
        say(N_("From – to")), value=[], format="DD/MM/YYYY", key="review_days", on_change=_first_page
    )
    kind = mode.selectbox(
        say(N_("Practice")),
        ["", *MODES],
        format_func=lambda m: say(MODES[m]) if m else any_,
        key="review_mode",
        on_change=_first_page,
    )
    result = outcome.selectbox(
        say(N_("Result")),
        ["", *_OUTCOMES],
        format_func=lambda o: say(_OUTCOMES[o]) if o else any_,
        key="review_outcome",
        on_change=_first_page,
    )
    reviewed = seen.selectbox(
        say(N_("Review")),
        ["", "no", "yes"],
        format_func=lambda r: {"": any_, "no": say(N_("not yet")), "yes": say(N_("reviewed"))}[r],
        key="review_reviewed",
        on_change=_first_page,
    )
    since = until = None
    if isinstance(days, (tuple, list)) and days:
        since = datetime.combine(days[0], time()).astimezone()
        until = datetime.combine(days[-1] + timedelta(days=1), time()).astimezone()
    seen_ = {"no": False, "yes": True}.get(reviewed)
    return Filter(code or None, since, until, kind or None, result or None, seen_)


def _nothing(say: Words, wanted: Filter) -> str:
    if wanted == Filter():
        return say(
            N_(
                "There are no practices yet. A finished round comes here by itself; the result of a video when it is "
                "kept."
            )
        )
    return say(N_("No practice fits these choices."))


def _pages(say: Words, page: int, total: int) -> None:
    last = (total - 1) // PER_PAGE
    text, back, on = st.columns([4, 1, 1], vertical_alignment="center")
    first = page * PER_PAGE + 1
    text.html(
        '<p class="mc-quiet">'
        + say(
            N_("{first}–{last} of {total} practices"),
            first=say.number(first, 0),
            last=say.number(min(first + PER_PAGE - 1, total), 0),
            total=say.number(total, 0),
        )
        + "</p>"
    )
    if last:
        back.button(
            say(N_("Newer") if _by_date() else N_("Back")),
            key="review_back",
            disabled=page == 0,
            on_click=_turn,
            args=(-1,),
            width="stretch",
        )
        on.button(
            say(N_("Older") if _by_date() else N_("Further")),
            key="review_on",
            disabled=page >= last,
            on_click=_turn,
            args=(1,),
            width="stretch",
        )


def _by_date() -> bool:
    return st.session_state[_SORT] == "started" and bool(st.session_state[_DOWN])


def _turn(step: int) -> None:
    st.session_state[_PAGE] += step


def _first_page() -> None:
    st.session_state[_PAGE] = 0


def _open(who: str, number: int) -> None:
    access.log(records(), who, "opened", f"practice {number}")
    st.session_state[_OPEN] = number


def _sort_by(column: str) -> None:
    state = st.session_state
    state[_DOWN] = (
        not state[_DOWN] if state[_SORT] == column else column in ("started", "overall", "reviewed")
    )
    state[_SORT] = column
    _first_page()
