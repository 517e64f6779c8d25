"""The decoder is a process of its own: what happens when it misbehaves, or is no longer wanted."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from made_videos import MakeVideo
from video_given import children, nothing_left_behind, refused  # noqa: F401 - one is a fixture

from coach.errors import VideoError
from coach.vision import _decoder, sources
from coach.vision.sources import VideoFile

# --- a decoder that misbehaves --------------------------------------------------------------------


def _pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    program = tmp_path / "pretend.py"
    program.write_text(body)
    monkeypatch.setattr(sources._decoder, "__file__", str(program))


def test_a_crash_is_a_sentence(make_video: MakeVideo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = make_video()
    _pretend(tmp_path, monkeypatch, "import os; os.abort()")
    assert "made the video reader fail" in refused(path)


def test_a_hang_is_a_sentence(make_video: MakeVideo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = make_video()
    monkeypatch.setattr(sources, "_STALL_S", 0.3)
    _pretend(tmp_path, monkeypatch, "import time; time.sleep(60)")
    start = time.monotonic()
    assert "takes too long" in refused(path)
    assert time.monotonic() - start < 5


def test_a_crash_in_the_middle(make_video: MakeVideo):
    others = {p.pid for p in children()}
    with VideoFile(make_video(n=300, size=(640, 480))) as video:
        frames = iter(video)
        next(frames)
        for child in children():
            if child.pid not in others:
                child.kill()
        with pytest.raises(VideoError, match="made the video reader fail"):
            list(frames)


def test_garbage_for_an_answer(make_video: MakeVideo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = make_video()
    _pretend(tmp_path, monkeypatch, "print('hello, this is not a message')")
    assert "made the video reader fail" in refused(path)


# --- stopping and memory --------------------------------------------------------------------------


def test_it_stops_when_the_consumer_stops(make_video: MakeVideo):
    with VideoFile(make_video(n=300, size=(640, 480))) as video:
        for frame in video:
            if frame.t_s > 0.1:
                break
        assert len(list(video)) == 300


def test_it_stops_when_the_consumer_raises(make_video: MakeVideo):
    path = make_video(n=300, size=(640, 480))

    def consume():
        with VideoFile(path) as video:
            for _ in video:
                raise RuntimeError("the consumer's")

    with pytest.raises(RuntimeError, match="the consumer's"):
        consume()


def test_only_a_few_pictures_wait(make_video: MakeVideo):
    others = {p.pid for p in children()}
    with VideoFile(make_video(n=200, size=(640, 480))) as video:
        frames = iter(video)
        next(frames)
        time.sleep(0.5)
        # The decoder stands still: what it has read of the file does not grow with the time waited.
        (child,) = (p for p in children() if p.pid not in others)
        before = child.cpu_times().user
        time.sleep(0.5)
        assert child.cpu_times().user - before < 0.1
        frames.close()


def test_the_decoder_ends_with_its_parent(make_video: MakeVideo):
    # A parent that is killed closes nothing itself. It prints the decoder's process and waits for the end.
    program = (
        "import psutil, sys, time; from coach.vision.sources import VideoFile;"
        f"video = VideoFile({str(make_video(n=300, size=(640, 480)))!r}); frames = iter(video); next(frames);"
        "print(psutil.Process().children()[0].pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    decoder = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    psutil.wait_procs([decoder], timeout=5)
    assert not decoder.is_running() or decoder.status() == psutil.STATUS_ZOMBIE


def test_the_decoder_may_not_write_files(make_video: MakeVideo):
    resource = pytest.importorskip("resource")
    before = {p.pid for p in children()}
    with VideoFile(make_video()):
        (child,) = (p for p in children() if p.pid not in before)
        if not hasattr(child, "rlimit"):
            pytest.skip("limits of another process can be read on Linux only")
        assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert child.rlimit(psutil.RLIMIT_AS)[0] == _decoder.MAX_MEMORY
        assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0
