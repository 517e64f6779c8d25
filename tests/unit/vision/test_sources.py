"""Videos of every kind: what is read, with which times, and what is refused with which sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from made_videos import BLUE, GREEN, RED, WHITE, MakeVideo, corner_colours, write_sound
from video_given import nothing_left_behind, refused  # noqa: F401 - one is a fixture

from coach.errors import VideoError
from coach.vision import _decoder
from coach.vision.sources import FrameSource, VideoFile


def read(path: Path) -> tuple[list[float], VideoFile]:
    with VideoFile(path) as video:
        return [frame.t_s for frame in video], video


# --- what is read ---------------------------------------------------------------------------------


def test_a_plain_clip(make_video: MakeVideo):
    with VideoFile(make_video(n=30, fps=30)) as video:
        assert isinstance(video, FrameSource)
        assert video.size == (320, 240)
        assert video.scale == 1.0
        assert video.expected_frames == 30
        assert video.duration_s == pytest.approx(1.0, abs=0.05)
        frames = list(video)
    assert [f.t_s for f in frames] == pytest.approx([i / 30 for i in range(30)], abs=1e-3)
    assert frames[0].image.shape == (240, 320, 3)
    assert frames[0].image.dtype == np.uint8
    assert frames[0].image.flags["C_CONTIGUOUS"]
    assert corner_colours(frames[0].image) == (RED, GREEN, BLUE, WHITE)
    assert (video.dropped, video.damaged, video.incomplete) == (0, 0, False)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("clip.mov", "libx264"),
        ("clip.mkv", "libx264"),
        ("clip.webm", "libvpx"),
        ("clip.avi", "mjpeg"),
        ("clip.ts", "libx264"),
        ("clip.mpg", "mpeg2video"),
    ],
)
def test_every_accepted_container(make_video: MakeVideo, name: str, codec: str):
    times, video = read(make_video(name, codec=codec, n=25, fps=25))
    assert len(times) == 25
    assert times[0] == 0.0
    assert np.diff(times) == pytest.approx(0.04, abs=2e-3)
    assert not video.incomplete
    with VideoFile(video.path) as again:
        sample = again.sample(5)
    assert sample[0].t_s == 0.0
    assert 3 <= len(sample) <= 5


def test_the_name_does_not_matter(make_video: MakeVideo):
    path = make_video("clip.mkv")
    renamed = path.rename(path.with_name("holiday photo.JPG"))
    assert len(read(renamed)[0]) == 30


def test_a_variable_rate_is_kept_as_it_is(make_video: MakeVideo):
    ticks = [0, 20, 40, 140, 141, 500, 1500, 1530]
    times, _ = read(make_video(ticks=ticks))
    assert times == pytest.approx([t / 1000 for t in ticks], abs=1e-3)


def test_time_starts_with_the_first_picture(make_video: MakeVideo):
    # Sound that begins before the picture, or a cut, gives a first picture at a later time.
    times, _ = read(make_video("late.mkv", ticks=[2000, 2040, 2100]))
    assert times == pytest.approx([0.0, 0.04, 0.1], abs=1e-3)


def test_pictures_with_sound(make_video: MakeVideo):
    assert len(read(make_video(sound=True))[0]) == 30


# The display matrix (a, b, c, d) maps a stored point to x' = a x + c y, y' = b x + d y. A quarter turn
# clockwise is x' = -y, y' = x: what was at the top left is then at the top right.
@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((1, 0, 0, 1), (RED, GREEN, BLUE, WHITE)),
        ((0, 1, -1, 0), (BLUE, RED, WHITE, GREEN)),  # 90° clockwise
        ((-1, 0, 0, -1), (WHITE, BLUE, GREEN, RED)),  # 180°
        ((0, -1, 1, 0), (GREEN, WHITE, RED, BLUE)),  # 270° clockwise
        ((-1, 0, 0, 1), (GREEN, RED, WHITE, BLUE)),  # mirrored, as some front cameras do
    ],
)
def test_phone_rotation(make_video: MakeVideo, tmp_path: Path, matrix: tuple, expected: tuple):
    path = make_video(matrix=matrix, n=5)
    turned = matrix[0] == 0
    with VideoFile(path) as video:
        assert video.size == ((240, 320) if turned else (320, 240))
        image = next(iter(video)).image
        assert image.shape == ((320, 240, 3) if turned else (240, 320, 3))
        assert corner_colours(image) == expected
        assert corner_colours(video.sample(2)[0].image) == expected
    if shutil.which("ffmpeg"):  # an independent reader agrees
        raw = subprocess.run(
            [
                "ffmpeg",
                "-v",
                "error",
                "-i",
                path,
                "-frames:v",
                "1",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-",
            ],
            check=True,
            capture_output=True,
        ).stdout
        assert corner_colours(np.frombuffer(raw, np.uint8).reshape(image.shape)) == expected


def test_4k_is_reduced_and_says_how_much(make_video: MakeVideo):
    with VideoFile(make_video(size=(3840, 2160), n=3, matrix=(0, 1, -1, 0))) as video:
        assert video.size == (2160, 3840)
        assert video.scale == 3.0
        image = next(iter(video)).image
    assert image.shape == (1280, 720, 3)
    assert corner_colours(image) == (BLUE, RED, WHITE, GREEN)


def test_an_odd_width(make_video: MakeVideo):
    # Rows are padded by the scaler then.
    with VideoFile(make_video(size=(1922, 1082), n=3)) as video:
        image = next(iter(video)).image
    assert image.shape == (721, 1280, 3)
    assert video.scale == pytest.approx(1922 / 1280)
    assert corner_colours(image) == (RED, GREEN, BLUE, WHITE)


def test_times_that_do_not_rise_are_left_out_and_counted(make_video: MakeVideo, monkeypatch):
    # Writers refuse to make such a file, so the decoder is given its times by hand.
    class Stamp:
        def __init__(self, pts: int):
            self.pts, self.dts, self.width, self.height = pts, pts, 4, 4

    video = _decoder.Video(None, None, "mov")
    monkeypatch.setattr(_decoder, "open_video", lambda path, form: video)
    monkeypatch.setattr(_decoder.Video, "frames", lambda self: ((t, Stamp(t)) for t in (0, 10, 5, 10, 20)))
    monkeypatch.setattr(_decoder.Video, "base", 0.01)
    sent: list[float] = []
    monkeypatch.setattr(_decoder.Painter, "send", lambda self, frame, t_s: sent.append(t_s))
    end = _decoder.read("x", "mov", {"width": 4, "height": 4, "t0": 0.0}, 1280)
    assert sent == [0.0, 0.1, 0.2]
    assert end["dropped"] == 2


def test_it_can_be_read_twice_and_while_sampling(make_video: MakeVideo):
    with VideoFile(make_video()) as video:
        first = [f.t_s for f in video]
        assert [f.t_s for f in video.sample(3)] == pytest.approx([0.0, 0.333, 0.667], abs=0.2)
        assert [f.t_s for f in video] == first


# --- a sample -------------------------------------------------------------------------------------


def test_a_sample_is_spread_evenly(make_video: MakeVideo):
    with VideoFile(make_video(n=300, fps=15, gop=15)) as video:
        times = [f.t_s for f in video.sample(10)]
    assert times == pytest.approx(np.arange(10) * 2.0, abs=1.0)
    assert all(b > a for a, b in pairwise(times))


def test_a_sample_of_a_file_with_few_key_frames(make_video: MakeVideo):
    with VideoFile(make_video(n=300, fps=15, gop=300)) as video:
        times = [f.t_s for f in video.sample(10)]
    assert times == pytest.approx(np.arange(10) * 2.0, abs=0.3)


def test_a_short_file_gives_fewer(make_video: MakeVideo):
    with VideoFile(make_video(n=4)) as video:
        assert 1 <= len(video.sample(40)) <= 4


def test_the_plan_keeps_to_its_budget():
    keys = [0.0, 60.0, 120.0]
    plan = _decoder.plan(keys, 180.0, 40, budget_s=30.0)
    cost = {key: goal - key for key, goal in plan}  # the last goal behind each key is the farthest
    assert sum(cost.values()) <= 30.0
    assert {key for key, _ in plan} == set(keys)
    # Every second a key frame: they serve as they are.
    assert all(key == goal for key, goal in _decoder.plan([float(i) for i in range(180)], 180.0, 40, 1.0))
    assert _decoder.plan([], 0.0, 5, 1.0) == [(0.0, 0.0)]


# --- truncated ------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["faststart", "index at the end", "mkv"])
def test_truncated_anywhere_is_read_or_refused(make_video: MakeVideo, layout: str):
    whole = make_video(
        "whole.mkv" if layout == "mkv" else "whole.mp4",
        n=60,
        options={"movflags": "faststart"} if layout == "faststart" else None,
    )
    content = whole.read_bytes()
    counts = []
    for share in (0.001, 0.02, 0.1, 0.3, 0.5, 0.8, 0.95, 0.999):
        part = whole.with_name("part.mp4")
        part.write_bytes(content[: max(1, int(share * len(content)))])
        try:
            with VideoFile(part) as video:
                count = len(list(video))
                assert video.sample(5)
                assert count >= 1
                if count < 50:
                    assert video.incomplete
        except VideoError:
            assert "part.mp4" in refused(part)
            count = 0
        counts.append(count)
    assert counts == sorted(counts)
    assert counts[0] == 0
    if layout == "index at the end":
        assert max(counts[:-1]) == 0
    else:
        assert counts[4] > 10


def test_damage_in_the_middle_is_passed_over(make_video: MakeVideo):
    path = make_video(n=120, gop=10)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = os.urandom(400)
    path.write_bytes(content)
    times, _ = read(path)
    assert len(times) > 60
    assert all(b > a for a, b in pairwise(times))


# --- refused --------------------------------------------------------------------------------------


def test_missing(tmp_path: Path):
    assert "There is no file" in refused(tmp_path / "none.mp4")
    assert "There is no file" in refused("https://example.org/clip.mp4")


def test_a_folder(tmp_path: Path):
    assert "is a folder" in refused(tmp_path)


def test_a_device():
    assert "is not a file" in refused("/dev/zero")


def test_empty(tmp_path: Path):
    (tmp_path / "empty.mp4").touch()
    assert "is empty" in refused(tmp_path / "empty.mp4")


def test_unreadable(make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch):
    # Permission bits do not bind the administrator, who may be running this.
    path = make_video()

    def forbidden(*_: object, **__: object):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "Permission denied" in refused(path)


def test_a_name_that_cannot_be(tmp_path: Path):
    assert "cannot be opened" in refused("clip\0.mp4")
    assert "\n" not in refused(tmp_path / "two\nlines.mp4")


@pytest.mark.parametrize(
    "content",
    [
        b"just a text\n" * 50,
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"GIF89a" + bytes(500),
        b"RIFF\x00\x10\x00\x00WEBPVP8 " + bytes(500),
        b"RIFF\x00\x10\x00\x00WAVEfmt " + bytes(500),
        b"OggS" + bytes(500),
        bytes(1000),
        b"G",
        b"#!/bin/sh\necho\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nneighbour.mp4\n#EXT-X-ENDLIST\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        b"ffconcat version 1.0\nfile 'neighbour.mp4'\n",
        b"<?xml version='1.0'?><MPD/>",
    ],
)
def test_not_a_video(make_video: MakeVideo, content: bytes):
    path = make_video("neighbour.mp4").with_name("clip.mp4")
    path.write_bytes(content)
    assert "is not a video" in refused(path)


def test_a_zip(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "clip.mp4", "w") as archive:
        archive.writestr("a", "b")
    assert "is not a video" in refused(tmp_path / "clip.mp4")


@pytest.mark.parametrize(
    "head", [b"\x00\x00\x00\x18ftypisom", b"\x1a\x45\xdf\xa3", b"RIFF\x00\x00\x10\x00AVI "]
)
def test_only_the_first_bytes_are_right(tmp_path: Path, head: bytes):
    path = tmp_path / "clip.mp4"
    path.write_bytes(head + b"ffconcat version 1.0\nfile 'neighbour.mp4'\n" * 40)
    text = refused(path)
    assert "damaged" in text or "no moving picture" in text


def test_a_playlist_behind_a_video_s_first_bytes_opens_nothing_else(make_video: MakeVideo):
    # What a demuxer that guesses would follow.
    make_video("neighbour.mp4")
    path = make_video("clip.mp4")
    path.write_bytes(b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\n#EXTM3U\n#EXTINF:10,\nneighbour.mp4\n")
    assert "damaged" in refused(path)


def test_only_sound(tmp_path: Path):
    assert "no moving picture" in refused(write_sound(tmp_path / "song.mp4"))


def test_one_picture(make_video: MakeVideo):
    assert "only one picture" in refused(make_video(n=1))


def test_no_picture_at_all(tmp_path: Path):
    import av

    path = tmp_path / "none.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()
    text = refused(path)
    assert "not a single picture" in text or "damaged" in text or "no moving picture" in text


def test_too_many_pixels(make_video: MakeVideo):
    assert "more than can be read" in refused(make_video(size=(4098, 4096), n=2))


def test_too_long(make_video: MakeVideo):
    assert "longer than an hour" in refused(make_video(ticks=[0, 1000, 3_700_000, 3_701_000]))
