"""Where frames come from: one protocol, and a video file as the first source.

A video is decoded in a process of its own (`coach.vision._decoder`, which tells why), ahead of the analysis:
a thread here takes the pictures from it into a short queue, so decoding overlaps with whatever the consumer
does, and memory does not depend on the length of the video.

PyAV and not OpenCV, because OpenCV guesses the format (it opens an ``ffconcat`` list that calls itself .mp4
and reads the neighbouring file), hides the container's times and gives no reason when it fails.
"""

from __future__ import annotations

import json
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self, runtime_checkable

import numpy as np

from coach.errors import VideoError
from coach.i18n import N_
from coach.vision import _decoder

MAX_SIDE = 1280
"""Longer side of the pictures that are analysed, in pixels: the models see crops of some 200 pixels, so more
would cost time and add nothing."""

# A decoder that says nothing for so long hangs. Generous: a busy machine reading a slow stick is no error.
_STALL_S = 30.0
# Pictures decoded ahead: enough to bridge an uneven consumer, few enough to weigh little (3 MB each at most).
_AHEAD = 4
_SNIFF_BYTES = 400
# More than any message or picture takes: a decoder gone wrong must not make us allocate what it claims.
_MESSAGE_BYTES = 1 << 16
_PICTURE_BYTES = 4 * _decoder.MAX_PIXELS


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and its time.

    Attributes
    ----------
    t_s : float
        Seconds from the first frame, from the container's or the camera's clock.
    image : ndarray [shape=(height, width, 3), dtype=uint8]
        RGB.
    """

    t_s: float
    image: np.ndarray


@runtime_checkable
class FrameSource(Protocol):
    """Anything that gives frames: a file, a camera, a browser.

    Attributes
    ----------
    size : tuple of int
        Width and height of the original picture in pixels, as it is to be shown (after rotation).
    scale : float
        Original pixels per pixel of `Frame.image`; 1 unless the picture was reduced.
    duration_s : float or None
        Length in seconds, where it is known; a hint.
    expected_frames : int or None
        Number of frames, where it is known; a hint, for showing progress.
    """

    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def scale(self) -> float: ...
    @property
    def duration_s(self) -> float | None: ...
    @property
    def expected_frames(self) -> int | None: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...
    def __iter__(self) -> Iterator[Frame]: ...


class VideoFile:
    """A video file as a `FrameSource`.

    Opening it decodes the first two pictures, so that what cannot be used is refused at once. Times rise
    strictly; frames whose time does not are left out and counted. Variable frame rates are kept as they are,
    phone rotation is applied, and pictures larger than `max_side` are reduced.

    Parameters
    ----------
    path : Path or str
        The file.
    max_side : int
        Longest side of the pictures given out, in pixels.

    Attributes
    ----------
    dropped : int
        Frames left out of the last full reading because their time did not rise.
    damaged : int
        Packets of the last full reading that could not be decoded.
    incomplete : bool
        Whether the last full reading ended well before the end that the file declares (by more than 2 %).

    Raises
    ------
    VideoError
        The file is missing, no video, damaged, too large or too long, or has fewer than two pictures; also
        while reading, when the decoder crashes or hangs.

    Examples
    --------
    >>> with VideoFile("clip.mp4") as video:  # doctest: +SKIP
    ...     for frame in video:
    ...         print(frame.t_s, frame.image.shape)
    """

    def __init__(self, path: Path | str, *, max_side: int = MAX_SIDE) -> None:
        self.path = Path(path)
        self.dropped = 0
        self.damaged = 0
        self.incomplete = False
        self._max_side = max_side
        self._format = _sniff(self.path)
        self._idle: _Decoder | None = None
        decoder = self._decoder()
        try:
            decoder.ask({"do": "probe"})
            self._info, _ = decoder.answer()
        except BaseException:
            decoder.close()
            raise
        self._idle = decoder
        info = self._info
        width, height = info["width"], info["height"]
        self.size: tuple[int, int] = (height, width) if info["swap"] else (width, height)
        self.scale: float = max(width, height) / max(info["out_width"], info["out_height"])
        self.duration_s: float | None = info["duration"]
        self.expected_frames: int | None = info["frames"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the decoder; safe to call twice."""
        if self._idle is not None:
            self._idle.close()
            self._idle = None

    def __iter__(self) -> Iterator[Frame]:
        """Every frame, from the first; may be started again."""
        end = yield from self._run({"do": "read", "info": self._info})
        self.dropped, self.damaged = end["dropped"], end["damaged"]
        if self._format == "mov" and self._info["declared"]:
            self.incomplete = end["frames"] + end["dropped"] < 0.98 * self._info["declared"]
        elif self.duration_s is not None:  # other containers count frames loosely or not at all
            self.incomplete = end["last"] < 0.98 * self.duration_s - 0.25

    def sample(self, n: int) -> list[Frame]:
        """About `n` frames spread evenly over the file, the first among them, in rising order.

        Key frames serve where they lie close enough, so the times are only roughly even. Short files give
        fewer frames.
        """
        if n < 1:
            raise ValueError("n must be at least 1")
        return list(self._run({"do": "sample", "info": self._info, "n": n}))

    def _decoder(self) -> _Decoder:
        if self._idle is not None:
            decoder, self._idle = self._idle, None
            return decoder
        return _Decoder(self.path, self._format, self._max_side)

    def _run(self, command: dict) -> Generator[Frame, None, dict]:
        decoder = self._decoder()
        finished = False
        try:
            decoder.ask(command)
            while True:
                message, picture = decoder.answer()
                if message["type"] == "end":
                    finished = True
                    return message
                yield Frame(message["t"], self._upright(message, picture))
        finally:
            # Also when the consumer raises or stops early: the decoder is in the middle of a command then.
            if finished and self._idle is None:
                self._idle = decoder
            else:
                decoder.close()

    def _upright(self, message: dict, picture: bytearray) -> np.ndarray:
        rows = np.frombuffer(picture, dtype=np.uint8).reshape(-1, message["stride"])
        image = rows[: message["h"], : 3 * message["w"]]
        image = image.reshape(message["h"], message["w"], 3)
        if self._info["swap"]:
            image = image.transpose(1, 0, 2)
        if self._info["flip_x"]:
            image = image[:, ::-1]
        if self._info["flip_y"]:
            image = image[::-1]
        return np.ascontiguousarray(image)


