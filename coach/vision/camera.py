"""A camera as it is now: always the newest picture, and in words what is wrong when there is none.

A thread reads the camera and keeps only its newest picture, so that nothing ever queues up behind a slow consumer.
What cameras do when something is wrong: `read` fails, gives the same picture for ever, gives a black one, or never
returns. All four are noticed within two seconds and named, and the camera is opened again until it is back. A
video file can stand in for the camera, at its own pace and from the start again when it ends.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import cv2
import numpy as np
from PIL import Image

from coach.errors import CameraError, VideoError
from coach.i18n import N_
from coach.vision.pace import Pace
from coach.vision.sources import MAX_SIDE, Frame, VideoFile

TROUBLES: dict[str, str] = {
    "missing": N_("No camera was found. Plug it in, or choose another one."),
    "busy": N_("The camera is used by another program. Close that one."),
    "forbidden": N_("This program may not use the camera. Allow it in the system's settings."),
    "lost": N_("The camera gives no picture. Check its cable; it is tried again by itself."),
    "frozen": N_("The camera's picture stands still. Unplug the camera and plug it in again."),
    "turned": N_("The camera's picture has another shape now. Turn the camera back as it was."),
    "covered": N_("The camera sees nothing. Take the cover off its lens, or put the light on."),
}
"""What can be wrong with a camera, and the sentence for it."""

QUIET_S = 1.0
"""Without a new picture for so long something is wrong; our own choice, well above a slow camera's 0.2 s."""
_BLOCKED_S = 1.5  # a `read` that takes longer does not come back
_OPENING_S = 10.0  # some cameras take seconds to start
_RETRY_S = 0.7
_MOST_ABANDONED = 3  # threads that sit in a `read` for ever; more would not find what these did not
_FLAT = 4.0  # grey levels: spread of a picture that shows nothing; the darkest room has more by its noise
_THIN = 8  # every so many pixels are compared


class Reader(Protocol):
    """An opened camera.

    Attributes
    ----------
    can_freeze : bool
        Whether two pictures that are the same to the last bit mean that it hangs.
    """

    can_freeze: bool

    def read(self) -> np.ndarray | None:
        """The next picture [RGB, uint8], waiting for it; None when none came."""
        ...

    def close(self) -> None: ...


