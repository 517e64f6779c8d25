"""Rounds that the practice page finished, taken into the records.

The page writes ``COACH_HOME/practices/<utc-time>-<code>/`` with ``recording.parquet``, ``report.json`` and
``practice.json``, whole or not at all; docs/records.md describes the last. Taking a folder in twice does no
harm: its name is the round's key. A folder stays for a day, so that the page can still show the round, and is
removed once its round is in the records. A video in it (``video.mp4``) moves to the records' own at once.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from coach import __version__
from coach.atomic import output_error
from coach.errors import CoachError, EntryError
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import score_recording
from coach.store import withdrawn
from coach.store.entries import Consent, Entry, GivenCue, clean_code
from coach.store.repository import Store
from coach.store.rescoring import rules_of

FOLDER, PICTURE = "practices", "picture.jpg"
"""The picture is of rounds that a program before videos kept: its folder stays until its time is over."""
FILM = "video.mp4"
STAYS_S = 24 * 3600.0
"""How long a folder stays after its round was taken in (our own choice)."""


@dataclass(frozen=True)
class Taken:
    """What `take_in` did: how many rounds are new, and which folders could not be read and why."""

    new: int
    problems: tuple[tuple[str, CoachError], ...]


def take_in(store: Store) -> Taken:
    """Enter every finished round in the folder of practices; a damaged one stays and is told of."""
    new, problems = 0, []
    for folder in _folders(store.home):
        try:
            if store.knows(folder.name):
                said = _json(folder / "practice.json")
                store.answer(folder.name, said.get("comfort"), said.get("pain"))
                drop_film(store.home, folder.name)  # a kill came before this, or it was deleted meanwhile
            else:
                recording, entry = read_folder(folder)
                if withdrawn.is_withdrawn(store.home, entry.checked().code):
                    shutil.rmtree(folder, ignore_errors=True)  # a kill may have come before this
                    continue
                film = folder / FILM
                store.keep(entry, recording, film if film.is_file() else None)
                drop_film(store.home, folder.name)
                new += 1
        except CoachError as error:
            problems.append((folder.name, error))
            continue
        if time.time() - folder.stat().st_mtime > STAYS_S and not (folder / PICTURE).exists():
            shutil.rmtree(folder, ignore_errors=True)
    return Taken(new, tuple(problems))


def picture(home: Path, key: str) -> bytes | None:
    """The picture that was agreed to, of the round of that key."""
    path = home / FOLDER / key / PICTURE
    return path.read_bytes() if path.is_file() else None


def drop_film(home: Path, key: str) -> bool:
    """Remove the video from the folder of a round; False when there was none."""
    path = home / FOLDER / key / FILM
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise output_error(path, error) from error
    return True


def expire_films(home: Path, before: datetime) -> int:
    """Remove videos older than `before` of rounds that nobody took in, also of cut-off ones; gives how many."""
    gone = 0
    for folder in _all(home):
        for path in folder.glob("video.*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def forget(home: Path, names: set[str]) -> None:
    """Remove the folders of these names, however young they are."""
    for folder in _all(home):
        if folder.name in names:
            shutil.rmtree(folder)


def folders_of(home: Path, code: str) -> list[Path]:
    """Folders of a participant's rounds: taken in or not, finished, or cut off and hidden."""
    return [folder for folder in _all(home) if _code(folder) == code]


def _all(home: Path) -> list[Path]:
    parent = home / FOLDER
    return sorted(folder for folder in parent.iterdir() if folder.is_dir()) if parent.is_dir() else []


def _folders(home: Path) -> Iterator[Path]:
    """The finished rounds."""
    for folder in _all(home):
        if not folder.name.startswith(".") and (folder / "practice.json").is_file():
            yield folder


def _code(folder: Path) -> str | None:
    """Whose round it is: by what it says, and where that cannot be read by its name."""
    try:
        return clean_code(str(_json(folder / "practice.json").get("code", "")))
    except CoachError:
        found = re.fullmatch(r"\.?\d{8}T\d{6}Z-(.+)", folder.name)
        return found[1].upper() if found else None


def read_folder(folder: Path) -> tuple[Recording | None, Entry]:
    """A finished round as an entry for the records.

    Raises
    ------
    EntryError
        A file is missing or not what it should be.
    """
    said = _json(folder / "practice.json")
    path = folder / "recording.parquet"
    recording = Recording.from_parquet(path) if path.exists() else None
    reference = load_reference(said.get("reference"))
    if (folder / "report.json").exists():
        report = _json(folder / "report.json")
    elif recording is not None:
        report = score_recording(recording, reference).to_json()
    else:
        raise _broken(folder, "report.json")
    if not {"source", "tracking", "score", "measures", "reference", "app_version"} <= set(report):
        raise _broken(folder, "report.json")
    try:
        cues = [
            GivenCue(float(c["t_s"]), str(c.get("cue") or c.get("text") or "")) for c in said.get("cues", [])
        ]
        entry = Entry(
            key=folder.name,
            code=str(said["code"]),
            started_utc=_moment(said["started_utc"]),
            mode=str(said.get("mode", "guided")),
            source="camera",
            report=report,
            rules=_rules(report, reference),
            consent=Consent.read(said.get("consent", {})),
            comfort=said.get("comfort"),
            pain=said.get("pain"),
            cues=cues,
            role=said.get("role"),
            age_band=said.get("age_band"),
            status_band=said.get("status_band"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(folder, "practice.json") from error
    return recording, entry


def _rules(report: Mapping[str, Any], reference: Reference) -> str:
    """Today's rules, when the report was made by them; else what is known of those it was made by."""
    profile, today = (
        json.dumps({k: v for k, v in (values or {}).items() if k != "title"}, sort_keys=True)
        for values in (report.get("settings", {}).get("profile"), reference.profile.to_dict())
    )
    if profile == today and report["app_version"] == __version__:
        return rules_of(reference)
    made = "\n".join((str(report["app_version"]), str(report["reference"]["name"]), profile))
    return hashlib.sha256(made.encode()).hexdigest()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def _json(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(path.parent, path.name) from error
    if not isinstance(values, dict):
        raise _broken(path.parent, path.name)
    return values


def _broken(folder: Path, file: str) -> EntryError:
    return EntryError(
        N_("The round {folder} cannot be taken into the records: {file} is missing or damaged."),
        folder=folder.name,
        file=file,
    )
