"""The video of a round: what is in it, what a kill or a full disk leaves of it, and that it holds nobody up."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import namedtuple
from dataclasses import replace
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from coach.vision import filming
from coach.vision.back import Back, back_from_corners
from coach.vision.filming import FAILED, FULL, Film, finish, only_her_back

SIZE = (640, 480)
CORNERS = np.array([[0.42, 0.3], [0.58, 0.3], [0.56, 0.7], [0.44, 0.7]]) * SIZE


@cache
def back() -> Back:
    return back_from_corners(CORNERS, SIZE, 45.0)


def room(turn: int = 0) -> np.ndarray:
    """A picture: red wherever there is no back, and a back that flickers."""
    image = np.full((SIZE[1], SIZE[0], 3), (255, 0, 0), np.uint8)
    image[150:330, 260:380] = (0, 100 + 10 * (turn % 10), 0)
    return image


def film(path: Path, seconds: float = 3.0, rate: float = 15.0) -> Film:
    made = Film(path)
    for i in range(round(seconds * rate)):
        made.add(room(i), i / rate, back())
        while made._next is not None and made._thread.is_alive():  # a test has no camera to wait for
            time.sleep(0.001)
    return made


def frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def test_a_video_keeps_the_round_s_own_times_and_can_be_searched(tmp_path: Path):
    made = film(tmp_path / "video.part")
    made.close()
    assert (made.trouble, made.written, made.dropped) == (None, 45, 0)
    assert finish(tmp_path / "video.part", tmp_path / "video.mp4")
    shown = frames(tmp_path / "video.mp4")
    np.testing.assert_allclose([frame.time for frame in shown], np.arange(45) / 15.0, atol=1e-3)
    keys = [frame.time for frame in shown if frame.key_frame]
    assert len(keys) == 3
    assert keys == pytest.approx([0.0, 1.0, 2.0], abs=0.1)
    with av.open(str(tmp_path / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.height <= filming.HEIGHT
    data = (tmp_path / "video.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # a browser finds its way at once
    assert (tmp_path / "video.mp4").stat().st_mode & 0o077 == 0


def test_what_is_beside_her_back_is_not_in_the_video(tmp_path: Path):
    whole = only_her_back(room(), back(), (0, 0, *SIZE), SIZE)
    left_out = (whole == np.array(filming._OFF)).all(axis=2)
    assert left_out[:60].all()  # above the neck
    assert left_out[:, :200].all()
    assert left_out[:, 420:].all()
    assert not left_out[240, 320]
    film(tmp_path / "video.part", seconds=1.0).close()
    first = frames(tmp_path / "video.part")[0].to_ndarray(format="rgb24").astype(int)
    edge = np.concatenate([first[:3].reshape(-1, 3), first[:, :3].reshape(-1, 3)])
    assert np.abs(edge - filming._OFF).max() < 25  # no red wall
    middle = first[first.shape[0] // 2, first.shape[1] // 2]
    assert middle[1] > middle[0]


def test_a_back_that_is_not_seen_surely_leaves_the_whole_picture_out(tmp_path: Path):
    assert (only_her_back(room(), None, (0, 0, *SIZE), (64, 48)) == filming._OFF).all()
    made = Film(tmp_path / "video.part")
    made.add(room(), 0.0, back())
    while made.written < 1:
        time.sleep(0.001)
    made.add(room(), 0.5, None)
    made.close()
    last = frames(tmp_path / "video.part")[-1].to_ndarray(format="rgb24").astype(int)
    assert np.abs(last - filming._OFF).max() < 25


def test_whoever_hands_pictures_over_never_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slow = threading.Event()
    write = filming._Fragments.write

    def held_up(self: object, *given: object) -> None:
        slow.wait(5.0)
        write(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(filming._Fragments, "write", held_up)
    made, began = Film(tmp_path / "video.part"), time.perf_counter()
    for i in range(60):
        made.add(room(), i / 15.0, back())
    assert time.perf_counter() - began < 1.0
    slow.set()
    made.close()
    assert made.written == 2  # the first one and the newest one
    assert made.dropped == 58


def test_a_patient_film_has_every_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write = filming._Fragments.write

    def slowly(self: object, *given: object) -> None:
        time.sleep(0.01)
        write(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(filming._Fragments, "write", slowly)
    made = Film(tmp_path / "video.part", patient=True)
    for i in range(120):
        made.add(room(i), i / 60.0, back())
    made.close()
    assert (made.trouble, made.dropped) == (None, 0)
    assert made.written == made.shown == 30  # 15 a second, although 60 came
    np.testing.assert_allclose(
        [frame.time for frame in frames(tmp_path / "video.part")], np.arange(30) / 15, atol=1e-3
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("end", [RuntimeError, SystemExit])
def test_nobody_waits_for_an_encoder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coach_home: Path, end: type[BaseException]
):
    def fall(self: object, *given: object) -> None:
        time.sleep(0.05)  # a picture is waiting by then
        raise end

    monkeypatch.setattr(filming._Fragments, "write", fall)
    made, began = Film(tmp_path / "video.part", patient=True), time.perf_counter()
    for i in range(15):
        made.add(room(i), i / 15.0, back())
    made.close()
    assert time.perf_counter() - began < 2.0
    assert made.trouble == FAILED


@pytest.mark.parametrize("confidence", [0.9 * filming.SURE, np.nan])
def test_a_back_that_is_not_sure_is_not_believed(tmp_path: Path, confidence: float):
    made = Film(tmp_path / "video.part", patient=True, around=back())
    made.add(room(), 0.0, replace(back(), confidence=confidence))
    made.add(room(), 0.5, back())
    made.close()
    first, second = (f.to_ndarray(format="rgb24").astype(int) for f in frames(tmp_path / "video.part"))
    assert made.shown == 1
    assert np.abs(first - filming._OFF).max() < 25
    assert np.abs(second - filming._OFF).max() > 60
    assert first.shape[0] < 0.9 * SIZE[1]  # around the back as it is known, not the whole room


def test_more_pictures_than_it_needs_are_left_out(tmp_path: Path):
    made = film(tmp_path / "video.part", seconds=2.0, rate=60.0)
    made.close()
    assert made.written <= 2 * filming.RATE_HZ + 1


_CHILD = """
    import sys, time
    sys.path.insert(0, {here!r})
    from pathlib import Path
    from test_filming import back, room
    from coach.vision.filming import Film
    film, lies, began = Film(Path({path!r})), back(), time.monotonic()
    while True:
        t = time.monotonic() - began
        film.add(room(int(15 * t)), t, lies)
        print(t, flush=True)
        time.sleep(1 / 15)
