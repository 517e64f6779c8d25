"""The back's geometry, on torsos whose place is known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import BackError
from coach.vision import anthropometry as body
from coach.vision.back import UPRIGHT_U, Back, back_from_corners
from coach.vision.torso import FLANKS, Observed, Torso, fit_torso, landmarks_of

SIZE, LENGTH = (640, 480), 45.0
EXACT = np.full(10, 0.01)


def torso(
    turn_deg: float = 0.0, lean_deg: float = 0.0, roll_deg: float = 0.0, shape=(0.0, 0.0, 0.0), far=3.5
) -> Torso:
    """A torso before a camera of the size above, its shoulders above the picture's middle."""
    focal = 240 / np.tan(np.radians(24))
    turn, lean, roll = np.radians([turn_deg, lean_deg, roll_deg])
    return Torso(
        turn, lean, roll, np.array([0.1, -0.4, far]), np.array(shape), focal, np.array([320.0, 240.0]), 0.0
    )


def points_of(true: Torso) -> np.ndarray:
    """The ten observable points of a torso, pixels."""
    back = Back.from_torso(true, LENGTH)
    return np.vstack([true.project(landmarks_of(true.shape)), back.to_pixels(FLANKS * [1.0, LENGTH])])


def test_a_torso_seen_straight_from_behind_lies_as_anthropometry_has_it() -> None:
    # Shoulders 1 back length wide at a distance of f pixels would be f / 3.5 pixels; everything follows from that.
    back = Back.from_torso(torso(), LENGTH)
    scale = 240 / np.tan(np.radians(24)) / 3.5
    left, right, right_hip, left_hip = back.corners_px
    assert right[0] - left[0] == pytest.approx(body.SHOULDER_JOINTS * scale, rel=1e-6)
    assert (left_hip - left)[1] == pytest.approx(body.TRUNK * scale, rel=1e-6)
    assert right_hip[0] > left_hip[0]  # her right is on the right of the picture
    assert back.c7_px[1] < left[1] < back.l5_px[1] < left_hip[1]  # C7 above the shoulders, L5 above the hips
    # The skin is nearer to the camera than the joints, the upper back most: 5 to 9 of 157 cm, so a little larger.
    assert 1.03 < back.px_per_cm / (scale / LENGTH) < 1.07


@pytest.mark.parametrize(("turn_deg", "lean_deg"), [(0, 60), (50, 0), (40, 40)])
def test_leaning_or_turned_the_scale_is_that_of_what_faces_the_camera(turn_deg, lean_deg) -> None:
    """Her spine is shorter in the picture, the hands on it are not smaller."""
    straight, turned = (Back.from_torso(t, LENGTH) for t in (torso(), torso(turn_deg, lean_deg)))
    assert turned.px_per_cm == pytest.approx(straight.px_per_cm, rel=0.15)


def test_turned_to_the_right_the_spine_moves_to_the_left_of_the_joints() -> None:
    # At 45° the skin, 5 to 9 cm behind the joints, is 3.5 to 6.4 cm aside in the picture: what a homography misses.
    turned = torso(turn_deg=45)
    back = Back.from_torso(turned, LENGTH)
    middle_of_joints = back.corners_px.mean(0)
    aside_cm = (back.to_pixels(np.array([0.5, 0.0])) - middle_of_joints)[0] / (turned.px_per_back / LENGTH)
    assert 4.0 < abs(aside_cm) < 8.0
    opposite = Back.from_torso(torso(turn_deg=-45), LENGTH)
    other = (opposite.to_pixels(np.array([0.5, 0.0])) - opposite.corners_px.mean(0))[0]
    assert np.sign(other) == -np.sign(aside_cm)


@pytest.mark.parametrize("turn", [-45, -20, 0, 20, 45])
@pytest.mark.parametrize("lean", [-15, 0, 25])
def test_the_fit_finds_turn_and_lean_from_exact_points(turn: float, lean: float) -> None:
    true = torso(turn, lean, roll_deg=6, shape=(0.03, -0.05, 0.02))
    found = fit_torso(Observed(points_of(true), EXACT), SIZE)
    assert np.degrees([found.turn, found.lean]) == pytest.approx([turn, lean], abs=1.5)
    expected, got = Back.from_torso(true, LENGTH), Back.from_torso(found, LENGTH)
    assert got.spine_px == pytest.approx(expected.spine_px, abs=0.7)


