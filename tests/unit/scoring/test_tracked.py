from dataclasses import replace

import numpy as np
import pytest

from coach.i18n import translator
from coach.motion.analyse import analyse_motion
from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.tracked import shown, tracking

FPS = 15


def recording(u, v_cm, back=0.9):
    """`u`, `v_cm`: (n, 2)."""
    n = len(u)
    return Recording(
        t_s=np.arange(n) / FPS,
        u=np.asarray(u, np.float32),
        v_cm=np.asarray(v_cm, np.float32),
        confidence=np.ones((n, 2), np.float32),
        back_confidence=np.full(n, back, np.float32),
        thumb_px=np.full((n, 2, 2), np.nan, np.float32),
        c7_px=np.full((n, 2), np.nan, np.float32),
        l5_px=np.full((n, 2), np.nan, np.float32),
        meta={"settings": {"back_length_cm": 45.0}},
    )


def moving(seconds=20.0):
    """Both hands down and up beside the spine."""
    t = np.arange(round(seconds * FPS)) / FPS
    u = 0.2 + 0.15 * np.sin(0.6 * t)
    return np.stack([u, u], 1), np.stack([-3 + 0 * t, 3 + 0 * t], 1)


def test_all_seen():
    seen = tracking(recording(*moving()))
    assert seen.rated
    assert (seen.back, seen.left, seen.right) == (1, 1, 1)
    assert seen.reason() is None


@pytest.mark.parametrize(("sure", "rated"), [(0.65, False), (0.75, True)])
def test_a_hand_that_is_guessed_more_than_seen_is_not_rated(sure: float, rated: bool):
    given = recording(*moving())
    confidence = given.confidence.copy()
    confidence[:, 0] = sure
    seen = tracking(replace(given, confidence=confidence))
    assert seen.rated is rated
    assert (seen.left, seen.right) == (1, 1)
    if not rated:
        assert seen.reason().startswith("What the left hand does could not be made out")


def test_what_is_guessed_is_not_shown():
    given = make_recording(replace(FORMS[0], seconds=30.0))
    assert np.isfinite(shown(given).tempo_cpm).any(axis=0).all()
    confidence = given.confidence.copy()
    confidence[:, 0] = 0.6
    motion = shown(replace(given, confidence=confidence))
    assert np.isfinite(motion.tempo_cpm).any(axis=0).tolist() == [False, True]
    assert np.isfinite(motion.u).any(axis=0).tolist() == [False, True]
    assert motion.circling.any(axis=0).tolist() == [False, True]


def test_a_hand_at_rest_may_be_unsure():
    u, v_cm = moving()
    u[:, 0], v_cm[:, 0] = 0.1, -5
    given = recording(u, v_cm)
    confidence = given.confidence.copy()
    confidence[:, 0] = 0.6
    assert tracking(replace(given, confidence=confidence)).rated


def test_seconds_alone_before_and_after_do_not_count():
    u, v = moving(20)
    nothing = np.full((10 * FPS, 2), np.nan)
    seen = tracking(recording(np.concatenate([nothing, u, nothing]), np.concatenate([nothing, v, nothing])))
    assert seen.rated
    assert seen.left == 1
    assert seen.span_s == pytest.approx(20, abs=0.2)


def test_one_stray_sighting_does_not_open_the_span():
    u, v = moving(20)
    before = np.full((20 * FPS, 2), np.nan)
    before[5] = 0.3
    seen = tracking(recording(np.concatenate([before, u]), np.concatenate([before, v])))
    assert seen.left > 0.98


@pytest.mark.parametrize(("hidden", "rated"), [(0.25, True), (0.35, False)])
def test_seventy_percent_of_each_hand(hidden, rated):
    u, v = moving(40)
    u[: int(hidden * len(u)), 1] = np.nan
    seen = tracking(recording(u, v))
    assert seen.rated is rated
    assert seen.right == pytest.approx(1 - hidden, abs=0.01)
    if not rated:
        assert "right hand was seen in only 65 %" in seen.reason()
        assert "Tangan kanan hanya terlihat 65 %" in seen.reason(translator("id"))


