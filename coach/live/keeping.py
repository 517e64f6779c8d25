"""What is kept of a practice, and how it survives a crash.

While a round runs, a hidden folder ``practices/.<name>/`` holds its journal and ``practice.json``. When it ends, the
recording and its report are added and the folder gets its name, all at once: whoever lists ``practices/`` sees whole
practices only; the records take them in from there (docs/records.md). A hidden folder that nobody writes to any more
is a round that was cut off; it is offered at the next start. Nothing of this holds a picture, unless she agreed to a
video of her back (`coach.vision.filming`): it grows beside the journal.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from coach import __version__
from coach.atomic import output_error, write_bytes
from coach.errors import OutputError, RecordingError
from coach.i18n import N_
from coach.live.coaching import Given
from coach.motion.journal import Journal, read_journal
from coach.motion.recording import Observation, Recording
from coach.scoring.report import Report
from coach.settings import data_folder
from coach.vision.filming import Film, finish

SCHEMA = 1
_JOURNAL, _PRACTICE, _RECORDING, _REPORT = "journal.mcj", "practice.json", "recording.parquet", "report.json"
VIDEO, _FILMING = "video.mp4", "video.part"
_QUIET_S = 5.0  # a running journal is written to every second
_FORGOTTEN_S = 24 * 3600.0  # no round lasts so long
_FILMING_S = 600.0  # without a journal a video that was written to since then tells that a round goes on


@dataclass(frozen=True)
class Consent:
    """What she agreed to, each by itself: to practise and keep the result, to keep the movement, a video of her back
    and the hands on it (`picture`), and to be counted in the report of the programme."""

    practice: bool = False
    movement: bool = False
    picture: bool = False
    report: bool = False


@dataclass(frozen=True)
class Practice:
    """What is known of a practice beside its movement; holds no name.

    Attributes
    ----------
    code : str
        The participant's code.
    mode : str
        'guided', 'quiet' or 'test'.
    reference : str
    profile : str
        The profile's short name.
    profile_version : str
        A fingerprint of the profile's numbers.
    started_utc : str
        ISO 8601.
    consent : Consent
    status_band : str
        'postpartum', 'pregnant' (37 weeks and more), 'early' (before) or 'volunteer'.
    round : int
        Of this visit, from 1.
    comfort : int or None
        1 to 5, as she said afterwards.
    pain : bool or None
    cues : tuple of Given
    recovered : bool
        The round was cut off, and saved at a later start.
    """

    code: str
    mode: str
    reference: str
    profile: str
    profile_version: str
    started_utc: str
    consent: Consent
    status_band: str = "volunteer"
    round: int = 1
    comfort: int | None = None
    pain: bool | None = None
    cues: tuple[Given, ...] = field(default=())
    recovered: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values, as in ``practice.json``."""
        cues = [{"t_s": cue.t_s, "cue": cue.id} for cue in self.cues]
        return {"schema": SCHEMA, "app_version": __version__, **asdict(self), "cues": cues}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Practice:
        """Read `to_json` back; keys beyond the known ones are left alone."""
        known = {key: values[key] for key in cls.__dataclass_fields__ if key in values}
        known["consent"] = Consent(**known["consent"])
        known["cues"] = tuple(Given(cue["t_s"], cue["cue"]) for cue in known.get("cues", ()))
        return cls(**known)


def practices_folder() -> Path:
    """Where practices lie; it need not exist."""
    return data_folder() / "practices"


class Keeper:
    """Writes one round down while it happens.

    Parameters
    ----------
    practice : Practice
    meta : dict
        The recording's metadata; its source is given the practice's name.

    Attributes
    ----------
    name : str
        Of the folder, once it is complete: start and code.
    film : Film or None
        The video of the round, when she agreed to one.

    Raises
    ------
    OutputError
        On every write that the system refuses.
    """

    def __init__(self, practice: Practice, meta: dict[str, Any]) -> None:
        self.name = _free_name(practice)
        self.folder = practices_folder() / f".{self.name}"
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise output_error(self.folder, error) from error
        self.note(practice)
        meta["source"]["name"] = self.name
        # Without that consent the movement is in memory only, and is gone when the round is over.
        self._journal = Journal(self.folder / _JOURNAL, meta) if practice.consent.movement else None
        self.film = Film(self.folder / _FILMING) if practice.consent.picture else None

    def note(self, practice: Practice) -> None:
        """Write ``practice.json`` anew."""
        _write_json(self.folder / _PRACTICE, practice.to_json())

    def append(self, seen: Observation) -> None:
        """Add one observation to the journal."""
        if self._journal is not None:
            self._journal.append(seen)

    def finish(self, practice: Practice, recording: Recording, report: Report) -> Path:
        """Complete the folder and give it its name."""
        self.leave()
        return _complete(self.folder, practice, recording, report)

    def discard(self) -> None:
        """Leave nothing."""
        with suppress(OSError, OutputError):
            self.leave()
        shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self) -> None:
        """Close journal and video as they are; the next start offers them."""
        if self.film is not None:
            self.film.close()
        if self._journal is not None:
            self._journal.close()


