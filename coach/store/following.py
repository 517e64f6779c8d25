"""Rounds over time, of one couple or of a group: what there is to draw and to count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from coach.store.listing import Filter
from coach.store.models import Practice, Result
from coach.store.repository import Store
from coach.store.samples import apart

MOST = 1000
"""Rounds of a group that are looked at, the newest: their reports are read one by one (our own choice)."""


@dataclass(frozen=True)
class Round:
    """One round by the result that counts.

    Attributes
    ----------
    overall : float or None
    criteria : dict
        Criterion to points, None where it was not scored.
    faults : tuple of str
    """

    id: int
    code: str
    started_utc: datetime
    mode: str
    overall: float | None
    decision: str | None
    criteria: dict[str, float | None]
    faults: tuple[str, ...]


def rounds(store: Store, wanted: Filter, most: int = MOST) -> list[Round]:
    """The newest rounds that `wanted` lets through, the oldest of them first; made-up ones only where none is real."""
    wanted = apart(store, wanted)
    query = (
        select(Practice, Result.report)
        .join(Result, Result.id == Practice.result_id)
        .where(wanted.where())
        .order_by(Practice.started_utc.desc(), Practice.id.desc())
        .limit(most)
    )
    with store.reading() as session:
        found = [
            Round(
                id=p.id,
                code=p.code,
                started_utc=p.started_utc,
                mode=p.mode,
                overall=p.overall,
                decision=p.decision,
                criteria={c["id"]: c["score"] for c in report["score"]["criteria"]},
                faults=tuple(report["score"]["faults"]),
            )
            for p, report in session.execute(query).tuples()
        ]
    return found[::-1]


def common_faults(found: list[Round]) -> list[tuple[str, float]]:
    """Faults by the share of scored rounds that have them, the most frequent first."""
    scored = [r for r in found if r.overall is not None]
    counts = Counter(fault for r in scored for fault in r.faults)
    return [(fault, count / len(scored)) for fault, count in counts.most_common()]
