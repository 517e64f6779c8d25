"""Participants of a programme are written down: who they are by code, what they know, what they were asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.errors import EntryError
from coach.i18n import N_
from coach.store import withdrawn
from coach.store.base import id_of, new_id
from coach.store.entries import AGE_BANDS, ROLES, SAMPLE_CODE, STATUS_BANDS, Consent, clean_code
from coach.store.models import Participant
from coach.store.programme_tables import Answer, Enrolment, Home, Programme, Question, Quiz
from coach.store.programmes import put
from coach.store.removal import delete_films_of
from coach.store.repository import Store

OCCASIONS = {
    "before": N_("before"),
    "after": N_("after"),
    "later": N_("after 2–4 weeks"),
}
KINDS = {"yesno": N_("yes or no"), "choice": N_("one of several"), "number": N_("a number")}
"""Kinds of interview questions; none of them has room for a name."""
LONGEST_CHOICE = 120


@dataclass(frozen=True)
class Person:
    """A participant as entered; `consent` and the bands are kept with the participant, the rest with the enrolment."""

    code: str
    role: str | None = None
    age_band: str | None = None
    status_band: str | None = None
    consent: Consent = field(default_factory=Consent)
    site_id: str | None = None
    partner: str | None = None
    trained_by: str | None = None
    trained_by_staff: str | None = None
    may_guide: bool = False


@dataclass(frozen=True)
class QuizResult:
    """The ten items, once; `answers` only where they were given on this screen."""

    taken_on: date
    correct: int
    total: int = 10
    confidence: int | None = None
    source: str = "paper"
    answers: dict[str, bool | None] | None = None


def enrol(store: Store, programme_id: str, person: Person, who: str) -> str:
    """Enter a participant, or what is new of one; gives the code as it is stored.

    Who takes back consent to be filmed here, or turns out to be under 18, has all videos deleted; consent to a single
    round is a matter of that round.

    Raises
    ------
    EntryError
        Something may not be entered; nothing is then.
    """
    with store.writing() as session:
        before = session.get(Participant, clean_code(person.code))
        filmed = before is not None and before.consent_picture
        code = _enter(store, session, programme_id, person, who)
    if (filmed and not person.consent.picture) or person.age_band == AGE_BANDS[0]:
        delete_films_of(store, code, who)
    return code


def _enter(store: Store, session: Session, programme_id: str, person: Person, who: str) -> str:
    code = clean_code(person.code)
    partner = clean_code(person.partner) if person.partner else None
    trained_by = clean_code(person.trained_by) if person.trained_by else None
    _check(person, code, partner, trained_by)
    if withdrawn.is_withdrawn(store.home, code):
        raise EntryError(
            N_("{code} has withdrawn consent. Give the participant a new code first."), code=code
        )
    programme = session.get(Programme, programme_id)
    if programme is None:
        raise EntryError(N_("This programme is not in the records."))
    _real_or_sample(code, sample=programme.sample)
    enrolled = {e.code: e for e in _enrolled(session, programme_id)}
    for other in (partner, trained_by):
        if other is not None and other not in enrolled:
            raise EntryError(N_("{code} is not a participant of this programme."), code=other)
    _no_circle(code, trained_by, enrolled)
    _participant(session, code, person, who, sample=programme.sample)
    put(
        session,
        Enrolment,
        id_of("enrolment", programme_id, code),
        who,
        programme_id=programme_id,
        code=code,
        site_id=person.site_id,
        partner=partner,
        trained_by=trained_by,
        trained_by_staff=None if trained_by else person.trained_by_staff,
        may_guide=person.may_guide,
    )
    _pair(session, programme_id, code, partner, who)
    return code


def _check(person: Person, code: str, partner: str | None, trained_by: str | None) -> None:
    if not person.consent.practice:
        raise EntryError(N_("Without consent to the practice nothing is kept."))
    for value, known, template in (
        (person.role, ROLES, N_("“{value}” is not a role; known are {known}.")),
        (person.age_band, AGE_BANDS, N_("“{value}” is not an age band; known are {known}.")),
        (person.status_band, STATUS_BANDS, N_("“{value}” is not a status; known are {known}.")),
    ):
        if value is not None and value not in known:
            raise EntryError(template, value=value, known=", ".join(known))
    if person.age_band == AGE_BANDS[0] and (person.consent.movement or person.consent.picture):
        raise EntryError(N_("Of somebody under 18 neither movement nor pictures are kept."))
    if code in (partner, trained_by):
        raise EntryError(N_("Nobody is their own partner or trainer."))


def _real_or_sample(code: str, *, sample: bool) -> None:
    """What is made up stays out of a real programme; and nobody real is in the sample, which is deleted whole."""
    if code.startswith(SAMPLE_CODE) == sample:
        return
    if sample:
        raise EntryError(N_("This programme is made up: its codes begin with {start}."), start=SAMPLE_CODE)
    raise EntryError(
        N_("{code} is of the sample: codes that begin with {start} are made up. Use another code."),
        code=code,
        start=SAMPLE_CODE,
    )


def _enrolled(session: Session, programme_id: str) -> Iterable[Enrolment]:
    return session.scalars(
        select(Enrolment).where(Enrolment.programme_id == programme_id, ~Enrolment.removed)
    )


def _no_circle(code: str, trained_by: str | None, enrolled: dict[str, Enrolment]) -> None:
    """Nobody is trained by somebody whom they trained, over however many steps."""
    at, seen = trained_by, {code}
    while at is not None:
        if at in seen:
            raise EntryError(N_("{code} was trained by this person already."), code=trained_by)
        seen.add(at)
        at = enrolled[at].trained_by if at in enrolled else None


def _participant(session: Session, code: str, person: Person, who: str, *, sample: bool) -> None:
    now = datetime.now(UTC)
    row = session.get(Participant, code)
    given = person.consent
    values = {
        "role": person.role,
        "age_band": person.age_band,
        "status_band": person.status_band,
        "consent_practice": given.practice,
        "consent_movement": given.movement,
        "consent_picture": given.picture,
        "consent_report": given.report,
    }
    if row is None:
        session.add(
            Participant(
                code=code, consent_utc=now, made_utc=now, made_by=who, changed_utc=now, changed_by=who,
                sample=sample, **values,
            )
        )  # fmt: skip
        session.flush()
        return
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if any(name.startswith("consent") for name in differing):
        row.consent_utc = now
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.changed_utc, row.changed_by = now, who


def _pair(session: Session, programme_id: str, code: str, partner: str | None, who: str) -> None:
    """A couple is one: the partner's row says so as well, and nobody else's does."""
    for other in _enrolled(session, programme_id):
        if other.code == partner and other.partner != code:
            put(session, Enrolment, other.id, who, partner=code)
        elif other.code not in (partner, code) and other.partner in (code, partner) and other.partner:
            put(session, Enrolment, other.id, who, partner=None)


def enrol_many(
    store: Store,
    programme_id: str,
    codes: Sequence[str],
    consent: Consent,
    who: str,
    site_id: str | None = None,
) -> list[str]:
    """Enter codes that are not in the programme yet; gives those that were new.

    Raises
    ------
    EntryError
        One of them may not be entered; none is then, so that the list can be mended and entered again.
    """
    wanted = list(dict.fromkeys(map(clean_code, codes)))
    with store.writing() as session:
        known = {e.code for e in _enrolled(session, programme_id)}
        people = {p.code: p for p in session.scalars(select(Participant))}
        new = [code for code in wanted if code not in known]
        for code in new:
            person = people.get(code)
            _enter(
                store,
                session,
                programme_id,
                Person(
                    code,
                    role=person.role if person else None,
                    age_band=person.age_band if person else None,
                    status_band=person.status_band if person else None,
                    consent=_of(person) if person else consent,
                    site_id=site_id,
                ),
                who,
            )
    return new


def _of(person: Participant) -> Consent:
    return Consent(
        person.consent_practice, person.consent_movement, person.consent_picture, person.consent_report
    )


def codes_in(text: str) -> list[str]:
    """Codes as they are typed at a table: "A-01 A-02", one a line, or "A-01 to A-20" with – or … for "to".

    Raises
    ------
    EntryError
        A span is not one, or has more than 100 codes.
    """
    found: list[str] = []
    spaced = re.sub(r"\s*(?:–|—|…|\.\.\.?|\bto\b|\bsampai\b|\bs/d\b)\s*", " … ", text)
    words = [w for w in re.split(r"[\s,;]+", spaced) if w]
    i = 0
    while i < len(words):
        if i + 2 < len(words) and words[i + 1] == "…":
            found += _span(words[i], words[i + 2])
            i += 3
        else:
            found.append(words[i])
            i += 1
    return [clean_code(word) for word in found]


def _span(first: str, last: str) -> list[str]:
    a, b = (re.fullmatch(r"(.*?)(\d+)", clean_code(word)) for word in (first, last))
    if a is None or b is None or a[1] != b[1] or not 0 <= int(b[2]) - int(a[2]) < 100:
        raise EntryError(
            N_("“{first} to {last}” is not a row of codes, like A-01 to A-20."), first=first, last=last
        )
    return [f"{a[1]}{n:0{len(a[2])}d}" for n in range(int(a[2]), int(b[2]) + 1)]


def leave(store: Store, programme_id: str, code: str, who: str) -> None:
    """Take a participant out of a programme; practices stay. A withdrawal of consent deletes everything."""
    with store.writing() as session:
        row = session.get(Enrolment, id_of("enrolment", programme_id, code))
        if row is not None:
            put(session, Enrolment, row.id, who, removed=True, partner=None)
            _pair(session, programme_id, code, None, who)


def record_quiz(
    store: Store, programme_id: str, code: str, occasion: str, result: QuizResult, who: str
) -> None:
    """Enter how the ten items went; once for each occasion, a later entry replaces it."""
    if occasion not in OCCASIONS:
        raise EntryError(N_("“{value}” is not an occasion of the ten questions."), value=occasion)
    if not 0 <= result.correct <= result.total:
        raise EntryError(N_("Right answers are 0 to {most}."), most=result.total)
    if result.confidence is not None and result.confidence not in range(1, 6):
        raise EntryError(N_("How sure one is, is 1 to 5."))
    with store.writing() as session:
        _must_be_enrolled(session, programme_id, code)
        put(
            session,
            Quiz,
            id_of("quiz", programme_id, code, occasion),
            who,
            programme_id=programme_id,
            code=code,
            occasion=occasion,
            taken_on=result.taken_on,
            correct=result.correct,
            total=result.total,
            confidence=result.confidence,
            source=result.source,
            answers=result.answers,
        )


def record_home(
    store: Store, programme_id: str, code: str, asked_on: date, days: int, minutes: int, taught: int, who: str
) -> None:
    """Enter what somebody says about practising at home."""
    if not (0 <= days <= 7 and 0 <= minutes <= 600 and 0 <= taught <= 99):
        raise EntryError(N_("Days are 0 to 7, minutes up to 600, people up to 99."))
    with store.writing() as session:
        _must_be_enrolled(session, programme_id, code)
        values = {"asked_on": asked_on, "days_a_week": days, "minutes": minutes, "taught": taught}
        key = id_of("home", programme_id, code)
        put(session, Home, key, who, programme_id=programme_id, code=code, **values)


def put_question(
    store: Store,
    programme_id: str,
    who: str,
    *,
    kind: str,
    place: int,
    text: str = "",
    choices: Sequence[str] = (),
    standard: str | None = None,
    question_id: str | None = None,
) -> str:
    """Enter or change a question of the interview; gives its id.

    Raises
    ------
    EntryError
        There is no text, or a choice has fewer than two answers.
    """
    text = " ".join(text.split())
    given = [" ".join(c.split()) for c in choices if c.strip()]
    if kind not in KINDS:
        raise EntryError(N_("“{value}” is not a kind of question."), value=kind)
    if not standard and not 3 <= len(text) <= 300:
        raise EntryError(N_("A question has 3 to 300 letters."))
    if kind == "choice" and not standard and not (2 <= len(set(given)) == len(given) <= 12):
        raise EntryError(N_("Give two to twelve different answers, one a line."))
    if any(len(c) > LONGEST_CHOICE for c in given):
        raise EntryError(N_("An answer has up to {most} letters."), most=LONGEST_CHOICE)
    values = {"kind": kind, "place": place, "text": text, "standard": standard}
    with store.writing() as session:
        key = question_id or (id_of("question", programme_id, standard) if standard else new_id())
        choices = given if kind == "choice" else []
        return put(session, Question, key, who, programme_id=programme_id, choices=choices, **values).id


def answer(store: Store, question_id: str, code: str, value: str | None, who: str) -> None:
    """Enter an answer, or take it away (None)."""
    with store.writing() as session:
        question = session.get(Question, question_id)
        if question is None:
            raise EntryError(N_("This question is not in the records."))
        _must_be_enrolled(session, question.programme_id, code)
        key = id_of("answer", question_id, code)
        if value is None:
            if session.get(Answer, key) is not None:
                put(session, Answer, key, who, removed=True, value="")
            return
        if question.kind == "number" and not re.fullmatch(r"\d{1,4}", value):
            raise EntryError(N_("Give a whole number of up to four digits."))
        put(session, Answer, key, who, question_id=question_id, code=code, value=value[:LONGEST_CHOICE])


def _must_be_enrolled(session: Session, programme_id: str, code: str) -> None:
    row = session.get(Enrolment, id_of("enrolment", programme_id, code))
    if row is None or row.removed:
        raise EntryError(N_("{code} is not a participant of this programme."), code=code)