@dataclass(frozen=True)
class Unfinished:
    """A round that was cut off."""

    folder: Path
    practice: Practice
    seconds: float


def unfinished(running: Path | None = None) -> list[Unfinished]:
    """Rounds that were cut off, the newest first; `running` is the folder of one that is under way here."""
    found = []
    for folder in sorted(practices_folder().glob(".*"), reverse=True):
        journal = folder / _JOURNAL
        with suppress(OSError, ValueError, KeyError, TypeError, RecordingError):
            if folder == running:
                continue
            if (
                not journal.exists()
            ):  # cut off without a consent to keep the movement: there is nothing to save
                if time.time() - folder.stat().st_mtime > _FORGOTTEN_S:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            # A journal of the future was written before the clock was set back.
            if abs(time.time() - journal.stat().st_mtime) < _QUIET_S:
                continue
            practice = Practice.from_json(json.loads((folder / _PRACTICE).read_text(encoding="utf-8")))
            t_s = read_journal(journal).t_s
            seconds = float(t_s[-1] - t_s[0]) if len(t_s) else 0.0
            found.append(Unfinished(folder, practice, seconds))
    return found


def recovered_recording(cut_off: Unfinished) -> Recording:
    """What was seen until the round was cut off.

    Raises
    ------
    RecordingError
        When nothing can be saved.
    """
    recording = read_journal(cut_off.folder / _JOURNAL)
    if len(recording) < 2:
        raise RecordingError(N_("The round was cut off before anything was seen: there is nothing to keep."))
    return recording


def save_recovered(cut_off: Unfinished, recording: Recording, report: Report) -> Path:
    """Complete a round that was cut off."""
    return _complete(cut_off.folder, replace(cut_off.practice, recovered=True), recording, report)


def discard(cut_off: Unfinished) -> None:
    """Delete a round that was cut off."""
    shutil.rmtree(cut_off.folder, ignore_errors=True)


def sweep(running: Path | None = None) -> int:
    """Delete what nothing can be made of: videos of rounds that were cut off without a journal; gives how many.

    Without consent to keep the movement, a round that was cut off cannot be scored; its video must not stay behind.
    """
    gone = 0
    for folder in practices_folder().glob(".*"):
        with suppress(OSError):
            still = time.time() - (folder / _FILMING).stat().st_mtime < _FILMING_S
            if folder != running and not still and not (folder / _JOURNAL).exists():
                shutil.rmtree(folder)
                gone += 1
    return gone


def answer(folder: Path, comfort: int, pain: bool) -> None:
    """Add to a kept practice what she said afterwards."""
    practice = Practice.from_json(json.loads((folder / _PRACTICE).read_text(encoding="utf-8")))
    _write_json(folder / _PRACTICE, replace(practice, comfort=comfort, pain=pain).to_json())


def _complete(folder: Path, practice: Practice, recording: Recording, report: Report) -> Path:
    if practice.consent.movement:
        recording.to_parquet(folder / _RECORDING)
    _write_json(folder / _REPORT, report.to_json())
    if practice.consent.picture:
        try:
            finish(folder / _FILMING, folder / VIDEO)
        except OutputError:  # no room for two of it: as fragments it can be played, too
            os.replace(folder / _FILMING, folder / VIDEO)
    (folder / _FILMING).unlink(missing_ok=True)
    _write_json(folder / _PRACTICE, practice.to_json())
    with suppress(OSError):
        (folder / _JOURNAL).unlink()
    final = folder.with_name(folder.name.removeprefix("."))
    try:
        os.replace(folder, final)
    except OSError as error:
        raise output_error(final, error) from error
    return final


def _write_json(path: Path, values: dict[str, Any]) -> None:
    write_bytes(path, json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False).encode())


def _free_name(practice: Practice) -> str:
    stamp = practice.started_utc[:19].replace("-", "").replace(":", "")
    name = base = f"{stamp}Z-{_clean(practice.code)}"
    number = 2
    while (practices_folder() / name).exists() or (practices_folder() / f".{name}").exists():
        name, number = f"{base}-{number}", number + 1
    return name


def _clean(code: str) -> str:
    return "".join(c for c in code if c.isascii() and (c.isalnum() or c in "-_"))[:40] or "x"
