"""What all tests share: a data folder of their own, and small videos made on the spot."""

from __future__ import annotations

import os
import tempfile
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
os.environ.pop("COACH_LANG", None)


def pytest_unconfigure() -> None:
    _HOME.cleanup()


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
