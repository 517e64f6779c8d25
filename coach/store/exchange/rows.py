"""Rows as they travel: named alike on every laptop, with nothing in them that only one database understands.

A row's *uid* is a hash of what it is, not of what it says: a practice of the key of its round, a mark of practice,
instructor and item. Numbers that a database gives by itself stay at home; where another row refers to one, its uid
travels. The *digest* is a hash of what a row says, as far as two laptops could say different things of it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, Date, Float, Integer, String, Table, select
from sqlalchemy.orm import Session

from coach.store.base import Base, UtcTime

AT_HOME = ("access", "instructor", "rival", "version", "yearly")
"""Tables that do not travel: passwords, the trail, what is remembered of versions, and a year's figures, in which the
same people would be counted twice."""
ADDED_ONLY = ("result", "cue")
"""Rows that are never changed: who has one has it, and there is nothing to disagree on."""
TAKEN_AWAY = ("mark", "note")
"""Rows that are deleted by hand, which others have to learn. Any other that is gone was kept long enough here, or its
participant withdrew consent, which travels by its own list."""
_IDENTITY = {
    "practice": ("key",),
    "result": ("practice_id", "rules"),
    "cue": ("practice_id", "t_s", "cue"),
    "note": ("uid",),
    "change": ("uid",),
}
"""What names a row whose primary key is a number of one database."""
_REFERENCES = {"change": {"undoes": "change"}}
"""References that are no foreign keys."""
_DERIVED = {"practice": ("result_id", "overall", "rated", "decision", "reviewed_utc")}
"""Columns that repeat what stands in other tables: worked out anew by whoever receives."""
_STAYS = {"practice": ("film",)}
"""Columns that never leave this computer: the video that she agreed to is seen where she practised."""
_LATEST = ("made_utc", "made_by", "changed_utc", "changed_by", "consent_utc", "decided_utc")
"""Columns that say who wrote when: two laptops that wrote the same do not disagree, the later counts."""
_FORGOTTEN = ("recording",)
"""Columns that are emptied when a time is over or consent taken back: empty on one laptop is empty on all."""
_SAMPLE = "sample"
_MANY = 500

Portable = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """How the rows of a table travel.

    Attributes
    ----------
    identity, compared, joined : tuple of str
        Columns that name a row; that make its digest; that are joined column by column.
    number : str or None
        The column with a number of this database's own.
    references : dict
        Column to the table that it refers to.
    """

    table: Table
    identity: tuple[str, ...]
    compared: tuple[str, ...]
    joined: tuple[str, ...]
    number: str | None
    references: dict[str, str]

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def added_only(self) -> bool:
        return self.name in ADDED_ONLY

    @property
    def parent(self) -> tuple[str, str] | None:
        """Column and table of the first reference that every row has."""
        return next(((c, t) for c, t in self.references.items() if not self.table.c[c].nullable), None)

    @property
    def key(self) -> list[Column[Any]]:
        return list(self.table.primary_key)


def _unsent(table: str) -> tuple[str, ...]:
    return (*_DERIVED.get(table, ()), *_STAYS.get(table, ()))


@cache
def shapes() -> dict[str, Shape]:
    """All tables that travel, by name; what others refer to comes first."""
    return {t.name: _shape(t) for t in Base.metadata.sorted_tables if t.name not in AT_HOME}


def _shape(table: Table) -> Shape:
    key = list(table.primary_key)
    number = key[0].name if len(key) == 1 and isinstance(key[0].type, Integer) else None
    identity = _IDENTITY.get(table.name) or tuple(column.name for column in key)
    if number in identity:
        raise ValueError(f"{table.name}: a number of one database names nothing on another")
    references = {fk.parent.name: fk.column.table.name for fk in table.foreign_keys}
    references |= _REFERENCES.get(table.name, {})
    joined = tuple(c.name for c in table.c if c.name in (*_LATEST, *_FORGOTTEN) and c.name not in identity)
    left_out = {number, _SAMPLE, *joined, *_unsent(table.name)}
    compared = tuple(c.name for c in table.c if c.name not in left_out)
    ordered = {c.name: references[c.name] for c in table.c if c.name in references}
    return Shape(table, identity, compared, joined, number, ordered)


@dataclass
class Index:
    """Which rows are here.

    Attributes
    ----------
    live : dict
        Table to uid to primary key.
    named : dict
        Table to this database's own number to uid.
    owners : dict
        Table to uid to the uid of the participant that the row is of.
    """

    live: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(dict))
    named: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    owners: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, shape: Shape, row: Portable, key: tuple[Any, ...]) -> str:
        """Enter a row; gives its uid."""
        uid = uid_of(shape, row)
        self.live[shape.name][uid] = key
        if shape.number is not None:
            self.named[shape.name][key[0]] = uid
        self.owners[shape.name][uid] = self.owner(shape, row)
        return uid

    def drop(self, shape: Shape, uid: str) -> None:
        """Take a row out."""
        key = self.live[shape.name].pop(uid)
        if shape.number is not None:
            self.named[shape.name].pop(key[0], None)

    def owner(self, shape: Shape, row: Portable) -> str | None:
        """The participant that a row is of, by uid."""
        if shape.name == "participant":
            return uid_of(shape, row)
        for column, target in shape.references.items():
            if not shape.table.c[column].nullable:
                found = self.owners[target].get(target_uid(target, row[column]))
                if found is not None:
                    return found
        return None

    def has_parents(self, shape: Shape, row: Portable) -> bool:
        """Whether all rows are here that this one cannot be without."""
        return all(
            shape.table.c[column].nullable or target_uid(target, row[column]) in self.live[target]
            for column, target in shape.references.items()
        )


def uid_of(shape: Shape, row: Mapping[str, Any]) -> str:
    """The name of a row on every laptop."""
    return _hash([shape.name, *(row[column] for column in shape.identity)])


def target_uid(target: str, value: Any) -> str:
    """The uid of the row that a travelling reference means."""
    shape = shapes()[target]
    return str(value) if shape.number is not None else _hash([target, value])


def participant_uid(code: str) -> str:
    """The uid of a participant."""
    return _hash(["participant", code])


def digest_of(shape: Shape, row: Mapping[str, Any]) -> str:
    """What a row says, as a hash."""
    return _hash([row[column] for column in shape.compared])


def version_id(uid: str, digest: str | None, parents: Collection[str]) -> str:
    """The name of a version: of the same contents after the same versions it is the same on every laptop."""
    return _hash([uid, digest, sorted(parents)])


def scan(
    session: Session, shape: Shape, index: Index, *where: ColumnElement[bool], whole: bool = True
) -> Iterator[tuple[str, Portable]]:
    """Uid and row of what a table holds, as it travels and entered into `index`.

    The sample, and whatever hangs on a row that is not in `index`, is left out.

    Parameters
    ----------
    session : Session
    shape : Shape
    index : Index
    *where
        Conditions.
    whole : bool
        All columns; else those alone that name the row and that it hangs on.
    """
    table = shape.table
    wanted = {c.name for c in shape.key} | set(shape.identity) | set(shape.references)
    columns = [c for c in table.c if whole or c.name in wanted]
    query = select(*columns).where(*where).order_by(*shape.key).execution_options(yield_per=_MANY)
    if _SAMPLE in table.c:
        query = query.where(~table.c[_SAMPLE])
    for found in session.execute(query).mappings():
        row = travelling(shape, found, index)
        if row is not None:
            yield index.add(shape, row, tuple(found[c.name] for c in shape.key)), row


def travelling(shape: Shape, found: Mapping[Any, Any], index: Index) -> Portable | None:
    """A database's row as it travels; None when a row that it hangs on does not."""
    row: Portable = {}
    for column in shape.table.c:
        name = column.name
        if name not in found or name in (shape.number, _SAMPLE, *_unsent(shape.name)):
            continue
        value = found[name]
        target = shape.references.get(name)
        if target is not None and value is not None and shapes()[target].number is not None:
            value = index.named[target].get(value)
            if value is None and not column.nullable:
                return None
        row[name] = _plain(value)
    return row if index.has_parents(shape, row) else None


