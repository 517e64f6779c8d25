"""A parcel: what one laptop sends to another, as one file, signed by the sender and sealed for the receiver.

Inside the seal is a zip: ``manifest.json`` (who sends to whom, the tables' revision, size and SHA-256 of every other
member), ``signature`` (Ed25519, over the manifest), ``tables/NAME.jsonl`` with a line for each row and its versions,
the recordings, and the list of withdrawn codes. Everything is checked before anything is believed, and what is read is
read piece by piece and never beyond its limit.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from coach import __version__
from coach.atomic import output_error, replacing
from coach.errors import StoreError
from coach.i18n import N_
from coach.store import withdrawn
from coach.store.entries import AGE_BANDS
from coach.store.exchange.keys import Card, Keys
from coach.store.exchange.rows import Index, Portable, Shape, scan, shapes
from coach.store.exchange.tables import Version
from coach.store.exchange.versions import notice, rivals_of, versions_of
from coach.store.models import Participant, Practice
from coach.store.repository import Store
from coach.store.sealing import seal, unseal
from coach.store.zipped import BROKEN

SUFFIX = ".parcel"
LARGEST = 2_000_000_000
"""Bytes of a parcel, sealed or unsealed."""
_KIND = "massage-coach parcel 1"
_MANIFEST, _SIGNATURE, _WITHDRAWN = "manifest.json", "signature", withdrawn.FILE
_LONGEST_LINE, _LARGEST_RECORDING, _LARGEST_MANIFEST = 8_000_000, 24_000_000, 32_000_000
_NAME = re.compile(r"tables/[a-z_]{1,32}\.jsonl|recordings/[0-9a-f]{64}\.parquet|withdrawn\.json")


class UnknownSenderError(StoreError):
    """A whole parcel, of a laptop that this one was not paired with; `card` is the one that it brings."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.card = values["card"]


@dataclass(frozen=True)
class Sent:
    """What went into a parcel."""

    practices: int
    recordings: int
    rows: int


@dataclass
class Parcel:
    """A parcel that was opened and found to be whole and of a known laptop.

    Attributes
    ----------
    sender : Card
    revision : str
        Of the sender's tables.
    program : str
        The sender's program version.
    made_utc : datetime
    """

    sender: Card
    revision: str
    program: str
    made_utc: datetime
    _archive: zipfile.ZipFile
    _sizes: dict[str, int] = field(default_factory=dict)

    def records(self, shape: Shape) -> Iterator[dict[str, Any]]:
        """The lines of a table."""
        name = f"tables/{shape.name}.jsonl"
        if name not in self._sizes:
            return
        with self._archive.open(name) as member:
            while line := member.readline(_LONGEST_LINE + 1):
                if len(line) > _LONGEST_LINE:
                    raise damaged()
                try:
                    yield json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise damaged() from error

    def recording(self, sha: str) -> bytes:
        """A recording's file."""
        name = f"recordings/{sha}.parquet"
        if name not in self._sizes:
            raise damaged()
        return self._archive.read(name)

    def withdrawn(self) -> bytes:
        """The sender's list of withdrawn codes."""
        return self._archive.read(_WITHDRAWN) if _WITHDRAWN in self._sizes else b"[]"


