"""When MediaPipe's networks look at a hand; what they say of pictures is tested on the clip."""

from __future__ import annotations

import numpy as np
import pytest

from coach.motion.recording import LEFT, RIGHT
from coach.vision import mediapipe_hands
from coach.vision.evidence import Candidate, Scene
from coach.vision.hands import HandReading, Region
from coach.vision.mediapipe_hands import MediaPipeHands

PICTURE = np.zeros((480, 640, 3), np.uint8)
LEFT_HAND = np.random.default_rng(1).uniform(250, 300, (21, 2))
RIGHT_HAND = LEFT_HAND + np.array([100.0, 0.0])


class NoPalms:
    def __init__(self, *_: object, **__: object) -> None: ...

    def __call__(self, *_: object) -> list:
        return []


class CountingReader:
    """Counts its looks, sees nothing."""

    made: list[CountingReader]

    def __init__(self, *_: object) -> None:
        self.looks = 0
        self.made.append(self)

    def __call__(self, *_: object) -> HandReading:
        self.looks += 1
        return HandReading(np.zeros((21, 2)), 0.0)


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[CountingReader]:
    CountingReader.made = []
    monkeypatch.setattr(mediapipe_hands, "PalmDetector", NoPalms)
    monkeypatch.setattr(mediapipe_hands, "HandReader", CountingReader)
    return CountingReader.made


def scene(number: int, *said: Candidate) -> Scene:
    square = Region(np.array([320.0, 240.0]), 300.0, 0.0)
    return Scene(square, 4.0, hands_px=(LEFT_HAND, RIGHT_HAND), standing=(0.9, 0.9), said=said, number=number)


def test_a_hand_that_others_see_surely_is_left_to_them(readers: list[CountingReader]):
    hands = MediaPipeHands("palms", "hands")  # type: ignore[arg-type]
    sure = Candidate(np.array([270.0, 270.0]), 0.95, LEFT, LEFT_HAND, "keypoints")
    for number in range(60):
        hands.propose(PICTURE, scene(number, sure))
    early = readers[LEFT].looks
    for number in range(60, 80):
        hands.propose(PICTURE, scene(number, sure))
    assert 0 < early == readers[LEFT].looks  # while the other had not yet shown that it sees it
    assert readers[RIGHT].looks >= 80
    hands.close()


def test_a_circle_does_not_switch_it_on_and_off(readers: list[CountingReader]):
    """Confidence that swings with the circle would put the circle's own rhythm into who looks."""
    hands = MediaPipeHands("palms", "hands")  # type: ignore[arg-type]
    looked = []
    for number in range(300):
        swing = 0.75 + 0.2 * np.sin(2 * np.pi * number / 15)
        before = readers[LEFT].looks
        hands.propose(PICTURE, scene(number, Candidate(LEFT_HAND[4], swing, LEFT, LEFT_HAND, "keypoints")))
        looked.append(readers[LEFT].looks > before)
    assert looked[0]
    assert not any(looked[100:])
    hands.close()


def test_a_hand_that_others_lose_is_looked_at_again(readers: list[CountingReader]):
    hands = MediaPipeHands("palms", "hands")  # type: ignore[arg-type]
    sure = Candidate(LEFT_HAND[4], 0.95, LEFT, LEFT_HAND, "keypoints")
    for number in range(100):
        hands.propose(PICTURE, scene(number, sure))
    before = readers[LEFT].looks
    for number in range(100, 130):
        hands.propose(PICTURE, scene(number))
    assert readers[LEFT].looks > before
    hands.close()
