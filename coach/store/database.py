"""Opening the database: SQLite in the data folder, or what COACH_DATABASE_URL names; brought up to date first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from coach.errors import StoreError
from coach.i18n import N_

FILE = "records.sqlite"
_WAIT_MS = 10_000
"""How long a writer waits for another one (our own choice; a round is written in well under a second)."""
_LOCK = 0x6D617373616765
"""PostgreSQL's advisory lock of this program's writers: one at a time, as in SQLite."""


def database_url(home: Path) -> str | URL:
    """``COACH_DATABASE_URL``, or the SQLite file in `home`."""
    return os.environ.get("COACH_DATABASE_URL") or URL.create("sqlite", database=str(home / FILE))


def open_engine(url: str | URL) -> Engine:
    """Connect, and bring the tables up to date.

    Raises
    ------
    StoreError
        When the database cannot be reached, or was written by a newer program.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        elif parsed.get_backend_name() != "sqlite":
            raise StoreError(
                N_("COACH_DATABASE_URL must begin with sqlite:// or postgresql://, not {kind}://."),
                kind=parsed.get_backend_name(),
            )
        engine = create_engine(parsed)
    except (ArgumentError, ImportError) as error:
        raise StoreError(N_("COACH_DATABASE_URL is not the address of a database.")) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for pragma in (
            f"busy_timeout = {_WAIT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",  # what was confirmed survives a power cut
            "foreign_keys = ON",
            "secure_delete = ON",  # what is deleted is overwritten
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer takes its lock at once: two that began by reading could not both go on to write.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(engine: Engine, to: str | None = None) -> None:
    """Bring the tables up to a revision; default: today's.

    Raises
    ------
    StoreError
        They, or the revision, are a newer program's.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    head = to or ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    try:
        with reading(engine) as session:
            if _version(session) == head:
                return
        with writing(engine) as session:
            if _version(session) != head:  # another process may have been quicker
                config.attributes["connection"] = session.connection()
                command.upgrade(config, head)
    except CommandError as error:
        raise StoreError(N_("The records were written by a newer program. Update this one.")) from error


def _version(session: Session) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(session.connection()).get_current_revision()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent look at the database."""
    with _sentences(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One change: all of it or nothing; no other writer meanwhile, in this process or another."""
    with (
        _sentences(),
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        if engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield session


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        # The driver's own text may name hosts and users, never values: those SQLAlchemy keeps to itself.
        why = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
        raise StoreError(N_("The records cannot be used ({why})."), why=why) from error
    except SQLAlchemyError as error:
        raise StoreError(N_("The records cannot be used ({why})."), why=type(error).__name__) from error
