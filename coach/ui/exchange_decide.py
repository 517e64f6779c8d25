"""Where laptops disagree: one entry at a time, what each says beside the others, and a button under each."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.store.exchange.conflicts import Conflict, Side, conflicts, decide
from coach.ui import look
from coach.ui.practice_table import DECISIONS, day, moment
from coach.ui.records import records

_TABLES = {
    "participant": N_("Participant"), "practice": N_("Practice"), "mark": N_("Mark in the checklist"),
    "verdict": N_("Rating and decision"), "note": N_("Note"), "change": N_("Change of a judgement"),
    "programme": N_("Programme"), "criterion": N_("Criterion of the programme"), "site": N_("Site"),
    "staff": N_("Instructor of the programme"), "meeting": N_("Session"), "attendance": N_("Attendance"),
    "enrolment": N_("Participation in the programme"), "quiz": N_("Ten questions"),
    "home": N_("Practising at home"), "question": N_("Question of the interview"),
    "answer": N_("Answer in the interview"),
}  # fmt: skip
_COLUMNS = {
    "code": N_("Participant"), "role": N_("Role"), "age_band": N_("Age"), "status_band": N_("Pregnancy or birth"),
    "consent_practice": N_("Agrees to practise and be measured"),
    "consent_movement": N_("Agrees that movement data are kept"),
    "consent_picture": N_("Agrees that a video of her back is kept"),
    "consent_report": N_("Agrees to be in the report"),
    "comfort": N_("Comfort, 1 to 5"), "pain": N_("Pain"), "mode": N_("Kind of practice"), "item": N_("Item"),
    "value": N_("Value"), "instructor": N_("Instructor"), "rating": N_("Global rating"),
    "decision": N_("Decision"), "text": N_("Text"), "title": N_("Title"), "name": N_("Name"),
    "starts_on": N_("Begins on"), "ends_on": N_("Ends on"), "background": N_("Background"), "aims": N_("Aims"),
    "audience": N_("Audience"), "obstacles": N_("Obstacles"), "follow_up": N_("What comes next"),
    "profession": N_("Profession"), "on_date": N_("Day"), "stage": N_("Stage"), "site_id": N_("Site"),
    "staff_id": N_("Instructor"), "prepared": N_("Prepared"), "adverse": N_("What went wrong"),
    "present": N_("Present"), "partner": N_("Practises with"), "trained_by": N_("Trained by"),
    "trained_by_staff": N_("Trained by (instructor)"), "may_guide": N_("May guide others"),
    "occasion": N_("When"), "taken_on": N_("Day"), "correct": N_("Right answers"), "total": N_("Questions"),
    "confidence": N_("How sure, 1 to 5"), "answers": N_("Answers"), "asked_on": N_("Day"),
    "days_a_week": N_("Days a week"), "minutes": N_("Minutes a day"), "taught": N_("Others taught"),
    "place": N_("Place in the list"), "choices": N_("Choices"), "removed": N_("Taken away"),
    "started_utc": N_("Time"), "chosen_rules": N_("Result that counts"),
}  # fmt: skip


def show(say: Words, who: str, done: Callable[[str], None]) -> None:
    """The first entry that waits, for the instructor `who`."""
    found = conflicts(records())
    if not found:
        look.lead(say(N_("Nothing waits for a decision.")))
        return
    conflict = found[0]
    st.subheader(_title(say, conflict), anchor=False)
    look.lead(
        say(
            N_(
                "The laptops say different things, and neither knew of the other. Here it stays as in the first "
                "column until you decide."
            )
        )
        if conflict.table != "participant"
        else say(
            N_(
                "The laptops say different things, and neither knew of the other. Until you decide, the lesser "
                "consent counts; it is in the first column."
            )
        ),
        "mc-quiet",
    )
    st.html(_table(say, conflict))
    columns = st.columns([1, *[1.4] * len(conflict.sides)])
    for i, (side, column) in enumerate(zip(conflict.sides, columns[1:], strict=True)):
        if column.button(
            say(N_("This is right")), key=f"review_exchange_right-{conflict.uid}-{i}", width="stretch"
        ):
            try:
                decide(records(), conflict, side, who)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                done(say(N_("Decided. The other laptops learn it with the next file from here.")))
    if len(found) > 1:
        look.lead(say(N_("{count} more wait after this one."), count=len(found) - 1), "mc-quiet")


def _title(say: Words, conflict: Conflict) -> str:
    parts = [say(_TABLES.get(conflict.table, conflict.table))]
    about = dict(conflict.about)
    if "item" in about:
        parts[0] += f" {about.pop('item')}"
    parts += [_value(say, name, value) for name, value in about.items() if name != "key"]
    return " · ".join(parts)


def _table(say: Words, conflict: Conflict) -> str:
    heads = "".join(f"<th>{html.escape(_whose(say, side))}</th>" for side in conflict.sides)
    rows = []
    for name in conflict.columns:
        cells = "".join(
            f"<td>{html.escape('' if side.row is None else _value(say, name, side.row[name]))}</td>"
            for side in conflict.sides
        )
        rows.append(f"<tr><td>{html.escape(say(_COLUMNS.get(name, name)))}</td>{cells}</tr>")
    if any(side.row is None for side in conflict.sides):
        gone, there = html.escape(say(N_("taken away"))), html.escape(say(N_("there")))
        cells = "".join(f"<td>{gone if side.row is None else there}</td>" for side in conflict.sides)
        rows.append(f"<tr><td></td>{cells}</tr>")
    wide = 1.4 / (1 + 1.4 * len(conflict.sides)) * 100
    first = f'<th style="width:{100 - wide * len(conflict.sides):.1f}%"></th>'
    return f'<table class="mc-rows mc-differ" style="table-layout:fixed"><tr>{first}{heads}</tr>{"".join(rows)}</table>'


def _whose(say: Words, side: Side) -> str:
    if side.came_utc is None:
        return say(N_("On this laptop"))
    name = side.came_from or say(N_("this laptop"))
    return say(N_("From “{name}”, {when}"), name=name, when=moment(say, side.came_utc))


def _value(say: Words, name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, (int, float)):
        return say.number(float(value), 2)
    if name.endswith("_utc"):
        return moment(say, datetime.fromisoformat(str(value)))
    if name.endswith("_on") or name == "on_date":
        return day(say, date.fromisoformat(str(value)))
    if name == "decision":
        return say(DECISIONS[str(value)])
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
