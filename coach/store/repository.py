"""The records: practices go in, come out again, and are listed. Plain verbs over tables and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session, selectinload

from coach.atomic import output_error
from coach.errors import EntryError, StoreError
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.scoring.versions import profile_version
from coach.settings import data_folder
from coach.store import database, withdrawn
from coach.store.changes import Changes
from coach.store.entries import SAMPLE_CODE, Entry
from coach.store.files import FilmFiles, RecordingFiles, to_bytes
from coach.store.models import Cue, Participant, Practice, Result


@dataclass(frozen=True)
class Checked:
    """What `Store.check` found.

    Attributes
    ----------
    missing, damaged : tuple of str
        Hashes of recordings that a practice names and that are not there, or not as they were written.
    unnamed : tuple of str
        Recordings that no practice names.
    """

    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    unnamed: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not (self.missing or self.damaged or self.unnamed)


class Store:
    """The records in one data folder and its database.

    Parameters
    ----------
    home : Path, optional
        Default: the data folder.
    url : str, optional
        Of the database; default: ``COACH_DATABASE_URL``, else SQLite in `home`.

    Raises
    ------
    StoreError
        When the database cannot be opened.
    """

    def __init__(self, home: Path | None = None, url: str | URL | None = None) -> None:
        self.home = Path(home) if home is not None else data_folder()
        try:
            # Only for the owner: the records are of people, by code.
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(self.home, error) from error
        self.engine = database.open_engine(url if url is not None else database.database_url(self.home))
        if self.engine.dialect.name == "sqlite" and (self.home / database.FILE).is_file():
            (self.home / database.FILE).chmod(0o600)
        self.changes = Changes(self.engine)
        self.files, self.films = RecordingFiles(self.home), FilmFiles(self.home)
        self.sweep()

    def close(self) -> None:
        """Let go of the database."""
        self.changes.close()
        self.engine.dispose()

    def reading(self) -> AbstractContextManager[Session]:
        """One consistent look."""
        return database.reading(self.engine)

    def writing(self) -> AbstractContextManager[Session]:
        """One change, whole or not at all."""
        return database.writing(self.engine)

    # --- in -----------------------------------------------------------------------------------------

    def keep(self, entry: Entry, recording: Recording | None, film: Path | bytes | None = None) -> int:
        """Enter one round; gives its number.

        Of a round whose key is known only that is added which it lacks and she agrees to now: movement and video.

        Parameters
        ----------
        entry : Entry
        recording : Recording or None
            Kept only with consent, never of anybody known to be under 18, and without the name of its video.
        film : Path or bytes, optional
            Its video: kept as the movement is, with a consent of its own; a file stays where it is.

        Raises
        ------
        EntryError
            Something in the entry may not be kept.
        OutputError, StoreError
            It could not be written.
        """
        checked = entry.checked()
        with self.writing() as session:
            return self._keep(session, checked, recording, film)

    def keep_all(self, rounds: Iterable[tuple[Entry, Recording | None]]) -> list[int]:
        """Enter rounds, all of them or none; see `keep`."""
        checked = [(entry.checked(), recording) for entry, recording in rounds]
        with self.writing() as session:
            return [self._keep(session, entry, recording) for entry, recording in checked]

    def _keep(
        self, session: Session, entry: Entry, recording: Recording | None, film: Path | bytes | None = None
    ) -> int:
        known = session.scalar(select(Practice).where(Practice.key == entry.key))
        if known is not None:
            person = session.get_one(Participant, known.code)
            movement, picture = self._add_agreed(person, known, entry, recording, film)
            if movement or picture:  # that is her newest answer
                person.consent_movement |= movement
                person.consent_picture |= picture
                person.consent_utc = person.changed_utc = datetime.now(UTC)
            return known.id
        if withdrawn.is_withdrawn(self.home, entry.code):
            raise EntryError(
                N_("{code} has withdrawn consent. Give the participant a new code first."),
                code=entry.code,
            )
        practice = _practice(entry)
        self._add_agreed(self._participant(session, entry), practice, entry, recording, film)
        session.add(practice)
        session.flush()
        _count(practice, practice.results[0])
        return practice.id

    def _add_agreed(
        self,
        person: Participant,
        practice: Practice,
        entry: Entry,
        recording: Recording | None,
        film: Path | bytes | None,
    ) -> tuple[bool, bool]:
        """Add movement and video that may be kept and are not yet; gives which of the two."""
        movement = recording is not None and practice.recording is None and entry.keeps_movement
        picture = film is not None and practice.film is None and entry.keeps_film
        if person.under_age:  # an entry may not know it: that of a video never does
            return False, False
        if movement:
            assert recording is not None
            practice.recording = self.files.add(recording)
        if picture:
            assert film is not None
            practice.film = self.films.add(film)
        return movement, picture

    def add_result(self, practice_id: int, report: dict[str, Any], rules: str) -> bool:
        """Add a scoring to a practice; it counts from now on. False when there is one by the same rules: that counts.

        No result is ever written over.
        """
        with self.writing() as session:
            practice = _get(session, practice_id)
            known = next((result for result in practice.results if result.rules == rules), None)
            if known is None:
                practice.results.append(_result(report, rules))
                session.flush()
            _count(practice, known or practice.results[-1])
            return known is None

    def count_result(self, practice_id: int, result_id: int) -> None:
        """Let one of a practice's results count, whichever was made last.

        Raises
        ------
        StoreError
            It is not a result of this practice.
        """
        with self.writing() as session:
            practice = _get(session, practice_id)
            chosen = next((result for result in practice.results if result.id == result_id), None)
            if chosen is None:
                raise StoreError(N_("Practice {number} has no such result."), number=practice_id)
            _count(practice, chosen)

    def answer(self, key: str, comfort: int | None, pain: bool | None) -> None:
        """Add what she said after a round that is in the records already; an answer that is there stays."""
        if comfort is None and pain is None:
            return
        if comfort is not None and comfort not in range(1, 6):
            raise EntryError(N_("Comfort is a whole number from 1 to 5, not {value}."), value=comfort)
        with self.writing() as session:
            practice = session.scalars(select(Practice).where(Practice.key == key)).one()
            if practice.comfort is None and practice.pain is None:
                practice.comfort, practice.pain = comfort, pain

    def _participant(self, session: Session, entry: Entry) -> Participant:
        person = session.get(Participant, entry.code)
        if person is None:
            person = Participant(
                code=entry.code, made_utc=datetime.now(UTC), consent_utc=entry.started_utc,
                sample=entry.code.startswith(SAMPLE_CODE),
            )  # fmt: skip
            session.add(person)
        # The newest answer counts: consent can be given and taken back from round to round.
        if entry.started_utc >= person.consent_utc:
            person.consent_practice = entry.consent.practice
            person.consent_movement = entry.consent.movement
            person.consent_picture = entry.consent.picture
            person.consent_report = entry.consent.report
            person.consent_utc = entry.started_utc
            person.changed_utc = datetime.now(UTC)
        person.role = entry.role or person.role
        person.age_band = entry.age_band or person.age_band
        person.status_band = entry.status_band or person.status_band
        if person.under_age:
            person.consent_movement = person.consent_picture = False
        session.flush()
        return person

    # --- out ----------------------------------------------------------------------------------------

    def practice(self, practice_id: int) -> Practice:
        """One practice with its results, cues and notes.

        Raises
        ------
        StoreError
            There is none of that number.
        """
        with self.reading() as session:
            return _get(session, practice_id)

    def recording(self, practice: Practice) -> Recording | None:
        """The movement of a practice; None when it was not kept, or is kept no longer.

        Raises
        ------
        StoreError
            The file is missing or damaged.
        """
        return None if practice.recording is None else self.files.read(practice.recording)

    def recording_bytes(self, practice: Practice) -> bytes | None:
        """The recording's file, checked."""
        recording = self.recording(practice)
        return None if recording is None else to_bytes(recording)

    def knows(self, key: str) -> bool:
        """Whether the round of that key is in the records."""
        with self.reading() as session:
            return session.scalar(select(Practice.id).where(Practice.key == key)) is not None

    def count(self) -> int:
        """How many practices there are."""
        with self.reading() as session:
            return session.scalar(select(func.count()).select_from(Practice)) or 0

    def under_age(self, code: str) -> bool:
        """Whether the participant is known to be under 18."""
        with self.reading() as session:
            person = session.get(Participant, code)
            return person is not None and person.under_age

    def codes(self) -> list[str]:
        """All participants' codes."""
        with self.reading() as session:
            return list(session.scalars(select(Participant.code).order_by(Participant.code)))

    def film(self, practice: Practice) -> Path | None:
        """The video of a practice; None when she did not agree to one, it was deleted, or its time is over."""
        return self.films.path(practice.film) if practice.film and self.films.has(practice.film) else None

    # --- health -------------------------------------------------------------------------------------

    def sweep(self) -> int:
        """Remove recordings and videos that no practice names, as a killed process may leave; gives how many."""
        if not (self.files.folder.is_dir() or self.films.folder.is_dir()):
            return 0
        with self.writing() as session:
            return self.files.sweep(_named(session)) + self.films.sweep(_filmed(session))

    def check(self) -> Checked:
        """Whether database and files agree, every recording read and compared with its hash."""
        with self.writing() as session:  # nobody writes meanwhile
            named = set(_named(session))
            stored = set(self.files.stored())
            damaged = []
            for sha in sorted(named & stored):
                try:
                    self.files.read(sha)
                except StoreError:
                    damaged.append(sha)
        return Checked(tuple(sorted(named - stored)), tuple(damaged), tuple(sorted(stored - named)))


