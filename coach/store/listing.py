"""Finding practices: filters, an order, one page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import selectinload

from coach.store.models import Participant, Practice
from coach.store.repository import Store

TRAIL = 8
"""Scores in a sparkline: so many rounds up to the one in its row (our own choice)."""
SORTS = {
    "started": Practice.started_utc,
    "code": Practice.code,
    "mode": Practice.mode,
    "overall": Practice.overall,
    "decision": Practice.decision,
    "reviewed": Practice.reviewed_utc,
}
"""What the list can be sorted by."""
OUTCOMES = ("pass", "repeat", "open", "unscored")


@dataclass(frozen=True)
class Filter:
    """What to show; None leaves a condition out.

    Attributes
    ----------
    code, mode : str or None
    since, until : datetime or None
        `until` is left out itself.
    outcome : str or None
        'pass' or 'repeat' as an instructor decided, 'open' for not decided, 'unscored' for not scored.
    reviewed : bool or None
    sample : bool or None
        Made up to try the program out, or real; see `coach.store.samples`.
    """

    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    mode: str | None = None
    outcome: str | None = None
    reviewed: bool | None = None
    sample: bool | None = None

    def where(self) -> ColumnElement[bool]:
        """The condition."""
        conditions: list[ColumnElement[bool]] = [Practice.id.is_not(None)]
        if self.code is not None:
            conditions.append(Practice.code == self.code)
        if self.since is not None:
            conditions.append(Practice.started_utc >= self.since)
        if self.until is not None:
            conditions.append(Practice.started_utc < self.until)
        if self.mode is not None:
            conditions.append(Practice.mode == self.mode)
        if self.outcome == "unscored":
            conditions.append(Practice.overall.is_(None))
        elif self.outcome == "open":
            conditions.append(Practice.decision.is_(None))
        elif self.outcome is not None:
            conditions.append(Practice.decision == self.outcome)
        if self.reviewed is not None:
            seen = Practice.reviewed_utc
            conditions.append(seen.is_not(None) if self.reviewed else seen.is_(None))
        if self.sample is not None:
            made_up = select(Participant.code).where(Participant.sample)
            conditions.append(Practice.code.in_(made_up) if self.sample else Practice.code.not_in(made_up))
        return and_(*conditions)


@dataclass(frozen=True)
class Line:
    """One practice of the list.

    Attributes
    ----------
    trail : sequence of float or None
        Scores of the participant's rounds up to this one, oldest first; None for one not scored.
    """

    id: int
    code: str
    started_utc: datetime
    mode: str
    overall: float | None
    decision: str | None
    reviewed_utc: datetime | None
    trail: Sequence[float | None] = field(default=())


@dataclass(frozen=True)
class Found:
    """How many practices there are in all, and the lines of one page."""

    total: int
    lines: Sequence[Line]


_COLUMNS = (
    Practice.id,
    Practice.code,
    Practice.started_utc,
    Practice.mode,
    Practice.overall,
    Practice.decision,
    Practice.reviewed_utc,
)


def find(
    store: Store,
    wanted: Filter,
    *,
    sort: str = "started",
    descending: bool = True,
    limit: int = 25,
    offset: int = 0,
) -> Found:
    """One page of the practices that `wanted` lets through.

    Parameters
    ----------
    store : Store
    wanted : Filter
    sort : str
        One of `SORTS`; what has no value comes last.
    descending : bool
    limit, offset : int
    """
    column = SORTS[sort]
    order: list[ColumnElement[Any]] = [
        column.is_(None),
        column.desc() if descending else column.asc(),
        Practice.id.desc(),
    ]
    if not column.property.columns[0].nullable:
        order = order[1:]  # an index can serve the order then
    with store.reading() as session:
        total = session.scalar(select(func.count()).select_from(Practice).where(wanted.where())) or 0
        rows = session.execute(
            select(*_COLUMNS).where(wanted.where()).order_by(*order).limit(limit).offset(offset)
        ).all()
        scores = defaultdict(list)
        codes = {row.code for row in rows}
        for code, started, number, overall in session.execute(
            select(Practice.code, Practice.started_utc, Practice.id, Practice.overall)
            .where(Practice.code.in_(codes))
            .order_by(Practice.started_utc, Practice.id)
        ):
            scores[code].append((started, number, overall))
    return Found(total, [Line(*row._tuple(), _trail(scores[row.code], row.id)) for row in rows])


def ids(store: Store, wanted: Filter) -> list[int]:
    """All that `wanted` lets through, oldest first."""
    with store.reading() as session:
        return list(
            session.scalars(
                select(Practice.id).where(wanted.where()).order_by(Practice.started_utc, Practice.id)
            )
        )


def rounds(store: Store, code: str, keys: Sequence[str]) -> list[Practice]:
    """A participant's practices of these keys with the results that count, oldest first.

    Couples see by it the rounds of the visit that they are in, whose keys that visit knows; a code alone shows nothing.
    """
    with store.reading() as session:
        return list(
            session.scalars(
                select(Practice)
                .where(Practice.code == code, Practice.key.in_(keys))
                .order_by(Practice.started_utc, Practice.id)
                .options(selectinload(Practice.result))
            )
        )


def _trail(scores: list[tuple[datetime, int, float | None]], number: int) -> list[float | None]:
    at = next(i for i, (_, other, _) in enumerate(scores) if other == number)
    return [overall for _, _, overall in scores[max(0, at - TRAIL + 1) : at + 1]]
