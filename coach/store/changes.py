"""Whether the records have changed since somebody looked, whoever changed them: this program, another one, a person.

What was read from them may be shown again only while nothing was written. A mark is taken before reading; as long as
the next one equals it, what was read is still what is there.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any

from sqlalchemy import Engine, text

from coach.store import database


class Changes:
    """Marks of one database.

    Parameters
    ----------
    engine : Engine
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._watching: Any = None
        self._turn = object()

    def mark(self) -> Hashable:
        """Two equal marks: nothing was written by anybody in between.

        SQLite counts, for each connection, what the others have written (`PRAGMA data_version`), in this process and
        in any other: here one connection of its own asks, which never writes and never holds a transaction open.
        PostgreSQL tells which transactions had ended: two equal snapshots see the same.

        Raises
        ------
        StoreError
            When the database cannot be reached.
        """
        if self._engine.dialect.name == "sqlite":
            with self._lock:
                if self._watching is None:
                    self._watching = self._engine.raw_connection()
                    self._watching.detach()  # nobody else is ever given it
                    self._turn = object()  # every connection counts anew: its marks are like no other's
                return (self._turn, *self._watching.execute("PRAGMA data_version").fetchone())
        with database.reading(self._engine) as session:
            asked = text("SELECT pg_postmaster_start_time()::text, txid_current_snapshot()::text")
            return (self._turn, *session.execute(asked).one())

    def close(self) -> None:
        """Let go of the database; the next mark is unlike all before."""
        with self._lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