def test_a_hand_never_seen_is_not_called_idle():
    u, v = moving()
    u[:, 0] = np.nan
    seen = tracking(recording(u, v))
    assert not seen.rated
    assert "left hand was not seen" in seen.reason()


def test_a_hand_seen_now_and_then_but_always_in_one_place_rests():
    u, v = moving(40)
    u[:, 0], v[:, 0] = 0.1, -9.0
    u[np.arange(len(u)) % 3 > 0, 0] = np.nan  # seen in a third of the frames
    seen = tracking(recording(u, v))
    assert seen.rated
    assert seen.left == pytest.approx(1 / 3, abs=0.01)


def test_the_same_hand_moving_is_not_enough_seen():
    u, v = moving(40)
    u[np.arange(len(u)) % 3 > 0, 0] = np.nan
    assert not tracking(recording(u, v)).rated


def test_resting_in_the_first_third_only_says_nothing_of_the_rest():
    u, v = moving(40)
    u[:, 0], v[:, 0] = 0.1, -9.0
    u[len(u) // 3 :, 0] = np.nan
    assert not tracking(recording(u, v)).rated


@pytest.mark.parametrize("back", [0.2, np.nan])
def test_no_back(back):
    seen = tracking(recording(*moving(), back=back))
    assert not seen.rated
    assert "back was seen in only 0 %" in seen.reason()


def test_a_back_lost_for_good_is_noticed():
    u, v = moving(60)
    u[20 * FPS :] = np.nan
    r = recording(u, v)
    lost = r.back_confidence.copy()
    lost[20 * FPS :] = 0.1
    seen = tracking(replace(r, back_confidence=lost))
    assert not seen.rated
    assert seen.back == pytest.approx(1 / 3, abs=0.01)


def test_a_camera_being_set_up_does_not_count():
    u, v = moving(60)
    u[: 30 * FPS] = np.nan
    r = recording(u, v)
    late = r.back_confidence.copy()
    late[: 30 * FPS] = 0.0
    assert tracking(replace(r, back_confidence=late)).rated


def test_the_way_back_in_the_air_does_not_count():
    # A pass of 8 s, then 3 s in the air where no hand is seen, over and over: 8/11 of the time on the back.
    made = make_recording(replace(FORMS[0], seconds=66.0, descent_s=8.0, return_s=3.0))
    u = made.u.copy()
    rising = np.convolve(np.gradient(u.mean(axis=1)), np.ones(15) / 15, "same") < -0.004
    u[rising] = np.nan
    u[::10, 0] = np.nan
    hidden = replace(made, u=u)
    assert tracking(hidden).left < 0.72
    assert tracking(hidden, analyse_motion(hidden)).left > 0.8


def test_no_hands():
    u, v = moving()
    seen = tracking(recording(np.full_like(u, np.nan), v))
    assert not seen.rated
    assert "No hand" in seen.reason()


def test_too_little_practice():
    seen = tracking(recording(*moving(5)))
    assert not seen.rated
    assert "5 seconds" in seen.reason()


def test_one_frame():
    assert not tracking(recording(np.full((1, 2), 0.1), np.full((1, 2), 3.0))).rated


def seldom(fps, *, cpm=0.0, slides=True):
    """Both hands, circling `cpm` times a minute and sliding down and up or not, seen `fps` times a second."""
    t = np.arange(0, 30, 1 / fps)
    turn = 2 * np.pi * cpm / 60 * t
    u = 0.2 + slides * 0.15 * np.sin(0.6 * t) + (cpm > 0) * 1.4 / 45 * np.sin(turn)
    v = 3 + (cpm > 0) * 1.4 * np.cos(turn)
    return replace(recording(np.stack([u, u], 1), np.stack([-v, v], 1)), t_s=t)


@pytest.mark.parametrize(
    ("given", "rated"),
    [
        (seldom(3, cpm=40), False),
        (seldom(5, cpm=40), True),
        (seldom(6), False),  # they slide, as far as can be told
        (seldom(10), True),
        (seldom(6, slides=False), True),  # at rest
    ],
)
def test_pictures_that_come_too_seldom_say_nothing_of_circles(given, rated):
    seen = tracking(given, analyse_motion(given))
    assert seen.rated == rated
    assert rated or "pictures a second" in seen.reason()
