"""Looking whether something is gone: in every table, and byte by byte in every file of the data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from sqlalchemy import String, func, or_, select

from coach.store import withdrawn
from coach.store.models import Base, Participant, Practice
from coach.store.repository import Store


def search(store: Store, codes: Collection[str], names: Iterable[str]) -> tuple[int, tuple[str, ...]]:
    """Search the whole data folder and the database for participants.

    Parameters
    ----------
    store : Store
    codes : collection of str
    names : iterable of str
        Keys and folders of the rounds, hashes of the recordings and videos.

    Returns
    -------
    searched : int
        Files that were read.
    left : tuple of str
        Tables and files in which something was found.
    """
    left = [f"table {name}" for name in _tables_with(store, codes)]
    needles = {name.encode() for name in names}
    needles |= {code.encode() for code in codes if _is_telling(store, code)}
    searched = 0
    for path in _files(store.home):
        searched += 1
        data = path.read_bytes()
        if path.suffix in (
            ".parquet",
            ".mp4",
        ):  # compressed: the bytes of a name are found in it by chance only
            found = hashlib.sha256(data).hexdigest().encode() in needles
        else:
            found = any(needle in data for needle in needles)
        if found or any(needle in str(path.relative_to(store.home)).encode() for needle in needles):
            left.append(str(path.relative_to(store.home)))
    return searched, tuple(left)


def _tables_with(store: Store, codes: Collection[str]) -> list[str]:
    """Tables with one of the codes in any column of text."""
    found = []
    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            texts = [c for c in table.columns if isinstance(c.type, String)]
            if texts and session.scalar(
                select(func.count()).select_from(table).where(or_(*(c.in_(codes) for c in texts)))
            ):
                found.append(table.name)
    return found


def _is_telling(store: Store, code: str) -> bool:
    """Whether the code's bytes alone mean this participant: not "07", which any time holds, nor "A-1" beside "A-10"."""
    if len(code) < 4 or not any(c.isalpha() for c in code):
        return False
    with store.reading() as session:
        others = session.scalars(
            select(Participant.code).where(Participant.code.contains(code, autoescape=True))
        )
        rounds = session.scalars(select(Practice.key).where(Practice.key.contains(code, autoescape=True)))
        return not others.all() and not rounds.all()


def _files(home: Path) -> Iterator[Path]:
    """Files that may hold something of a person: not the models, nor the references an instructor made."""
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.relative_to(home).parts[0] not in ("models", "references", withdrawn.FILE):
            yield path
