"""Rows on which laptops disagree: shown side by side, and decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coach.errors import StoreError
from coach.i18n import N_
from coach.store.exchange.placing import Place
from coach.store.exchange.rows import Index, Portable, Shape, digest_of, scan, shapes, version_id
from coach.store.exchange.settling import settle
from coach.store.exchange.tables import Rival, Version
from coach.store.exchange.versions import notice, rivals_of
from coach.store.models import Access, Practice
from coach.store.programme_tables import Site, Staff
from coach.store.repository import Store


@dataclass(frozen=True)
class Side:
    """What one laptop says.

    Attributes
    ----------
    id : str
        Of the version, for `decide`.
    row : dict or None
        With names of sites and teachers in place of their ids; None: it was taken away there.
    came_from : str or None
        The laptop that sent it; None for what the table here holds.
    came_utc : datetime or None
    """

    id: str
    row: Portable | None
    came_from: str | None
    came_utc: datetime | None


@dataclass(frozen=True)
class Conflict:
    """One row and its versions, this laptop's first.

    Attributes
    ----------
    table, uid : str
    about : dict
        What names the row: its own identity and that of the practice it hangs on, column to value.
    columns : tuple of str
        Those in which the sides differ.
    sides : tuple of Side
    """

    table: str
    uid: str
    about: dict[str, Any]
    columns: tuple[str, ...]
    sides: tuple[Side, ...]


def count(store: Store) -> int:
    """How many rows wait for a decision."""
    with store.reading() as session:
        differing = (
            select(Rival.table, Rival.uid)
            .join(Version, (Version.table == Rival.table) & (Version.uid == Rival.uid))
            .where(Version.digest.is_distinct_from(Rival.digest))
            .distinct()
        )
        return session.scalar(select(func.count()).select_from(differing.subquery())) or 0


def conflicts(store: Store) -> list[Conflict]:
    """All that wait for a decision."""
    with store.reading() as session:
        tables = set(session.scalars(select(Rival.table).distinct()))
        if not tables:
            return []
        index, names = Index(), _names(session)
        found: list[Conflict] = []
        for shape in shapes().values():
            rivals = rivals_of(session, shape.name) if shape.name in tables else {}
            rows = dict(scan(session, shape, index)) if rivals else _walked(session, shape, index)
            for uid, others in rivals.items():
                found += _conflict(session, shape, index, names, uid, rows.get(uid), others)
        return found


def _walked(session: Session, shape: Shape, index: Index) -> dict[str, Portable]:
    """Go over a table for the sake of `index` only."""
    for _ in scan(session, shape, index, whole=False):
        pass
    return {}


def _names(session: Session) -> dict[str, str]:
    """Names that people gave, by id."""
    return {id_: name for kind in (Site, Staff) for id_, name in session.execute(select(kind.id, kind.name))}


def _conflict(
    session: Session,
    shape: Shape,
    index: Index,
    names: dict[str, str],
    uid: str,
    row: Portable | None,
    rivals: list[Rival],
) -> list[Conflict]:
    version = session.get_one(Version, (shape.name, uid))

    def told_of(row: Portable | None) -> Portable | None:
        if row is None:
            return None
        return row | {c: names[row[c]] for c in shape.references if row[c] in names}

    sides = [Side(version.id, told_of(row), None, None)]
    sides += [
        Side(r.id, told_of(r.row), r.came_from or None, r.came_utc)
        for r in rivals
        if r.digest != version.digest
    ]
    if len(sides) == 1:
        return []
    told = [side.row for side in sides if side.row is not None]
    columns = [name for name in shape.compared if any(r[name] != told[0][name] for r in told)]
    about = {name: told[0][name] for name in shape.identity if name not in ("id", "uid")}
    return [
        Conflict(shape.name, uid, _named(session, shape, index, about, told[0]), tuple(columns), tuple(sides))
    ]


def _named(
    session: Session, shape: Shape, index: Index, about: dict[str, Any], row: Portable
) -> dict[str, Any]:
    """`about` with participant and time of the practice in place of its uid."""
    about = {name: value for name, value in about.items() if name not in shape.references}
    if "code" in row:
        about["code"] = row["code"]
    if "practice_id" in row:
        practice = session.get_one(Practice, index.live["practice"][row["practice_id"]][0])
        about |= {"code": practice.code, "started_utc": practice.started_utc.isoformat()}
    return about


def decide(store: Store, conflict: Conflict, side: Side, who: str) -> None:
    """Let a side hold, on this laptop and on every one that takes in what is sent from here.

    Raises
    ------
    StoreError
        The row was changed or decided meanwhile.
    """
    shape = shapes()[conflict.table]
    with store.writing() as session:
        place = Place(session, notice(session))
        version = session.get(Version, (shape.name, conflict.uid))
        rivals = rivals_of(session, shape.name).get(conflict.uid, [])
        if version is None or side.id not in {version.id, *(rival.id for rival in rivals)}:
            raise StoreError(N_("This was changed or decided meanwhile. Look at it again."))
        live = place.index.live[shape.name]
        here = place.rows(shape, {conflict.uid: live[conflict.uid]} if conflict.uid in live else {}).get(
            conflict.uid
        )
        chosen = here if side.id == version.id else _of(rivals, side.id)
        if chosen is None:
            if here is not None:
                place.remove(shape, conflict.uid, here)
        else:
            kept = {name: (here or chosen)[name] for name in shape.joined}
            if not place.write(shape, conflict.uid, chosen | kept, here):
                raise StoreError(N_("This was changed or decided meanwhile. Look at it again."))
        parents = {version.id, *(rival.id for rival in rivals)}
        older = {*version.ancestors, *(a for rival in rivals for a in rival.ancestors)}
        version.digest = None if chosen is None else digest_of(shape, chosen)
        version.id = version_id(conflict.uid, version.digest, parents)
        version.ancestors = sorted(parents | older)
        for rival in rivals:
            session.delete(rival)
        settle(session, place.touched)
        session.add(Access(at_utc=datetime.now(UTC), who=who, what="conflict decided", detail=conflict.table))


def _of(rivals: list[Rival], id_: str) -> Portable | None:
    return next(rival.row for rival in rivals if rival.id == id_)
