"""A programme made up to try the program out: 40 participants, 200 rounds, each scored from a generated movement.

Its rows are marked as a sample, its codes begin with CONTOH ("example"); `coach.store.removal.remove_samples` deletes
all of it. The same numbers come out again, on dates before the day that is given.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.export.words import Words
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.programme.questions import STANDARD
from coach.scoring.checklist import ITEMS as CHECKLIST
from coach.scoring.checklist import propose, tally
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import score_recording
from coach.store.base import id_of
from coach.store.entries import SAMPLE_CODE, Consent, Entry, GivenCue
from coach.store.models import Mark, Participant, Practice, Verdict
from coach.store.programme_tables import (
    Answer,
    Attendance,
    Enrolment,
    Home,
    Meeting,
    Programme,
    Question,
    Quiz,
    Site,
    Staff,
)
from coach.store.programmes import TEXTS, put
from coach.store.repository import Store
from coach.store.rescoring import rules_of
from coach.teach.quiz import ITEMS

PEOPLE, ROUNDS = 40, 200
WHO = "Contoh"
"""Who wrote the sample's rows, and who judged its rounds."""
_PROGRAMME = id_of("sample")
_FROM_POOR_TO_GOOD: tuple[dict[str, float], ...] = (
    {"tempo_cpm": 78.0, "tempo_sd": 0.3, "offset_cm": 1.2},
    {"tempo_cpm": 70.0, "tempo_sd": 0.25},
    {"tempo_cpm": 64.0, "tempo_sd": 0.2, "phase_sd_deg": 40.0},
    {"tempo_cpm": 56.0, "tempo_sd": 0.15, "end_u": 0.25},
    {"tempo_cpm": 66.0, "diameter_cm": 5.5},
    {"tempo_cpm": 72.0, "end_u": 0.3},
    {"tempo_cpm": 66.0, "tempo_sd": 0.14},
    {"tempo_cpm": 45.0},
)
"""Changes to the shipped reference's movement, and so to the score."""
_SECONDS = 130.0
_MODES = ("guided", "guided", "quiet", "test", "quiet", "test", "test")
_HOW_MANY = (7, 6, 5, 4, 5, 4, 4, 3, 6, 2, 6, 5, 4, 5, 6, 4, 3)
"""Rounds of those who are no health cadres: theirs are seven."""
_SESSIONS = (
    (-42, "preparation", 0), (-35, "implementation", 0), (-35, "implementation", 1), (-28, "implementation", 0),
    (-28, "implementation", 1), (-7, "evaluation", 0),
)  # fmt: skip
"""Days before today, stage, site."""
_TEXTS = {
    "background": N_("Few mothers of the two villages had heard of the oxytocin massage (sample text)."),
    "aims": N_("Participants can do the massage safely, and health cadres can guide others (sample text)."),
    "audience": N_("Mothers in late pregnancy or after birth, their husbands, health cadres (sample text)."),
    "obstacles": N_("The light in one room was weak; some rounds were not scored (sample text)."),
    "follow_up": N_("Cadres practise monthly with the midwife (sample text)."),
}


def load(store: Store, say: Words, today: date | None = None) -> str:
    """Write the sample down; gives the programme's id. One that is there already is left as it is.

    Parameters
    ----------
    store : Store
    say : Words
        In whose language titles and texts are.
    today : date, optional
        Default: of this computer.
    """
    today = today or datetime.now().astimezone().date()
    with store.reading() as session:
        if session.get(Programme, _PROGRAMME) is not None:
            return _PROGRAMME
    rng = np.random.default_rng(6)
    people = _people(rng)
    with store.writing() as session:
        _frame(session, say, today)
        for i, person in enumerate(people):
            session.merge(person)  # somebody may have practised under the code before
            session.flush()
            _enrolled(session, i, person)
        for i, person in enumerate(people):
            _trained(session, i, person)
            _known(session, rng, person, i, today)
    _rounds(store, rng, people, today)
    return _PROGRAMME


def is_loaded(store: Store) -> bool:
    """Whether there is anything made up in the records."""
    with store.reading() as session:
        return session.scalar(select(Participant.code).where(Participant.sample).limit(1)) is not None


def _code(i: int) -> str:
    return f"{SAMPLE_CODE}-{i + 1:02d}"


