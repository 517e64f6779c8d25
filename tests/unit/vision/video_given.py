"""What the tests of reading videos share."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil
import pytest

from coach.errors import VideoError
from coach.vision.sources import VideoFile


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """No process and no thread of the decoder outlives a test."""
    before = {p.pid for p in children()}
    yield
    assert {p.pid for p in children()} <= before
    assert not [t for t in threading.enumerate() if t.name == "video-decoder"]


def refused(path: Path | str) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(VideoError) as caught:
        VideoFile(path)
    text = caught.value.text()
    assert "\n" not in text
    assert text.endswith(".")
    return text
