"""The tables of a programme: where it is held, who takes part, what they know, what they were asked.

::

    programme ─< criterion           what the instructor set for levels and targets, where it is not the default
              ├─< site               a village, a posyandu
              ├─< staff              who teaches
              ├─< meeting            one session: date, site, instructor, stage
              │     └─< attendance   >─ participant
              ├─< enrolment          >─ participant, with whom, trained by whom
              ├─< quiz               >─ participant: before, after, and after two to four weeks
              ├─< home               >─ participant: practised at home, taught others; her own word
              └─< question ─< answer >─ participant: the interview at the start

Rounds and checklists are the practices of those who are enrolled, within the programme's dates.
Ids are given by `coach.store.base.new_id`; of criterion, attendance, enrolment, quiz, home and answer by
`id_of` from what names them, so that two laptops cannot write the same thing down twice.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coach.store.base import Base, Travelling


def _of_programme() -> Mapped[str]:
    return mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)


def _of_participant() -> Mapped[str]:
    return mapped_column(ForeignKey("participant.code", ondelete="CASCADE"), index=True)


class Programme(Travelling, Base):
    """A training with its texts for the report; `sample` marks one that is there to be tried out."""

    __tablename__ = "programme"
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    background: Mapped[str] = mapped_column(Text, default="")
    aims: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(Text, default="")
    obstacles: Mapped[str] = mapped_column(Text, default="")
    follow_up: Mapped[str] = mapped_column(Text, default="")
    sample: Mapped[bool] = mapped_column(default=False)


class Criterion(Travelling, Base):
    __tablename__ = "criterion"
    programme_id: Mapped[str] = _of_programme()
    name: Mapped[str] = mapped_column(String(32))
    value: Mapped[float]


class Site(Travelling, Base):
    __tablename__ = "site"
    programme_id: Mapped[str] = _of_programme()
    name: Mapped[str] = mapped_column(String(120))


class Staff(Travelling, Base):
    """Somebody who teaches in the programme; need not be able to sign in."""

    __tablename__ = "staff"
    programme_id: Mapped[str] = _of_programme()
    name: Mapped[str] = mapped_column(String(64))
    profession: Mapped[str] = mapped_column(String(16))


class Meeting(Travelling, Base):
    """A session of the programme; the word session is SQLAlchemy's here."""

    __tablename__ = "meeting"
    programme_id: Mapped[str] = _of_programme()
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    on_date: Mapped[date] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(String(16))
    prepared: Mapped[list[str]] = mapped_column(default=list)
    """What was ready beforehand, film, place and the like."""
    adverse: Mapped[str] = mapped_column(Text, default="")
    """What went wrong or hurt, without names."""


class Attendance(Travelling, Base):
    __tablename__ = "attendance"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = _of_participant()
    present: Mapped[bool]


class Enrolment(Travelling, Base):
    """A participant in a programme."""

    __tablename__ = "enrolment"
    programme_id: Mapped[str] = _of_programme()
    code: Mapped[str] = _of_participant()
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))
    partner: Mapped[str | None] = mapped_column(ForeignKey("participant.code", ondelete="SET NULL"))
    trained_by: Mapped[str | None] = mapped_column(ForeignKey("participant.code", ondelete="SET NULL"))
    trained_by_staff: Mapped[str | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    may_guide: Mapped[bool] = mapped_column(default=False)
    """An instructor's word that this person may guide others."""


class Quiz(Travelling, Base):
    """The ten items, once: how many were right, and what was answered where it was on this screen."""

    __tablename__ = "quiz"
    __table_args__ = (
        CheckConstraint("correct BETWEEN 0 AND total", name="correct"),
        CheckConstraint("confidence IS NULL OR confidence BETWEEN 1 AND 5", name="confidence"),
    )
    programme_id: Mapped[str] = _of_programme()
    code: Mapped[str] = _of_participant()
    occasion: Mapped[str] = mapped_column(String(8))
    taken_on: Mapped[date]
    correct: Mapped[int]
    total: Mapped[int]
    confidence: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(8))
    answers: Mapped[dict[str, Any] | None]


class Home(Travelling, Base):
    """What somebody says about practising at home; asked weeks afterwards."""

    __tablename__ = "home"
    __table_args__ = (
        CheckConstraint("days_a_week BETWEEN 0 AND 7", name="days"),
        CheckConstraint("minutes >= 0", name="minutes"),
        CheckConstraint("taught >= 0", name="taught"),
    )
    programme_id: Mapped[str] = _of_programme()
    code: Mapped[str] = _of_participant()
    asked_on: Mapped[date]
    days_a_week: Mapped[int]
    minutes: Mapped[int]
    """On a day on which it was practised."""
    taught: Mapped[int]
    """How many others this person has shown it to."""


class Question(Travelling, Base):
    """One question of the interview; `standard` names a question of ours, whose text is in the catalogue."""

    __tablename__ = "question"
    programme_id: Mapped[str] = _of_programme()
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    standard: Mapped[str | None] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(String(300), default="")
    choices: Mapped[list[str]] = mapped_column(default=list)


class Answer(Travelling, Base):
    """A choice, a yes or a number: nothing in which a name could stand."""

    __tablename__ = "answer"
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = _of_participant()
    value: Mapped[str] = mapped_column(String(120))
