"""The list of practices as a table that can be sorted and opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.store.entries import MODES
from coach.store.listing import Line
from coach.ui.assets import asset

_TABLE = st.components.v2.component(
    "massage_coach.practices",
    html='<div id="list"></div>',
    css=asset("table.css"),
    js=asset("table.js"),
)
_COLUMNS = (
    (N_("Date"), "started", "quiet"),
    (N_("Participant"), "code", "code"),
    (N_("Practice"), "mode", ""),
    (N_("Score"), "overall", "points"),
    (N_("So far"), None, "spark"),
    (N_("Result"), "decision", "state"),
    (N_("Reviewed"), "reviewed", "quiet"),
)
DECISIONS = {"pass": N_("passed"), "repeat": N_("repeat")}


def show(
    say: Words,
    lines: Sequence[Line],
    *,
    sort: str,
    descending: bool,
    on_open: Callable[[int], None],
    on_sort: Callable[[str], None],
) -> None:
    """Draw the lines; `on_open` gets a practice's number, `on_sort` one of `coach.store.listing.SORTS`."""
    key = "practice_table"

    def opened() -> None:
        number = st.session_state[key].open
        if isinstance(number, int) and any(line.id == number for line in lines):
            on_open(number)

    def sorted_by() -> None:
        if any(column == st.session_state[key].sort for _, column, _ in _COLUMNS):
            on_sort(st.session_state[key].sort)

    _TABLE(
        key=key,
        data={
            "columns": [{"name": say(name), "sort": sort_, "kind": kind} for name, sort_, kind in _COLUMNS],
            "lines": [_line(say, line) for line in lines],
            "sort": sort,
            "descending": descending,
        },
        on_open_change=opened,
        on_sort_change=sorted_by,
    )


def _line(say: Words, line: Line) -> dict[str, object]:
    day = moment(say, line.started_utc)
    return {
        "id": line.id,
        "label": f"{line.code}, {day}",
        "cells": [
            day,
            line.code,
            say(MODES[line.mode]),
            say.number(line.overall, 0),
            "",
            say(DECISIONS[line.decision]) if line.decision else say(N_("open")),
            moment(say, line.reviewed_utc) if line.reviewed_utc else "–",
        ],
        "state": line.decision or "open",
        "trail": list(line.trail),
    }


def moment(say: Words, at: datetime) -> str:
    """Date and time of this computer's clock, as its user reads them."""
    from babel.dates import format_datetime

    return str(format_datetime(at.astimezone(), "d MMM y, HH:mm", locale=say.language))


def day(say: Words, on: date) -> str:
    """A day as its user reads it."""
    from babel.dates import format_date

    return str(format_date(on, "d MMM y", locale=say.language))