"""


def test_a_kill_loses_about_a_second(tmp_path: Path):
    part = tmp_path / "video.part"
    code = textwrap.dedent(_CHILD).format(here=str(Path(__file__).parent), path=str(part))
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    last = 0.0
    while last < 4.6:
        last = float(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    last = max([last, *(float(line) for line in child.stdout.read().split())])
    child.wait()
    child.stdout.close()
    assert finish(part, tmp_path / "video.mp4")
    assert last - 1.4 <= frames(tmp_path / "video.mp4")[-1].time <= last


def test_a_torn_end_and_an_empty_file(tmp_path: Path):
    part, whole = tmp_path / "video.part", tmp_path / "video.mp4"
    film(part).close()
    data = part.read_bytes()
    part.write_bytes(data[: len(data) * 2 // 3])
    assert finish(part, whole)
    assert 1.0 <= frames(whole)[-1].time < 2.5
    for rest in (b"", data[:20], b"nonsense" * 100):
        part.write_bytes(rest)
        assert not finish(part, tmp_path / "none.mp4")
        assert not (tmp_path / "none.mp4").exists()
    assert not finish(tmp_path / "missing", tmp_path / "none.mp4")


Usage = namedtuple("Usage", "total used free")


def test_on_a_disk_that_fills_up_the_video_ends_and_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    free = iter([10**12, 10**12])
    monkeypatch.setattr(filming.shutil, "disk_usage", lambda _: Usage(10**12, 0, next(free, 1000)))
    made = film(tmp_path / "video.part", seconds=4.0)
    made.close()
    assert made.trouble == FULL
    assert finish(tmp_path / "video.part", tmp_path / "video.mp4")
    assert frames(tmp_path / "video.mp4")[-1].time == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize(("number", "trouble"), [(errno.ENOSPC, FULL), (errno.EIO, FAILED)])
def test_a_disk_that_refuses_ends_the_video_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, trouble: str
):
    def refuse(_: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(filming.os, "fsync", refuse)
    made = Film(tmp_path / "video.part")
    made.add(room(), 0.0, back())
    made.close()
    assert made.trouble == trouble
    made.add(room(), 1.0, back())  # nothing happens


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_write_that_finds_no_room_is_told_as_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened = os.open
    monkeypatch.setattr(filming.os, "open", lambda path, *_: opened("/dev/full", os.O_WRONLY))
    made = Film(tmp_path / "video.part")
    for i in range(40):
        made.add(room(i), i / 10.0, back())
        time.sleep(0.01)
    made.close()
    assert made.trouble == FULL
