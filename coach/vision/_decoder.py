"""The program that decodes a video in a process of its own: ``python _decoder.py PATH FORMAT MAX_SIDE``.

Decoders are large C libraries and videos come from strangers, so a file that makes one crash, hang or ask for
all the memory must not take the analysis along. The parent (`coach.vision.sources`) sends one JSON command a
line on standard input and gets messages on standard output::

    4 bytes n, 4 bytes m (big-endian) · n bytes JSON · m bytes picture (RGB rows, padded to ``stride``)

Only the standard library and PyAV are imported: it starts in a tenth of a second.

Commands: ``{"do": "probe"}``, ``{"do": "read"}``, ``{"do": "sample", "n": 40}``. Answers: ``info``, ``frame``
and ``end``; ``error`` ends the program.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Against strangers' files; all our own choice. 4096 × 4096 holds 4K in any orientation, and an hour is six
# times the longest massage that is taught. 240 pictures a second is the fastest a phone records.
MAX_PIXELS = 4096 * 4096
MAX_SECONDS = 3600.0
MAX_FRAMES = int(MAX_SECONDS) * 240
MAX_MEMORY = 3 << 30

# How much decoding a sample may cost, in pixels: 1,000 pictures of 640 × 480, under a second. At least 300
# pictures, so that large ones are not sampled from the first moments only.
SAMPLE_BUDGET = 1000 * 640 * 480
SAMPLE_BUDGET_FRAMES = 300


class Refusal(Exception):  # noqa: N818 - it becomes a message, not a failure of this program
    """Why the file cannot be used: a code the parent has a sentence for, and what fills it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def confine() -> None:
    """Give up what decoding does not need: writing files, and memory without end."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, limit in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MAX_MEMORY),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (limit, limit))


def end_with_parent() -> None:
    """End this program when its parent is gone, even if the decoder hangs and reads no more orders."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def send(message: dict, picture: Any = b"") -> None:
    """One message to the parent; waits while the parent is busy, which bounds the memory."""
    text = json.dumps(message).encode()
    size = picture.nbytes if isinstance(picture, memoryview) else len(picture)
    out = sys.stdout.buffer
    out.write(struct.pack(">II", len(text), size) + text)
    out.write(picture)
    out.flush()


@dataclass
class Video:
    """An opened container with its one video stream."""

    container: Any
    stream: Any
    form: str
    damaged: int = 0

    @property
    def base(self) -> float:
        """Seconds per time unit of the stream."""
        return float(self.stream.time_base)

    def frames(self) -> Iterator[tuple[int, Any]]:
        """Time (in the stream's units) and decoded frame; a packet that cannot be decoded is counted."""
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (OSError, ValueError):  # the file ends in the middle
                self.damaged += 1
                return
            try:
                decoded = packet.decode()
            except (OSError, ValueError):
                self.damaged += 1
                continue
            for frame in decoded:
                if frame.width * frame.height > MAX_PIXELS:
                    raise Refusal("pixels", width=frame.width, height=frame.height)
                # AVI has no times of showing. With pictures out of order the times of decoding, which rise,
                # are a constant delay behind them.
                ticks = frame.dts if self.form == "avi" and frame.dts is not None else frame.pts
                if ticks is not None:
                    yield ticks, frame


def open_video(path: str, form: str) -> Video:
    """Open the file with the one demuxer that its first bytes called for.

    FFmpeg left to itself guesses, and opens playlists (ffconcat, HLS, SDP) that name other files or hosts.
    The demuxer is therefore given, and only plain files may be opened (``protocol_whitelist``).
    """
    import av

    try:
        container = av.open(f"file:{path}", format=form, options={"protocol_whitelist": "file"})
    except MemoryError as error:
        raise Refusal("damaged", why="it asks for too much memory") from error
    except (OSError, ValueError) as error:
        raise Refusal("damaged", why=getattr(error, "strerror", None) or str(error)) from error
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not streams:
        raise Refusal("no_video")
    stream = max(streams, key=lambda s: (s.width or 0) * (s.height or 0))
    if stream.codec_context is None:
        raise Refusal("codec", codec=stream.codec_tag or "?")
    if stream.width * stream.height > MAX_PIXELS:
        raise Refusal("pixels", width=stream.width, height=stream.height)
    context = stream.codec_context
    context.options = {"max_pixels": str(MAX_PIXELS)}
    # Two threads: more would hold more frames, and the analysis needs the cores too.
    context.thread_type, context.thread_count = "AUTO", 2
    return Video(container, stream, form)


