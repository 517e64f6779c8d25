"""What goes again: by the retention times, at once when a participant withdraws consent, and a video by itself.

A withdrawal is proved by looking afterwards; see `coach.store.proof`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from coach.errors import StoreError
from coach.i18n import N_
from coach.settings import Settings
from coach.store import inbox, proof, withdrawn
from coach.store.entries import clean_code
from coach.store.exchange.versions import forget_participant, notice
from coach.store.files import Files
from coach.store.models import Access, Participant, Practice
from coach.store.programme_tables import Answer, Attendance, Enrolment, Home, Programme, Quiz
from coach.store.repository import Store
from coach.store.yearly import sum_up


@dataclass(frozen=True)
class Receipt:
    """What a withdrawal did.

    Attributes
    ----------
    practices, recordings, films, folders : int
        How many were deleted.
    searched : int
        Files of the data folder that were read afterwards.
    left : tuple of str
        Where something was still found: files and tables; none when all is gone.
    at_utc : datetime
    """

    practices: int
    recordings: int
    films: int
    folders: int
    searched: int
    left: tuple[str, ...]
    at_utc: datetime

    @property
    def proved(self) -> bool:
        return not self.left


@dataclass(frozen=True)
class Expired:
    """What `expire` deleted: movement data of how many practices, how many practices as a whole, and how many videos
    of others."""

    movements: int
    practices: int
    films: int = 0


def withdraw(store: Store, code: str, *, who: str | None = None) -> Receipt:
    """Delete everything of a participant, everywhere in the data folder, and look whether it is gone.

    Parameters
    ----------
    store : Store
    code : str
    who : str, optional
        The instructor who does it, for the trail; the trail does not name the participant.

    Raises
    ------
    StoreError
        There is nothing of that code.
    """
    code = clean_code(code)
    folders = inbox.folders_of(store.home, code)
    filmed = [any(folder.glob("video.*")) for folder in folders]
    with store.writing() as session:
        if session.get(Participant, code) is None and not folders:
            raise StoreError(N_("There is nothing of “{code}” in the records."), code=code)
        withdrawn.add(store.home, code)  # first: what comes in from now on is refused
        erased = erase(session, code)
        count = len(erased.keys)
        session.add(Access(at_utc=datetime.now(UTC), who=who or "-", what="withdrawal", detail=f"{count}"))
    gone = clear_up(store, [erased])
    names = {*erased.keys, *gone, *erased.films, *(folder.name for folder in folders)}
    searched, left = proof.search(store, [code], names)
    films = len(erased.films) + sum(filmed)
    return Receipt(count, len(gone), films, len(folders), searched, left, datetime.now(UTC))


@dataclass(frozen=True)
class Erased:
    """What `erase` took out of the tables and `clear_up` has yet to delete: keys of rounds, hashes of recordings and of
    videos."""

    code: str
    keys: frozenset[str]
    shas: frozenset[str]
    films: frozenset[str]


def erase(session: Session, code: str) -> Erased:
    """Delete a participant's rows, and what is remembered of their versions."""
    keys = frozenset(session.scalars(select(Practice.key).where(Practice.code == code)))
    shas = frozenset(_named(session, Practice.recording, Practice.code == code))
    films = frozenset(_named(session, Practice.film, Practice.code == code))
    session.execute(delete(Participant).where(Participant.code == code))
    forget_participant(session, code)
    return Erased(code, keys, shas, films)


def clear_up(store: Store, erased: Sequence[Erased]) -> set[str]:
    """Delete the files of erased participants once the rows are gone; gives the recordings deleted."""
    gone = _delete_recordings(store, {sha for one in erased for sha in one.shas})
    _delete_films(store, {sha for one in erased for sha in one.films})
    for one in erased:
        inbox.forget(store.home, {folder.name for folder in inbox.folders_of(store.home, one.code)})
    _forget_pages(store)
    return gone


def expire(store: Store, settings: Settings, *, now: datetime | None = None) -> Expired:
    """Delete what is kept longer than `settings` allow: the video and movement data after review, then the practice.

    A video that nobody reviews goes as long after the practice as movement data after the review. Movement data of a
    practice that nobody reviews goes with the practice. What a programme knows of a participant goes when nothing was
    written down about that person for as long as scores are kept. Of a year that is over, figures that belong to nobody
    remain.
    """
    now = now or datetime.now(UTC)
    movement = now - timedelta(days=settings.keep_movement_days)
    scores = now - timedelta(days=settings.keep_scores_days)
    old = Practice.started_utc < scores
    reviewed = Practice.reviewed_utc < movement
    held = reviewed & Practice.recording.is_not(None)
    seen = now - timedelta(days=min(settings.keep_video_days, settings.keep_movement_days))
    filmed = (Practice.reviewed_utc < seen) | (Practice.started_utc < movement)
    with store.writing() as session:
        shas = _named(session, Practice.recording, old | reviewed)
        films = _named(session, Practice.film, old | filmed)
        films_of = len(
            session.scalars(select(Practice.id).where(filmed & Practice.film.is_not(None) & ~old)).all()
        )
        session.execute(update(Practice).where(filmed & Practice.film.is_not(None)).values(film=None))
        keys = set(session.scalars(select(Practice.key).where(old | reviewed)))
        movements = len(session.scalars(select(Practice.id).where(held & ~old)).all())
        session.execute(update(Practice).where(held & ~old).values(recording=None))
        sum_up(session, scores, now)
        practices = session.execute(delete(Practice).where(old)).rowcount  # type: ignore[attr-defined]
        _forget_programmes(session, scores)
        none = [
            ~select(table).where(table.code == Participant.code).exists() for table in (Practice, Enrolment)
        ]
        session.execute(delete(Participant).where(*none))
        if practices:
            notice(session)  # nor is anything remembered of their versions
    inbox.forget(store.home, keys)  # an older program's picture that was agreed to goes with the movement
    films_of += inbox.expire_films(store.home, movement)
    _delete_films(store, films)
    if movements or practices:
        _delete_recordings(store, shas)
        _forget_pages(store)
    return Expired(movements, practices, films_of)


