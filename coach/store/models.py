"""The tables. What domain knowledge says must not be kept has no column: no name, no face, no address.

::

    participant ─< practice ─< result          every score it ever got; the practice names the one that counts
                            ├─< cue            what was said to the couple, and when
                            ├─< mark           an instructor's 0, 1 or 2 for one item of the checklist
                            ├─< verdict        an instructor's global rating and pass or repeat
                            ├─< note           pinned to a moment or a span
                            └─< change         who changed what and when; it is what undo goes back through
    instructor                                 who may open the review
    access                                     what instructors did: signed in, exported, deleted
    yearly                                     what remains of a year when its scores are deleted

A programme's tables are in `coach.store.programme_tables`, those for several laptops in
`coach.store.exchange.tables`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coach.store import programme_tables  # noqa: F401 - whoever loads the tables loads all of them
from coach.store.base import Base, new_id
from coach.store.entries import AGE_BANDS
from coach.store.exchange import tables  # noqa: F401 - the same


class Participant(Base):
    """Somebody who practises, by code; the sheet with names stays with the instructor, on paper."""

    __tablename__ = "participant"
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str | None] = mapped_column(String(16))
    age_band: Mapped[str | None] = mapped_column(String(16))
    status_band: Mapped[str | None] = mapped_column(String(32))
    consent_practice: Mapped[bool]
    consent_movement: Mapped[bool]
    consent_picture: Mapped[bool]
    consent_report: Mapped[bool]
    consent_utc: Mapped[datetime]
    made_utc: Mapped[datetime | None]
    made_by: Mapped[str | None] = mapped_column(String(64))
    changed_utc: Mapped[datetime | None]
    changed_by: Mapped[str | None] = mapped_column(String(64))
    sample: Mapped[bool] = mapped_column(default=False)
    """Made up, to try the program out; goes with one action."""

    @property
    def under_age(self) -> bool:
        """Known to be under 18: neither movement nor a video is kept."""
        return self.age_band == AGE_BANDS[0]


class Practice(Base):
    """One round, live or from a video."""

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("comfort IS NULL OR comfort BETWEEN 1 AND 5", name="comfort"),
        Index("ix_practice_code_started", "code", "started_utc"),
        {"sqlite_autoincrement": True},  # a deleted practice's number is never given again
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Where it came from: the same round taken in twice stays one."""
    code: Mapped[str] = mapped_column(ForeignKey("participant.code", ondelete="CASCADE"))
    started_utc: Mapped[datetime] = mapped_column(index=True)
    mode: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))
    app_version: Mapped[str] = mapped_column(String(32))
    duration_s: Mapped[float]
    back_seen: Mapped[float | None]
    left_seen: Mapped[float | None]
    right_seen: Mapped[float | None]
    comfort: Mapped[int | None]
    pain: Mapped[bool | None]
    recording: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the recording's file; None when there was no consent to keep it, or its time is over."""
    film: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the video of her back that she agreed to; None when there is none, or its time is over. It stays on
    this computer (`coach.store.exchange.rows`)."""
    chosen_rules: Mapped[str | None] = mapped_column(String(64))
    """Rules of the result that an instructor let count; None: the newest one counts."""
    result_id: Mapped[int | None] = mapped_column(index=True)
    """The result that counts. It is no foreign key: results point here already, and rows that point at each other can
    be neither deleted nor restored one table after the other."""
    # That result and the last word of an instructor, here as well so that a list needs one table.
    overall: Mapped[float | None] = mapped_column(index=True)
    rated: Mapped[bool]
    decision: Mapped[str | None] = mapped_column(String(8))
    reviewed_utc: Mapped[datetime | None] = mapped_column(index=True)

    results: Mapped[list[Result]] = relationship(order_by="Result.id", passive_deletes=True)
    result: Mapped[Result] = relationship(
        primaryjoin="foreign(Practice.result_id) == Result.id", viewonly=True, uselist=False
    )
    cues: Mapped[list[Cue]] = relationship(order_by="Cue.t_s", passive_deletes=True)
    notes: Mapped[list[Note]] = relationship(order_by="Note.start_s, Note.id", passive_deletes=True)


def _of_practice() -> Mapped[int]:
    return mapped_column(ForeignKey("practice.id", ondelete="CASCADE"), index=True)


class Result(Base):
    """One scoring of a practice; never written over."""

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("practice_id", "rules"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = _of_practice()
    made_utc: Mapped[datetime]
    reference: Mapped[str] = mapped_column(String(64))
    reference_version: Mapped[str | None] = mapped_column(String(16))
    """Of its movement; None for results that were made before versions were written down."""
    profile: Mapped[str] = mapped_column(String(64))
    profile_version: Mapped[str | None] = mapped_column(String(16))
    rules: Mapped[str] = mapped_column(String(64))
    """Hash of reference, profile and program version: what the result follows from beside the recording."""
    app_version: Mapped[str] = mapped_column(String(32))
    overall: Mapped[float | None]
    report: Mapped[dict[str, Any]]


class Cue(Base):
    __tablename__ = "cue"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = _of_practice()
    t_s: Mapped[float]
    cue: Mapped[str] = mapped_column(String(200))


class Mark(Base):
    __tablename__ = "mark"
    __table_args__ = (CheckConstraint("value BETWEEN 0 AND 2", name="value"),)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"), primary_key=True)
    instructor: Mapped[str] = mapped_column(String(64), primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class Verdict(Base):
    __tablename__ = "verdict"
    __table_args__ = (CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"), primary_key=True)
    instructor: Mapped[str] = mapped_column(String(64), primary_key=True)
    rating: Mapped[int | None]
    decision: Mapped[str | None] = mapped_column(String(8))
    decided_utc: Mapped[datetime | None]


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=new_id)
    """Its name on every laptop; the number is this database's own."""
    practice_id: Mapped[int] = _of_practice()
    instructor: Mapped[str] = mapped_column(String(64))
    start_s: Mapped[float]
    end_s: Mapped[float | None]
    text: Mapped[str] = mapped_column(Text)
    made_utc: Mapped[datetime]


class Change(Base):
    """`before` and `after` are ``{"value": …}``, or of a note all of it with its `uid`."""

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=new_id)
    practice_id: Mapped[int] = _of_practice()
    at_utc: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(16))
    item: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    undone: Mapped[bool] = mapped_column(default=False)
    undoes: Mapped[int | None]


class Instructor(Base):
    __tablename__ = "instructor"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    password: Mapped[str] = mapped_column(String(200))
    """Argon2id, with its salt and parameters; never the password."""
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    made_utc: Mapped[datetime]
    account: Mapped[str | None] = mapped_column(String(330), unique=True, index=True)
    """Of the campus (`coach.store.accounts`), where this instructor may sign in with one."""


class Access(Base):
    __tablename__ = "access"
    id: Mapped[int] = mapped_column(primary_key=True)
    at_utc: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(200))


class Yearly(Base):
    """A figure of a whole year, of many people; see `coach.store.yearly`."""

    __tablename__ = "yearly"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(16), primary_key=True)
    figure: Mapped[str] = mapped_column(String(48), primary_key=True)
    value: Mapped[float]
    participants: Mapped[int]