# --- the first bytes ------------------------------------------------------------------------------


def _sniff(path: Path) -> str:
    """The FFmpeg demuxer for the file, from its first bytes and never from its name."""
    try:
        if path.is_dir():
            raise VideoError(N_("{file} is a folder; name one video file."), file=_shown(path))
        if path.exists() and not path.is_file():
            raise VideoError(N_("{file} is not a file that can be read as a video."), file=_shown(path))
        with path.open("rb") as file:
            head = file.read(_SNIFF_BYTES)
    except FileNotFoundError as error:
        raise VideoError(N_("There is no file {file}; check the name."), file=_shown(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        why = getattr(error, "strerror", None) or str(error)
        raise VideoError(
            N_("{file} cannot be opened ({why}); check its permissions."), file=_shown(path), why=why
        ) from error
    if not head:
        raise VideoError(N_("{file} is empty; copy or record it again."), file=_shown(path))
    if (kind := _demuxer(head)) is None:
        raise VideoError(
            N_("{file} is not a video that can be read here; MP4, MOV, WebM, MKV, AVI and MPEG are."),
            file=_shown(path),
        )
    return kind


def _demuxer(head: bytes) -> str | None:
    # ISO base media (MP4, MOV, 3GP); old QuickTime files start with another box than ftyp.
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"  # also WebM
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    # Transport streams: a sync byte at the start of every packet of 188 bytes, or of 192 in camcorder files.
    if any(
        len(head) > at + size and head[at] == head[at + size] == 0x47 for at, size in ((0, 188), (4, 192))
    ):
        return "mpegts"
    return None


def _shown(path: Path) -> str:
    """The name as it can be printed on one line."""
    return "".join(c if c.isprintable() else "�" for c in str(path))


# --- the decoder's process ------------------------------------------------------------------------

_SENTENCES = {
    "damaged": N_("{file} is damaged or incomplete ({why}); copy or record it again."),
    "no_video": N_("{file} holds no moving picture, perhaps only sound; choose the video file."),
    "codec": N_(
        "{file} holds a kind of video that cannot be decoded here ({codec}); save it as H.264 (MP4)."
    ),
    "no_frame": N_("{file} holds not a single picture; record it again."),
    "one_frame": N_("{file} holds only one picture; a video is needed."),
    "pixels": N_("{file} has {width} × {height} pixels, more than can be read; film in 1080p or 4K."),
    "long": N_("{file} is longer than an hour; cut it into parts."),
}


class _Decoder:
    """The child process and the thread that takes its messages into a short queue."""

    def __init__(self, path: Path, form: str, max_side: int) -> None:
        self._path = path
        command = [sys.executable, "-B", _decoder.__file__, str(path.absolute()), form, str(max_side)]
        no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            creationflags=no_window,
        )
        self._messages: queue.Queue[tuple[dict, bytearray] | None] = queue.Queue(_AHEAD)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._take, name="video-decoder", daemon=True)
        self._thread.start()

    def ask(self, command: dict) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has crashed: the answer tells
            self._process.stdin.write(json.dumps(command).encode() + b"\n")

    def answer(self) -> tuple[dict, bytearray]:
        """The next message and its picture's bytes."""
        try:
            item = self._messages.get(timeout=_STALL_S)
        except queue.Empty:
            self.close()
            raise VideoError(
                N_("Reading {file} takes too long; save it again as H.264 (MP4)."), file=_shown(self._path)
            ) from None
        if item is None:
            raise VideoError(
                N_("{file} made the video reader fail; save it again as H.264 (MP4)."),
                file=_shown(self._path),
            )
        if item[0]["type"] == "error":
            raise VideoError(_SENTENCES[item[0]["code"]], file=_shown(self._path), **item[0]["values"])
        return item

    def close(self) -> None:
        """Kill the process and wait for process and thread."""
        self._stopped.set()
        self._process.kill()
        self._process.wait()
        self._thread.join(timeout=5.0)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _take(self) -> None:
        stream: Any = self._process.stdout
        try:
            while not self._stopped.is_set():
                head = _read(stream, 8)
                text_size, picture_size = struct.unpack(">II", head)
                if text_size > _MESSAGE_BYTES or picture_size > _PICTURE_BYTES:
                    raise ValueError("not a message")
                message = json.loads(_read(stream, text_size))
                self._put((message, _read(stream, picture_size)))
        except (EOFError, OSError, ValueError):
            self._put(None)

    def _put(self, item: tuple[dict, bytearray] | None) -> None:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._messages.put(item, timeout=0.2)
                return


def _read(stream: BinaryIO, size: int) -> bytearray:
    """Exactly `size` bytes."""
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = stream.readinto(view[got:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        got += count
    return data