def _people(rng: np.random.Generator) -> list[Participant]:
    """16 mothers, 14 of their partners, 6 health cadres, 3 relatives and a midwife."""
    roles = ["mother"] * 16 + ["partner"] * 14 + ["cadre"] * 6 + ["family"] * 3 + ["midwife"]
    now = datetime.now(UTC)
    people = []
    for i, role in enumerate(roles):
        bands = {"mother": (0.6, 0.4, 0, 0), "partner": (0.25, 0.6, 0.15, 0)}.get(role, (0, 0.3, 0.4, 0.3))
        people.append(
            Participant(
                code=_code(i), role=role,
                age_band=("18-24", "25-34", "35-44", "45 or more")[rng.choice(4, p=bands)],
                status_band=("pregnant" if rng.random() < 0.6 else "postpartum") if role == "mother" else "volunteer",
                consent_practice=True, consent_movement=bool(rng.random() < 0.5), consent_picture=False,
                consent_report=i % 20 != 19, consent_utc=now, made_utc=now, made_by=WHO, changed_utc=now,
                changed_by=WHO, sample=True,
            )
        )  # fmt: skip
    return people


def _frame(session: Session, say: Words, today: date) -> None:
    """The programme, its sites, teachers, sessions and questions."""
    of = {"programme_id": _PROGRAMME}
    put(
        session, Programme, _PROGRAMME, WHO, title=say(N_("Sample: oxytocin massage in two villages")),
        starts_on=today - timedelta(days=42), ends_on=today, sample=True,
        **{name: say(_TEXTS[name]) for name in TEXTS},
    )  # fmt: skip
    made_up = say(N_("sample"))
    for i, name in enumerate(("Posyandu Melati", "Posyandu Mawar")):
        put(session, Site, _id("site", i), WHO, name=f"{name} ({made_up})", **of)
    for i, (name, profession) in enumerate((("Bidan Contoh", "midwife"), ("Dosen Contoh", "lecturer"))):
        put(session, Staff, _id("staff", i), WHO, name=name, profession=profession, **of)
    for i, (days, stage, site) in enumerate(_SESSIONS):
        put(
            session, Meeting, _id("meeting", i), WHO, on_date=today + timedelta(days=days), stage=stage,
            site_id=_id("site", site) if stage == "implementation" else None, staff_id=_id("staff", site),
            prepared=["film", "place", "oil", "midwife", "consent"][: 5 - i % 2],
            adverse=say(N_("One mother felt dizzy and stopped; the midwife looked after her (sample text)."))
            if i == 3 else "",
            **of,
        )  # fmt: skip
    for i, question in enumerate(STANDARD):
        key = id_of("question", _PROGRAMME, question.id)
        put(
            session, Question, key, WHO, place=i, kind=question.kind, standard=question.id, text="", choices=[],
            **of,
        )  # fmt: skip


def _id(what: str, i: int) -> str:
    return id_of("sample", what, str(i))


def _enrolled(session: Session, i: int, person: Participant) -> None:
    put(
        session, Enrolment, id_of("enrolment", _PROGRAMME, person.code), WHO, programme_id=_PROGRAMME,
        code=person.code, site_id=_id("site", i % 2), partner=None, trained_by=None, trained_by_staff=None,
        may_guide=False,
    )  # fmt: skip


def _trained(session: Session, i: int, person: Participant) -> None:
    """Couples belong together; the midwife teaches the cadres, the first three cadres teach couples."""
    values: dict[str, object] = {"trained_by_staff": _id("staff", i % 2)}
    if i < 14 or 16 <= i < 30:
        values["partner"] = _code(i + 16 if i < 14 else i - 16)
    if i < 12 or 16 <= i < 28:
        values |= {"trained_by": _code(30 + i % 16 % 3), "trained_by_staff": None}
    if person.role == "cadre":
        values["may_guide"] = i < 35
    put(session, Enrolment, id_of("enrolment", _PROGRAMME, person.code), WHO, **values)


