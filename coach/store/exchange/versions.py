"""Noticing what was changed on this laptop: every row that travels has a version, and each follows from others.

Nothing that writes into the records needs to know of it. Before data are sent or taken in, all rows are read; one that
says something else than its version remembers gets a new version that follows from the old one. A version is named by
a hash of what it says and of what it follows from, so laptops that do the same come to the same version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from coach.store.exchange.rows import (
    TAKEN_AWAY,
    Index,
    Portable,
    Shape,
    digest_of,
    participant_uid,
    scan,
    shapes,
    target_uid,
    version_id,
)
from coach.store.exchange.tables import Rival, Version


def notice(session: Session) -> Index:
    """Write down what was changed, added and taken away here since the last time; gives what there is."""
    index = Index()
    for shape in shapes().values():
        if shape.added_only:
            for _ in scan(session, shape, index, whole=False):
                pass
        else:
            _notice(session, shape, index)
    session.flush()
    return index


def versions_of(session: Session, table: str) -> dict[str, Version]:
    """The versions of a table's rows here, by uid."""
    return {v.uid: v for v in session.scalars(select(Version).where(Version.table == table))}


def rivals_of(session: Session, table: str) -> dict[str, list[Rival]]:
    """The versions of a table's rows that wait for a decision, by uid."""
    found: dict[str, list[Rival]] = defaultdict(list)
    for rival in session.scalars(select(Rival).where(Rival.table == table).order_by(Rival.uid, Rival.id)):
        found[rival.uid].append(rival)
    return found


def parent_of(shape: Shape, row: Portable) -> str | None:
    """The uid of the row that a row hangs on."""
    return None if shape.parent is None else target_uid(shape.parent[1], row[shape.parent[0]])


def forget(session: Session, table: str, uid: str) -> None:
    """Remember nothing of a row: it went for good, and that is not for others to learn from here."""
    session.execute(delete(Version).where(Version.table == table, Version.uid == uid))
    session.execute(delete(Rival).where(Rival.table == table, Rival.uid == uid))


def forget_participant(session: Session, code: str) -> None:
    """Remember nothing of a participant's rows, nor of her in other people's."""
    uid = participant_uid(code)
    session.execute(delete(Version).where(Version.owner == uid))
    session.execute(delete(Rival).where(Rival.owner == uid))
    for rival in session.scalars(select(Rival)):
        shape = shapes()[rival.table]
        named = [c for c, t in shape.references.items() if t == "participant" and rival.row is not None]
        if rival.row is not None and any(rival.row[column] == code for column in named):
            rival.row = rival.row | {c: None for c in named if rival.row[c] == code}


def _notice(session: Session, shape: Shape, index: Index) -> None:
    known = versions_of(session, shape.name)
    rivals = rivals_of(session, shape.name)
    new: list[dict[str, Any]] = []
    here: set[str] = set()
    for uid, row in scan(session, shape, index):
        here.add(uid)
        digest, version = digest_of(shape, row), known.get(uid)
        if version is None:
            new.append(
                {
                    "table": shape.name, "uid": uid, "id": version_id(uid, digest, ()), "ancestors": [],
                    "digest": digest, "owner": index.owners[shape.name][uid], "parent": parent_of(shape, row),
                }
            )  # fmt: skip
        elif version.digest != digest:
            _follow(session, version, digest, rivals)
    if new:
        session.execute(insert(Version), new)
    for uid in known.keys() - here:
        hangs = shape.parent is not None and known[uid].parent in index.live[shape.parent[1]]
        if shape.name not in TAKEN_AWAY or not hangs:
            forget(session, shape.name, uid)
        elif known[uid].digest is not None:
            _follow(session, known[uid], None, rivals)


def _follow(
    session: Session, version: Version, digest: str | None, rivals: Mapping[str, list[Rival]]
) -> None:
    """The next version: it follows from the one so far, and from rivals that said the same."""
    same = [rival for rival in rivals.get(version.uid, ()) if rival.digest == version.digest]
    parents = [version.id, *(rival.id for rival in same)]
    older = {*version.ancestors, *(ancestor for rival in same for ancestor in rival.ancestors)}
    version.id = version_id(version.uid, digest, parents)
    version.ancestors, version.digest = sorted({*parents, *older}), digest
    for rival in same:
        session.delete(rival)
