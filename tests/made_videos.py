"""Small videos made on the spot, whose pictures are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from coach.settings import resource_folder

MakeVideo = Callable[..., Path]

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, WHITE)
"""Colours of the quarters of a made picture: top left, top right, bottom left, bottom right."""


def write_video(
    path: Path,
    *,
    ticks: Sequence[int] | None = None,
    n: int = 30,
    fps: int = 30,
    size: tuple[int, int] = (320, 240),
    codec: str = "libx264",
    gop: int = 12,
    matrix: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
    sound: bool = False,
) -> Path:
    """Write a video whose quarters are `CORNERS`, with a black bar that moves.

    `ticks` are the pictures' times in milliseconds (default: `n` of them at `fps`); `matrix` is a display
    matrix (a, b, c, d), as phones write it.
    """
    times = list(ticks) if ticks is not None else [round(1000 * i / fps) for i in range(n)]
    width, height = size
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        # MPEG-2 and AVI know only whole pictures of their rate.
        paced = codec in ("mpeg2video", "mjpeg")
        stream.codec_context.time_base = Fraction(1, fps if paced else 1000)
        stream.codec_context.gop_size = gop
        if codec == "libx264":
            stream.codec_context.options = {"preset": "ultrafast"}
        if matrix is not None:
            a, b, c, d = (v << 16 for v in matrix)
            stream.set_display_matrix((a, b, 0, c, d, 0, 0, 0, 1 << 30))
        if sound:
            _add_sound(container)
        for i, image in enumerate(_pictures(len(times), width, height)):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts = i if paced else times[i]
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Write half a second of silence, without a picture."""
    with av.open(str(path), "w") as container:
        _add_sound(container)
    return path


def corner_colours(image: np.ndarray) -> tuple[tuple[int, int, int], ...]:
    """The nearest of `CORNERS` in the middle of each quarter of `image`."""
    h, w = image.shape[:2]
    seen = [image[h * y // 4, w * x // 4].astype(int) for y in (1, 3) for x in (1, 3)]
    return tuple(min(CORNERS, key=lambda c: np.abs(np.array(c) - s).sum()) for s in seen)


def _pictures(n: int, width: int, height: int) -> Iterator[np.ndarray]:
    base = np.empty((height, width, 3), np.uint8)
    h, w = height // 2, width // 2
    base[:h, :w], base[:h, w:], base[h:, :w], base[h:, w:] = CORNERS
    for i in range(n):
        image = base.copy()
        x = (i * 4) % (width - 4)
        image[h - 4 : h + 4, x : x + 4] = 0
        yield image


def _add_sound(container: av.container.OutputContainer) -> None:
    stream = container.add_stream("aac", rate=16000)
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
    frame.sample_rate = 16000
    for i in range(8):
        frame.pts = i * 1024
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def beginning_of_sample(path: Path, seconds: float) -> Path:
    """The first seconds of the sample that ships, as they are; 11 are enough to be rated, 15.3 are its first pass."""
    with av.open(str(resource_folder("samples") / "sample.mp4")) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.pts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = copy
                target.mux(packet)
    return path
