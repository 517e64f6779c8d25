"""An analysis in a process of its own: nothing of the video is left behind, however it ends."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from coach.errors import CoachError, VideoError
from coach.settings import resource_folder
from coach.ui import job as job_module
from coach.ui.job import PREFIX, Job, Options, sweep


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that temporary folders are made in."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(job_module.tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


SAMPLE = resource_folder("samples") / "sample.mp4"
FILMED = Options(back=((332, 214), (430, 217), (408, 353), (345, 348)), film=True)


def pictures(temporary: Path, *suffixes: str) -> list[Path]:
    """Files that may show somebody; folders may go while they are looked through."""
    files = [Path(folder, name) for folder, _, names in os.walk(temporary) for name in names]
    return [p for p in files if p.suffix in (suffixes or (".mp4", ".part", ".npz"))]


def filming(temporary: Path) -> bool:
    """Whether a film has grown to some length."""
    parts = pictures(temporary, ".part")
    return bool(parts) and parts[0].stat().st_size > 2000


def until_filming(temporary: Path) -> None:
    until = time.monotonic() + 60
    while not filming(temporary):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def film_job(temporary: Path) -> Job:
    """An analysis of the sample that is writing the video of her back."""
    job = Job(SAMPLE.read_bytes(), "practice.mp4", FILMED)
    until_filming(temporary)
    return job


def wait(job: Job) -> str:
    until = time.monotonic() + 60
    while (state := job.poll()) == "running" and time.monotonic() < until:
        time.sleep(0.02)
    return state


def test_the_first_frame(temporary, make_video):
    job = Job(make_video(size=(320, 240)).read_bytes(), "practice.mp4", Options(), task="first_frame")
    assert wait(job) == "done"
    image, scale = job.first_frame()
    assert image.shape == (240, 320, 3)
    assert scale == 1
    assert [p.name for p in temporary.rglob("*.mp4")] == []  # gone as soon as it was read
    job.close()
    assert list(temporary.iterdir()) == []
    assert job.poll() == "cancelled"


def test_the_file_is_private_and_bears_another_name(temporary, make_video):
    job = Job(make_video().read_bytes(), "Ibu Ani.mp4", Options(), task="first_frame")
    (folder,) = temporary.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert [p for p in temporary.rglob("*") if "Ani" in p.name] == []
    job.close()


@pytest.mark.parametrize("content", [b"", b"not a video", b"ffconcat version 1.0\nfile other.mp4\n"])
def test_a_bad_file_is_a_sentence_without_the_temporary_name(temporary, content):
    job = Job(content, "practice.mp4", Options(), task="first_frame")
    assert wait(job) == "failed"
    assert isinstance(job.failure, VideoError)
    assert str(temporary) not in job.failure.text()
    job.close()
    assert list(temporary.iterdir()) == []


def test_a_name_with_a_strange_ending_is_no_way_out(temporary):
    job = Job(b"x", "../../evil.sh", Options(), task="first_frame")
    assert not [p for p in temporary.rglob("*") if "evil" in p.name or p.suffix == ".sh"]
    job.close()


def test_a_file_that_is_ours_stays(temporary, make_video):
    video = make_video()
    job = Job(video, "sample.mp4", Options(), task="first_frame")
    assert wait(job) == "done"
    job.close()
    assert video.exists()


def test_cancelling_ends_the_process(temporary, make_video):
    job = Job(make_video().read_bytes(), "practice.mp4", Options(), task="first_frame")
    process = job._process
    job.close()
    assert process.poll() is not None
    assert list(temporary.iterdir()) == []


def test_a_forgotten_job_cleans_up(temporary, make_video):
    job = Job(make_video().read_bytes(), "practice.mp4", Options(), task="first_frame")
    process = job._process
    del job
    gc.collect()
    assert process.poll() is not None
    assert list(temporary.iterdir()) == []


def test_a_child_that_dies_is_a_failure(temporary, make_video):
    job = Job(make_video().read_bytes(), "practice.mp4", Options(), task="first_frame")
    job._process.kill()
    assert wait(job) in ("failed", "done")  # it may have been quicker
    assert isinstance(job.failure, CoachError)
    job.close()


SERVER = """
import sys, time
from coach.ui.job import Job, Options
job = Job(open(sys.argv[1], "rb").read(), "practice.mp4", Options(), task="first_frame")
print("started", flush=True)
time.sleep(60)
"""


def test_nothing_is_left_when_the_server_is_killed(temporary, make_video):
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(make_video())], stdout=subprocess.PIPE)
    with server:
        assert server.stdout is not None
        server.stdout.readline()
        server.kill()
    until = time.monotonic() + 20
    while pictures(temporary, ".mp4") and time.monotonic() < until:
        time.sleep(0.05)
    assert pictures(temporary, ".mp4") == []


@pytest.mark.slow
def test_stopping_leaves_no_film(temporary, film_job):
    (folder,) = temporary.iterdir()
    assert all(p.stat().st_mode & 0o077 == 0 for p in [folder, *folder.rglob("*.part")])
    assert film_job.film() is None  # nothing before it is whole
    film_job.close()
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_forgotten_job_leaves_no_film(temporary):
    job = Job(SAMPLE.read_bytes(), "practice.mp4", FILMED)
    until_filming(temporary)
    del job
    gc.collect()
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_failed_analysis_leaves_no_film(temporary, film_job):
    for decoder in psutil.Process(film_job._process.pid).children():
        decoder.kill()  # as a file does that is damaged in its middle
    assert wait(film_job) == "failed"
    assert isinstance(film_job.failure, VideoError)
    assert film_job.film() is None
    assert pictures(temporary) == []
    film_job.close()
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_child_that_dies_leaves_no_film(temporary, film_job):
    film_job._process.kill()
    assert wait(film_job) == "failed"
    assert film_job.film() is None
    film_job.close()
    assert list(temporary.iterdir()) == []


FILMING_SERVER = SERVER.replace("Options(), task=", f"{FILMED!r}, task=").replace("first_frame", "analyse")


@pytest.mark.slow
def test_no_film_is_left_when_the_server_is_killed(temporary):
    server = subprocess.Popen([sys.executable, "-c", FILMING_SERVER, str(SAMPLE)], stdout=subprocess.PIPE)
    with server:
        assert server.stdout is not None
        server.stdout.readline()
        until_filming(temporary)
        server.kill()
    until = time.monotonic() + 20
    while pictures(temporary) and time.monotonic() < until:
        time.sleep(0.05)
    assert pictures(temporary) == []


def test_why_there_is_no_film_is_told(temporary, make_video):
    job = Job(make_video().read_bytes(), "practice.mp4", Options(film=True))  # nobody is in it
    assert wait(job) == "done"
    assert (job.film(), job.no_film) == (None, "film_no_back")
    job.close()
    assert list(temporary.iterdir()) == []


def test_sweeping_takes_only_what_the_dead_have_left(temporary):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (temporary / f"{PREFIX}{dead.pid}-x").mkdir()
    (temporary / f"{PREFIX}{os.getpid()}-x").mkdir()
    (temporary / "other").mkdir()
    sweep()
    assert sorted(p.name for p in temporary.iterdir()) == sorted([f"{PREFIX}{os.getpid()}-x", "other"])


def test_the_result_bears_the_name_that_the_user_knows(temporary, make_video):
    from coach.scoring.reference import load_reference

    job = Job(make_video().read_bytes(), "practice.mp4", Options(), task="first_frame")
    assert wait(job) == "done"
    load_reference("fists").recording.to_parquet(job._folder / "recording.parquet")
    found = job.recording()
    assert found.meta["source"]["name"] == "practice.mp4"
    assert np.isfinite(found.u).any()
    job.close()
