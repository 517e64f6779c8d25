"""Rows that an older program wrote down, brought up to date as its own database would be, in memory only.

So a backup of any age can be restored by the same migrations that bring a database up to date, tried with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, MetaData, Table, create_engine, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from coach.store import database

Rows = Iterator[list[dict[str, Any]]]


@contextmanager
def brought_up(revision: str, rows_of: Callable[[Table], Rows]) -> Iterator[Callable[[Table], Rows]]:
    """Gives what `rows_of` gives of the tables of `revision`, as rows of today's tables.

    Parameters
    ----------
    revision : str
        Of the tables that the rows were written down from.
    rows_of : callable
        Gives a table's rows as they are in JSON, in batches.

    Raises
    ------
    StoreError
        The revision is not known: the rows are of a newer program.
    """
    engine = create_engine("sqlite://", poolclass=StaticPool)  # one connection is one database
    try:
        database.migrate(engine, revision)
        of_then = MetaData()
        of_then.reflect(engine)
        with engine.begin() as connection:
            for table in of_then.sorted_tables:
                if table.name != "alembic_version":
                    for batch in rows_of(table):
                        connection.execute(insert(table), [_read(table, row) for row in batch])
        database.migrate(engine)
        with Session(engine) as session:
            yield lambda table: _rows(session, table)
    finally:
        engine.dispose()


def _rows(session: Session, table: Table) -> Rows:
    found = session.execute(select(table).execution_options(yield_per=500))
    for batch in found.mappings().partitions():
        yield [dict(row) for row in batch]


def _read(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row's JSON as values of the table's columns; moments are UTC there, without saying so."""
    values = dict(row)
    for column in table.columns:
        value = values.get(column.name)
        if value is not None and isinstance(column.type, DateTime):
            values[column.name] = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        elif value is not None and isinstance(column.type, Date):
            values[column.name] = date.fromisoformat(value)
    return values
