"""Laptops made for tests: a data folder each, that know each other."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from store_given import entry_of, round_of

from coach.store.exchange import keys, parcel
from coach.store.exchange.merging import Merged, merge
from coach.store.exchange.rows import Index, scan, shapes
from coach.store.exchange.versions import notice, rivals_of, versions_of
from coach.store.models import Practice
from coach.store.repository import Store

ANI, RINA = "Bidan Ani", "Bidan Rina"


@cache
def empty_database() -> bytes:
    """A database with its tables made, to be copied: making them takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.sqlite"
        Store(Path(folder), f"sqlite:///{path}").close()
        return path.read_bytes()


class Laptop:
    """A laptop with its records.

    Parameters
    ----------
    home : Path
    name : str
    url : str, optional
        Of another database than SQLite in `home`.
    """

    def __init__(self, home: Path, name: str, url: str | None = None) -> None:
        home.mkdir(parents=True)
        if url is None:
            (home / "records.sqlite").write_bytes(empty_database())
        self.home, self.name = home, name
        self.store = Store(home, url or f"sqlite:///{home}/records.sqlite")
        self.keys = keys.make_keys(home, name)

    def knows(self, *others: Laptop) -> Laptop:
        for other in others:
            keys.pair(self.home, other.keys.card, other.keys.card.fingerprint)
        return self

    def send(self, to: Laptop, path: Path, **chosen: Any) -> Path:
        parcel.send(self.store, path, self.keys, to.keys.card, **chosen)
        return path

    def take(self, path: Path) -> Merged:
        with parcel.opened(path, self.keys, keys.known(self.home)) as opened:
            return merge(self.store, opened, "Bu Office")

    def practise(self, number: int, code: str = "A-07", **changes: Any) -> int:
        recording, report = round_of()
        entry = entry_of(report, key=f"round-{number}", code=code, **changes)
        # Every recording is another one, though it is computed once.
        return self.store.keep(entry, replace(recording, v_cm=recording.v_cm + number / 1000))

    def id_of(self, number: int) -> int:
        """This database's number of a round."""
        with self.store.reading() as session:
            return session.scalars(select(Practice.id).where(Practice.key == f"round-{number}")).one()

    def state(self) -> dict[str, Any]:
        """All that travels: rows without a conflict as they read, and of each the versions that are known."""
        with self.store.writing() as session:
            notice(session)
            index, found = Index(), {}
            for shape in shapes().values():
                rows = dict(scan(session, shape, index))
                if shape.added_only:
                    found[shape.name] = rows
                    continue
                known, rivals = versions_of(session, shape.name), rivals_of(session, shape.name)
                found[shape.name] = {
                    uid: (
                        sorted({version.id, *(rival.id for rival in rivals.get(uid, ()))}),
                        rows.get(uid) if uid not in rivals else None,
                    )
                    for uid, version in known.items()
                }
                assert set(rows) <= set(known)
            return found


def moment(day: int) -> datetime:
    return datetime(2026, 11, day, 8, tzinfo=UTC)
