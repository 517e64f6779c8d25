"""What a practice repeats of its results and verdicts, worked out anew after a merge or a decision."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coach.store.models import Practice, Result, Verdict


def settle(session: Session, practices: Iterable[int]) -> None:
    """Let these practices show the result that counts and the last decision of anybody."""
    for number in sorted(practices):
        shown = _counting(session, number)
        values: dict[str, object] = {"decision": None, "reviewed_utc": None}
        if shown is not None:
            values |= {"result_id": shown.id, "overall": shown.overall}
            values["rated"] = bool(shown.report["tracking"]["rated"])
        last = session.scalars(
            select(Verdict)
            .where(Verdict.practice_id == number, Verdict.decision.is_not(None))
            .order_by(Verdict.decided_utc.desc(), Verdict.instructor)
            .limit(1)
        ).first()
        if last is not None:
            values |= {"decision": last.decision, "reviewed_utc": last.decided_utc}
        session.execute(update(Practice).where(Practice.id == number).values(values))


def _counting(session: Session, practice_id: int) -> Result | None:
    """The result that an instructor chose, on whichever laptop; else the newest one."""
    _in_order(session, practice_id)
    results = session.scalars(
        select(Result).where(Result.practice_id == practice_id).order_by(Result.id)
    ).all()
    rules = session.scalar(select(Practice.chosen_rules).where(Practice.id == practice_id))
    return next((r for r in results if r.rules == rules), results[-1] if results else None)


def _in_order(session: Session, practice_id: int) -> None:
    """Bring the results' numbers into the order in which they were made: the largest is taken for the newest."""
    results = session.scalars(
        select(Result).where(Result.practice_id == practice_id).order_by(Result.made_utc, Result.rules)
    ).all()
    numbers = sorted(result.id for result in results)
    if [result.id for result in results] != numbers:
        session.expunge_all()
        for result in results:  # out of the way first: a number is never given twice
            session.execute(update(Result).where(Result.id == result.id).values(id=-result.id))
        for result, number in zip(results, numbers, strict=True):
            session.execute(update(Result).where(Result.id == -result.id).values(id=number))