@settings(max_examples=40, deadline=None)
@given(
    turn=st.floats(-50, 50),
    lean=st.floats(-25, 30),
    u=st.floats(-0.2, 1.2),
    v=st.floats(-14, 14),
    height=st.floats(0, 1.5),
)
def test_to_pixels_and_back_again(turn: float, lean: float, u: float, v: float, height: float) -> None:
    back = Back.from_torso(torso(turn, lean), LENGTH)
    where = np.array([u, v])
    assert back.to_back(back.to_pixels(where, height), height) == pytest.approx(where, abs=0.02)


@settings(max_examples=20, deadline=None)
@given(turn=st.floats(-45, 45), scale=st.floats(0.5, 3.0))
def test_a_larger_picture_gives_the_same_back_coordinates(turn: float, scale: float) -> None:
    points = points_of(torso(turn))
    px = np.array([330.0, 200.0])
    small = Back.from_torso(fit_torso(Observed(points, EXACT), SIZE), LENGTH)
    size = round(640 * scale), round(480 * scale)
    factor = np.array(size) / SIZE
    large = Back.from_torso(fit_torso(Observed(points * factor, EXACT), size), LENGTH)
    assert large.to_back(px * factor) == pytest.approx(small.to_back(px), abs=0.1)


@settings(max_examples=20, deadline=None)
@given(turn=st.floats(-45, 45), lean=st.floats(-15, 20))
def test_a_mirror_image_exchanges_the_sides(turn: float, lean: float) -> None:
    points = points_of(torso(turn, lean))
    mirrored = (points * [-1, 1] + [640, 0])[[1, 0, 3, 2, 4, 5, 7, 6, 9, 8]]
    back = Back.from_torso(fit_torso(Observed(points, EXACT), SIZE), LENGTH)
    other = Back.from_torso(fit_torso(Observed(mirrored, EXACT), SIZE), LENGTH)
    px = back.to_pixels(np.array([0.4, 3.0]))
    assert other.to_back(px * [-1, 1] + [640, 0]) == pytest.approx([0.4, -3.0], abs=0.15)


def test_a_thumb_off_the_skin_is_not_taken_for_one_farther_out() -> None:
    back = Back.from_torso(torso(turn_deg=45), LENGTH)
    px = back.to_pixels(np.array([0.4, 3.0]), body.THUMB_HEIGHT_CM)
    assert back.thumb_to_back(px) == pytest.approx([0.4, 3.0], abs=0.01)
    assert abs(back.to_back(px)[1] - 3.0) > 0.5  # what ignoring the height would cost


def test_nan_stays_nan_and_shapes_are_kept() -> None:
    back = Back.from_torso(torso(), LENGTH)
    px = np.array([[[320.0, 200.0], [np.nan, 200.0]]])
    uv = back.to_back(px)
    assert uv.shape == (1, 2, 2)
    assert np.isfinite(uv[0, 0]).all()
    assert np.isnan(uv[0, 1]).all()


def test_centimetres_scale_with_the_receivers_height() -> None:
    px = np.array([350.0, 200.0])
    small, tall = (Back.from_torso(torso(), body.back_length_cm(h)) for h in (150.0, 180.0))
    assert tall.to_back(px)[0] == pytest.approx(small.to_back(px)[0])
    assert tall.to_back(px)[1] == pytest.approx(1.2 * small.to_back(px)[1])


def test_moved_moves_everything_alike() -> None:
    back = Back.from_torso(torso(turn_deg=30), LENGTH)
    angle = np.radians(5)
    motion = np.array([[np.cos(angle), -np.sin(angle), 12.0], [np.sin(angle), np.cos(angle), -7.0]])
    moved = back.moved(motion, 0.5)
    px = back.to_pixels(np.array([0.3, -4.0]), 1.0)
    assert moved.to_back(motion[:, :2] @ px + motion[:, 2], 1.0) == pytest.approx([0.3, -4.0], abs=1e-3)
    assert moved.confidence == 0.5
    assert back.confidence == 1.0


