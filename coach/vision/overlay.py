"""What was seen, drawn into the video: the back's line, the thumbs, where they went in the last two seconds.

Drawn from a `Recording` alone, so that a stored recording and its video are enough. The result shows people:
it is written only when somebody asks for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange

from coach import palette
from coach.atomic import output_error, replacing
from coach.errors import OutputError, VideoError
from coach.i18n import N_
from coach.motion.recording import LEFT, RIGHT, Recording
from coach.vision.encoder import TIME_BASE, Choices, add_stream
from coach.vision.sources import Frame

TRAIL_S = 2.0
"""Length of the trails; our own choice: two to three circles at a sound tempo."""
LEVELS = 8
"""Ticks on the spine line, from C7 to L5; only for the eye."""
COLOURS = tuple(palette.rgb(colour) for colour in palette.HAND_COLOURS)
_LETTERS = {LEFT: "L", RIGHT: "R"}
_INK, _PAPER = (20, 20, 20), (255, 255, 255)
_ENCODERS: Choices = (("libx264", {"crf": "21", "preset": "veryfast"}), ("libopenh264", {}), ("mpeg4", {}))
_SHIFT = 4
"""Sub-pixel bits of cv2's drawing functions: a thumb's circle of few pixels must not look like stairs."""


def draw(
    image: np.ndarray,
    recording: Recording,
    index: int,
    *,
    scale: float = 1.0,
    corners_px: np.ndarray | None = None,
    letters: dict[int, str] | None = None,
) -> np.ndarray:
    """A copy of `image` with frame `index` of `recording` drawn in.

    Parameters
    ----------
    image : ndarray [shape=(height, width, 3), dtype=uint8]
        RGB.
    recording : Recording
        Its pixel columns are in the original video's pixels.
    index : int
        Row of the recording.
    scale : float
        Original pixels per pixel of `image`.
    corners_px : ndarray [shape=(4, 2)], optional
        The back's corners (left shoulder, right shoulder, right hip, left hip), in the original's pixels.
    letters : dict, optional
        The letter for each hand; L and R by default.
    """
    canvas = np.ascontiguousarray(image).copy()
    unit = max(1.0, canvas.shape[0] / 480)
    letters = letters or _LETTERS
    if corners_px is not None and np.isfinite(corners_px).all():
        _line(canvas, np.vstack([corners_px, corners_px[:1]]) / scale, _PAPER, unit)
        for corner in corners_px / scale:
            _disc(canvas, corner, 3.5 * unit, _PAPER, unit)
    _draw_spine(
        canvas,
        recording.c7_px[index] / scale,
        recording.l5_px[index] / scale,
        float(recording.back_confidence[index]),
        unit,
    )
    for hand in (LEFT, RIGHT):
        _draw_trail(canvas, recording, index, hand, scale, unit)
    for hand in (LEFT, RIGHT):
        _draw_thumb(
            canvas,
            recording.thumb_px[index, hand] / scale,
            float(recording.confidence[index, hand]),
            COLOURS[hand],
            letters[hand],
            unit,
            letter_left=hand == LEFT,
        )
    _caption(canvas, f"{recording.t_s[index]:.1f} s", unit)
    return canvas


def draw_corners(image: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """A copy of `image` with the back's four `corners` [shape=(4, 2)] drawn and numbered from 1."""
    canvas = np.ascontiguousarray(image).copy()
    unit = max(1.0, canvas.shape[0] / 480)
    _line(canvas, np.vstack([corners, corners[:1]]), _PAPER, unit)
    for number, corner in enumerate(corners, start=1):
        _disc(canvas, corner, 4 * unit, _PAPER, unit)
        _text(canvas, str(number), (corner[0] + 7 * unit, corner[1] - 7 * unit), 0.6 * unit, unit)
    return canvas


