"""Taking a parcel in: what is new is added, what follows from what is here takes its place, and the rest is shown.

The state of a row is the set of its versions from which no other known version follows; putting two sets together and
leaving out what is outdated gives the same whatever comes first and however often. One version left is the row. More
than one is a conflict: the row stays as it is here, and the others wait beside it until somebody decides. Only of a
participant the version with the least consent counts meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from coach.errors import CoachError, StoreError
from coach.i18n import N_
from coach.scoring.exchange import check_parquet
from coach.store import withdrawn
from coach.store.exchange.parcel import Parcel, damaged
from coach.store.exchange.placing import Place
from coach.store.exchange.rows import Portable, Shape, check, digest_of, join, shapes, uid_of
from coach.store.exchange.settling import settle
from coach.store.exchange.tables import Rival, Version
from coach.store.exchange.versions import notice, parent_of, rivals_of, versions_of
from coach.store.models import Access, Participant, Practice
from coach.store.removal import Erased, clear_up, erase
from coach.store.repository import Store

_HASH = re.compile(r"[0-9a-f]{32}")
_MANY = 300
_MOST_ANCESTORS, _MOST_VERSIONS = 5000, 50


@dataclass(frozen=True)
class Merged:
    """What a parcel brought.

    Attributes
    ----------
    sender : str
    new, changed : dict
        Table to how many rows were added, or changed and taken away.
    conflicts : int
        Rows on which the laptops disagree, and did not before.
    recordings : int
        Recordings that were new.
    withdrawn : int
        Participants here who had withdrawn consent there.
    """

    sender: str
    new: dict[str, int]
    changed: dict[str, int]
    conflicts: int
    recordings: int
    withdrawn: int

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.conflicts or self.withdrawn)


@dataclass(frozen=True)
class _Version:
    """One version of a row; without a row it says that the row was taken away."""

    id: str
    ancestors: frozenset[str]
    digest: str | None
    row: Portable | None
    came_from: str
    came_utc: datetime


@dataclass
class _Work:
    """A merge under way; `gone` are codes of the parcel whose participants withdrew."""

    parcel: Parcel
    place: Place
    now: datetime
    gone: set[str] = field(default_factory=set)
    conflicts: int = 0


def merge(store: Store, parcel: Parcel, who: str) -> Merged:
    """Put what is in a parcel together with the records. Until all of it is in, nothing changes.

    Parameters
    ----------
    store : Store
    parcel : Parcel
        As `coach.store.exchange.parcel.opened` gives it.
    who : str
        The instructor who does it, for the trail.

    Raises
    ------
    StoreError
        It was made by another version of the program, or what is in it cannot be right.
    """
    erased: list[Erased] = []
    there = _withdrawn_there(store, parcel)
    try:
        with store.writing() as session:
            merged = _merged(store, session, parcel, who, there, erased)
        # Not before: of a merge that was cut off, the next one has to find the same to delete.
        withdrawn.merge(store.home, there)
        if erased:
            clear_up(store, erased)
    finally:
        store.sweep()  # recordings of rows that did not come in
    return merged


def _merged(
    store: Store,
    session: Session,
    parcel: Parcel,
    who: str,
    there: withdrawn.Lists,
    erased: list[Erased],
) -> Merged:
    """The merge itself; participants who are deleted, since they are in the lists `there`, are added to `erased`."""
    _same_tables(session, parcel)
    codes = session.scalars(select(Participant.code)).all()
    erased += [erase(session, code) for code in codes if withdrawn.is_in(there, code)]
    session.flush()
    work = _Work(parcel, Place(session, notice(session)), datetime.now(UTC))
    lists = withdrawn.lists(store.home) + there
    work.gone = _withdrawn_codes(lists, parcel, set(codes) - {one.code for one in erased})
    for shape in shapes().values():
        take = _add_rows if shape.added_only else _take_rows
        for batch in _batches(parcel.records(shape)):
            take(work, shape, batch)
        session.flush()
    settle(session, work.place.touched)
    merged = Merged(
        sender=parcel.sender.name,
        new=dict(work.place.new),
        changed=dict(+work.place.changed),
        conflicts=work.conflicts,
        recordings=_add_recordings(store, session, parcel),
        withdrawn=len(erased),
    )
    session.add(_access(work.now, who, merged))
    return merged


def _same_tables(session: Session, parcel: Parcel) -> None:
    if parcel.revision != session.scalar(text("SELECT version_num FROM alembic_version")):
        raise StoreError(
            N_("{file} was made by another version of the program ({version})."),
            file=parcel.sender.name,
            version=parcel.program,
        )


def _withdrawn_there(store: Store, parcel: Parcel) -> withdrawn.Lists:
    """What the sender's list adds to the one here."""
    try:
        return withdrawn.added(store.home, parcel.withdrawn())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged() from error