def at_home(shape: Shape, row: Portable, index: Index) -> dict[str, Any] | None:
    """A travelling row for this database; None when a row that it hangs on is not here.

    A reference that may be empty is, when what it means is not here.

    Raises
    ------
    ValueError
        A value is not what its column holds.
    """
    if not index.has_parents(shape, row):
        return None
    values: dict[str, Any] = {}
    for column in shape.table.c:
        name = column.name
        if name == _SAMPLE:
            values[name] = False
        if name not in row:
            continue
        value = _checked(column, row[name], text=name in shape.references)
        target = shape.references.get(name)
        if target is not None and value is not None:
            key = index.live[target].get(target_uid(target, value))
            value = None if key is None else key[0] if shapes()[target].number is not None else value
        values[name] = value
    return values


def join(shape: Shape, *rows: Portable) -> Portable:
    """The columns on which laptops do not disagree, out of all that is known of one row."""
    joined: Portable = {}
    for column in shape.joined:
        values = [row[column] for row in rows]
        known = [value for value in values if value is not None]
        empty = not known or (column in _FORGOTTEN and len(known) < len(values))
        joined[column] = None if empty else max(known)
    return joined


def check(shape: Shape, row: Any) -> Portable:
    """A row that came in from outside, if it has exactly the columns that travel.

    Raises
    ------
    ValueError
        It has not.
    """
    if not isinstance(row, dict) or set(row) != {*shape.compared, *shape.joined}:
        raise ValueError(f"not a row of {shape.name}")
    for column in shape.references:
        if not isinstance(row[column], str) and not (row[column] is None and shape.table.c[column].nullable):
            raise ValueError(f"{shape.name}.{column}: no reference")
    for name in shape.identity:
        _checked(shape.table.c[name], row[name], text=name in shape.references)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _checked(column: Column[Any], value: Any, *, text: bool = False) -> Any:
    """The value as the column holds it; `text` for a reference, which travels as text."""
    kind = column.type
    if value is None:
        if not column.nullable:
            raise ValueError(f"{column}: empty")
        return None
    if text:
        return str(value)
    if isinstance(kind, JSON):
        return value
    if isinstance(kind, Boolean):
        fits = isinstance(value, bool)
    elif isinstance(kind, Integer):
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31
    elif isinstance(kind, Float):
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    elif isinstance(value, str) and isinstance(kind, UtcTime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(f"{column}: a moment without a time zone")
        return moment
    elif isinstance(value, str) and isinstance(kind, Date):
        return date.fromisoformat(value)
    else:
        fits = (
            isinstance(kind, String)
            and isinstance(value, str)
            and "\0" not in value
            and (kind.length is None or len(value) <= kind.length)
        )
    if not fits:
        raise ValueError(f"{column}: {type(value).__name__}")
    return value


def _hash(parts: list[Any]) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
