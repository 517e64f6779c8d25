"""What remains of a year once its scores have been kept long enough: counts and medians that belong to nobody.

Retention (domain knowledge, section 5): scores and checklists are kept for at most a year, then aggregates only. A year
is summed up as a whole, at the moment when its first practice is about to be deleted, once it is over: so every number
is of the whole year. Counted are participants who agreed to be in the report, never made-up ones.

Small numbers tell of persons. No figure is kept of fewer than `FEWEST` participants; a kind of round of fewer is left
out of "all" as well, and where one part of a whole is too small none of the parts is kept, since the missing one could
be had by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.store.models import Participant, Practice, Result, Yearly
from coach.store.repository import Store

FEWEST = 5
"""Participants behind any figure that is kept (a usual limit of statistical offices is 3 to 5)."""
ALL, SUMMED = "all", "figures"
"""The kinds of rounds together; and the row by which a year is known to have been summed up, however little it left."""


@dataclass(frozen=True)
class Counted:
    """What is looked at of one practice."""

    code: str
    mode: str
    overall: float | None
    criteria: Mapping[str, float | None]
    faults: frozenset[str]
    decision: str | None
    comfort: int | None
    pain: bool | None


Figures = dict[str, tuple[float, int]]
"""Name to value and the number of participants behind it."""


def sum_up(session: Session, before: datetime, now: datetime) -> list[int]:
    """Sum up every year that is over and loses practices of before that moment now; gives the years."""
    known = set(session.scalars(select(Yearly.year)))
    started = session.scalars(select(Practice.started_utc).where(Practice.started_utc < before)).all()
    years = sorted({_year(at) for at in started} - known)
    done = [year for year in years if year < _year(now)]
    for year in done:
        found = summary(_counted(session, year))
        rows = [
            Yearly(year=year, mode=mode, figure=name, value=value, participants=people)
            for mode, figures in found.items()
            for name, (value, people) in figures.items()
        ]
        rows.append(Yearly(year=year, mode=ALL, figure=SUMMED, value=len(rows), participants=0))
        session.add_all(rows)
    session.flush()
    return done


def years(store: Store) -> list[Yearly]:
    """The figures of all years, the newest year first."""
    with store.reading() as session:
        query = select(Yearly).where(Yearly.figure != SUMMED)
        return list(session.scalars(query.order_by(Yearly.year.desc(), Yearly.mode, Yearly.figure)))


def summary(practices: Iterable[Counted]) -> dict[str, Figures]:
    """Kind of round, and "all", to its figures; what too few people are behind is left out."""
    by_mode: dict[str, list[Counted]] = {}
    for practice in practices:
        by_mode.setdefault(practice.mode, []).append(practice)
    enough = {mode: rounds for mode, rounds in by_mode.items() if _people(rounds) >= FEWEST}
    if not enough:
        return {}
    together = [practice for rounds in enough.values() for practice in rounds]
    return {ALL: _figures(together)} | {mode: _figures(rounds) for mode, rounds in enough.items()}


def _figures(rounds: Sequence[Counted]) -> Figures:
    scored = [r for r in rounds if r.overall is not None]
    found: Figures = {
        "practices": (len(rounds), _people(rounds)),
        "participants": (_people(rounds), _people(rounds)),
    }
    found |= _parts(rounds, {"scored": scored, "not_scored": [r for r in rounds if r.overall is None]})
    found |= _parts(
        rounds,
        {name: [r for r in rounds if r.decision == value] for name, value in
         (("passed", "pass"), ("repeated", "repeat"), ("not_decided", None))},
    )  # fmt: skip
    asked = [r for r in rounds if r.pain is not None]
    found |= _parts(
        asked, {"hurt": [r for r in asked if r.pain], "did_not_hurt": [r for r in asked if not r.pain]}
    )
    for fault in sorted({fault for r in scored for fault in r.faults}):
        with_it = [r for r in scored if fault in r.faults]
        rest = [r for r in scored if fault not in r.faults]
        found |= {k: v for k, v in _parts(scored, {f"fault_{fault}": with_it, "": rest}).items() if k}
    found |= _median("score", [(r.code, r.overall) for r in scored])
    found |= _median("comfort", [(r.code, r.comfort) for r in rounds])
    for criterion in sorted({name for r in scored for name in r.criteria}):
        found |= _median(criterion, [(r.code, r.criteria.get(criterion)) for r in scored])
    return found


def _parts(whole: Sequence[Counted], parts: Mapping[str, Sequence[Counted]]) -> Figures:
    """How many rounds each part has; nothing at all when a part is of too few people."""
    people = {name: _people(rounds) for name, rounds in parts.items()}
    if not whole or any(0 < count < FEWEST for count in people.values()):
        return {}
    return {name: (len(rounds), people[name]) for name, rounds in parts.items() if rounds}


def _median(name: str, values: Iterable[tuple[str, float | None]]) -> Figures:
    known = [(code, value) for code, value in values if value is not None]
    people = len({code for code, _ in known})
    return {} if people < FEWEST else {f"median_{name}": (round(median(v for _, v in known)), people)}


def _people(rounds: Iterable[Counted]) -> int:
    return len({r.code for r in rounds})


def _counted(session: Session, year: int) -> list[Counted]:
    query = (
        select(Practice, Result.report)
        .join(Participant, Participant.code == Practice.code)
        .join(Result, Result.id == Practice.result_id)
        .where(Participant.consent_report, ~Participant.sample)
    )
    return [
        Counted(
            practice.code,
            practice.mode,
            practice.overall,
            {c["id"]: c["score"] for c in report["score"]["criteria"]},
            frozenset(report["score"]["faults"]),
            practice.decision,
            practice.comfort,
            practice.pain,
        )
        for practice, report in session.execute(query.execution_options(yield_per=200)).tuples()
        if _year(practice.started_utc) == year
    ]


def _year(at: datetime) -> int:
    """By this computer's clock, as its user counts years."""
    return at.astimezone().year
