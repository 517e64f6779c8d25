"""Looks at the fingers: which count, and how often they are taken. The network itself is faked."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_hands import IMAGE, PX_PER_CM, left_hand, mirrored

from coach.motion.recording import LEFT, RIGHT
from coach.vision import handform
from coach.vision.handform import ENOUGH, EVERY_S, HandForms, finger_reach
from coach.vision.hands import INDEX_MCP, MIDDLE_MCP, PINKY_MCP, HandReading


def fist() -> np.ndarray:
    """`left_hand` with its fingers bent: every tip lies half-way back from the knuckle to the wrist."""
    points = left_hand()
    for base in (INDEX_MCP, MIDDLE_MCP, 13, PINKY_MCP):
        points[base + 3] = (points[base] + points[0]) / 2
    return points


class Reader:
    """Reads what it is told to."""

    def __init__(self, points: np.ndarray, presence: float = 0.9) -> None:
        self.reading, self.times = HandReading(points, presence), 0

    def __call__(self, *_: object) -> HandReading:
        self.times += 1
        return self.reading


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch):
    """Gives what looks with a network that reads these points."""

    def made(points: np.ndarray, presence: float = 0.9) -> tuple[HandForms, Reader]:
        reader = Reader(points, presence)
        monkeypatch.setattr(handform, "HandReader", lambda _: reader)
        return HandForms(Path("unused")), reader

    return made


def one(forms: HandForms, side: int, points: np.ndarray, thumb: np.ndarray) -> dict[str, int]:
    forms.read(IMAGE, side, points, thumb, PX_PER_CM)
    return forms.counts()[("left", "right")[side]]


def test_straight_fingers_reach_beyond_the_knuckles_and_bent_ones_do_not():
    # The middle finger: wrist to knuckle about 32 pixels, the tip 22 pixels farther.
    assert finger_reach(HandReading(left_hand(), 1.0)) == pytest.approx(1.7, abs=0.05)
    assert finger_reach(HandReading(fist(), 1.0)) == pytest.approx(0.5)


@pytest.mark.parametrize(("points", "seen_open"), [(left_hand(), 1), (fist(), 0)])
def test_a_look_counts_the_form(looking, points: np.ndarray, seen_open: int):
    thumb = HandReading(points, 1.0).thumb_px
    assert one(looking(points)[0], LEFT, points, thumb) == {"looks": 1, "read": 1, "open": seen_open}
    other = mirrored(points)
    thumb = HandReading(other, 1.0).thumb_px
    assert one(looking(other)[0], RIGHT, other, thumb) == {"looks": 1, "read": 1, "open": seen_open}


def test_a_look_that_tells_another_hand_does_not_count(looking):
    points = left_hand()
    thumb = HandReading(points, 1.0).thumb_px
    nothing = {"looks": 1, "read": 0, "open": 0}
    assert one(looking(points, presence=0.4)[0], LEFT, points, thumb) == nothing
    assert one(looking(points)[0], LEFT, points, thumb + np.array([2.1 * PX_PER_CM, 0])) == nothing
    assert one(looking(points)[0], RIGHT, points, thumb) == nothing  # it is a left hand


def test_hands_are_looked_at_in_turn_now_and_then_until_it_is_enough(looking):
    points = left_hand()
    forms, reader = looking(points)
    thumb = HandReading(points, 1.0).thumb_px
    tracker = SimpleNamespace(hands_px=(points, points), back=SimpleNamespace(px_per_cm=PX_PER_CM))
    seen = SimpleNamespace(thumb_px=np.array([thumb, [np.nan, np.nan]]))
    seconds = 2 * EVERY_S * ENOUGH + 10
    for t_s in np.arange(0.0, seconds, 1 / 15):
        forms.look(SimpleNamespace(image=IMAGE, t_s=t_s), seen, tracker)  # type: ignore[arg-type]
    assert reader.times == ENOUGH
    assert forms.counts() == {
        "left": {"looks": ENOUGH, "read": ENOUGH, "open": ENOUGH},
        "right": {"looks": 0, "read": 0, "open": 0},  # its thumb is not seen
    }