def _known(session: Session, rng: np.random.Generator, person: Participant, i: int, today: date) -> None:
    """Attendance, the ten questions three times, the interview, practice at home."""
    code, of = person.code, {"programme_id": _PROGRAMME, "code": person.code}
    for k, (_, stage, site) in enumerate(_SESSIONS):
        if stage != "preparation" and site != i % 2 and stage != "evaluation":
            continue
        key = id_of("attendance", _id("meeting", k), code)
        present = person.role == "cadre" or bool(rng.random() < 0.88)
        put(session, Attendance, key, WHO, meeting_id=_id("meeting", k), code=code, present=present)
    skill = 0.35 + 0.25 * rng.random() + 0.15 * (person.role == "cadre")
    for occasion, gain, days, share in (
        ("before", 0.0, -35, 1.0),
        ("after", 0.4, -28, 0.92),
        ("later", 0.33, -7, 0.7),
    ):
        if rng.random() > share and person.role != "cadre":
            continue
        answers = {
            item.id: item.true if rng.random() < min(skill + gain, 0.97) else not item.true for item in ITEMS
        }
        put(
            session, Quiz, id_of("quiz", _PROGRAMME, code, occasion), WHO, occasion=occasion,
            taken_on=today + timedelta(days=days), total=len(ITEMS),
            correct=sum(answers[item.id] is item.true for item in ITEMS),
            confidence=int(np.clip(round(2 + 4 * gain + rng.normal(0, 0.7)), 1, 5)),
            source="screen" if i % 3 else "paper", answers=answers if i % 3 else None, **of,
        )  # fmt: skip
    if i % 10 != 9:
        for question in STANDARD:
            value = {
                "yesno": ("yes", "no")[int(rng.random() < 0.7)],
                "number": str(int(rng.integers(0, 4))),
            }.get(question.kind)
            if question.kind == "choice":
                value = question.choices[int(rng.integers(len(question.choices)))]
            if question.id == "time":
                value = str(5 * int(rng.integers(1, 7)))
            key = id_of("question", _PROGRAMME, question.id)
            put(session, Answer, id_of("answer", key, code), WHO, question_id=key, code=code, value=value)
    if rng.random() < 0.6:
        put(
            session, Home, id_of("home", _PROGRAMME, code), WHO, asked_on=today - timedelta(days=7),
            days_a_week=int(rng.integers(0, 8)), minutes=5 * int(rng.integers(1, 6)),
            taught=int(rng.integers(0, 3)) if person.role == "cadre" else int(rng.random() < 0.2), **of,
        )  # fmt: skip


def _rounds(store: Store, rng: np.random.Generator, people: list[Participant], today: date) -> None:
    """Five rounds each on average, better from one to the next; test rounds are judged."""
    reference = load_reference("fists")
    pool = []
    for changes in _FROM_POOR_TO_GOOD:
        recording = make_recording(replace(FORMS[0], **{"seconds": _SECONDS, **changes}))  # type: ignore[arg-type]
        pool.append((recording, score_recording(recording, reference).to_json()))
    entries = []
    for i, person in enumerate(people):
        cadre = person.role == "cadre"
        for k in range(7 if cadre else _HOW_MANY[i % len(_HOW_MANY)]):
            grade = int(np.clip(round(k * 1.3 + rng.normal(0.8 + 2 * cadre, 1.1)), 0, len(pool) - 1))
            entries.append(_entry(rng, person, i, k, today, pool[grade], reference))
    numbers = store.keep_all(entries)
    with store.writing() as session:
        for number, (entry, _) in zip(numbers, entries, strict=True):
            if entry.mode == "test":
                _judge(session, rng, session.get_one(Practice, number), entry)


def _entry(
    rng: np.random.Generator,
    person: Participant,
    i: int,
    k: int,
    today: date,
    made: tuple[Recording, dict],
    reference: Reference,
) -> tuple[Entry, Recording]:
    recording, report = made
    mode = _MODES[k]
    day = today - timedelta(days=35 - 7 * (k > 1) - (21 if k > 4 else 0))
    started = datetime.combine(day, time(2 + k % 3, 0), UTC) + timedelta(minutes=3 * (i // 2))
    comfort = int(np.clip(round(2.6 + 0.3 * k + (person.role == "cadre") + rng.normal(0, 0.7)), 1, 5))
    consent = Consent(True, person.consent_movement, False, person.consent_report)
    entry = Entry(
        key=f"sample-{person.code}-{k + 1}", code=person.code, started_utc=started, mode=mode, source="camera",
        report=report, rules=rules_of(reference), consent=consent, comfort=comfort, pain=comfort == 1,
        cues=[GivenCue(14.0, fault) for fault in report["score"]["faults"]] if mode == "guided" else (),
    )  # fmt: skip
    return entry, recording


def _judge(session: Session, rng: np.random.Generator, practice: Practice, entry: Entry) -> None:
    """An instructor's marks for what only a human sees, and the decision that follows."""
    proposed = propose(entry.report, comfort=entry.comfort, pain=entry.pain)
    marks = {i.number: int(rng.choice(3, p=(0.03, 0.17, 0.8))) for i in CHECKLIST if i.number not in proposed}
    found = tally(marks, proposed)
    good = not found.critical and (practice.overall or 0) >= 75 and (found.percent or 0) >= 75
    decision = "pass" if good else "repeat"
    at = entry.started_utc + timedelta(hours=5)
    session.add_all(Mark(practice_id=practice.id, instructor=WHO, item=n, value=v) for n, v in marks.items())
    rating = int(np.clip(round((found.percent or 0) / 20), 1, 5))
    session.add(
        Verdict(practice_id=practice.id, instructor=WHO, rating=rating, decision=decision, decided_utc=at)
    )
    practice.decision, practice.reviewed_utc = decision, at
