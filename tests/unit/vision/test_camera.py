"""A camera that goes wrong is noticed, named and recovered from."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from coach.vision import camera
from coach.vision.camera import Clip, Device, Listed, LiveSource, Pushed, camera_error, cameras
from coach.vision.glance import jpeg
from coach.vision.sources import FrameSource

NOTICED_S = 2.0


class Fake:
    """A camera of 50 pictures a second that can be told what to do."""

    can_freeze = True

    def __init__(self) -> None:
        self.does = "work"
        self.opened = self.closed = 0
        self.released = threading.Event()
        self._noise = np.random.default_rng(1)

    def open(self) -> Fake:
        if self.does in camera.TROUBLES:
            raise camera_error(self.does)
        self.opened += 1
        return self

    def read(self) -> np.ndarray | None:
        time.sleep(0.02)
        if self.does == "hang":
            self.released.wait(20)
        if self.does == "fail" or self.does in camera.TROUBLES:
            return None
        if self.does == "freeze":
            return np.tile(np.arange(64, dtype=np.uint8)[None, :, None], (48, 1, 3))
        if self.does == "cover":
            return self._noise.integers(0, 3, (48, 64, 3), dtype=np.uint8)
        return self._noise.integers(0, 255, (48, 64, 3), dtype=np.uint8)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = Fake()
    yield made
    made.released.set()


def until(condition: Callable[[], bool], source: LiveSource, seconds: float) -> bool:
    """Take pictures as an analysis does, until something holds."""
    end, after = time.monotonic() + seconds, -1.0
    while time.monotonic() < end:
        frame = source.newer(after, 0.1)
        after = frame.t_s if frame is not None else after
        if condition():
            return True
    return False


def test_only_the_newest_picture_counts(fake: Fake):
    with LiveSource(fake.open) as source:
        assert isinstance(source, FrameSource)
        first = source.newer(-1.0, 1.0)
        assert first is not None
        time.sleep(0.3)
        second = source.newer(first.t_s, 1.0)
        assert second is not None
        assert second.t_s - first.t_s > 0.2  # what came between is gone
        assert source.dropped >= 5
        assert source.size == (64, 48)
        assert source.trouble is None


@pytest.mark.parametrize(
    ("does", "named"),
    [("fail", "lost"), ("freeze", "frozen"), ("cover", "covered"), ("hang", "lost")],
)
def test_trouble_is_named_in_time_and_recovered_from(fake: Fake, does: str, named: str):
    with LiveSource(fake.open) as source:
        assert source.newer(-1.0, 1.0) is not None
        fake.does = does
        assert until(lambda: source.trouble == named, source, NOTICED_S)
        fake.does = "work"
        assert until(lambda: source.trouble is None, source, 3.0)
        before = source.grabbed
        assert until(lambda: source.grabbed > before + 3, source, 2.0)


@pytest.mark.parametrize("trouble", ["missing", "busy", "forbidden"])
def test_a_camera_that_cannot_be_opened_is_tried_again(fake: Fake, trouble: str):
    fake.does = trouble
    with LiveSource(fake.open) as source:
        assert until(lambda: source.trouble == trouble, source, NOTICED_S)
        fake.does = "work"
        assert until(lambda: source.trouble is None and source.grabbed > 0, source, 3.0)


def test_closing_does_not_wait_for_a_camera_that_hangs(fake: Fake):
    source = LiveSource(fake.open)
    with source:
        assert source.newer(-1.0, 1.0) is not None
        fake.does = "hang"
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 2.5
    assert list(source) == []


def test_no_thread_is_left(fake: Fake):
    with LiveSource(fake.open) as source:
        source.newer(-1.0, 1.0)
    assert not any(thread.name == "camera" for thread in threading.enumerate())
    assert fake.closed == fake.opened == 1


def test_a_mirror_image_is_turned_back():
    class Slope(Fake):
        def read(self) -> np.ndarray:
            time.sleep(0.02)
            return np.tile(np.arange(64, dtype=np.uint8)[None, :, None], (48, 1, 3))

    with LiveSource(Slope, mirrored=True) as source:
        frame = source.newer(-1.0, 1.0)
    assert frame is not None
    assert frame.image[0, 0, 0] == 63


def test_a_browser_s_pictures_are_taken_and_nothing_else_is():
    pushed = Pushed()
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    with LiveSource(lambda: pushed) as source:
        assert until(lambda: source.trouble == "lost", source, NOTICED_S)  # nothing comes yet
        assert pushed.push(jpeg(picture))
        frame = source.newer(-1.0, 1.0)
        assert frame is not None
        assert frame.image.shape == (48, 64, 3)
        assert source.trouble is None
        huge = bytearray(jpeg(picture))
        size = huge.index(b"\xff\xc0") + 5
        huge[size : size + 4] = b"\xff\xff\xff\xff"  # claims 65535 × 65535
        for wrong in (b"", b"GIF89a", b"\xff\xd8 no picture", bytes(huge), jpeg(picture) + b"\0" * 2_000_000):
            assert not pushed.push(wrong)


def test_a_clip_plays_at_its_own_pace_and_again(make_video: Callable[..., Path]):
    path = make_video(n=10, fps=20)
    with LiveSource(lambda: Clip(path)) as source:
        times = []
        for frame in source:
            times.append(frame.t_s)
            if len(times) == 15:  # beyond its end
                break
        assert source.trouble is None
    assert 0.4 < times[9] - times[0] < 1.0
    assert (np.diff(times) > 0).all()


def test_a_clip_that_is_taken_away_is_a_missing_camera(make_video: Callable[..., Path]):
    path = make_video(n=10, fps=20)
    with LiveSource(lambda: Clip(path)) as source:
        assert source.newer(-1.0, 5.0) is not None
        away = path.rename(path.with_name("away.mp4"))
        assert until(lambda: source.trouble == "missing", source, 3.0)
        away.rename(path)
        assert until(lambda: source.trouble is None, source, 5.0)


def test_it_is_told_whether_the_camera_is_held(fake: Fake):
    fake.does = "missing"
    with LiveSource(fake.open) as source:
        assert until(lambda: source.trouble == "missing", source, NOTICED_S)
        assert not source.on
        fake.does = "work"
        assert until(lambda: source.on, source, 3.0)
        fake.does = "cover"  # its light shines all the same
        assert until(lambda: source.trouble == "covered", source, NOTICED_S)
        assert source.on
    assert not source.on


def test_a_hanging_camera_that_comes_back_late_does_not_put_the_new_one_out(fake: Fake):
    with LiveSource(fake.open) as source:
        assert source.newer(-1.0, 1.0) is not None
        fake.does = "hang"
        assert until(lambda: source.trouble == "lost", source, 4.0)
        fake.does = "work"
        assert until(lambda: fake.opened == 2 and source.trouble is None, source, 4.0)
        fake.released.set()
        assert until(lambda: fake.closed == 1, source, 2.0)
        assert source.on


def test_the_pace_is_counted_anew(fake: Fake):
    with LiveSource(fake.open) as source:
        assert until(lambda: source.fps is not None, source, 4.0)
        source.forget_pace()
        assert source.fps is None
        assert until(lambda: source.fps is not None, source, 4.0)


# --- a local camera by its number: this machine has none, so the system's answers are made up ------------------------


def trouble_of(number: int = 0) -> str:
    with pytest.raises(camera.CameraError) as refused:
        Device(number)
    return str(refused.value.values["trouble"])


@pytest.mark.skipif(sys.platform != "linux", reason="asks V4L2's files")
def test_a_device_that_cannot_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    nodes = tmp_path / "dev"
    nodes.mkdir()
    monkeypatch.setattr(camera, "Path", lambda name: tmp_path / name.lstrip("/"))
    assert trouble_of() == "missing"
    node = nodes / "video0"
    node.touch()
    monkeypatch.setattr(camera.os, "access", lambda *_: False)
    assert trouble_of() == "forbidden"
    monkeypatch.undo()
    monkeypatch.setattr(camera, "Path", lambda name: tmp_path / name.lstrip("/"))
    monkeypatch.setattr(camera.cv2, "VideoCapture", lambda *_: Capture(opens=False))
    assert trouble_of() == "busy"


class Capture:
    """What OpenCV gives for a camera that this machine does not have."""

    def __init__(self, *, opens: bool = True) -> None:
        self.opens, self.set_to, self.released = opens, {}, False

    def isOpened(self) -> bool:
        return self.opens

    def set(self, key: int, value: float) -> None:
        self.set_to[key] = value

    def read(self) -> tuple[bool, np.ndarray | None]:
        if self.released:
            return False, None
        image = np.zeros((4, 4, 3), np.uint8)
        image[..., 0] = 200  # blue comes first
        return True, image

    def release(self) -> None:
        self.released = True


def test_a_device_is_asked_for_compressed_pictures_and_gives_rgb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    capture = Capture()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "video0").touch()
    monkeypatch.setattr(camera, "Path", lambda name: tmp_path / name.lstrip("/"))
    monkeypatch.setattr(camera.cv2, "VideoCapture", lambda *_: capture)
    device = Device(0)
    assert capture.set_to[camera.cv2.CAP_PROP_FRAME_WIDTH] == 1280
    assert capture.set_to[camera.cv2.CAP_PROP_FRAME_HEIGHT] == 720
    # Asked for after the size, drivers would ignore it.
    assert next(iter(capture.set_to)) == camera.cv2.CAP_PROP_FOURCC
    image = device.read()
    assert image is not None
    assert image[0, 0].tolist() == [0, 0, 200]
    device.close()
    assert capture.released
    assert device.read() is None


@pytest.mark.skipif(sys.platform != "linux", reason="asks V4L2's files")
def test_cameras_are_listed_by_their_names_without_opening_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(camera, "Path", lambda name: tmp_path / name.lstrip("/"))
    assert cameras() == []  # V4L2 is absent
    for node, index, name in (("video0", 0, "Built-in"), ("video1", 1, "Built-in"), ("video2", 0, "USB")):
        folder = tmp_path / "sys/class/video4linux" / node
        folder.mkdir(parents=True)
        (folder / "index").write_text(f"{index}\n")
        (folder / "name").write_text(f"{name}\n")
    assert cameras() == [Listed(0, "Built-in"), Listed(2, "USB")]
