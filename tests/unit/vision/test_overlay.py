"""What is drawn into the video, and that the video is whole and keeps its times."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from coach.errors import OutputError, VideoError
from coach.motion.recording import LEFT, RIGHT, Recording
from coach.vision.overlay import COLOURS, draw, draw_corners, write_overlay
from coach.vision.sources import Frame

TIMES = (0.0, 0.1, 0.15, 0.4, 0.41)
"""Uneven on purpose."""


def recording(n: int = len(TIMES)) -> Recording:
    """Left thumb at (40 + row, 60), right at (120, 60) but not seen in the last row; spine down x = 80."""
    thumbs = np.zeros((n, 2, 2), np.float32)
    thumbs[:, LEFT] = np.column_stack([40 + np.arange(n), np.full(n, 60)])
    thumbs[:, RIGHT] = (120, 60)
    thumbs[-1, RIGHT] = np.nan
    return Recording(
        t_s=np.array(TIMES[:n]),
        u=np.zeros((n, 2), np.float32),
        v_cm=np.zeros((n, 2), np.float32),
        confidence=np.ones((n, 2), np.float32),
        back_confidence=np.ones(n, np.float32),
        thumb_px=thumbs,
        c7_px=np.tile([80.0, 20.0], (n, 1)),
        l5_px=np.tile([80.0, 110.0], (n, 1)),
        meta={},
    )


def grey(height: int = 120, width: int = 160) -> np.ndarray:
    return np.full((height, width, 3), 128, np.uint8)


def test_thumbs_are_drawn_where_they_were_seen():
    image = grey()
    out = draw(image, recording(), 0)
    assert tuple(out[60, 40]) == COLOURS[LEFT]
    assert tuple(out[60, 120]) == COLOURS[RIGHT]
    assert (image == 128).all()  # the given picture is left as it was


def test_what_was_not_seen_is_not_drawn():
    out = draw(grey(), recording(), 4)
    assert tuple(out[60, 44]) == COLOURS[LEFT]
    assert tuple(out[60, 120]) != (128, 128, 128)  # the trail of the last two seconds still ends there
    lost = recording()
    lost.thumb_px[:] = np.nan
    lost.c7_px[:] = np.nan
    out = draw(grey(), lost, 0)
    assert (out[:90] == 128).all()  # only the time is written, at the bottom


def test_a_reduced_picture_is_drawn_to_its_scale():
    out = draw(grey(60, 80), recording(), 0, scale=2.0)
    assert tuple(out[30, 20]) == COLOURS[LEFT]


def test_corners():
    corners = np.array([[20, 20], [140, 20], [140, 100], [20, 100]], float)
    for out in (draw(grey(), recording(), 0, corners_px=corners), draw_corners(grey(), corners)):
        assert tuple(out[20, 20]) == (255, 255, 255)
        assert tuple(out[20, 80]) != (128, 128, 128)


def test_times_are_kept(tmp_path: Path):
    path = tmp_path / "overlay.mp4"
    seen = []
    frames = [Frame(t, grey(121, 161)) for t in TIMES]  # odd sides
    write_overlay(frames, recording(), path, progress=lambda done, total: seen.append((done, total)))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert (stream.width, stream.height) == (160, 120)
        times = [frame.time for frame in container.decode(stream)]
    np.testing.assert_allclose(times, TIMES, atol=1e-4)
    assert seen[-1] == (5, 5)


def test_nothing_is_left_when_it_fails(tmp_path: Path):
    def frames():
        yield Frame(0.0, grey())
        raise VideoError("the cable was pulled")

    with pytest.raises(VideoError):
        write_overlay(frames(), recording(), tmp_path / "overlay.mp4")
    with pytest.raises(VideoError, match="no picture"):
        write_overlay([], recording(), tmp_path / "overlay.mp4")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError):
        write_overlay([Frame(0.0, grey())], recording(), tmp_path / "none" / "overlay.mp4")
