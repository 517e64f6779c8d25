"""Backup of the records into one file, and back; the same file fits SQLite and PostgreSQL.

The file is a zip: ``manifest.json`` (format, program, tables' revision, SHA-256 of every other member), one
``tables/NAME.jsonl`` per table, the recordings, and the list of withdrawn codes. Passwords travel as their hashes.
Videos are left out: they are kept for days, a backup lies in a drawer for years. A video that is still here when a
backup is restored stays with its practice.
With a passphrase the zip is sealed as a whole (`coach.store.sealing`): without it nobody reads anything of it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Date, Integer, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from coach import __version__
from coach.atomic import replacing
from coach.errors import StoreError
from coach.i18n import N_
from coach.store import withdrawn
from coach.store.base import Base, UtcTime
from coach.store.models import Participant, Practice
from coach.store.older import Rows, brought_up
from coach.store.removal import erase
from coach.store.repository import Store
from coach.store.sealing import MAGIC, seal, unseal
from coach.store.zipped import BROKEN

FORMAT = 1
SHORTEST = 12
"""Characters of a passphrase. A stolen file can be tried for years, so it takes more than a password at a door that
locks itself (our own choice; four words do)."""
SEALED = ".sealed"
"""How the name of a backup with a passphrase ends."""
_MANIFEST, _WITHDRAWN = "manifest.json", "withdrawn.json"
_MANY = 500


@dataclass(frozen=True)
class Saved:
    """How much a backup holds."""

    practices: int
    recordings: int


def backup(store: Store, path: Path, passphrase: str | None = None) -> Saved:
    """Write everything into one file, whole or not at all; nobody writes meanwhile.

    Parameters
    ----------
    store : Store
    path : Path
    passphrase : str, optional
        Seals the file; without one it can be read by whoever has it.

    Raises
    ------
    OutputError
        When the system refuses to write.
    StoreError
        The passphrase is too short.
    """
    if passphrase is None:
        with replacing(Path(path)) as temporary, temporary.open("wb") as target:
            return _write(store, target)
    if len(passphrase) < SHORTEST:
        raise StoreError(N_("The passphrase needs at least {count} characters."), count=SHORTEST)
    # A file without a name: gone with the process, whatever ends it.
    with tempfile.TemporaryFile() as plain, replacing(Path(path)) as temporary:
        saved = _write(store, plain)
        plain.seek(0)
        with temporary.open("wb") as target:
            seal(plain, target, passphrase=passphrase)
        return saved


def is_sealed(path: Path) -> bool:
    """Whether a file asks for a passphrase before it can be restored."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:  # what is wrong with it is told when it is restored
        return False


