"""A store on either engine, and rounds to put into it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from store_given import entry_of, round_of

from coach.store.repository import Store


def _postgres_programs() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this test run, reached through a socket in its own folder."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # PostgreSQL refuses to run as root; the package brings a user of its own.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # A short path: a socket's may have no more than 107 characters.
    with tempfile.TemporaryDirectory(prefix="mc-pg-", dir="/tmp") as name:
        folder = Path(name)
        if as_user:
            shutil.chown(folder, "postgres")

        def run(program: str, *options: str) -> None:
            done = subprocess.run(
                [*as_user, str(programs / program), "-D", f"{folder}/data", *options],
                capture_output=True, text=True, cwd="/", check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr

        run("initdb", "-A", "trust", "-U", "coach", "-E", "UTF8", "--no-sync")
        run(
            "pg_ctl",
            "-w",
            "-l",
            f"{folder}/log",
            "-o",
            f"-k {folder} -c listen_addresses= -c fsync=off",
            "start",
        )
        try:
            yield f"postgresql://coach@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Callable[..., str | None]:
    """Gives the address of an empty database on an engine, by name; None means SQLite in the data folder."""

    def make(engine: str, name: str = "postgres") -> str | None:
        if engine == "sqlite":
            return None
        first = request.getfixturevalue("postgres")
        address = first.replace("/postgres?", f"/{name}?")
        with psycopg.connect(first, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(address, autocommit=True) as connection:  # quicker than a new database
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return address

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest,
    coach_home: Path,
    new_database: Callable[..., str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Store]:
    """Empty records, once on each engine."""
    address = new_database(request.param)
    if address is None:
        monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("COACH_DATABASE_URL", address)
    store = Store(coach_home)
    yield store
    store.close()


@pytest.fixture
def kept(store: Store) -> int:
    """One round in the records."""
    recording, report = round_of()
    return store.keep(entry_of(report), recording)