def orientation(frame: Any) -> tuple[bool, bool, bool]:
    """How a phone says the picture is to be shown: swap rows and columns, then flip x, then flip y.

    From the display matrix (ISO/IEC 14496-12, 8.5.2): x' = a x + c y, y' = b x + d y.
    """
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            a, b, _, c, d = struct.unpack("=5i", bytes(data)[:20])
            if abs(a) + abs(d) >= abs(b) + abs(c):
                return False, a < 0, d < 0
            return True, c < 0, b < 0
    return False, False, False


class Painter:
    """Turns decoded frames into RGB of one fixed size."""

    def __init__(self, width: int, height: int, max_side: int) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()
        shrink = max(width, height) / max_side
        self.width = width if shrink <= 1 else max(1, round(width / shrink))
        self.height = height if shrink <= 1 else max(1, round(height / shrink))

    def send(self, frame: Any, t_s: float) -> None:
        """Send `frame` to the parent."""
        rgb = self._reformatter.reformat(frame, self.width, self.height, "rgb24", interpolation="AREA")
        plane = rgb.planes[0]
        message = {"type": "frame", "t": t_s, "w": self.width, "h": self.height, "stride": plane.line_size}
        send(message, memoryview(plane))


def probe(path: str, form: str, max_side: int) -> dict:
    """Decode the first two pictures and tell about the file."""
    video = open_video(path, form)
    first, start, count = None, 0, 0
    for ticks, frame in video.frames():
        if first is None:
            first, start, count = frame, ticks, 1
        elif ticks > start:
            count = 2
            break
    if first is None:
        raise Refusal("no_frame" if not video.damaged else "damaged", why="no picture can be decoded")
    if count < 2:
        raise Refusal("one_frame")
    stream = video.stream
    t0 = start * video.base
    duration = None
    if stream.duration:
        duration = stream.duration * video.base
    elif video.container.duration:
        # Containers that tell only their own end, which is counted from their own start.
        duration = video.container.duration / 1e6
    if duration is not None and not 0 < duration < 1e6:  # hints that are wrong by magnitudes exist
        duration = None
    if duration is not None and duration > MAX_SECONDS:
        raise Refusal("long")
    rate = float(stream.average_rate or 0)
    frames = stream.frames or (round(duration * rate) if duration and 0 < rate <= 1000 else 0)
    painter = Painter(first.width, first.height, max_side)
    swap, flip_x, flip_y = orientation(first)
    return {
        "type": "info",
        "t0": t0,
        "duration": duration,
        "frames": frames if 0 < frames <= MAX_FRAMES else None,
        "declared": stream.frames,
        "width": first.width,
        "height": first.height,
        "out_width": painter.width,
        "out_height": painter.height,
        "swap": swap,
        "flip_x": flip_x,
        "flip_y": flip_y,
    }


def read(path: str, form: str, info: dict, max_side: int) -> dict:
    """Send every picture whose time is later than the one before."""
    video = open_video(path, form)
    painter = Painter(info["width"], info["height"], max_side)
    count, dropped, last, t_s = 0, 0, None, 0.0
    for ticks, frame in video.frames():
        if last is not None and ticks <= last:
            dropped += 1
            continue
        last = ticks
        t_s = ticks * video.base - info["t0"]
        if t_s > MAX_SECONDS or count >= MAX_FRAMES:
            raise Refusal("long")
        painter.send(frame, t_s)
        count += 1
    return {"type": "end", "frames": count, "last": t_s, "dropped": dropped, "damaged": video.damaged}


def key_times(video: Video, info: dict) -> tuple[list[float], float]:
    """Times of the key frames and of the last picture, in seconds from the first; nothing is decoded."""
    entries = video.stream.index_entries
    # An MP4's index is complete from the start; other demuxers fill theirs by reading.
    if info["duration"] and len(entries) and video.form == "mov":
        keys = [e.timestamp for e in entries if e.is_keyframe]
        end = info["duration"]
    else:
        keys, last = [], 0
        packets = video.container.demux(video.stream)
        with contextlib.suppress(OSError, ValueError):  # what can be read of a truncated file
            for packet in packets:
                ticks = packet.pts if packet.pts is not None else packet.dts
                if ticks is None:
                    continue
                last = max(last, ticks)
                if packet.is_keyframe:
                    keys.append(ticks)
        end = last * video.base - info["t0"]
    return sorted(key * video.base - info["t0"] for key in keys), end


