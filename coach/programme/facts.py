"""All that is known of a programme, read at one moment into plain values; what judges and counts begins here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.errors import EntryError
from coach.i18n import N_
from coach.programme.criteria import Criteria
from coach.scoring.checklist import propose, tally
from coach.store.models import Mark, Participant, Practice, Result, Verdict
from coach.store.programme_tables import (
    Answer,
    Attendance,
    Criterion,
    Enrolment,
    Home,
    Meeting,
    Programme,
    Question,
    Quiz,
    Site,
    Staff,
)
from coach.store.repository import Store


@dataclass(frozen=True)
class Round:
    """One practice by its newest result and the last word of an instructor.

    Attributes
    ----------
    checklist : float or None
        Percent, of a decided practice.
    critical : int or None
        Critical items at 0, of a decided practice.
    """

    on_date: date
    mode: str
    rated: bool
    overall: float | None
    decision: str | None = None
    comfort: int | None = None
    pain: bool | None = None
    faults: tuple[str, ...] = ()
    checklist: float | None = None
    critical: int | None = None
    profile: str = ""
    app_version: str = ""


@dataclass(frozen=True)
class Taken:
    """The ten questions, once."""

    on_date: date
    correct: int
    total: int = 10
    confidence: int | None = None
    source: str = "paper"
    answers: Mapping[str, bool | None] | None = None

    @property
    def percent(self) -> float:
        return 100.0 * self.correct / self.total


@dataclass(frozen=True)
class HomePractice:
    """What somebody said about practising at home."""

    on_date: date
    days_a_week: int
    minutes: int
    taught: int


@dataclass(frozen=True)
class Member:
    """A participant of the programme, with everything that was written down.

    Attributes
    ----------
    consent : tuple of str
        Of 'practice', 'movement', 'picture', 'report'.
    present : frozenset of str
        Ids of the sessions.
    quiz : dict
        By occasion.
    rounds : tuple of Round
        The oldest first.
    """

    code: str
    role: str | None = None
    age_band: str | None = None
    status_band: str | None = None
    consent: tuple[str, ...] = ("practice", "report")
    site_id: str | None = None
    partner: str | None = None
    trained_by: str | None = None
    trained_by_staff: str | None = None
    may_guide: bool = False
    present: frozenset[str] = frozenset()
    quiz: Mapping[str, Taken] = field(default_factory=dict)
    rounds: tuple[Round, ...] = ()
    home: HomePractice | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_report(self) -> bool:
        return "report" in self.consent


@dataclass(frozen=True)
class Gathering:
    """A session of the programme."""

    id: str
    on_date: date
    stage: str
    site_id: str | None = None
    staff_id: str | None = None
    prepared: tuple[str, ...] = ()
    adverse: str = ""


@dataclass(frozen=True)
class Asked:
    """A question of the interview."""

    id: str
    kind: str
    text: str = ""
    choices: tuple[str, ...] = ()
    standard: str | None = None
    place: int = 0


@dataclass(frozen=True)
class Facts:
    """One programme.

    Attributes
    ----------
    sites : dict of str to str
        Id to name.
    staff : dict of str to (str, str)
        Id to name and profession.
    meetings : tuple of Gathering
        The oldest first.
    members : tuple of Member
        By code.
    """

    id: str
    title: str
    starts_on: date | None = None
    ends_on: date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    sample: bool = False
    sites: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    meetings: Sequence[Gathering] = ()
    members: Sequence[Member] = ()
    questions: Sequence[Asked] = ()
    criteria: Criteria = field(default_factory=Criteria)

    def member(self, code: str) -> Member | None:
        return next((m for m in self.members if m.code == code), None)

    def site(self, site_id: str | None) -> str | None:
        return self.sites.get(site_id) if site_id else None

    def teacher(self, staff_id: str | None) -> str | None:
        return self.staff[staff_id][0] if staff_id and staff_id in self.staff else None


def read(store: Store, programme_id: str) -> Facts:
    """Read a programme.

    Raises
    ------
    EntryError
        It is not in the records.
    """
    with store.reading() as session:
        programme = session.get(Programme, programme_id)
        if programme is None or programme.removed:
            raise EntryError(N_("This programme is not in the records."))

        def rows(table: Any, *order: Any) -> list[Any]:
            wanted = select(table).where(table.programme_id == programme_id, ~table.removed)
            return list(session.scalars(wanted.order_by(*order, table.id)))

        meetings = rows(Meeting, Meeting.on_date, Meeting.made_utc)
        questions = rows(Question, Question.place, Question.made_utc)
        enrolled = rows(Enrolment, Enrolment.code)
        members = _Members(session, programme, [m.id for m in meetings], [q.id for q in questions])
        return Facts(
            id=programme.id,
            title=programme.title,
            starts_on=programme.starts_on,
            ends_on=programme.ends_on,
            texts={
                n: getattr(programme, n) for n in ("background", "aims", "audience", "obstacles", "follow_up")
            },
            sample=programme.sample,
            sites={s.id: s.name for s in rows(Site, Site.name)},
            staff={s.id: (s.name, s.profession) for s in rows(Staff, Staff.name)},
            meetings=tuple(
                Gathering(m.id, m.on_date, m.stage, m.site_id, m.staff_id, tuple(m.prepared), m.adverse)
                for m in meetings
            ),
            members=tuple(members.of(e) for e in enrolled),
            questions=tuple(
                Asked(q.id, q.kind, q.text, tuple(q.choices), q.standard, q.place) for q in questions
            ),
            criteria=Criteria({c.name: c.value for c in rows(Criterion)}),
        )


class _Members:
    """What belongs to participants, read once for all of them."""

    def __init__(
        self, session: Session, programme: Programme, meetings: list[str], questions: list[str]
    ) -> None:
        codes = select(Enrolment.code).where(Enrolment.programme_id == programme.id, ~Enrolment.removed)
        self.people = {
            p.code: p for p in session.scalars(select(Participant).where(Participant.code.in_(codes)))
        }
        self.present: dict[str, set[str]] = defaultdict(set)
        there = select(Attendance).where(Attendance.meeting_id.in_(meetings), Attendance.present)
        for a in session.scalars(there.where(~Attendance.removed)):
            self.present[a.code].add(a.meeting_id)
        self.quiz: dict[str, dict[str, Taken]] = defaultdict(dict)
        for q in session.scalars(select(Quiz).where(Quiz.programme_id == programme.id, ~Quiz.removed)):
            self.quiz[q.code][q.occasion] = Taken(
                q.taken_on, q.correct, q.total, q.confidence, q.source, q.answers
            )
        self.home = {
            h.code: HomePractice(h.asked_on, h.days_a_week, h.minutes, h.taught)
            for h in session.scalars(select(Home).where(Home.programme_id == programme.id, ~Home.removed))
        }
        self.answers: dict[str, dict[str, str]] = defaultdict(dict)
        given = select(Answer).where(Answer.question_id.in_(questions), ~Answer.removed)
        for answer in session.scalars(given):
            self.answers[answer.code][answer.question_id] = answer.value
        self.rounds = _rounds(session, codes, programme.starts_on, programme.ends_on)

    def of(self, e: Enrolment) -> Member:
        p = self.people[e.code]
        return Member(
            code=e.code,
            role=p.role,
            age_band=p.age_band,
            status_band=p.status_band,
            consent=tuple(
                name
                for name in ("practice", "movement", "picture", "report")
                if getattr(p, f"consent_{name}")
            ),
            site_id=e.site_id,
            partner=e.partner,
            trained_by=e.trained_by,
            trained_by_staff=e.trained_by_staff,
            may_guide=e.may_guide,
            present=frozenset(self.present[e.code]),
            quiz=self.quiz[e.code],
            rounds=tuple(self.rounds[e.code]),
            home=self.home.get(e.code),
            answers=self.answers[e.code],
        )


def _rounds(session: Session, codes: Any, since: date | None, until: date | None) -> dict[str, list[Round]]:
    """Practices of these codes within the dates, by the newest result of each."""
    query = (
        select(Practice, Result)
        .join(Result, Result.id == Practice.result_id)
        .where(Practice.code.in_(codes))
        .order_by(Practice.started_utc, Practice.id)
    )
    if since is not None:  # a day earlier and later: dates are local ones, see _local
        query = query.where(Practice.started_utc >= _midnight(since) - timedelta(days=1))
    if until is not None:
        query = query.where(Practice.started_utc < _midnight(until) + timedelta(days=2))
    deciding: dict[int, str] = {}
    for verdict in session.scalars(
        select(Verdict).where(Verdict.decision.is_not(None)).order_by(Verdict.decided_utc)
    ):
        deciding[verdict.practice_id] = verdict.instructor
    marks: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for mark in session.scalars(select(Mark)):
        marks[mark.practice_id, mark.instructor][mark.item] = mark.value
    found: dict[str, list[Round]] = defaultdict(list)
    for practice, result in session.execute(query.execution_options(yield_per=200)).tuples():
        day = _local(practice.started_utc)
        if (since is None or day >= since) and (until is None or day <= until):
            given = marks.get((practice.id, deciding.get(practice.id, "")), {})
            found[practice.code].append(_round(practice, result, day, given))
    return found


def _round(practice: Practice, result: Result, day: date, given: dict[int, int]) -> Round:
    report = result.report
    added = None
    if practice.decision is not None:
        added = tally(given, propose(report, comfort=practice.comfort, pain=practice.pain))
    return Round(
        on_date=day,
        mode=practice.mode,
        rated=practice.rated,
        overall=practice.overall,
        decision=practice.decision,
        comfort=practice.comfort,
        pain=practice.pain,
        faults=tuple(report["score"]["faults"]),
        checklist=added.percent if added else None,
        critical=len(added.critical) if added else None,
        profile=result.profile,
        app_version=result.app_version,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _local(moment: datetime) -> date:
    """The day on this computer's calendar, as it stands on the attendance list."""
    return moment.astimezone().date()