def _withdrawn_codes(lists: withdrawn.Lists, parcel: Parcel, known: set[str]) -> set[str]:
    """Codes in the parcel whose participants withdrew; those who are here have not."""
    found: set[str] = set()
    if not lists:
        return found
    for record in parcel.records(shapes()["participant"]):
        for version in record.get("versions", ()) if isinstance(record, dict) else ():
            row = version.get("row") if isinstance(version, dict) else None
            code = row.get("code") if isinstance(row, dict) else None
            if isinstance(code, str) and code not in known | found and withdrawn.is_in(lists, code):
                found.add(code)
    return found


def _batches(records: Iterable[Any]) -> Iterator[list[Any]]:
    batch = []
    for record in records:
        batch.append(record)
        if len(batch) == _MANY:
            yield batch
            batch = []
    if batch:
        yield batch


# --- rows that are only added -----------------------------------------------------------------------


def _add_rows(work: _Work, shape: Shape, batch: list[Any]) -> None:
    rows: dict[str, Portable] = {}
    try:
        for record in batch:
            row = check(shape, record["row"])
            rows[uid_of(shape, row)] = row
    except (ValueError, TypeError, KeyError) as error:
        raise damaged() from error
    live = work.place.index.live[shape.name]
    if "made_utc" in shape.joined:
        # The same by its rules: of two, the one that was made earlier is kept.
        here = work.place.rows(shape, {uid: live[uid] for uid in rows if uid in live})
        later = {uid for uid, row in here.items() if row["made_utc"] <= rows[uid]["made_utc"]}
    else:
        later = rows.keys() & live.keys()
    work.place.add_all(shape, {uid: row for uid, row in rows.items() if uid not in later})


# --- rows with versions -----------------------------------------------------------------------------


def _take_rows(work: _Work, shape: Shape, batch: list[Any]) -> None:
    if shape.name == "change":  # one that takes another back comes after it
        batch = sorted(batch, key=_moment)
    offered = {}
    for record in batch:
        uid, versions = _offered(work, shape, record)
        offered[uid] = versions, record.get("owner"), record.get("parent")
    mine = versions_of(work.place.session, shape.name)
    rivals = rivals_of(work.place.session, shape.name)
    live = work.place.index.live[shape.name]
    here = work.place.rows(shape, {uid: live[uid] for uid in offered if uid in live})
    for uid, (versions, owner, parent) in offered.items():
        if shape.name == "participant" and any(v.row and v.row["code"] in work.gone for v in versions):
            continue
        _take(work, shape, uid, versions, (owner, parent), mine.get(uid), rivals.get(uid, []), here.get(uid))


def _moment(record: Any) -> Any:
    try:
        row = record["versions"][0]["row"]
        return (str(row["at_utc"]), row["undoes"] is not None)
    except (KeyError, TypeError, IndexError) as error:
        raise damaged() from error


def _offered(work: _Work, shape: Shape, record: Any) -> tuple[str, list[_Version]]:
    """A row's uid, and the versions that the parcel holds."""
    found = []
    try:
        uid = record["uid"]
        if not 0 < len(record["versions"]) <= _MOST_VERSIONS:
            raise ValueError("versions")
        for values in record["versions"]:
            row = None if values["row"] is None else check(shape, values["row"])
            if row is not None and uid_of(shape, row) != uid:
                raise ValueError("another row")
            names = [uid, values["id"], *values["ancestors"]]
            names += [name for name in (record["owner"], record["parent"]) if name is not None]
            if len(names) > _MOST_ANCESTORS or not all(_HASH.fullmatch(name) for name in names):
                raise ValueError("no hash")
            digest = None if row is None else digest_of(shape, row)
            found.append(
                _Version(
                    values["id"], frozenset(values["ancestors"]), digest, row, work.parcel.sender.name, work.now
                )
            )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise damaged() from error
    return uid, found