class LiveSource:
    """A camera as a `FrameSource` that gives the newest picture each time.

    Parameters
    ----------
    opens : callable
        Opens the camera and gives its `Reader`; raises `CameraError` with the trouble's sentence.
    mirrored : bool
        The camera delivers a mirror image: it is turned back.
    clock : callable
        Gives seconds; for tests.

    Attributes
    ----------
    grabbed, dropped : int
        Pictures that the camera gave, and those of them that nobody took before the next one came.
    on : bool
        The camera is held, from the attempt to open it on: its light may shine.
    """

    def __init__(
        self,
        opens: Callable[[], Reader],
        *,
        mirrored: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opens = opens
        self._clock = clock
        self.mirrored = mirrored
        self.grabbed = self.dropped = 0
        self.on = False
        self.size: tuple[int, int] = (0, 0)
        self.scale = 1.0
        self.duration_s: float | None = None
        self.expected_frames: int | None = None
        self._news = threading.Condition()
        self._frame: Frame | None = None
        self._pace = Pace()
        self._taken = True
        self._trouble: str | None = None
        self._stopped = False
        self._turn = self._abandoned = 0
        self._thread: threading.Thread | None = None
        self._start_s = self._beat_s = self._new_s = self._seen_s = clock()
        self._opening = True
        self._last_thin: np.ndarray | None = None

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        """The newest picture, again and again, until the source is closed."""
        after = -1.0
        while not self._stopped:
            frame = self.newer(after, 0.5)
            if frame is not None:
                after = frame.t_s
                yield frame

    @property
    def trouble(self) -> str | None:
        """What is wrong now: a key of `TROUBLES`, or None."""
        if self._stopped:
            return None
        if self._trouble is None and not self._opening and self._clock() - self._seen_s > QUIET_S:
            return "lost"
        return self._trouble

    @property
    def fps(self) -> float | None:
        """Pictures a second that the camera gives, whoever looks at them; None while too little is known."""
        with self._news:
            return self._pace.per_s

    def forget_pace(self) -> None:
        """Count `fps` anew: while this machine was busy with something else, the camera was not slow."""
        with self._news:
            self._pace.forget()

    def age_s(self, frame: Frame) -> float:
        """How long ago the camera gave this picture."""
        return self._clock() - self._start_s - frame.t_s

    @property
    def now_s(self) -> float:
        """The time now, on the clock of the pictures."""
        return self._clock() - self._start_s

    def newer(self, after_s: float, timeout_s: float) -> Frame | None:
        """The newest picture if it is later than `after_s`, waiting for it; None when none came in time."""
        with self._news:
            self._news.wait_for(
                lambda: self._stopped or (self._frame is not None and self._frame.t_s > after_s), timeout_s
            )
            frame = self._frame
            if frame is not None and frame.t_s > after_s and not self._stopped:
                self._taken = True
                return frame
        self._watch()
        return None

    def close(self) -> None:
        """Let the camera go; safe to call twice. A `read` that never returns is not waited for."""
        with self._news:
            self._stopped = True
            self._turn += 1
            self._frame = None
            self._news.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _begin(self) -> None:
        self._turn += 1
        self._beat_s, self._opening = self._clock(), True
        self._thread = threading.Thread(target=self._grab, args=(self._turn,), name="camera", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        """Give up on a thread that hangs in the camera, and begin another."""
        patience = _OPENING_S if self._opening else _BLOCKED_S
        if self._stopped or self._clock() - self._beat_s < patience:
            return
        self._trouble = "lost"
        if self._abandoned < _MOST_ABANDONED:
            self._abandoned += 1
            self._begin()

    def _grab(self, turn: int) -> None:
        while turn == self._turn:
            self._beat_s, self._opening = self._clock(), True
            try:
                self.on = True
                reader = self._opens()
            except CameraError as error:
                self.on = False
                self._trouble = str(error.values.get("trouble", "lost"))
                self._pause(turn)
                continue
            try:
                self._opening, self._seen_s = False, self._clock()
                self._new_s = self._clock()
                self._last_thin = None
                with self._news:
                    self._pace.forget()
                self._read(reader, turn)
            finally:
                with suppress(Exception):
                    reader.close()
                if turn == self._turn or self._stopped:  # else another thread has opened it again
                    self.on = False
            self._pause(turn)

    def _read(self, reader: Reader, turn: int) -> None:
        """Take pictures until the camera fails or is not wanted any more."""
        while turn == self._turn:
            self._beat_s = self._clock()
            try:
                image = reader.read()
            except CameraError as error:
                self._trouble = str(error.values.get("trouble", "lost"))
                return
            if turn != self._turn:  # it hung, and another thread has taken over
                return
            now = self._clock()
            if image is None:
                if now - self._seen_s > QUIET_S:
                    self._trouble = "lost"
                    return
                time.sleep(0.02)
                continue
            self._seen_s = now
            self._judge(image, reader.can_freeze, now)
            if self._trouble == "frozen" and now - self._new_s > 3 * QUIET_S:
                self._new_s = now
                return  # opening it again is what helps a frozen camera
            self._put(image, now)

    def _judge(self, image: np.ndarray, can_freeze: bool, now: float) -> None:
        thin = image[::_THIN, ::_THIN, 1]
        same = (
            can_freeze
            and self._last_thin is not None
            and self._last_thin.shape == thin.shape
            and bool((self._last_thin == thin).all())
        )
        if not same:
            self._new_s = now
            self._last_thin = thin.copy()
        if now - self._new_s > QUIET_S:
            self._trouble = "frozen"
        elif float(thin.std()) < _FLAT:
            self._trouble = "covered"
        else:
            self._trouble = None
            self._abandoned = 0

    def _put(self, image: np.ndarray, now: float) -> None:
        height, width = image.shape[:2]
        scale = max(1.0, max(width, height) / MAX_SIDE)
        if scale > 1.0:
            small = (round(width / scale), round(height / scale))
            image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        if self.mirrored:
            image = np.ascontiguousarray(image[:, ::-1])
        with self._news:
            self.grabbed += 1
            self.dropped += not self._taken
            self._taken = False
            self._pace.note(now)
            self.size, self.scale = (width, height), scale
            self._frame = Frame(now - self._start_s, image)
            self._news.notify_all()

    def _pause(self, turn: int) -> None:
        until = self._clock() + _RETRY_S
        while turn == self._turn and self._clock() < until:
            self._beat_s = self._clock()
            time.sleep(0.05)


def camera_error(trouble: str) -> CameraError:
    """The error for one of `TROUBLES`."""
    return CameraError(TROUBLES[trouble], trouble=trouble)


class Device:
    """A local camera by its number, through OpenCV, at 1280 × 720 where it can."""

    can_freeze = True

    def __init__(self, number: int) -> None:
        backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
        node = Path(f"/dev/video{number}")
        if sys.platform == "linux":
            if not node.exists():
                raise camera_error("missing")
            if not os.access(node, os.R_OK | os.W_OK):
                raise camera_error("forbidden")
        self._capture: Any = cv2.VideoCapture(number, backend)
        if not self._capture.isOpened():
            self._capture.release()
            raise camera_error("busy" if sys.platform == "linux" else "missing")
        # Compressed pictures first: over USB 2, raw ones of this size come at ten a second.
        for key, value in (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, 1280),
            (cv2.CAP_PROP_FRAME_HEIGHT, 720),
            (cv2.CAP_PROP_FPS, 30),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._capture.set(key, value)

    def read(self) -> np.ndarray | None:
        seen, image = self._capture.read()
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB) if seen and image is not None else None

    def close(self) -> None:
        self._capture.release()


class Clip:
    """A video file that stands in for a camera: at its own pace, and from the start again when it ends.

    Attributes
    ----------
    turn : int
        How often it has begun again.
    """

    can_freeze = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self.turn = 0
        try:
            self._video = VideoFile(path)
        except VideoError as error:
            raise camera_error("missing") from error
        self._frames = iter(self._video)
        self._began_s = time.monotonic()

    def read(self) -> np.ndarray | None:
        if not self._path.exists():  # pulled out, as it were
            raise camera_error("missing")
        try:
            frame = next(self._frames, None)
            if frame is None:
                self._frames = iter(self._video)
                self._began_s = time.monotonic()
                self.turn += 1
                frame = next(self._frames, None)
        except VideoError as error:
            raise error if isinstance(error, CameraError) else camera_error("lost") from error
        if frame is None:
            return None
        time.sleep(max(0.0, self._began_s + frame.t_s - time.monotonic()))
        return frame.image

    def close(self) -> None:
        self._video.close()


class Pushed:
    """A browser's own camera: its pictures are pushed to us, one by one."""

    can_freeze = True
    most_bytes = 2_000_000
    """Of one picture; a JPEG of 1280 × 720 has a tenth of it."""
    _MOST_PIXELS = 1920 * 1080
    _WAIT_S = 0.25

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._image: np.ndarray | None = None

    def push(self, data: bytes) -> bool:
        """Take a picture in [JPEG]; False when it is none, or too large."""
        if len(data) > self.most_bytes or not data.startswith(b"\xff\xd8"):
            return False
        try:
            # The size is read before anything is decoded: a few bytes can claim a billion pixels.
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as header:
                width, height = header.size
        except (OSError, ValueError, Image.DecompressionBombError):
            return False
        if not 0 < width * height <= self._MOST_PIXELS:
            return False
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            return False
        with self._news:
            self._image = cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
            self._news.notify_all()
        return True

    def read(self) -> np.ndarray | None:
        with self._news:
            self._news.wait_for(lambda: self._image is not None, self._WAIT_S)
            image, self._image = self._image, None
            return image

    def close(self) -> None:
        """Nothing is held open; the browser goes on pushing."""


@dataclass(frozen=True)
class Listed:
    """A camera that can be chosen: its number, and the name that the system gives it."""

    number: int
    name: str


def cameras() -> list[Listed]:
    """The cameras of this machine, without opening any; where the system does not tell, the first three numbers."""
    if sys.platform != "linux":
        return [Listed(number, str(number + 1)) for number in range(3)]
    found = []
    for folder in sorted(Path("/sys/class/video4linux").glob("video*")):
        with suppress(OSError, ValueError):
            # A camera has further nodes for its metadata; the picture is at index 0.
            if int((folder / "index").read_text()) == 0:
                number = int(folder.name.removeprefix("video"))
                found.append(Listed(number, (folder / "name").read_text().strip()))
    return found


def live_source(device: int = 0, *, mirrored: bool = False) -> LiveSource:
    """The camera `device`, or the file that the environment variable ``CAMERA`` names instead of one."""
    stand_in = os.environ.get("CAMERA")
    if stand_in:
        return LiveSource(lambda: Clip(Path(stand_in)), mirrored=mirrored)
    return LiveSource(lambda: Device(device), mirrored=mirrored)