def plan(keys: list[float], end: float, n: int, budget_s: float) -> list[tuple[float, float]]:
    """What to decode for `n` pictures spread over `end` seconds: pairs (key frame to start at, goal).

    A key frame serves as it is when it lies within half a step of the wanted time. Elsewhere decoding goes on
    from the key frame before; where that would cost more than `budget_s` seconds of video in all, it stops
    short, equally far behind every key frame.
    """
    step = max(end, 0.0) / n
    wanted = []
    for k in range(n):
        at = bisect_right(keys, k * step + 1e-6)
        nearest = min(keys[max(at - 1, 0) : at + 1], key=lambda key: abs(key - k * step), default=0.0)
        if abs(nearest - k * step) <= step / 2:
            wanted.append((nearest, nearest))
        else:
            wanted.append((keys[at - 1] if at else 0.0, k * step))
    reach = max(goal - key for key, goal in wanted)
    while sum({key: min(goal - key, reach) for key, goal in wanted}.values()) > budget_s:
        reach *= 0.9
    return sorted({(key, min(goal, key + reach)) for key, goal in wanted})


def sample(path: str, form: str, info: dict, max_side: int, n: int) -> dict:
    """Send about `n` pictures spread over the file, from the first on."""
    video = open_video(path, form)
    keys, end = key_times(video, info)
    painter = Painter(info["width"], info["height"], max_side)
    rate = (info["frames"] or 0) / end if end > 0 and info["frames"] else 30.0
    affordable = max(SAMPLE_BUDGET / (info["width"] * info["height"]), SAMPLE_BUDGET_FRAMES)
    # MPEG streams have no index, and seeking in them lands behind the wanted picture: they are read through,
    # and only their key frames decoded where there are enough.
    seeks = form not in ("mpegts", "mpeg")
    if not seeks:
        video = open_video(path, form)
    # Pictures that no other refers to are not needed to reach the wanted time.
    video.stream.codec_context.skip_frame = "NONREF" if seeks or len(keys) < n else "NONKEY"
    frames, position, count = video.frames(), -1.0, 0
    for key, goal in plan(keys, end, n, affordable / rate):
        if (
            seeks and key > position + 1e-6
        ):  # also at the start, since reading the key frames' times may have moved on
            # A seek that fails leaves the decoder where it was, and decoding goes on from there.
            with contextlib.suppress(OSError, ValueError):
                video.container.seek(round((key + info["t0"]) / video.base), stream=video.stream)
                frames = video.frames()
        for ticks, frame in frames:
            t_s = ticks * video.base - info["t0"]
            # An index tells when a frame is decoded, up to a few frames before it is shown.
            if t_s >= goal - 1e-3 and t_s > position:
                painter.send(frame, t_s)
                count += 1
                position = t_s
                break
    return {"type": "end", "frames": count, "dropped": 0, "damaged": video.damaged}


def main() -> int:
    """Answer commands until standard input ends."""
    path, form, max_side = sys.argv[1], sys.argv[2], int(sys.argv[3])
    confine()
    end_with_parent()
    info: dict = {}
    try:
        for line in sys.stdin.buffer:
            command = json.loads(line)
            if command["do"] == "probe":
                info = probe(path, form, max_side)
                send(info)
            elif command["do"] == "read":
                send(read(path, form, command["info"], max_side))
            else:
                send(sample(path, form, command["info"], max_side, command["n"]))
    except Refusal as refusal:
        send({"type": "error", "code": refusal.code, "values": refusal.values})
    except MemoryError:
        send({"type": "error", "code": "damaged", "values": {"why": "it asks for too much memory"}})
    except BrokenPipeError:  # the parent has what it wanted
        sys.stdout = None
    return 0


if __name__ == "__main__":
    # Without this file's folder on the path, a neighbour cannot stand in for a library.
    sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != Path(__file__).resolve().parent]
    sys.exit(main())
