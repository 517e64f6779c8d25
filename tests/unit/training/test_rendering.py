"""What needs no graphics, and pictures where there is one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.layout import (
    C7,
    GIVER_POINTS,
    L5,
    LEARNT,
    RENDERED_CM_PER_PX,
    RENDERED_HEIGHT,
    RENDERED_WIDTH,
    VALIDATION,
)
from training.rendering.approach import Approach, own_side
from training.rendering.cameras import Camera
from training.rendering.gl import SHADERS, shader
from training.rendering.motion import HandGoal
from training.rendering.sensor import as_webcam
from training.rendering.shapes import load_bodies
from training.rendering.surfaces import Material, linear


def test_a_camera_sees_its_target_in_the_middle():
    camera = Camera.towards([0, 2, 1], [0, 0, 1], 90, 4 / 3)
    # At 2 m an angle of 90° shows 2 m above and below the middle.
    pixels, depths = camera.pixels([[0, 0, 1], [0, 0, 2], [1, 0, 1]], 640, 480)
    np.testing.assert_allclose(pixels, [[320, 240], [320, 120], [200, 240]], atol=1e-9)
    np.testing.assert_allclose(depths, 2)


def test_shaders_know_every_material():
    for path in SHADERS.iterdir():
        assert "#include" not in shader(path.name)
    text = shader("scene.frag.glsl")
    for material in Material:
        assert f"#define {material.name} {material.value}\n" in text
        assert f"material == {material.name}" in text


def test_colours_become_light():
    assert linear((0, 255, 127.5)) == pytest.approx((0, 1, 0.5**2.2))


def test_a_perfect_webcam_changes_nothing():
    image = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    seen = as_webcam(image, np.random.default_rng(0), blur=0, noise=0, jpeg=0)
    np.testing.assert_array_equal(seen, image)
    noisy = as_webcam(np.full((90, 120, 3), 100, np.uint8), np.random.default_rng(0), 0, 1, 0)
    # At grey 100 both noises are as strong as they are called.
    assert noisy.std() == pytest.approx(np.hypot(2.2, 2.0), rel=0.25)


@pytest.fixture(scope="module")
def graphics() -> None:
    """Skips where nothing can be drawn."""
    moderngl = pytest.importorskip("moderngl", reason="needs the extra 'training'")
    try:
        moderngl.create_context(standalone=True, backend="egl").release()
    except Exception as error:  # whatever the driver says
        pytest.skip(f"no OpenGL here: {error}")


@pytest.mark.slow
@pytest.mark.usefixtures("graphics")
def test_a_scene_can_be_drawn_again_and_is_to_scale():
    from training.pictures import RandomScene

    drawn = []
    for _ in range(2):
        scene = RandomScene(1005, load_bodies(), VALIDATION)
        drawn.append([scene.draw() for _ in range(2)])
        length_px = scene.scene.back.length * 100 / RENDERED_CM_PER_PX
        scene.close()
    for first, second in zip(*drawn, strict=True):
        np.testing.assert_array_equal(first.image, second.image)
        np.testing.assert_array_equal(first.pixels, second.pixels)
    for picture in drawn[0]:
        assert picture.image.shape == (RENDERED_HEIGHT, RENDERED_WIDTH, 3)
        assert picture.image.std() > 5
        way = picture.pixels[C7] - picture.pixels[L5]
        assert abs(way[0]) < 0.02 * length_px
        assert -1.1 * length_px < way[1] < -0.5 * length_px
        assert picture.exists[GIVER_POINTS:].all()


@pytest.mark.slow
@pytest.mark.usefixtures("graphics")
def test_waistbands_vary_and_her_own_hands_are_often_all_there_are():
    from training.pictures import RandomScene

    varied = replace(LEARNT, otherwise=0.0, waists=1.0, own_hands=1.0)
    waists, alone, on_her = [], [], []
    for seed in range(3000, 3006):
        scene = RandomScene(seed, load_bodies(), varied)
        waists.append(scene.options.receiver_looks["waist"])
        if scene.options.lying is None:
            on_her.append(scene.options.receiver_hands)
            alone += [not scene.draw().exists[:GIVER_POINTS].any() for _ in range(8)]
        scene.close()
    assert np.ptp(waists) > 0.05
    assert set(on_her) <= {"shoulders", "crossed", "nape", "loins"}
    assert 0.3 < np.mean(alone) < 0.8


@pytest.mark.slow
@pytest.mark.usefixtures("graphics")
def test_fists_from_elsewhere_often_knead():
    from training.pictures import RandomScene

    bent = []
    for seed in range(3000, 3008):
        scene = RandomScene(seed, load_bodies(), replace(LEARNT, otherwise=1.0))
        if scene.options.grip == "fist":
            for _ in range(4):
                scene.draw()
                thumbs = [hand.fingers.thumb for hand in scene.scene.giver.variation.values()]
                bent.append(bool(np.min(thumbs) > 4.9))
        scene.close()
    assert len(bent) >= 8
    assert 0.2 < np.mean(bent) < 0.8


@pytest.mark.slow
@pytest.mark.usefixtures("graphics")
def test_clothes_hair_hands_and_sheets_change_the_picture_but_not_where_the_back_is():
    from training.rendering.gl import Renderer
    from training.rendering.scene import Scene, SceneOptions

    def drawn(**options) -> tuple[np.ndarray, np.ndarray]:
        renderer = Renderer(64, 84, 1)
        scene = Scene(
            renderer,
            load_bodies(),
            SceneOptions(view="behind", skin=0.3, receiver_top="tshirt", lean=20, **options),
            np.random.default_rng(2),
        )
        scene.pose_receiver(0, 0)
        renderer.show(scene.items_without_giver())
        image = renderer.render(scene.clip_camera(64 / 84), scene.light)
        place = scene.back.at(0.5, 0)[0]
        renderer.close()
        return image.astype(int), place

    plain, place = drawn()
    for other in (
        {"receiver_looks": {"hair": "plait"}},
        {"receiver_looks": {"hair": "scarf"}},
        {"receiver_looks": {"pattern": 3.0}},
        {"receiver_looks": {"pattern": 4.0}},
        {"receiver_looks": {"waist": 0.17}},
        {"receiver_looks": {"hem": 0.1}},
        {"receiver_looks": {"oil": 1.0}},
        {"receiver_looks": {"on_wrist": (0.6, 1.9, 0.0), "wrist_colour": (1, 0, 0)}},
        {"receiver_hands": "crossed"},
        {"receiver_hands": "above"},
        {"lying": "front"},
    ):
        image, same_place = drawn(**other)
        changed = np.abs(image - plain).max(2) > 4
        assert 3 < changed.sum() < changed.size, other
        np.testing.assert_allclose(same_place, place, atol=0.004)


@pytest.mark.slow
@pytest.mark.usefixtures("graphics")
@pytest.mark.parametrize("heading", [0, 180, 90, -90])
def test_arms_come_from_where_the_giver_is(heading: float):
    from training.rendering.gl import Renderer
    from training.rendering.scene import Scene, SceneOptions

    renderer = Renderer(64, 84, 1)
    options = SceneOptions(
        view="any", skin=0.3, grip="open", lying="front", approach=Approach(heading, over_her=True)
    )
    scene = Scene(renderer, load_bodies(), options, np.random.default_rng(2))
    scene.pose_receiver(0, 0)
    across, down = own_side("L", heading)
    left = HandGoal(0.3 + 0.1 * down, 0.04 * across)
    right = HandGoal(0.3 - 0.1 * down, -0.04 * across)
    giver, wanted = scene.pose_giver(0, {"L": left, "R": right}, 0.3)
    # Towards the fingers, in x (her left) and z (her head).
    angle = np.deg2rad(heading)
    ahead = np.array([np.sin(angle), 0, np.cos(angle)])
    for side in ("L", "R"):
        across, down = own_side(side, heading)
        outwards = np.array([-across, 0, -down])
        assert np.linalg.norm(giver.thumb_tip(side) - wanted[side]) < 0.01
        wrist = giver.joint(f"wrist.{side}")
        assert (wrist - giver.joint("root")) @ ahead > 0.25
        fingers = giver.joint(f"finger3-1.{side}") - wrist
        assert fingers @ ahead > 0.03
        assert fingers @ outwards > 0.03
    # A hand on the other one lies above it, middle over middle.
    on_it, _ = scene.pose_giver(0, {"L": left, "R": replace(left, on_other=True)}, 0.3)
    middles = [(on_it.joint(f"wrist.{side}") + on_it.joint(f"finger3-1.{side}")) / 2 for side in ("L", "R")]
    above = middles[1] - middles[0]
    assert 0.015 < above[1] < 0.045
    assert np.hypot(above[0], above[2]) < 0.03
    np.testing.assert_allclose(on_it.thumb_tip("L"), giver.thumb_tip("L"), atol=0.003)
    renderer.close()


@pytest.mark.slow
@pytest.mark.usefixtures("graphics")
def test_a_clip_tells_its_truth(tmp_path: Path):
    from training.rendering.clip import main

    video, truth = tmp_path / "clip.mp4", tmp_path / "clip.json"
    main(
        f"--seed 3 --out {video} --truth {truth} --seconds 0.5 --fps 8 --size 160x120 --ss 1 --lead-alone 0.2 "
        "--shake 1".split()
    )
    told = json.loads(truth.read_text(encoding="utf-8"))
    assert video.stat().st_size > 500
    assert told["frames_n"] == len(told["frames"]) == 4
    assert [frame["state"] for frame in told["frames"]] == ["alone", "alone", "move", "move"]
    last = told["frames"][-1]
    assert last["back"]["left"]["ik_err_mm"] < 1
    # Her own left shoulder is on the left of a picture from behind.
    left, right = (last["points"][f"receiver_{side}_shoulder"]["px"][0] for side in ("left", "right"))
    assert left < right
    assert told["options"]["receiver_top"] is not None
