"""What a result follows from, and scoring again when that has changed. An old result is never written over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from coach import __version__
from coach.errors import CoachError, StoreError
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.scoring.profile import Profile, load_profile
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import score_recording
from coach.scoring.versions import movement_hash
from coach.store.listing import Filter
from coach.store.models import Practice, Result
from coach.store.repository import Store

_AHEAD = 4
"""Tasks handed out per round of waiting beyond what is being worked on: keeps workers busy, memory small."""


@dataclass(frozen=True)
class Rescored:
    """How many practices got a new result, had one by these rules, and could not be scored."""

    done: int
    known: int
    failed: tuple[tuple[int, CoachError], ...]


def rules_of(reference: Reference) -> str:
    """A hash of all that a report follows from beside the recording: reference, profile, program version."""
    values = reference.profile.to_dict()
    del values["title"]  # another title is no other rule
    profile = json.dumps(values, sort_keys=True, default=str)
    parts = (__version__, reference.name, profile, movement_hash(reference.recording))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def reference_with(name: str, profile: str | None = None) -> Reference:
    """A reference to compare with, scored by its own profile or by another one.

    Parameters
    ----------
    name : str
    profile : str, optional
        The name of the reference whose profile it is, or a TOML file.

    Raises
    ------
    ReferenceError, ProfileError
        There is none of that name, or it is damaged.
    """
    reference = load_reference(name)
    if profile is None:
        return reference
    return replace(reference, profile=_profile(profile))


def _profile(given: str) -> Profile:
    """Of the reference of that name, or from a TOML file."""
    file = Path(given)
    return load_profile(file) if file.is_file() else load_reference(given).profile


def score_again(store: Store, practice_id: int, reference: Reference) -> bool:
    """Add a result of one practice by these rules, which counts from now on; False when there was one already.

    Raises
    ------
    StoreError
        The movement is kept no longer, or its file is damaged.
    """
    practice, rules = store.practice(practice_id), rules_of(reference)
    known = next((result for result in practice.results if result.rules == rules), None)
    if known is not None:
        store.count_result(practice_id, known.id)
        return False
    movement = store.recording(practice)
    if movement is None:
        raise StoreError(
            N_("The movement of practice {number} is kept no longer: it cannot be scored again."),
            number=practice_id,
        )
    return store.add_result(practice_id, score(movement, reference, rules), rules)


def referring(store: Store, name: str) -> int:
    """How many practices have a result by the reference of that name."""
    with store.reading() as session:
        query = select(func.count(Result.practice_id.distinct())).where(Result.reference == name)
        return session.scalar(query) or 0


def rescore(
    store: Store,
    executor: Executor,
    *,
    reference: str | None = None,
    profile: str | None = None,
    wanted: Filter | None = None,
    workers: int = 2,
    progress: Callable[[int, int | None], None] | None = None,
) -> Rescored:
    """Add a result by today's rules to every practice whose movement is kept; it counts from then on.

    A result by just these rules counts again, when they were asked for by name. Stopped at any moment it can be
    started again: what has its result is not scored twice.

    Parameters
    ----------
    store : Store
    executor : Executor
        Any of `concurrent.futures`, or a Dask cluster's ``Client.get_executor()``.
    reference : str, optional
        Score by this one; default: each practice by the one that its result names.
    profile : str, optional
        As for `reference_with`; default: the reference's own.
    wanted : Filter, optional
        Which practices.
    workers : int
        How many tasks the executor works on at a time.
    progress : callable, optional
        ``progress(done, in all)``.

    Raises
    ------
    ReferenceError
        The reference, or the one whose profile is wanted, does not exist.
    ProfileError
        The profile's file cannot be used.
    """
    references = _References(reference, profile)
    due, known = _due(store, references, wanted or Filter())
    if reference is not None or profile is not None:
        for number, result in known:
            store.count_result(number, result)
    failed: list[tuple[int, CoachError]] = list(references.failed)
    pending: dict[Future[dict[str, Any]], tuple[int, str]] = {}
    left = iter(due)
    done = 0
    while True:
        for number, recording, name in islice(left, workers + _AHEAD - len(pending)):
            try:
                movement = store.files.read(recording)
            except StoreError as error:
                failed.append((number, error))
                continue
            given, rules = references[name]
            pending[executor.submit(score, movement, given, rules)] = (number, rules)
        if not pending:
            break
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            number, rules = pending.pop(future)
            try:
                done += store.add_result(number, future.result(), rules)
            except CoachError as error:
                failed.append((number, error))
            if progress is not None:
                progress(done + len(failed), len(due))
    return Rescored(done, len(known), tuple(failed))


_KEPT: dict[str, Reference] = {}


def score(recording: Recording, reference: Reference, rules: str) -> dict[str, Any]:
    """One practice's report; a worker keeps the reference, whose own analysis is made once."""
    kept = _KEPT.setdefault(rules, reference)
    return score_recording(recording, kept).to_json()


class _References:
    """References by name with the hash of their rules; one that is gone is told of for each practice."""

    def __init__(self, only: str | None, profile: str | None) -> None:
        self.only, self.profile = only, profile
        self.failed: list[tuple[int, CoachError]] = []
        self._known: dict[str, tuple[Reference, str] | CoachError] = {}
        # Here once, so that a wrong name is told even where no practice is due.
        if only is not None:
            self[only]
        elif profile is not None:
            _profile(profile)

    def __getitem__(self, name: str) -> tuple[Reference, str]:
        if name not in self._known:
            try:
                reference = reference_with(name, self.profile)
                self._known[name] = reference, rules_of(reference)
            except CoachError as error:
                self._known[name] = error
        found = self._known[name]
        if isinstance(found, CoachError):
            raise found
        return found


def _due(
    store: Store, references: _References, wanted: Filter
) -> tuple[list[tuple[int, str, str]], list[tuple[int, int]]]:
    """Practices without a result by today's rules (number, recording, reference), and those with one (its number)."""
    due, known = [], []
    for number, recording, name, results in _practices(store, wanted):
        name = references.only or name
        try:
            today = references[name][1]
        except CoachError as error:
            references.failed.append((number, error))
            continue
        if today in results:
            known.append((number, results[today]))
        else:
            due.append((number, recording, name))
    return due, known


def _practices(store: Store, wanted: Filter) -> Iterator[tuple[int, str, str, dict[str, int]]]:
    """Number, recording, reference and all results by their rules, of the practices whose movement is kept."""
    query = (
        select(Practice.id, Practice.recording, Practice.result_id, Result.id, Result.reference, Result.rules)
        .join(Result, Result.practice_id == Practice.id)
        .where(Practice.recording.is_not(None), wanted.where())
        .order_by(Practice.id, Result.id)
    )
    with store.reading() as session:
        rows = session.execute(query).all()
    for number, group in groupby(rows, key=lambda row: row[0]):
        results = list(group)
        name = next(reference for *_, counts, result, reference, _ in results if result == counts)
        yield number, results[0][1], name, {rules: result for *_, result, _, rules in results}
