"""What was made up to try the program out: told apart from what is real, kept out of results, and taken away again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from coach.store import proof
from coach.store.base import Base
from coach.store.listing import Filter
from coach.store.models import Participant, Practice
from coach.store.programme_tables import Programme
from coach.store.removal import remove_samples
from coach.store.repository import Store


@dataclass(frozen=True)
class Removed:
    """What `remove` deleted, and where something is left.

    Attributes
    ----------
    participants, practices, recordings : int
    searched : int
        Files of the data folder that were read afterwards.
    left : tuple of str
        Tables and files; none when all is gone.
    """

    participants: int
    practices: int
    recordings: int
    searched: int
    left: tuple[str, ...]


def present(store: Store) -> bool:
    """Whether there is anything made up in the records."""
    with store.reading() as session:
        return any(
            session.scalar(select(kind.sample).where(kind.sample).limit(1))
            for kind in (Participant, Programme)
        )


def is_sample(store: Store, code: str) -> bool:
    """Whether the participant of that code is made up."""
    with store.reading() as session:
        person = session.get(Participant, code)
        return person is not None and person.sample


def apart(store: Store, wanted: Filter) -> Filter:
    """What `wanted` lets through of the real; when none of that is real, of the sample.

    So nothing made up comes into a real result, and everything can be tried with the sample alone.
    """
    real = replace(wanted, sample=False)
    with store.reading() as session:
        some = session.scalar(select(Practice.id).where(real.where()).limit(1))
    return replace(wanted, sample=some is None)


def remove(store: Store) -> Removed:
    """Delete everything that was made up, and look in every table and file whether it is gone."""
    with store.reading() as session:
        codes = session.scalars(select(Participant.code).where(Participant.sample)).all()
        rows = session.execute(select(Practice.key, Practice.recording).where(Practice.code.in_(codes))).all()
        films = {sha for sha in session.scalars(select(Practice.film).where(Practice.code.in_(codes))) if sha}
        programmes = session.scalars(select(Programme.id).where(Programme.sample)).all()
    shas = {sha for _, sha in rows if sha}
    remove_samples(store)
    with store.reading() as session:
        still = set(session.scalars(select(Practice.recording).where(Practice.recording.in_(shas))))
        hanging = [
            f"table {table.name}"
            for table in Base.metadata.sorted_tables
            if "programme_id" in table.c
            and session.scalar(
                select(func.count()).select_from(table).where(table.c.programme_id.in_(programmes))
            )
        ]
    searched, left = proof.search(store, codes, {key for key, _ in rows} | (shas - still) | films)
    return Removed(len(codes), len(rows), len(shas - still), searched, (*hanging, *left))