def write_overlay(
    frames: Iterable[Frame],
    recording: Recording,
    path: Path,
    *,
    scale: float = 1.0,
    corners_px: np.ndarray | None = None,
    letters: dict[int, str] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> None:
    """Write `frames` with `recording` drawn in as an H.264 video; every frame keeps its own time.

    Parameters
    ----------
    frames : iterable of Frame
        The video that the recording was made from, from its start.
    recording : Recording
        What was seen in it; a frame shows the row nearest in time.
    path : Path
        The .mp4 to write; whole or not at all.
    scale : float
        Original pixels per pixel of the frames.
    corners_px : ndarray [shape=(4, 2)] or [shape=(n_frames, 4, 2)], optional
        The back's corners, fixed or by row of the recording.
    letters : dict, optional
        The letter for each hand.
    progress : callable, optional
        Called with (frames written, frames expected).

    Raises
    ------
    OutputError
        When the file cannot be written.
    VideoError
        When the video gives no frame.
    """
    times = recording.t_s
    try:
        with replacing(path) as temporary, contextlib.closing(_Writer(temporary)) as writer:
            for count, frame in enumerate(frames, start=1):
                index = int(np.argmin(np.abs(times - frame.t_s)))
                corners = corners_px[index] if corners_px is not None and corners_px.ndim == 3 else corners_px
                picture = draw(
                    frame.image, recording, index, scale=scale, corners_px=corners, letters=letters
                )
                writer.write(frame.t_s, picture)
                if progress:
                    progress(count, len(times))
            if not writer.started:
                raise VideoError(N_("The video holds no picture that can be read. Record it again."))
            writer.finish()
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise output_error(path, error) from error
        raise OutputError(
            N_("{path} cannot be written ({reason}). Choose another folder."),
            path=path,
            reason=str(error),
        ) from error


class _Writer:
    """An H.264 file whose frames carry their own times (MPEG-4 part 2 where PyAV has no H.264 encoder)."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path), "w", options={"movflags": "+faststart"})
        self._stream: av.VideoStream | None = None
        self._last = -1

    @property
    def started(self) -> bool:
        return self._stream is not None

    def write(self, t_s: float, image: np.ndarray) -> None:
        height, width = (side - side % 2 for side in image.shape[:2])  # yuv420p halves both sides
        if self._stream is None:
            self._stream = add_stream(self._container, width, height, _ENCODERS)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_color_range=ColorRange.MPEG)
        self._last = max(self._last + 1, round(t_s / TIME_BASE))
        frame.pts, frame.time_base = self._last, TIME_BASE
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def close(self) -> None:
        # After an error the file is thrown away; what the muxer still wants to say about it is of no use.
        with contextlib.suppress(av.error.FFmpegError):
            self._container.close()


def _fixed(point: np.ndarray) -> tuple[int, int]:
    x, y = np.clip(np.asarray(point, dtype=float), -1e5, 1e5) * (1 << _SHIFT)
    return round(float(x)), round(float(y))


def _line(canvas: np.ndarray, points: np.ndarray, colour: tuple[int, int, int], unit: float) -> None:
    path = (np.clip(points, -1e5, 1e5) * (1 << _SHIFT)).round().astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(canvas, [path], False, _INK, round(3 * unit), cv2.LINE_AA, _SHIFT)
    cv2.polylines(canvas, [path], False, colour, max(1, round(1.4 * unit)), cv2.LINE_AA, _SHIFT)


def _disc(
    canvas: np.ndarray, at: np.ndarray, radius: float, colour: tuple[int, int, int], unit: float
) -> None:
    size = 1 << _SHIFT
    cv2.circle(canvas, _fixed(at), round((radius + unit) * size), _INK, cv2.FILLED, cv2.LINE_AA, _SHIFT)
    cv2.circle(canvas, _fixed(at), round(radius * size), colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _draw_spine(canvas: np.ndarray, c7: np.ndarray, l5: np.ndarray, confidence: float, unit: float) -> None:
    if not (np.isfinite(c7).all() and np.isfinite(l5).all()):
        return
    # A line from white to grey says how sure the back is.
    grey = round(110 + 145 * float(np.clip(confidence if np.isfinite(confidence) else 0, 0, 1)))
    colour = (grey, grey, grey)
    _line(canvas, np.vstack([c7, l5]), colour, unit)
    along = l5 - c7
    length = float(np.hypot(*along))
    if length < 1:
        return
    across = np.array([-along[1], along[0]]) / length
    for level in range(LEVELS + 1):
        middle = c7 + along * level / LEVELS
        half = across * unit * (9 if level in (0, LEVELS) else 5)
        _line(canvas, np.vstack([middle - half, middle + half]), colour, unit)


def _draw_trail(
    canvas: np.ndarray,
    recording: Recording,
    index: int,
    hand: int,
    scale: float,
    unit: float,
) -> None:
    since = int(np.searchsorted(recording.t_s, recording.t_s[index] - TRAIL_S))
    points = recording.thumb_px[since : index + 1, hand] / scale
    seen = np.asarray(np.isfinite(points).all(axis=1))
    count = len(points)
    for i in range(1, count):
        if seen[i - 1] and seen[i]:
            width = max(1, round(unit * (1 + 2 * i / count)))
            cv2.line(
                canvas, _fixed(points[i - 1]), _fixed(points[i]), COLOURS[hand], width, cv2.LINE_AA, _SHIFT
            )


def _draw_thumb(
    canvas: np.ndarray,
    at: np.ndarray,
    confidence: float,
    colour: tuple[int, int, int],
    letter: str,
    unit: float,
    *,
    letter_left: bool,
) -> None:
    if not np.isfinite(at).all():
        return
    _disc(canvas, at, 5 * unit, colour, unit)
    text = f"{letter} {100 * confidence:.0f}" if np.isfinite(confidence) else letter
    # Each label on its own hand's side: the thumbs come close to each other.
    beside = -44 * unit if letter_left else 9 * unit
    _text(canvas, text, (float(at[0]) + beside, float(at[1]) - 8 * unit), 0.42 * unit, unit)


def _caption(canvas: np.ndarray, text: str, unit: float) -> None:
    _text(canvas, text, (8 * unit, canvas.shape[0] - 10 * unit), 0.5 * unit, unit)


def _text(canvas: np.ndarray, text: str, at: tuple[float, float], size: float, unit: float) -> None:
    where = (round(at[0]), round(at[1]))
    for colour, width in ((_INK, round(3 * unit)), (_PAPER, max(1, round(unit)))):
        cv2.putText(canvas, text, where, cv2.FONT_HERSHEY_SIMPLEX, size, colour, width, cv2.LINE_AA)
