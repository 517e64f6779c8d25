"""Bringing rows that travelled into the tables of this laptop, one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from coach.store.exchange.parcel import damaged
from coach.store.exchange.rows import Index, Portable, Shape, at_home, digest_of, travelling
from coach.store.exchange.versions import parent_of


@dataclass
class Place:
    """The tables here, while they are changed.

    Attributes
    ----------
    session : Session
    index : Index
        What is here; kept up to date.
    touched : set of int
        Practices that have to be settled afterwards (`coach.store.exchange.settling`).
    new, changed : Counter
        Table to how many rows were added, or changed and taken away.
    """

    session: Session
    index: Index
    touched: set[int] = field(default_factory=set)
    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def rows(self, shape: Shape, keys: dict[str, tuple[Any, ...]]) -> dict[str, Portable]:
        """Rows that are here, as they travel, by uid; `keys` are uids with their primary keys."""
        if not keys:
            return {}
        uids = {key: uid for uid, key in keys.items()}
        found = {}
        query = select(*shape.table.c).where(tuple_(*shape.key).in_(list(uids)))
        for values in self.session.execute(query).mappings():
            row = travelling(shape, values, self.index)
            if row is not None:
                found[uids[tuple(values[c.name] for c in shape.key)]] = row
        return found

    def write(self, shape: Shape, uid: str, row: Portable, here: Portable | None) -> bool:
        """Bring a row into its table, in which it reads `here`; False when it has nothing to hang on."""
        if here == row:
            return True
        values = self.values(shape, row)
        if values is None:
            return False
        live = self.index.live[shape.name]
        if here is not None:
            self.session.execute(update(shape.table).where(_is(shape, live[uid])).values(values))
            self.changed[shape.name] += digest_of(shape, here) != digest_of(shape, row)
            self.index.owners[shape.name][uid] = self.index.owner(shape, row)
        else:
            empty = {"rated": False} if shape.name == "practice" else {}  # until it is settled
            key = self.session.execute(insert(shape.table).values(values | empty).returning(*shape.key)).one()
            self.index.add(shape, row, tuple(key))
            self.new[shape.name] += 1
        self._touch(shape, uid, row)
        return True

    def add_all(self, shape: Shape, rows: dict[str, Portable]) -> None:
        """Add rows that are never changed, or put earlier ones in the place of those that are here."""
        live, values = self.index.live[shape.name], []
        for uid, row in rows.items():
            fitting = self.values(shape, row)
            if fitting is None:
                continue
            self._touch(shape, uid, row)
            if uid in live:
                self.session.execute(update(shape.table).where(_is(shape, live[uid])).values(fitting))
                continue
            live[uid] = ()
            values.append(fitting)
            self.new[shape.name] += 1
        if values:
            self.session.execute(insert(shape.table), values)

    def remove(self, shape: Shape, uid: str, row: Portable) -> None:
        """Take a row away."""
        self.session.execute(delete(shape.table).where(_is(shape, self.index.live[shape.name][uid])))
        self.changed[shape.name] += 1
        self.index.drop(shape, uid)
        self._touch(shape, uid, row)

    def has_parent(self, shape: Shape, parent: str | None) -> bool:
        """Whether the row of that uid is here, on which rows of the table hang."""
        return shape.parent is None or parent in self.index.live[shape.parent[1]]

    def values(self, shape: Shape, row: Portable) -> dict[str, Any] | None:
        """A row as this database writes it; None when it has nothing to hang on."""
        try:
            return at_home(shape, row, self.index)
        except (ValueError, TypeError) as error:
            raise damaged() from error

    def _touch(self, shape: Shape, uid: str, row: Portable) -> None:
        name = uid if shape.name == "practice" else parent_of(shape, row)
        if shape.name == "practice" or (shape.parent is not None and shape.parent[1] == "practice"):
            self.touched.add(self.index.live["practice"][str(name)][0])


def _is(shape: Shape, key: tuple[Any, ...]) -> Any:
    return tuple_(*shape.key) == tuple_(*key)
