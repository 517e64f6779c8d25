"""What of a thumb is drawn, told from the picture's depth."""

from __future__ import annotations

import numpy as np
import pytest

from training.rendering.body import Body
from training.rendering.cameras import Camera
from training.rendering.people import Pose
from training.rendering.shapes import load_bodies
from training.rendering.truth import thumb_shown

WIDTH, HEIGHT = 320, 320
WALL_M = 9.0


@pytest.fixture(scope="module")
def giver() -> Pose:
    body = Body(load_bodies(), "m_avg", 1.75)
    rotations, positions = body.forward({}, body.head("root"), np.eye(3))
    return Pose(body, rotations, positions, *body.skin(rotations, positions), {})


@pytest.fixture(scope="module")
def camera(giver: Pose) -> Camera:
    """Half a metre before the left thumb; a pixel is about half a millimetre there."""
    tip = giver.thumb_tip("L")
    return Camera.towards(tip - np.array([0, 0.5, 0]), tip, 18, WIDTH / HEIGHT)


def empty() -> np.ndarray:
    return np.full((HEIGHT, WIDTH), WALL_M, np.float32)


def test_nothing_before_the_thumb(giver: Pose, camera: Camera):
    assert thumb_shown(giver, "L", camera, empty()) == 1


def test_the_thumb_does_not_hide_itself(giver: Pose, camera: Camera):
    # The depth of its own skin, as a picture has it: each pixel shows the nearest vertex there.
    depth = empty()
    pixels, depths = camera.pixels(giver.vertices, WIDTH, HEIGHT)
    for (x, y), z in zip(pixels.astype(int), depths, strict=True):
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            depth[y, x] = min(depth[y, x], z)
    assert thumb_shown(giver, "L", camera, depth) > 0.9


def test_something_before_all_of_it(giver: Pose, camera: Camera):
    vertices = giver.body.hands["L"].thumb_end
    nearest = camera.pixels(giver.vertices[vertices], WIDTH, HEIGHT)[1].min()
    assert thumb_shown(giver, "L", camera, np.full_like(empty(), nearest - 0.005)) == 0
    # At the nearest vertex only those farther away are hidden.
    assert thumb_shown(giver, "L", camera, np.full_like(empty(), nearest)) > 0


def test_a_lock_of_hair_over_half_of_it(giver: Pose, camera: Camera):
    depth = empty()
    depth[:, : WIDTH // 2] = 0.3
    assert 0.2 < thumb_shown(giver, "L", camera, depth) < 0.8


def test_a_thumb_out_of_the_picture(giver: Pose, camera: Camera):
    assert thumb_shown(giver, "R", camera, empty()) == 0
