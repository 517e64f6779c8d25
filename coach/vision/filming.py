"""A video that she agreed to: her back and the hands on it, and nothing of anybody else.

What lies off her back is not blurred but left out before it is encoded: a blurred face can be made out again, one that
was never written cannot. Where the back is not seen surely, the whole picture is left out.

A thread of its own encodes the newest picture only; the rest is dropped, so that filming never holds up who hands the
pictures over. (At a lower priority it would: put aside while it holds Python's lock.) Of a file, where nobody is held
up, it is given the time it needs (`coach.vision.filming_files`). The file is a fragmented MP4 with
a key picture every second: whatever ends the process, all but the last second can be played. `finish` makes an ordinary
MP4 of it, in which a browser finds every moment.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange

from coach import palette
from coach.atomic import replacing
from coach.console import write_log
from coach.errors import OutputError
from coach.i18n import N_
from coach.vision.back import Back
from coach.vision.encoder import TIME_BASE, Choices, add_stream

FULL, FAILED = "film_full", "film_failed"
TROUBLES: dict[str, str] = {
    FULL: N_("The disk is nearly full: the video ends here. The round goes on."),
    FAILED: N_("The video cannot be written and ends here. The round goes on."),
}
"""Why the video of a round ends before it does, and the sentence for it."""
RATE_HZ = 15.0
"""Pictures a second at most: a circle takes about a second."""
HEIGHT = 480
RESERVE_BYTES = 100_000_000
"""So much of the disk is left to what matters more: the round's own journal and result (our own choice)."""
SURE = 0.25
"""A back less sure than this is not believed: the same limit as before a round."""
_TOP_U, _BOTTOM_U, _SIDE_CM = -0.12, 1.08, 21.0
"""What is seen: from 5 cm above C7, below every chin, to the hips, as wide as shoulders with hands beside them."""
_MARGIN = 0.06  # of the crop, for a back that moves
_KEY_S = 1.0
_PATIENCE_S = 5.0
_LOOK_S = 0.2  # how often one who waits makes sure that the encoder is still there
_OFF = palette.rgb("#DDE4E4")
# One thread, no picture held back: what was added is in the file a moment later. About 100 kbit/s.
_ENCODERS: Choices = (
    (
        "libx264",
        {"crf": "27", "preset": "veryfast", "tune": "zerolatency", "threads": "1", "forced-idr": "1"},
    ),
    ("libopenh264", {}),
)


class Film:
    """Writes one round's video while it happens.

    Parameters
    ----------
    path : Path
        Must not exist yet.
    patient : bool
        Whether `add` waits for the encoder instead of dropping pictures.
    around : Back or None
        What the film shows the surroundings of; None: the back of its first picture.

    Attributes
    ----------
    trouble : str or None
        A key of `TROUBLES` once the video has ended early.
    written, dropped : int
        Pictures in the file, and those that came while one was being encoded.
    shown : int
        Pictures handed over in which her back was sure.
    """

    def __init__(self, path: Path, *, patient: bool = False, around: Back | None = None) -> None:
        self.path = Path(path)
        self.trouble: str | None = None
        self.written = self.dropped = self.shown = 0
        self._patient, self._around = patient, around
        self._news = threading.Condition()
        self._next: tuple[np.ndarray, float, Back | None] | None = None
        self._last_s = -np.inf
        self._over = False
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._thread.start()

    def add(self, image: np.ndarray, t_s: float, back: Back | None) -> None:
        """Hand over a picture [RGB, uint8] at `t_s`, and the back in it: one that is not sure is not believed.

        Waits only where the film is patient, and never for an encoder that is gone.
        """
        if self.trouble is not None or t_s - self._last_s < 0.9 / RATE_HZ:
            return
        self._last_s = t_s
        sure = back is not None and back.confidence >= SURE  # NaN is not
        with self._news:
            while self._patient and self._next is not None and self._thread.is_alive():
                self._news.wait(_LOOK_S)
            self.dropped += self._next is not None
            self.shown += sure
            self._next = (image, t_s, back if sure else None)
            self._news.notify_all()

    def close(self) -> None:
        """End the file after what was handed over last; safe to call twice."""
        with self._news:
            self._over = True
            self._news.notify_all()
        self._thread.join(_PATIENCE_S)
        # A disk that hangs, or an encoder that went without a word.
        if (self._thread.is_alive() or self._next is not None) and self.trouble is None:
            self.trouble = FAILED

    def _run(self) -> None:
        try:
            with _Fragments(self.path, self._around) as file:
                while (given := self._taken()) is not None:
                    file.write(*given)
                    self.written += 1
        except OSError as error:  # also a full disk that FFmpeg tells of
            self.trouble = FULL if isinstance(error, _DiskFullError) or error.errno in _NO_ROOM else FAILED
        except Exception as error:
            write_log(error)
            self.trouble = FAILED

    def _taken(self) -> tuple[np.ndarray, float, Back | None] | None:
        with self._news:
            self._news.wait_for(lambda: self._next is not None or self._over)
            given, self._next = self._next, None
            self._news.notify_all()
            return given