def corners(turn_deg: float = 0.0) -> np.ndarray:
    """Left shoulder, right shoulder, right hip, left hip of a torso."""
    return Back.from_torso(torso(turn_deg, -8), LENGTH).corners_px


@pytest.mark.parametrize("turn", [-40, -20, 0, 20, 40])
def test_corners_by_hand_give_the_back(turn: float) -> None:
    true = Back.from_torso(torso(turn, -8), LENGTH)
    found = back_from_corners(true.corners_px, SIZE, LENGTH)
    where = np.array([[0.2, -4.0], [0.5, 4.0], [0.8, 0.0]])
    off = (found.to_back(true.to_pixels(where)) - where) * [LENGTH, 1.0]
    assert np.abs(off).max() < 2.0


def test_a_hint_about_the_same_torso_sharpens_the_corners() -> None:
    true = torso(30, 20)
    rng = np.random.default_rng(1)
    clicked = Back.from_torso(true, LENGTH).corners_px + rng.normal(0, 3, (4, 2))
    where = np.array([[0.2, -4.0], [0.5, 4.0], [0.8, 0.0]])
    px = Back.from_torso(true, LENGTH).to_pixels(where)
    off = [
        np.abs((back_from_corners(clicked, SIZE, LENGTH, hint).to_back(px) - where) * [LENGTH, 1.0]).mean()
        for hint in (None, Observed(points_of(true), np.full(10, 0.02)))
    ]
    assert off[1] < off[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c[[1, 0, 2, 3]], "cross"),  # the shoulders exchanged: two sides cross
        (lambda c: c[[1, 0, 3, 2]], "exchanged"),  # both pairs exchanged: seen from the front
        (lambda c: c[[3, 2, 1, 0]], "exchanged"),  # shoulders and hips exchanged
        (lambda c: c + np.array([900, 0]), "outside"),
        (lambda c: c.mean(0) + 0.01 * (c - c.mean(0)), "close together"),
        (lambda c: c[:3], "four corners"),
        (lambda c: np.where(np.arange(4)[:, None] == 2, np.nan, c), "four corners"),
        (lambda c: np.array([c[0], c[1], c.mean(0) - [0, 30], c[3]]), "cross or fold"),  # a dent
    ],
)
def test_bad_corners_are_refused_with_a_reason(change, words: str) -> None:
    with pytest.raises(BackError, match=words):
        back_from_corners(change(corners()), SIZE, LENGTH)


@pytest.mark.parametrize(
    ("turn_deg", "lean_deg", "roll_deg"), [(0, 0, 0), (40, 0, 10), (0, 45, -15), (-30, 30, 0)]
)
def test_upright_brings_every_back_to_one_size_and_direction(turn_deg, lean_deg, roll_deg) -> None:
    back = Back.from_torso(torso(turn_deg, lean_deg, roll_deg), LENGTH)
    upright = back.upright()

    def seen(u: float, v: float) -> np.ndarray:
        return upright @ [*back.to_pixels(np.array([u, v])), 1.0]

    assert seen(UPRIGHT_U, 0) == pytest.approx([0, 0], abs=1e-9)
    spine = seen(1, 0) - seen(0, 0)
    assert spine[0] == pytest.approx(0, abs=1e-9)
    assert spine[1] > 0
    # Nothing near the origin is longer than it is, and one direction has its true length.
    lengths = [
        np.linalg.norm(seen(UPRIGHT_U + 2 * np.sin(a) / LENGTH, 2 * np.cos(a)) - seen(UPRIGHT_U, 0)) / 2
        for a in np.linspace(0, 2 * np.pi, 24)
    ]
    assert max(lengths) == pytest.approx(1.0, abs=0.08)
    assert np.linalg.det(upright[:, :2]) > 0  # turned, never mirrored
