"""The checks before a round."""

from __future__ import annotations

import numpy as np
import pytest

from coach.live.checks import AMBER, GREEN, NAMES, RED, SENTENCES, Sight, checks, ready
from coach.vision.back import back_from_corners
from coach.vision.camera import TROUBLES
from coach.vision.glance import Light, Stirring, jpeg, light

SIZE = (640, 480)
BACK = back_from_corners([(250, 200), (390, 200), (370, 370), (270, 370)], SIZE, 45.0)
GOOD = Sight(fps=25.0, light=Light(120.0, 0.0), size=SIZE, people=1, back=BACK, hands=(True, True))


def colours(sight: Sight) -> dict[str, str]:
    return {check.id: check.colour for check in checks(sight)}


def changed(**values) -> Sight:
    return Sight(**{**{name: getattr(GOOD, name) for name in Sight.__dataclass_fields__}, **values})


def test_all_is_green_when_all_is_well():
    assert set(colours(GOOD).values()) == {GREEN}
    assert list(colours(GOOD)) == list(NAMES)
    assert ready(checks(GOOD))


@pytest.mark.parametrize(
    ("sight", "id_", "colour"),
    [
        (changed(trouble="lost"), "camera", RED),
        (changed(fps=6.0), "camera", AMBER),
        (changed(looked_fps=6.0), "camera", AMBER),
        (changed(light=Light(20.0, 0.0)), "light", RED),
        (changed(light=Light(45.0, 0.0)), "light", AMBER),
        (changed(light=Light(200.0, 0.5)), "light", AMBER),
        (changed(size=(640, 2000)), "distance", RED),
        (changed(size=(380, 480)), "view", RED),
        (changed(back=None), "back", RED),
        (changed(back=None, missed=True), "back", RED),
        (changed(back=BACK.moved(np.eye(2, 3), 0.4)), "back", AMBER),
        (changed(hands=(True, False)), "hands", AMBER),
    ],
)
def test_what_is_wrong_is_named_with_a_sentence(sight: Sight, id_: str, colour: str):
    assert colours(sight)[id_] == colour
    assert all(check.sentence in {**SENTENCES, **TROUBLES} for check in checks(sight))
    # A round that begins with a back that one is not sure of would not be rated.
    assert ready(checks(sight)) == (not (id_ == "back" or (id_ == "camera" and colour == RED)))


def test_a_slow_computer_is_not_called_a_slow_camera():
    assert checks(changed(fps=6.0, looked_fps=6.0))[0].sentence == "camera_slow"
    assert checks(changed(looked_fps=6.0))[0].sentence == "computer_slow"


def test_light_and_stirring_are_measured():
    dark = np.full((480, 640, 3), 12, np.uint8)
    assert light(dark).mean == pytest.approx(12.0)
    assert light(np.full_like(dark, 255)).glaring == 1.0
    rng = np.random.default_rng(0)
    noisy = lambda: np.clip(100 + 6 * rng.standard_normal((480, 640, 3)), 0, 255).astype(np.uint8)  # noqa: E731
    stirring, area = Stirring(), np.array([[200, 100], [400, 100], [400, 400], [200, 400]], float)
    assert [stirring.look(noisy(), area) for _ in range(4)] == [False] * 4
    with_hand = noisy()
    with_hand[200:260, 250:320] += 60
    assert stirring.look(with_hand, area)
    elsewhere = with_hand.copy()
    elsewhere[420:, 500:] = 255
    assert not stirring.look(elsewhere, area)


def test_a_picture_becomes_a_small_jpeg():
    data = jpeg(np.zeros((720, 1280, 3), np.uint8))
    assert data[:2] == b"\xff\xd8"
    assert len(data) < 20_000