def _take(
    work: _Work,
    shape: Shape,
    uid: str,
    offered: list[_Version],
    hangs: tuple[str | None, str | None],
    version: Version | None,
    rivals: list[Rival],
    here: Portable | None,
) -> None:
    """Put the versions of one row together and bring tables and memory to it."""
    mine = None
    known: dict[str, _Version] = {v.id: v for v in offered}
    for rival in rivals:
        known[rival.id] = _Version(
            rival.id, frozenset(rival.ancestors), rival.digest, rival.row, rival.came_from, rival.came_utc
        )
    if version is not None:
        mine = _Version(version.id, frozenset(version.ancestors), version.digest, here, "", work.now)
        known[mine.id] = mine
    top = _newest(known.values())
    chosen = _chosen(shape, top, mine)
    # A column that laptops do not disagree on is known from every row that was ever seen.
    seen = [row for row in (here, *(v.row for v in offered)) if row is not None]
    if chosen.row is not None:
        chosen = replace(chosen, row=chosen.row | join(shape, *seen))
        if not work.place.write(shape, uid, chosen.row or {}, here):
            return  # what it hangs on is not here
        owner, parent = work.place.index.owners[shape.name][uid], parent_of(shape, chosen.row or {})
    else:
        owner, parent = hangs
        if not work.place.has_parent(shape, parent):
            return
        if here is not None:
            work.place.remove(shape, uid, here)
    was = _disagree(mine.digest, [r.digest for r in rivals]) if mine is not None else False
    others = [v for v in top if v.id != chosen.id]
    work.conflicts += _disagree(chosen.digest, [v.digest for v in others]) and not was
    _remember(work, shape, uid, chosen, version, owner, parent)
    _remember_others(work, shape, uid, rivals, others, owner)


def _newest(versions: Iterable[_Version]) -> list[_Version]:
    """Versions from which no other one follows."""
    all_ = sorted(versions, key=lambda v: v.id)
    older = frozenset().union(*(v.ancestors for v in all_))
    return [v for v in all_ if v.id not in older]


def _chosen(shape: Shape, top: list[_Version], mine: _Version | None) -> _Version:
    """The version that the table shows, until somebody decides when there are several."""
    live = [v for v in top if v.row is not None]
    if shape.name == "participant" and live:
        return min(live, key=lambda v: (_consents(v.row or {}), v.id))
    if mine is not None and any(v.id == mine.id for v in top) and (mine.row is not None or not live):
        return mine
    after = [v for v in live or top if mine is not None and mine.id in v.ancestors]
    return (after or live or top)[0]


def _consents(row: Portable) -> int:
    return sum(value is True for name, value in row.items() if name.startswith("consent_"))


def _disagree(shown: str | None, others: Iterable[str | None]) -> bool:
    return any(other != shown for other in others)


def _remember(
    work: _Work,
    shape: Shape,
    uid: str,
    chosen: _Version,
    version: Version | None,
    owner: str | None,
    parent: str | None,
) -> None:
    if version is None:
        version = Version(table=shape.name, uid=uid)
        work.place.session.add(version)
    if version.id != chosen.id:
        version.id, version.ancestors, version.digest = chosen.id, sorted(chosen.ancestors), chosen.digest
    version.owner, version.parent = owner, parent


def _remember_others(
    work: _Work, shape: Shape, uid: str, rivals: list[Rival], others: list[_Version], owner: str | None
) -> None:
    wanted = {v.id: v for v in others}
    for rival in rivals:
        if wanted.pop(rival.id, None) is None:
            work.place.session.delete(rival)
    for other in wanted.values():
        work.place.session.add(
            Rival(
                table=shape.name, uid=uid, id=other.id, ancestors=sorted(other.ancestors), digest=other.digest,
                owner=owner, row=other.row, came_from=other.came_from, came_utc=other.came_utc,
            )
        )  # fmt: skip


# --- what belongs to them -----------------------------------------------------------------------------


def _add_recordings(store: Store, session: Session, parcel: Parcel) -> int:
    """Store the recordings that rows name and that are not here yet."""
    named = session.scalars(select(Practice.recording).where(Practice.recording.is_not(None)).distinct())
    new = [str(sha) for sha in named if not store.files.path(str(sha)).is_file()]
    for sha in new:
        if store.files.add_bytes(parcel.recording(sha)) != sha:
            raise damaged()
        try:
            check_parquet(store.files.path(sha))
        except CoachError as error:
            raise damaged() from error
    return len(new)


def _access(at: datetime, who: str, merged: Merged) -> Access:
    rows = sum(merged.new.values()) + sum(merged.changed.values())
    detail = f"{merged.sender}: {rows}, {merged.conflicts}"
    return Access(at_utc=at, who=who, what="data taken in", detail=detail[:200])
