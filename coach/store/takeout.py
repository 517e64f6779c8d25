"""Results to take out, as plain rows: codes, never names; of participants who agreed to be in the report.

What was made up to try the program out is left out, unless there is nothing else; then each row says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from coach.scoring.checklist import ITEMS, propose
from coach.store.listing import Filter
from coach.store.models import Mark, Participant, Practice, Result, Verdict
from coach.store.repository import Store
from coach.store.samples import apart


@dataclass(frozen=True)
class Takeout:
    """Rows, and how many practices were left out for want of consent to the report."""

    rows: list[dict[str, Any]]
    left_out: int


def take_out(store: Store, wanted: Filter) -> Takeout:
    """One row per practice that `wanted` lets through, the oldest first.

    The columns are English and do not change with the language, for programs that read them: scores and values by
    criterion, the program's proposals and the deciding instructor's marks by item of the checklist.
    """
    wanted = apart(store, wanted)
    query = (
        select(Practice, Participant, Result)
        .join(Participant, Participant.code == Practice.code)
        .join(Result, Result.id == Practice.result_id)
        .where(wanted.where())
        .order_by(Practice.started_utc, Practice.id)
    )
    rows, left_out = [], 0
    with store.reading() as session:
        deciding: dict[int, Verdict] = {}
        decided = select(Verdict).where(Verdict.decision.is_not(None)).order_by(Verdict.decided_utc)
        for verdict in session.scalars(decided):
            deciding[verdict.practice_id] = verdict
        marks: dict[tuple[int, str], dict[int, int]] = {}
        for mark in session.scalars(select(Mark)):
            marks.setdefault((mark.practice_id, mark.instructor), {})[mark.item] = mark.value
        for practice, person, result in session.execute(query.execution_options(yield_per=200)).tuples():
            if not person.consent_report:
                left_out += 1
                continue
            verdict_ = deciding.get(practice.id)
            given = marks.get((practice.id, verdict_.instructor), {}) if verdict_ else {}
            rows.append(_row(practice, person, result, verdict_, given))
    return Takeout(rows, left_out)


def left_out(store: Store, wanted: Filter) -> tuple[int, int]:
    """How many of the practices that `wanted` lets through are left out for want of consent, and how many there are."""
    wanted = apart(store, wanted)
    query = (
        select(func.count(), func.count().filter(~Participant.consent_report))
        .select_from(Practice)
        .join(Participant, Participant.code == Practice.code)
        .where(wanted.where())
    )
    with store.reading() as session:
        total, without = session.execute(query).one()
    return without, total


def _row(
    practice: Practice, person: Participant, result: Result, verdict: Verdict | None, given: dict[int, int]
) -> dict[str, Any]:
    report = result.report
    proposed = propose(report, comfort=practice.comfort, pain=practice.pain)
    row: dict[str, Any] = {
        "practice": practice.id,
        "code": practice.code,
        "sample": person.sample,
        "role": person.role,
        "age_band": person.age_band,
        "started_utc": practice.started_utc,
        "mode": practice.mode,
        "source": practice.source,
        "duration_s": practice.duration_s,
        "back_seen": practice.back_seen,
        "left_seen": practice.left_seen,
        "right_seen": practice.right_seen,
        "rated": practice.rated,
        "score": practice.overall,
        "faults": " ".join(report["score"]["faults"]) or None,
        "comfort": practice.comfort,
        "pain": practice.pain,
        "decision": practice.decision,
        "reviewed_utc": practice.reviewed_utc,
        "instructor": verdict.instructor if verdict else None,
        "rating": verdict.rating if verdict else None,
        "reference": result.reference,
        "reference_version": result.reference_version,
        "profile": result.profile,
        "profile_version": result.profile_version,
        "app_version": result.app_version,
    }
    for criterion in report["score"]["criteria"]:
        row[f"{criterion['id']}_value"] = criterion["value"]
        row[f"{criterion['id']}_score"] = criterion["score"]
    for item in ITEMS:
        row[f"item{item.number:02d}_program"] = proposed.get(item.number)
        row[f"item{item.number:02d}_instructor"] = given.get(item.number)
    return row
