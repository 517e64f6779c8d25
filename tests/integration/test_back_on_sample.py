"""The back on the sample, with the real networks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from coach.settings import resource_folder
from coach.vision.anthropometry import back_length_cm
from coach.vision.backfinder import BackFinder
from coach.vision.backfollower import BackFollower
from coach.vision.models import member_path
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame, VideoFile

# Where the renderer put C7 and L5 in the sample's frames at 0 to 2 s, pixels; she sways by about 1 pixel.
C7, L5 = np.array([380.5, 186.4]), np.array([375.3, 328.4])
PX_PER_CM = 3.1


@pytest.fixture(scope="module")
def networks() -> Iterator[PoseNetworks]:
    with PoseNetworks(
        member_path("pose_detector.tflite"), member_path("pose_landmarks_detector.tflite")
    ) as networks:
        yield networks


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    """Twenty frames spread over the sample, and six of its first two seconds."""
    with VideoFile(resource_folder("samples") / "sample.mp4") as video:
        spread = video.sample(20)
        early = [frame for frame, _ in zip(video, range(30), strict=False)][::5]
    return [*spread, *early]  # not in order of time: the finder must not care


def test_alone_first_she_is_found_within_a_few_centimetres(
    networks: PoseNetworks, frames: list[Frame]
) -> None:
    finder = BackFinder(networks, back_length_cm(155))
    for frame in frames:
        finder.add(frame)
    back = finder.estimate()
    assert back is not None
    assert finder.alone
    assert finder.reference is not None
    assert finder.reference.t_s < 2.0
    assert np.linalg.norm(back.c7_px - C7) < 2.0 * PX_PER_CM
    assert np.linalg.norm(back.l5_px - L5) < 4.0 * PX_PER_CM
    assert back.confidence > 0.6
    follower = BackFollower(back, finder.reference.image)
    for frame in sorted(frames, key=lambda f: f.t_s):
        now = follower.update(frame.image)
    assert now.confidence > 0.5
    assert np.linalg.norm(now.c7_px - back.c7_px) < 2.0 * PX_PER_CM  # she sits still


def test_beside_the_giver_she_is_found_and_not_he(networks: PoseNetworks, frames: list[Frame]) -> None:
    finder = BackFinder(networks, back_length_cm(155))
    for frame in frames:
        if frame.t_s > 2.5:
            finder.add(frame)
    back = finder.estimate()
    assert back is not None
    assert not finder.alone
    assert np.linalg.norm(back.spine_px.mean(0) - (C7 + L5) / 2) < 6.0 * PX_PER_CM


def test_an_empty_room_has_no_back(networks: PoseNetworks) -> None:
    finder = BackFinder(networks, back_length_cm(155))
    assert finder.estimate() is None
    rng = np.random.default_rng(0)
    for k in range(4):
        finder.add(Frame(0.5 * k, np.clip(rng.normal(120, 4, (480, 640, 3)), 0, 255).astype(np.uint8)))
    assert finder.estimate() is None


def test_corners_by_hand_use_the_picture(networks: PoseNetworks, frames: list[Frame]) -> None:
    finder = BackFinder(networks, back_length_cm(155))
    image = min(frames, key=lambda f: f.t_s).image
    back = finder.from_corners([[332, 214], [430, 217], [408, 353], [345, 348]], image)
    assert np.linalg.norm(back.c7_px - C7) < 3.0 * PX_PER_CM
    assert np.linalg.norm(back.l5_px - L5) < 3.0 * PX_PER_CM


def test_a_larger_picture_gives_the_same_back(networks: PoseNetworks, frames: list[Frame]) -> None:
    backs = []
    for factor in (1, 2):
        finder = BackFinder(networks, back_length_cm(155))
        for frame in frames:
            finder.add(Frame(frame.t_s, np.repeat(np.repeat(frame.image, factor, 0), factor, 1)))
        backs.append(finder.estimate())
    small, large = backs
    assert small is not None
    assert large is not None
    assert large.spine_px / 2 == pytest.approx(small.spine_px, abs=4.0)
