"""Recordings and videos as files, named by what they hold: the SHA-256 of the file.

Order keeps database and files in agreement, whatever moment the process is killed at: a file is whole on the
disk before a row names it, and it is deleted only after no row does. What a kill can leave is a file that no
row names; `sweep` removes those. All of it runs inside a writer's transaction (`database.writing`), so that a
sweep never meets a file whose row is still being written.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from coach.atomic import output_error, replacing, write_bytes
from coach.errors import StoreError
from coach.i18n import N_
from coach.motion.recording import Recording

FOLDER, FILMS = "recordings", "videos"
_NAME = re.compile(r"[0-9a-f]{64}")


class Files:
    """A folder of files of one kind, each under its own hash.

    Parameters
    ----------
    folder : Path
    suffix : str
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self._suffix = suffix

    def path(self, sha: str) -> Path:
        """Where the file of that hash lies."""
        return self.folder / sha[:2] / f"{sha}{self._suffix}"

    def has(self, sha: str | None) -> bool:
        """Whether there is a file of that hash."""
        return sha is not None and self.path(sha).is_file()

    def stored(self) -> Iterator[str]:
        """The hashes of all files in the folder."""
        if self.folder.is_dir():
            for path in self.folder.glob(f"*/*{self._suffix}"):
                if _NAME.fullmatch(path.stem):
                    yield path.stem

    def delete(self, sha: str) -> None:
        """Remove a file; nothing happens when it is gone already."""
        path = self.path(sha)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(path, error) from error

    def sweep(self, named: Iterable[str]) -> int:
        """Remove what no row names, and what a killed write left half done; gives how many files."""
        known, gone = set(named), 0
        if not self.folder.is_dir():
            return 0
        for path in self.folder.glob("*/*"):
            if path.stem not in known or path.suffix != self._suffix:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _make_room(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(path, error) from error

    def _settle(self, path: Path) -> None:
        _flush_folders(path.parent, self.folder, self.folder.parent)


class RecordingFiles(Files):
    """The folder of recordings.

    Parameters
    ----------
    home : Path
        The data folder.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(Path(home) / FOLDER, ".parquet")

    def add(self, recording: Recording) -> str:
        """Store a recording without the name of the video it came from; gives its hash.

        Raises
        ------
        OutputError
            When the system refuses to write.
        """
        return self.add_bytes(to_bytes(nameless(recording)))

    def add_bytes(self, data: bytes) -> str:
        """Store a recording's file; gives its hash. It may be there already."""
        sha = hashlib.sha256(data).hexdigest()
        path = self.path(sha)
        if not path.is_file() or path.stat().st_size != len(data):
            self._make_room(path)
            write_bytes(path, data)
            self._settle(path)
        return sha

    def read(self, sha: str) -> Recording:
        """The recording of that hash, checked against it.

        Raises
        ------
        StoreError
            The file is missing or was changed.
        """
        path = self.path(sha)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StoreError(
                N_("The recording {file} is missing from the records."), file=path.name
            ) from error
        if hashlib.sha256(data).hexdigest() != sha:
            raise StoreError(
                N_("The recording {file} is damaged. Restore the records from a backup."), file=path.name
            )
        return Recording.from_parquet(path)


class FilmFiles(Files):
    """The folder of videos that participants agreed to.

    Parameters
    ----------
    home : Path
        The data folder.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(Path(home) / FILMS, ".mp4")

    def add(self, source: Path | bytes) -> str:
        """Take a video in; gives its hash.

        A file is not copied where the system can do without. It is left where it is, for a kill in between:
        `coach.store.inbox` removes it afterwards.

        Raises
        ------
        OutputError
            When the system refuses to write.
        """
        try:
            sha = hash_of(source)
            path = self.path(sha)
            if not path.is_file():
                self._make_room(path)
                if isinstance(source, bytes):
                    write_bytes(path, source)
                else:
                    _link_or_copy(source, path)
                path.chmod(0o600)
                self._settle(path)
        except OSError as error:
            raise output_error(self.folder if isinstance(source, bytes) else source, error) from error
        return sha


def hash_of(data: Path | bytes) -> str:
    """SHA-256 of a file, or of what would be one."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _link_or_copy(source: Path, path: Path) -> None:
    try:
        os.link(source, path)
    except OSError:  # a disk without links, or another one
        with replacing(path) as temporary:
            shutil.copyfile(source, temporary)


def nameless(recording: Recording) -> Recording:
    """The recording without its video's name, as people name files after people, and without a word of the video of
    her back, which is kept for a shorter time."""
    source = recording.meta.get("source")
    kind = source.get("kind") if isinstance(source, dict) else None
    rest = {key: value for key, value in recording.meta.items() if key != "film"}
    return replace(recording, meta={**rest, "source": {"kind": kind}})


def to_bytes(recording: Recording) -> bytes:
    """The recording as the bytes of its Parquet file."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / "recording.parquet"
        recording.to_parquet(path)
        return path.read_bytes()


def _flush_folders(*folders: Path) -> None:
    """Make the new name itself survive a power cut; Windows neither can nor needs it."""
    if os.name != "posix":
        return
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