def _named(session: Session) -> Iterator[str]:
    yield from session.scalars(select(Practice.recording).where(Practice.recording.is_not(None)))  # type: ignore[misc]


def _filmed(session: Session) -> Iterator[str]:
    yield from session.scalars(select(Practice.film).where(Practice.film.is_not(None)))  # type: ignore[misc]


def _get(session: Session, practice_id: int) -> Practice:
    found = session.scalar(
        select(Practice)
        .where(Practice.id == practice_id)
        .options(
            selectinload(Practice.results),
            selectinload(Practice.result),
            selectinload(Practice.cues),
            selectinload(Practice.notes),
        )
    )
    if found is None:
        raise StoreError(N_("Practice {number} is not in the records."), number=practice_id)
    return found


def _count(practice: Practice, result: Result) -> None:
    """Let a result count; whether it was chosen is remembered, since a newer one may come from another laptop."""
    practice.chosen_rules = None if result.id == max(r.id for r in practice.results) else result.rules
    practice.result_id = result.id
    practice.overall = result.overall
    practice.rated = result.report["tracking"]["rated"]


def _practice(entry: Entry) -> Practice:
    report = entry.report
    seen = report["tracking"]
    return Practice(
        key=entry.key,
        code=entry.code,
        started_utc=entry.started_utc,
        mode=entry.mode,
        source=entry.source,
        app_version=report["app_version"],
        duration_s=report["source"]["duration_s"],
        back_seen=seen["back"],
        left_seen=seen["left"],
        right_seen=seen["right"],
        comfort=entry.comfort,
        pain=entry.pain,
        overall=report["score"]["overall"],
        rated=seen["rated"],
        results=[_result(dict(report), entry.rules)],
        cues=[Cue(t_s=cue.t_s, cue=cue.cue) for cue in entry.cues],
    )


def _result(report: dict[str, Any], rules: str) -> Result:
    # The video's name may be a person's.
    report = {**report, "source": {**report["source"], "name": None}}
    profile = report.get("settings", {}).get("profile")
    return Result(
        made_utc=datetime.now(UTC),
        reference=report["reference"]["name"],
        reference_version=report["reference"].get("version"),  # older reports have none
        profile=report["score"]["profile"],
        profile_version=None if profile is None else profile_version(profile),
        rules=rules,
        app_version=report["app_version"],
        overall=report["score"]["overall"],
        report=report,
    )