def delete_film(store: Store, key: str, who: str) -> bool:
    """Delete the video of one round, whether the records have taken it in or not; False when there was none.

    Parameters
    ----------
    store : Store
    key : str
        Of the round.
    who : str
        For the trail: the instructor, or `coach.store.access.COUPLE`.
    """
    waiting = inbox.drop_film(store.home, key)
    with store.writing() as session:
        practice = session.scalar(select(Practice).where(Practice.key == key))
        sha = None if practice is None else practice.film
        if practice is not None:
            practice.film = None
        if waiting or sha:
            number = None if practice is None else f"practice {practice.id}"
            session.add(Access(at_utc=datetime.now(UTC), who=who, what="video deleted", detail=number))
    if sha:
        _delete_films(store, {sha})
    return waiting or sha is not None


def delete_films_of(store: Store, code: str, who: str) -> int:
    """Delete the videos of all rounds of a participant, who takes back this consent alone; gives how many."""
    with store.reading() as session:
        keys = set(
            session.scalars(select(Practice.key).where(Practice.code == code, Practice.film.is_not(None)))
        )
    keys |= {folder.name for folder in inbox.folders_of(store.home, code)}
    return sum(delete_film(store, key, who) for key in sorted(keys))


def remove_samples(store: Store) -> int:
    """Delete everything that was made up to try the program out; gives how many participants that were."""
    with store.writing() as session:
        codes = session.scalars(select(Participant.code).where(Participant.sample)).all()
        shas = _named(session, Practice.recording, Practice.code.in_(codes))
        films = _named(session, Practice.film, Practice.code.in_(codes))
        keys = set(session.scalars(select(Practice.key).where(Practice.code.in_(codes))))
        session.execute(delete(Programme).where(Programme.sample))
        session.execute(delete(Participant).where(Participant.sample))
    inbox.forget(store.home, keys | {f.name for code in codes for f in inbox.folders_of(store.home, code)})
    _delete_recordings(store, shas)
    _delete_films(store, films)
    _forget_pages(store)
    return len(codes)


def _forget_programmes(session: Session, before: datetime) -> None:
    """Take participants out of programmes in which nothing was written of them since `before`."""
    personal = (Attendance, Quiz, Home, Answer)
    quiet = [~select(t).where(t.code == Enrolment.code, t.changed_utc >= before).exists() for t in personal]
    recent = select(Practice).where(Practice.code == Enrolment.code, Practice.started_utc >= before).exists()
    gone = set(
        session.scalars(select(Enrolment.code).where(Enrolment.changed_utc < before, ~recent, *quiet)).all()
    )
    kept = set(session.scalars(select(Enrolment.code).where(Enrolment.changed_utc >= before)).all())
    for table in (*personal, Enrolment):
        session.execute(delete(table).where(table.code.in_(gone - kept)))


Hashes = InstrumentedAttribute[str | None]


def _named(session: Session, column: Hashes, where: ColumnElement[bool]) -> set[str]:
    """The hashes that rows name in a column."""
    return {sha for sha in session.scalars(select(column).where(column.is_not(None), where)) if sha}


def _delete_recordings(store: Store, shas: set[str]) -> set[str]:
    return _delete_files(store, store.files, Practice.recording, shas)


def _delete_films(store: Store, shas: set[str]) -> set[str]:
    return _delete_files(store, store.films, Practice.film, shas)


def _delete_files(store: Store, files: Files, column: Hashes, shas: set[str]) -> set[str]:
    """Delete files that no practice names any more, and say which: two rounds may share one."""
    if not shas:
        return set()
    with store.writing() as session:
        still = _named(session, column, column.in_(shas))
        for sha in shas - still:
            files.delete(sha)
    return shas - still


def _forget_pages(store: Store) -> None:
    """Drop what the engine itself still holds of deleted rows: old pages and the write-ahead log."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.commit()  # VACUUM wants no transaction around it
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.execute(text("VACUUM"))
