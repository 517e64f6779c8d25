"""A programme is written down: its sites, who teaches, its sessions and who was there, what the instructor set.

Every verb takes `who` writes; what is written already is left alone, so that nothing looks changed that was not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.errors import EntryError
from coach.i18n import N_
from coach.store.base import Travelling, id_of, new_id
from coach.store.programme_tables import (
    Attendance,
    Criterion,
    Enrolment,
    Meeting,
    Programme,
    Site,
    Staff,
)
from coach.store.repository import Store

STAGES = {
    "preparation": N_("preparation"),
    "implementation": N_("implementation"),
    "evaluation": N_("evaluation"),
}
"""The three stages of the training that this product is built after (domain knowledge, section 4)."""
PROFESSIONS = {
    "midwife": N_("midwife"),
    "lecturer": N_("lecturer"),
    "student": N_("student"),
    "cadre": N_("health cadre"),
}
PREPARATIONS = {
    "film": N_("film and laptop tried out"),
    "place": N_("place ready, with a screen for privacy"),
    "oil": N_("oil, towels and water for washing hands"),
    "midwife": N_("midwife present, or has agreed"),
    "consent": N_("consent explained and asked for"),
}
"""What is ready before a session; ours, after the source's "film and place prepared"."""
TEXTS = ("background", "aims", "audience", "obstacles", "follow_up")
"""What an instructor writes for the report."""
LONGEST_TEXT = 4000

Row = TypeVar("Row", bound=Travelling)


@dataclass(frozen=True)
class NewMeeting:
    """A session as it is entered."""

    on_date: date
    stage: str
    site_id: str | None = None
    staff_id: str | None = None
    prepared: tuple[str, ...] = ()
    adverse: str = ""


def put(session: Session, table: type[Row], id_: str, who: str, **values: Any) -> Row:
    """Make the row `id_` hold these values; one that does already is not touched."""
    now = datetime.now(UTC)
    row = session.get(table, id_)
    if row is None:
        stamp = {"made_utc": now, "made_by": who, "changed_utc": now, "changed_by": who, "removed": False}
        row = table(**{"id": id_, **stamp, **values})
        session.add(row)
        session.flush()
        return row
    values = {"removed": False, **values}
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if differing:
        for name, value in differing.items():
            setattr(row, name, value)
        row.changed_utc, row.changed_by = now, who
        session.flush()
    return row


def take_away(store: Store, table: type[Row], id_: str, who: str) -> None:
    """Mark a row as removed."""
    with store.writing() as session:
        if session.get(table, id_) is not None:
            put(session, table, id_, who, removed=True)


def listed(store: Store) -> list[Programme]:
    """All programmes, the newest first."""
    with store.reading() as session:
        return list(
            session.scalars(
                select(Programme).where(~Programme.removed).order_by(Programme.made_utc.desc(), Programme.id)
            )
        )


def begin(store: Store, title: str, who: str, *, starts_on: date | None = None, sample: bool = False) -> str:
    """A new programme; gives its id."""
    with store.writing() as session:
        values = {"title": _line(title, 200), "starts_on": starts_on, "ends_on": None, "sample": sample}
        return put(session, Programme, new_id(), who, **values, **dict.fromkeys(TEXTS, "")).id


def change(store: Store, programme_id: str, who: str, **values: Any) -> None:
    """Change title, dates or texts.

    Raises
    ------
    EntryError
        It ends before it begins, or a text is too long.
    """
    for name in values.keys() & set(TEXTS):
        if len(values[name]) > LONGEST_TEXT:
            raise EntryError(N_("A text has up to {most} characters."), most=LONGEST_TEXT)
        values[name] = values[name].strip()
    if "title" in values:
        values["title"] = _line(values["title"], 200)
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts is not None and ends is not None and ends < starts:
        raise EntryError(N_("A programme cannot end before it begins."))
    with store.writing() as session:
        put(session, Programme, programme_id, who, **values)


def add_site(store: Store, programme_id: str, name: str, who: str) -> str:
    """A village or posyandu; gives its id."""
    with store.writing() as session:
        values = {"programme_id": programme_id, "name": _line(name, 120)}
        return put(session, Site, new_id(), who, **values).id


def add_staff(store: Store, programme_id: str, name: str, profession: str, who: str) -> str:
    """Somebody who teaches; gives the id."""
    if profession not in PROFESSIONS:
        raise EntryError(N_("“{value}” is not a profession of this program."), value=profession)
    with store.writing() as session:
        values = {"programme_id": programme_id, "name": _line(name, 64), "profession": profession}
        return put(session, Staff, new_id(), who, **values).id


def add_meeting(store: Store, programme_id: str, meeting: NewMeeting, who: str) -> str:
    """A session; gives its id."""
    with store.writing() as session:
        return put(session, Meeting, new_id(), who, programme_id=programme_id, **_values(meeting)).id


def change_meeting(store: Store, meeting_id: str, meeting: NewMeeting, who: str) -> None:
    """Write a session down anew."""
    with store.writing() as session:
        put(session, Meeting, meeting_id, who, **_values(meeting))


def _values(meeting: NewMeeting) -> dict[str, Any]:
    if meeting.stage not in STAGES:
        raise EntryError(N_("“{value}” is not a stage of a programme."), value=meeting.stage)
    if len(meeting.adverse) > LONGEST_TEXT:
        raise EntryError(N_("A text has up to {most} characters."), most=LONGEST_TEXT)
    return {
        "on_date": meeting.on_date,
        "stage": meeting.stage,
        "site_id": meeting.site_id,
        "staff_id": meeting.staff_id,
        "prepared": [name for name in PREPARATIONS if name in meeting.prepared],
        "adverse": meeting.adverse.strip(),
    }


def set_attendance(store: Store, meeting_id: str, present: Collection[str], who: str) -> None:
    """Write down who was there; whoever was written down before and is not in `present` was not."""
    with store.writing() as session:
        meeting = session.get(Meeting, meeting_id)
        if meeting is None:
            raise EntryError(N_("This session is not in the records."))
        enrolled = set(
            session.scalars(
                select(Enrolment.code).where(
                    Enrolment.programme_id == meeting.programme_id, ~Enrolment.removed
                )
            )
        )
        known = set(session.scalars(select(Attendance.code).where(Attendance.meeting_id == meeting_id)))
        for code in sorted((known | set(present)) & enrolled):
            values = {"meeting_id": meeting_id, "code": code, "present": code in present}
            put(session, Attendance, id_of("attendance", meeting_id, code), who, **values)


def set_criterion(store: Store, programme_id: str, name: str, value: float, who: str) -> None:
    """Write down what the instructor set; see `coach.programme.criteria`, which checks it."""
    with store.writing() as session:
        values = {"programme_id": programme_id, "name": name, "value": float(value)}
        put(session, Criterion, id_of("criterion", programme_id, name), who, **values)


def _line(text: str, longest: int) -> str:
    text = " ".join(text.split())
    if not 1 <= len(text) <= longest:
        raise EntryError(N_("Give a name of 1 to {most} letters."), most=longest)
    return text
