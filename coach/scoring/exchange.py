"""A reference as one file, to carry to another laptop; what comes in is a stranger's and is checked before use.

The file is a zip of exactly the three files of a reference's folder. Read are only members of those names, and of
each no more than its limit, whatever the zip says of itself; the recording is checked by its Parquet metadata before
a single value is decoded, and what is kept is written anew by this program.
"""

from __future__ import annotations

import io
import json
import stat
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from coach.errors import InputError, ReferenceError  # noqa: A004 - the field's word
from coach.i18n import N_
from coach.motion.recording import META_KEY, Recording
from coach.scoring.profile import load_profile, parse_profile
from coach.scoring.reference import Reference, free_folder, load_reference, write_folder

SUFFIX = ".reference.zip"
LIMITS = {"recording.parquet": 24_000_000, "profile.toml": 64_000, "README.md": 64_000}
"""The members, and the most bytes of each. An hour of recording has about 6 MB."""
LARGEST = 25_000_000
"""Bytes of the whole file."""
MOST_FRAMES = 400_000
"""Nearly four hours at 30 pictures a second."""
_MOST_COLUMNS, _MOST_VALUES_BYTES, _MOST_META = 64, 250_000_000, 64_000
_NUMBERS = {"FLOAT", "DOUBLE", "INT32", "INT64", "BOOLEAN"}
_THRIFT = 4_000_000  # bytes and entries of the file's own description
_TITLE = 120
_KEPT_META = (
    "schema", "frame_size", "generator", "app_version", "models", "started_utc", "shown_by", "cut_s",
)  # fmt: skip


def export_reference(name: str) -> tuple[str, bytes]:
    """A reference as one file: its file name and its bytes. The name of the video is left out.

    Raises
    ------
    ReferenceError, ProfileError, RecordingError
        There is none of that name, or it is damaged.
    """
    reference = load_reference(name)
    assert reference.folder is not None
    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / "recording.parquet"
        replace(reference.recording, meta=_carried(reference.recording.meta)).to_parquet(path)
        members = {"recording.parquet": path.read_bytes()}
    for text in ("profile.toml", "README.md"):
        file = reference.folder / text
        members[text] = file.read_bytes() if file.is_file() else b""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member, (2000, 1, 1, 0, 0, 0)), data)
    return f"{reference.name}{SUFFIX}", out.getvalue()


def import_reference(data: bytes, name: str) -> Reference:
    """Check a file of `export_reference` and store it among the user's own references.

    Parameters
    ----------
    data : bytes
    name : str
        Under which it is stored; cleaned by `coach.scoring.reference.clean_name`.

    Raises
    ------
    ReferenceError
        The name is taken or unusable, or the file is not what it should be; the sentence says what.
    ProfileError, RecordingError
        Its profile or its recording is damaged.
    OutputError
        When the system refuses to write.
    """
    folder = free_folder(name)
    members = _members(data)
    profile = parse_profile(_text(members, "profile.toml"), "profile.toml")
    readme = _text(members, "README.md")
    if any(len(title) > _TITLE for title in profile.title.values()):
        raise ReferenceError(
            N_("The file is no reference: its title is longer than {most} letters."), most=_TITLE
        )
    recording = _recording(members["recording.parquet"])
    source = recording.meta.get("source")
    kind = str(source.get("kind", "unknown")) if isinstance(source, dict) else "unknown"
    reference = Reference(folder.name, recording, profile, kind, folder)
    _ = reference.measures  # a recording that cannot be measured is refused here, not at the first practice
    write_folder(folder, recording, profile, "Brought in from a file.", readme)
    return replace(reference, profile=load_profile(folder))


def _members(data: bytes) -> dict[str, bytes]:
    if len(data) > LARGEST:
        raise ReferenceError(
            N_("The file is too large for a reference: at most {size} MB."), size=LARGEST // 1_000_000
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sorted(info.filename for info in infos) != sorted(LIMITS):
                raise ReferenceError(
                    N_("The file is no reference: it must hold {names} and nothing else."),
                    names=", ".join(LIMITS),
                )
            return {info.filename: _read(archive, info) for info in infos}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise ReferenceError(
            N_("The file is damaged or is no reference: it is no whole zip file.")
        ) from error


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or info.flag_bits & 0x1:
        raise ReferenceError(N_("The file is no reference: {name} is no plain file."), name=info.filename)
    limit = LIMITS[info.filename]
    with archive.open(info) as member:
        data = member.read(limit + 1)  # what the zip says of its size is not believed
    if len(data) > limit:
        raise ReferenceError(N_("The file is no reference: {name} is too large."), name=info.filename)
    return data


def _text(members: dict[str, bytes], name: str) -> str:
    try:
        text = members[name].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReferenceError(N_("The file is no reference: {name} is no text."), name=name) from error
    if "\0" in text:
        raise ReferenceError(N_("The file is no reference: {name} is no text."), name=name)
    return text


def _recording(data: bytes) -> Recording:
    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / "recording.parquet"
        path.write_bytes(data)
        check_parquet(path)
        try:
            recording = Recording.from_parquet(path)
        except InputError as error:
            # Our own temporary folder says nothing to the user.
            values = {**error.values, "path": "recording.parquet"}
            raise type(error)(error.template, **values) from error
    return replace(recording, meta=_carried(recording.meta))


def check_parquet(path: Path) -> None:
    """Look whether a file can be a recording, by its own description: nothing is decoded that could unfold.

    Raises
    ------
    ReferenceError
        It cannot.
    """
    try:
        with pq.ParquetFile(
            path, thrift_string_size_limit=_THRIFT, thrift_container_size_limit=_THRIFT
        ) as file:
            meta, schema = file.metadata, file.schema
            columns = [schema.column(i) for i in range(len(schema))]
            size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            raw = (meta.metadata or {}).get(META_KEY.encode(), b"")
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ReferenceError(N_("The file is no reference: its recording is no Parquet file.")) from error
    plain = all(c.physical_type in _NUMBERS and c.max_repetition_level == 0 for c in columns)
    if not plain or len(columns) > _MOST_COLUMNS or len(raw) > _MOST_META:
        raise ReferenceError(N_("The file is no reference: its recording holds more than numbers."))
    if not 0 < meta.num_rows <= MOST_FRAMES or not 0 <= size <= _MOST_VALUES_BYTES:
        raise ReferenceError(
            N_("The file is no reference: its recording must have 1 to {most} pictures."), most=MOST_FRAMES
        )


def _carried(meta: dict[str, Any]) -> dict[str, Any]:
    """The metadata that travel: how it was made, but not the name of a video, which may be a person's."""
    kept = {key: meta[key] for key in _KEPT_META if key in meta}
    source, settings = meta.get("source"), meta.get("settings")
    kept["source"] = {
        "kind": str(source.get("kind", "unknown"))[:40] if isinstance(source, dict) else "unknown"
    }
    kept["settings"] = (
        {key: settings[key] for key in ("back_length_cm", "back_by_hand") if key in settings}
        if isinstance(settings, dict)
        else {}
    )
    if "shown_by" in kept:
        kept["shown_by"] = " ".join(str(kept["shown_by"]).split())[:160]
    json.dumps(kept)  # it came from JSON, so it can be written as JSON
    return kept