class _DiskFullError(OSError):
    """There is room left, but not for a video."""


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _Fragments:
    """The file while it grows."""

    def __init__(self, path: Path, around: Back | None = None) -> None:
        self._folder, self._around = path.parent, around
        # Only its owner may read it, whatever is usual for new files.
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        self._container: av.container.OutputContainer | None = None
        self._stream: av.VideoStream | None = None
        self._box = (0, 0, 0, 0)
        self._last, self._key_s = -1, -np.inf

    def __enter__(self) -> _Fragments:
        return self

    def __exit__(self, kind: object, *error: object) -> None:
        try:
            if self._container is not None:
                try:
                    if kind is None and self._stream is not None:
                        self._container.mux(self._stream.encode(None))
                finally:
                    with suppress(OSError):
                        self._container.close()
        finally:
            self._file.close()

    def write(self, image: np.ndarray, t_s: float, back: Back | None) -> None:
        """Encode one picture."""
        key = t_s - self._key_s >= _KEY_S
        if key and shutil.disk_usage(self._folder).free < RESERVE_BYTES:
            raise _DiskFullError
        if self._stream is None:
            self._box = _box(self._around or back, image.shape[1], image.shape[0])
            self._open()
        assert self._stream is not None and self._container is not None
        size = (self._stream.width, self._stream.height)
        frame = av.VideoFrame.from_ndarray(only_her_back(image, back, self._box, size), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_color_range=ColorRange.MPEG)
        self._last = max(self._last + 1, round(t_s / TIME_BASE))
        frame.pts, frame.time_base = self._last, TIME_BASE
        if key:
            frame.pict_type, self._key_s = PictureType.I, t_s
        self._container.mux(self._stream.encode(frame))
        if key:
            os.fsync(self._file.fileno())

    def _open(self) -> None:
        self._container = av.open(
            self._file, "w", format="mp4",
            options={"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"},
        )  # fmt: skip
        left, top, right, bottom = self._box
        scale = min(1.0, HEIGHT / (bottom - top))
        width, height = (max(2, 2 * round(scale * side / 2)) for side in (right - left, bottom - top))
        self._stream = add_stream(self._container, width, height, _ENCODERS)


def only_her_back(
    image: np.ndarray, back: Back | None, box: tuple[int, int, int, int], size: tuple[int, int]
) -> np.ndarray:
    """The part `box` (left, top, right, bottom) of a picture in `size`, with one colour wherever her back is not."""
    left, top, right, bottom = box
    if back is None:
        return np.full((size[1], size[0], 3), _OFF, np.uint8)
    scale = np.array(size) / [right - left, bottom - top]
    part = cv2.resize(image[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round((_rim(back) - [left, top]) * scale).astype(np.int32)], 1)
    return np.where(mask[..., None] > 0, part, np.array(_OFF, np.uint8))


def finish(part: Path, whole: Path) -> bool:
    """Make an ordinary MP4 of a file of fragments, also of one whose end was torn off; False when nothing is in it.

    Raises
    ------
    OutputError
        When the system refuses to write.
    """
    if not part.is_file() or part.stat().st_size == 0:
        return False
    try:
        with av.open(str(part), format="mp4") as source:
            if not source.streams.video:
                return False
            with replacing(whole) as temporary:
                written = _copied(source, temporary)
                if not written:
                    return False
    except av.error.InvalidDataError:
        return False
    except av.error.FFmpegError as error:
        raise OutputError(
            N_("{path} cannot be written ({reason}). Choose another folder."), path=whole, reason=str(error)
        ) from error
    whole.chmod(0o600)
    return True


def _copied(source: av.container.InputContainer, target: Path) -> int:
    """Copy the packets of one container into another one; gives how many there were."""
    written = 0
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream_from_template(source.streams.video[0])
        with suppress(av.error.InvalidDataError, av.error.EOFError):  # the torn end
            for packet in source.demux(source.streams.video[0]):
                if packet.is_corrupt:
                    break
                if packet.dts is not None and packet.size:
                    packet.stream = stream
                    container.mux(packet)
                    written += 1
    return written


def _rim(back: Back) -> np.ndarray:
    """The rim of what is seen, pixels [shape=(n, 2)]."""
    u, v = np.linspace(_TOP_U, _BOTTOM_U, 13), np.linspace(-_SIDE_CM, _SIDE_CM, 9)
    left, right = (np.stack([u, np.full_like(u, side)], 1) for side in (-_SIDE_CM, _SIDE_CM))
    top, bottom = (np.stack([np.full_like(v, end), v], 1) for end in (_TOP_U, _BOTTOM_U))
    return back.to_pixels(np.concatenate([top, right, bottom[::-1], left[::-1]]))


def _box(back: Back | None, width: int, height: int) -> tuple[int, int, int, int]:
    """The part of the picture that is filmed: around her back as it lies at the beginning."""
    whole = np.array([width, height])
    if back is None:
        return 0, 0, width, height
    rim = _rim(back)
    low, high = rim.min(0), rim.max(0)
    margin = _MARGIN * (high - low)
    low = np.clip(np.floor(low - margin), 0, whole - 16).astype(int)
    high = np.clip(np.ceil(high + margin), low + 16, whole).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