def send(
    store: Store,
    path: Path,
    keys: Keys,
    to: Card,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sent:
    """Write a parcel for `to`: all that travels, or of the practices those begun from `since` to before `until`.

    Recordings go along where the participant agrees to it at this moment. The file appears whole or not at all.

    Raises
    ------
    OutputError
        When the system refuses to write.
    StoreError
        A recording is missing or damaged.
    """
    path = Path(path)
    with replacing(path) as temporary, _scratch(path.parent) as plain:
        with store.writing() as session:
            sent = _pack(session, store, plain, keys, to, _begun(since, until))
        plain.seek(0)
        with temporary.open("wb") as target:
            seal(plain, target, to=to.seal_key())
        return sent


@contextmanager
def opened(path: Path, keys: Keys, known: Iterable[Card]) -> Iterator[Parcel]:
    """Open a parcel and check all of it.

    Raises
    ------
    StoreError
        It is no parcel, for another laptop, altered, cut off, too large; `UnknownSenderError` when it is in order but
        of a laptop that is not known.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise StoreError(
                N_("The file holds more than the {size} MB that are accepted."), size=LARGEST // 1_000_000
            )
        source = path.open("rb")
    except OSError as error:
        raise StoreError(N_("{file} cannot be read."), file=path.name) from error
    with source, _scratch(None) as plain:
        unseal(source, plain, key=keys.seal, most=LARGEST)
        plain.seek(0)
        try:
            archive = zipfile.ZipFile(plain)
            parcel = _checked(archive, keys, list(known))
        except BROKEN as error:
            raise damaged() from error
        with archive:
            yield parcel


def damaged() -> StoreError:
    """The sentence for what is inside a parcel and should not be."""
    return StoreError(N_("The file is no parcel of this program, or what is in it is damaged."))


@contextmanager
def _scratch(folder: Path | None) -> Iterator[IO[bytes]]:
    """A file without a name, gone with the process whatever happens to it."""
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".massage-coach-") as file:
            yield file
    except OSError as error:
        raise output_error(folder or Path(tempfile.gettempdir()), error) from error


# --- out ------------------------------------------------------------------------------------------


def _begun(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(Practice.started_utc >= since)
    if until is not None:
        conditions.append(Practice.started_utc < until)
    return conditions


def _pack(
    session: Session, store: Store, plain: IO[bytes], keys: Keys, to: Card, begun: list[ColumnElement[bool]]
) -> Sent:
    notice(session)
    index, rows = Index(), 0
    sizes: dict[str, Any] = {}
    recordings: set[str] = set()
    agreeing = _agreeing(session)
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        for shape in shapes().values():
            where = begun if shape.name == "practice" else []
            lines = _lines(session, shape, index, where, agreeing)
            sizes[f"tables/{shape.name}.jsonl"], count, named = _add_lines(archive, shape, lines)
            rows, recordings = rows + count, recordings | named
        for sha in sorted(recordings):
            store.files.read(sha)  # a damaged one is told of here and not at the other end
            _add(archive, sizes, f"recordings/{sha}.parquet", store.files.path(sha).read_bytes())
        if (store.home / withdrawn.FILE).exists():
            _add(archive, sizes, _WITHDRAWN, (store.home / withdrawn.FILE).read_bytes())
        manifest = json.dumps(
            {
                "kind": _KIND,
                "program": __version__,
                "tables": session.scalar(text("SELECT version_num FROM alembic_version")),
                "made_utc": datetime.now(UTC).isoformat(timespec="seconds"),
                "from": keys.card.to_json(),
                "to": to.fingerprint,
                "members": sizes,
            },
            ensure_ascii=False,
        ).encode()
        archive.writestr(_MANIFEST, manifest)
        archive.writestr(_SIGNATURE, keys.sign.sign(manifest))
    return Sent(len(index.live["practice"]), len(recordings), rows)


def _agreeing(session: Session) -> set[str]:
    """Codes of those whose movement data may be kept and sent."""
    return set(
        session.scalars(
            select(Participant.code).where(
                Participant.consent_movement, Participant.age_band.is_distinct_from(AGE_BANDS[0])
            )
        )
    )


def _lines(
    session: Session,
    shape: Shape,
    index: Index,
    where: list[ColumnElement[bool]],
    agreeing: set[str],
) -> Iterator[dict[str, Any]]:
    """The rows of a table with their versions; the first version is the one in the sender's tables."""
    versions = {} if shape.added_only else versions_of(session, shape.name)
    rivals = {} if shape.added_only else rivals_of(session, shape.name)
    for uid, row in scan(session, shape, index, *where):
        if shape.name == "practice" and row["code"] not in agreeing:
            row["recording"] = None
        if shape.added_only:
            yield {"row": row}
        else:
            others = [(r.id, r.ancestors, r.row) for r in rivals.get(uid, ())]
            yield _line(uid, versions[uid], row, others)
    for uid, version in versions.items():
        if version.digest is None:
            yield _line(uid, version, None, [(r.id, r.ancestors, r.row) for r in rivals.get(uid, ())])


def _line(
    uid: str, version: Version, row: Portable | None, others: list[tuple[str, list[str], Portable | None]]
) -> dict[str, Any]:
    all_ = [(version.id, version.ancestors, row), *others]
    return {
        "uid": uid,
        "owner": version.owner,
        "parent": version.parent,
        "versions": [{"id": id_, "ancestors": older, "row": says} for id_, older, says in all_],
    }


def _add_lines(
    archive: zipfile.ZipFile, shape: Shape, lines: Iterable[dict[str, Any]]
) -> tuple[list[Any], int, set[str]]:
    """Write a table's member; gives its size and hash, its lines, and the recordings that its rows name."""
    digest, size, count, named = hashlib.sha256(), 0, 0, set()
    with archive.open(f"tables/{shape.name}.jsonl", "w", force_zip64=True) as member:
        for line in lines:
            data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
            member.write(data)
            digest.update(data)
            size, count = size + len(data), count + 1
            if shape.name == "practice":
                row = line["versions"][0]["row"]
                named |= {row["recording"]} if row and row["recording"] else set()
    return [size, digest.hexdigest()], count, named


def _add(archive: zipfile.ZipFile, sizes: dict[str, Any], name: str, data: bytes) -> None:
    archive.writestr(name, data)
    sizes[name] = [len(data), hashlib.sha256(data).hexdigest()]


# --- in -------------------------------------------------------------------------------------------


def _checked(archive: zipfile.ZipFile, keys: Keys, known: list[Card]) -> Parcel:
    raw = _read(archive, _MANIFEST, _LARGEST_MANIFEST)
    manifest = json.loads(raw)
    if manifest["kind"] != _KIND:
        raise damaged()
    sender = Card.from_json(manifest["from"])
    try:
        sender.sign_key().verify(_read(archive, _SIGNATURE, 64), raw)
    except InvalidSignature as error:
        raise StoreError(N_("The signature of the file is wrong: do not use it.")) from error
    if manifest["to"] != keys.card.fingerprint:
        raise StoreError(N_("The file is sealed for another computer: this one cannot open it."))
    if sender.fingerprint not in {card.fingerprint for card in known}:
        raise UnknownSenderError(
            N_("The file comes from a laptop that is not known here; it calls itself “{name}”."),
            name=sender.name,
            card=sender,
        )
    sizes = _checked_members(archive, manifest["members"])
    made = datetime.fromisoformat(manifest["made_utc"])
    return Parcel(sender, str(manifest["tables"]), str(manifest["program"]), made, archive, sizes)


def _checked_members(archive: zipfile.ZipFile, members: dict[str, Any]) -> dict[str, int]:
    """Sizes of the members, when they are those that the manifest names, and as they were signed."""
    if sorted(archive.namelist()) != sorted([*members, _MANIFEST, _SIGNATURE]):
        raise damaged()
    sizes = {}
    for name, (size, expected) in members.items():
        if not _NAME.fullmatch(name) or not isinstance(size, int):
            raise damaged()
        if name.startswith("recordings/") and size > _LARGEST_RECORDING:
            raise damaged()
        digest, left = hashlib.sha256(), size
        with archive.open(name) as member:
            while part := member.read(1 << 20):  # what the zip says of its size is not believed
                digest.update(part)
                left -= len(part)
                if left < 0:
                    raise damaged()
        if left or digest.hexdigest() != expected:
            raise damaged()
        sizes[name] = size
    if sum(sizes.values()) > LARGEST:
        raise damaged()
    return sizes


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise damaged()
    return data
