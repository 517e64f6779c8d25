"""A recording that survives a crash: observations appended one by one, each with its length and checksum.

The file is ``MCJ1`` and a line feed, then entries: length (4 bytes, little endian), CRC-32 of the payload
(4 bytes), payload. The payload's first byte says what it is: ``M`` the metadata as JSON (the last
one counts), ``O`` one observation (a float64 and 15 float32, little endian), ``E`` the end, written by
`Journal.close`. A torn or damaged entry ends the reading; all before it counts.
"""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import numpy as np

from coach.atomic import output_error
from coach.errors import RecordingError
from coach.i18n import N_
from coach.motion.recording import Observation, Recording

MAGIC = b"MCJ1\n"
_HEAD = struct.Struct("<II")
# t; u, v_cm, confidence (2 each); back_confidence; thumb_px (4); c7_px, l5_px (2 each)
_FRAME = struct.Struct("<d15f")
# An entry is at most this long (our own choice, far above any metadata), so that a damaged length is noticed.
_LONGEST = 1 << 20


class Journal:
    """Append observations to a file that can be read back after a crash.

    Parameters
    ----------
    path : Path
        Must not exist yet: a journal is never written over.
    meta : dict
        The recording's metadata, JSON-able.
    every_s : float
        What was appended is handed to the disk at least this often, while observations come: a killed
        process or a power cut loses no more than that.
    clock : callable
        Gives seconds; for tests.

    Raises
    ------
    OutputError
        On every write that the system refuses.
    """

    def __init__(
        self, path: Path, meta: dict, *, every_s: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.path = Path(path)
        self._every_s = every_s
        self._clock = clock
        try:
            self._file = self.path.open("xb")
        except OSError as error:
            raise output_error(self.path, error) from error
        try:
            self._file.write(MAGIC)
            self._append(b"M", json.dumps(meta).encode())
            self._flush()
        except BaseException:
            self._file.close()
            raise

    def append(self, seen: Observation) -> None:
        """Add one observation."""
        values = np.concatenate([
            np.ravel(seen.u), np.ravel(seen.v_cm), np.ravel(seen.confidence), [seen.back_confidence],
            np.ravel(seen.thumb_px), np.ravel(seen.c7_px), np.ravel(seen.l5_px),
        ])  # fmt: skip
        self._append(b"O", _FRAME.pack(seen.t_s, *values))
        if self._clock() - self._flushed_at >= self._every_s:
            self._flush()

    def close(self, meta: dict | None = None) -> None:
        """Finish the file; `meta`, when given, replaces the metadata. Closing twice does no harm."""
        if self._file.closed:
            return
        try:
            if meta is not None:
                self._append(b"M", json.dumps(meta).encode())
            self._append(b"E", b"")
            self._flush()
        finally:
            self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, kind: bytes, data: bytes) -> None:
        payload = kind + data
        try:
            self._file.write(_HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
        except OSError as error:
            raise output_error(self.path, error) from error

    def _flush(self) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise output_error(self.path, error) from error
        self._flushed_at = self._clock()


def read_journal(path: Path) -> Recording:
    """Read a journal back, also one whose end was torn off.

    Returns
    -------
    Recording
        `meta["journal"]` says ``{"complete": bool, "lost_bytes": int}``: whether the journal was closed, and
        how much at its end could not be used. Observations whose time does not rise are left out.

    Raises
    ------
    RecordingError
        When the file cannot be read, is not a journal, or not even its metadata is whole.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordingError(
            N_("{path} cannot be read ({reason})."), path=path, reason=error.strerror or str(error)
        ) from error
    if not data.startswith(MAGIC):
        raise RecordingError(N_("{path} is not a journal of this program."), path=path)
    meta: dict | None = None
    frames: list[tuple[float, ...]] = []
    complete, at = False, len(MAGIC)
    while at + _HEAD.size <= len(data) and not complete:
        length, checksum = _HEAD.unpack_from(data, at)
        payload = data[at + _HEAD.size : at + _HEAD.size + length]
        if not 0 < length <= _LONGEST or len(payload) < length or zlib.crc32(payload) != checksum:
            break
        kind, body = payload[:1], payload[1:]
        try:
            if kind == b"M":
                meta = json.loads(body)
            elif kind == b"O":
                frames.append(_FRAME.unpack(body))
            elif kind == b"E":
                complete = True
        except (ValueError, struct.error):
            break
        at += _HEAD.size + length
    if not isinstance(meta, dict):
        raise RecordingError(N_("{path} is damaged from its start: nothing can be saved from it."), path=path)
    seen: list[Observation] = []
    for frame in frames:
        if np.isfinite(frame[0]) and (not seen or frame[0] > seen[-1].t_s):
            seen.append(_observation(frame))
    return Recording.from_observations(
        seen, {**meta, "journal": {"complete": complete, "lost_bytes": len(data) - at}}
    )


def _observation(frame: tuple[float, ...]) -> Observation:
    values = np.array(frame[1:], np.float32)
    return Observation(
        t_s=frame[0], u=values[0:2], v_cm=values[2:4], confidence=values[4:6],
        back_confidence=float(values[6]), thumb_px=values[7:11].reshape(2, 2), c7_px=values[11:13],
        l5_px=values[13:15],
    )  # fmt: skip