def _write(store: Store, target: IO[bytes]) -> Saved:
    sums: dict[str, str] = {}
    with store.writing() as session, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in Base.metadata.sorted_tables:
            _add(archive, sums, f"tables/{table.name}.jsonl", _lines(session, table))
        shas = sorted({sha for sha in session.scalars(select(Practice.recording)) if sha})
        for sha in shas:
            _add(archive, sums, f"recordings/{sha}.parquet", iter([store.files.path(sha).read_bytes()]))
        if (store.home / withdrawn.FILE).exists():
            _add(archive, sums, _WITHDRAWN, iter([(store.home / withdrawn.FILE).read_bytes()]))
        manifest = {
            "format": FORMAT,
            "program": __version__,
            "tables": session.scalar(text("SELECT version_num FROM alembic_version")),
            "made_utc": datetime.now(UTC).isoformat(timespec="seconds"),
            "members": sums,
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        practices = session.scalar(select(func.count()).select_from(Practice)) or 0
    return Saved(practices, len(shas))


def restore(store: Store, path: Path, passphrase: str | None = None) -> Saved:
    """Replace the records by those of a backup. It is checked as a whole first; until all is in, nothing changes.

    Participants who withdrew consent since the backup was made are left out.

    Raises
    ------
    StoreError
        The file is not a backup, is damaged, was made by a newer program, or the passphrase does not open it.
    """
    try:
        with tempfile.TemporaryFile() as plain, zipfile.ZipFile(_opened(path, plain, passphrase)) as archive:
            manifest = _checked(archive, path)
            return _restore(store, archive, manifest, path)
    except (OSError, *BROKEN) as error:
        raise _damaged(path) from error


def _opened(path: Path, plain: IO[bytes], passphrase: str | None) -> Path | IO[bytes]:
    """The zip to read: the file itself, or `plain` with what was sealed in it."""
    if not is_sealed(path):
        return path
    with Path(path).open("rb") as source:
        unseal(source, plain, passphrase=passphrase)
    return plain


def _restore(store: Store, archive: zipfile.ZipFile, manifest: dict[str, Any], path: Path) -> Saved:
    with store.writing() as session:
        shas = [Path(name).stem for name in manifest["members"] if name.startswith("recordings/")]
        for sha in shas:
            if store.files.add_bytes(archive.read(f"recordings/{sha}.parquet")) != sha:
                raise _damaged(path)
        films = set(store.films.stored())
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        today = session.scalar(text("SELECT version_num FROM alembic_version"))
        with _source(archive, manifest, today) as rows_of:
            for table in Base.metadata.sorted_tables:
                for rows in rows_of(table):
                    session.execute(insert(table), rows)
        _count_on(session)
        if _WITHDRAWN in manifest["members"]:
            withdrawn.merge(store.home, withdrawn.added(store.home, archive.read(_WITHDRAWN)))
        session.execute(
            update(Practice).where(Practice.film.is_not(None), ~Practice.film.in_(films)).values(film=None)
        )
        gone = [c for c in session.scalars(select(Participant.code)) if withdrawn.is_withdrawn(store.home, c)]
        for code in gone:
            erase(session, code)
        practices = session.scalar(select(func.count()).select_from(Practice)) or 0
        named = {sha for sha in session.scalars(select(Practice.recording)) if sha}
    store.sweep()
    return Saved(practices, len(named))


def _add(archive: zipfile.ZipFile, sums: dict[str, str], name: str, parts: Iterator[bytes]) -> None:
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        for part in parts:
            digest.update(part)
            member.write(part)
    sums[name] = digest.hexdigest()


def _checked(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest["format"] != FORMAT:
        raise _damaged(path)
    for name, expected in manifest["members"].items():
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while part := member.read(1 << 20):
                digest.update(part)
        if digest.hexdigest() != expected:
            raise _damaged(path)
    return dict(manifest)


def _lines(session: Session, table: Table) -> Iterator[bytes]:
    for row in session.execute(select(table).order_by(*table.primary_key).execution_options(yield_per=_MANY)):
        values = {key: _plain(value) for key, value in row._mapping.items()}
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date, too


@contextmanager
def _source(
    archive: zipfile.ZipFile, manifest: dict[str, Any], today: str | None
) -> Iterator[Callable[[Table], Rows]]:
    """Gives the rows of a table of today, whichever version's tables the backup holds."""
    if manifest["tables"] == today:
        yield lambda table: _rows(archive, table)
        return
    with brought_up(manifest["tables"], lambda table: _plain_rows(archive, table)) as rows_of:
        yield rows_of


def _rows(archive: zipfile.ZipFile, table: Table) -> Rows:
    read = {UtcTime: datetime.fromisoformat, Date: date.fromisoformat}
    readers = {c.name: read[type(c.type)] for c in table.columns if type(c.type) in read}
    for batch in _plain_rows(archive, table):
        for values in batch:
            for name in readers.keys() & values.keys():
                values[name] = None if values[name] is None else readers[name](values[name])
        yield batch


def _plain_rows(archive: zipfile.ZipFile, table: Table) -> Rows:
    batch = []
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for line in lines:
            batch.append(json.loads(line))
            if len(batch) == _MANY:
                yield batch
                batch = []
    if batch:
        yield batch


def _count_on(session: Session) -> None:
    """Let PostgreSQL's numbers go on after the restored ones; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns and isinstance(table.columns["id"].type, Integer):
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # our own table names
                    f"COALESCE((SELECT max(id) FROM {table.name}), 0) + 1, false)"
                )
            )


def _damaged(path: Path) -> StoreError:
    return StoreError(N_("{file} is not a backup of this program, or it is damaged."), file=Path(path).name)
