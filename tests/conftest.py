"""What all tests share: a data folder of their own, and small videos made on the spot."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from made_videos import MakeVideo, write_video

# The model files are looked up where the user keeps them, so that a test run fetches 36 MB once and not every
# time; everything else goes to a folder that vanishes. Set on import: child processes and hooks see it too.
if "COACH_MODELS" not in os.environ:
    from coach.vision.models import models_folder

    os.environ["COACH_MODELS"] = str(models_folder())
_HOME = tempfile.TemporaryDirectory(prefix="massage-coach-tests-")
os.environ["COACH_HOME"] = _HOME.name
# The first process of a run makes it, and the others inherit its name.
_ROOM = os.environ.setdefault("COACH_TESTS_ROOM", _HOME.name)
os.environ.pop("COACH_LANG", None)


def pytest_unconfigure() -> None:
    _HOME.cleanup()


@contextmanager
def _beside_others(alone: bool) -> Iterator[None]:
    """Share the room with the other processes of the run, or have it to oneself: readers and a writer.

    Everybody goes in through a door, and who wants to be alone keeps it shut while waiting: nobody waits for ever.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with Path(_ROOM, "door").open("w") as door, Path(_ROOM, "room").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test marked `alone` measures a massage as it goes on: with others at work it would see too few pictures."""
    with _beside_others(item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture
def coach_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for one test."""
    home = tmp_path / "home"
    monkeypatch.setenv("COACH_HOME", str(home))
    return home


@pytest.fixture
def make_video(tmp_path: Path) -> MakeVideo:
    """`write_video` with the name made relative to the test's own folder."""

    def make(name: str = "clip.mp4", **options: object) -> Path:
        return write_video(tmp_path / name, **options)  # type: ignore[arg-type]

    return make
