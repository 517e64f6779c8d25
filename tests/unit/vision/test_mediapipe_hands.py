"""When MediaPipe's networks look at a hand; what they say of pictures is tested on the clip."""

from __future__ import annotations

from dataclasses import replace

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


SHAPE = 4.0 * np.array(
    # a left hand seen from its back, fingers up; wrist, thumb, then four fingers of four joints each
    [(0, 0), (2.5, -2), (4, -4), (5, -6), (5.5, -7.5)]
    + [(x, -8 - 2 * k) for x in (2.5, 1, -0.5, -2) for k in range(4)]
)


class HandAt:
    """Sees one hand wherever a region holds it, seen from its back; in a mirror as `mirrored` says."""

    middle = np.array([330.0, 200.0])
    chirality = 1
    mirrored = "alike"

    def __init__(self, *_: object) -> None: ...

    def __call__(self, _: np.ndarray, region: Region, mirrored: bool = False) -> HandReading:
        hand = self.middle + SHAPE * [self.chirality, 1]
        if np.hypot(*(region.centre - hand[[0, 9]].mean(0))) > 40.0:
            return HandReading(hand, 0.1)
        if mirrored and self.mirrored == "unlike":
            return HandReading(self.middle + SHAPE * [-self.chirality, 1], 0.99)
        return HandReading(hand, 0.4 if mirrored and self.mirrored == "unseen" else 0.99)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> type[HandAt]:
    class Fresh(HandAt):
        pass

    monkeypatch.setattr(mediapipe_hands, "PalmDetector", NoPalms)
    monkeypatch.setattr(mediapipe_hands, "HandReader", Fresh)
    return Fresh


def empty_scene(number: int) -> Scene:
    upright = np.array([[0.25, 0.0, -80.0], [0.0, 0.25, -40.0]])
    return Scene(Region(np.array([320.0, 240.0]), 300.0, 0.0), 4.0, upright=upright, number=number)


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


@pytest.mark.parametrize(("chirality", "side"), [(1, LEFT), (-1, RIGHT)])
def test_a_hand_that_no_palm_detector_finds_is_found_by_looking_the_back_over(
    hand: type[HandAt], chirality: int, side: int
):
    hand.chirality = chirality
    hands = MediaPipeHands("palms", "hands")  # type: ignore[arg-type]
    said = [hands.propose(PICTURE, empty_scene(number)).hands for number in range(400)]
    hands.close()
    first = next(number for number, candidates in enumerate(said) if candidates)
    assert 30 <= first < 130  # after two seconds without a hand; all places in about six more
    found = [candidate for candidates in said for candidate in candidates]
    assert {(c.side, c.side_weighed) for c in found} == {(side, True)}
    np.testing.assert_allclose(found[0].hand_px, hand.middle + SHAPE * [chirality, 1])
    assert all(said[first : first + 40 : 2])  # looked at again in every search, until somebody follows it


@pytest.mark.parametrize("mirrored", ["unlike", "unseen"])
def test_what_looks_otherwise_in_a_mirror_is_no_hand_that_is_found_so(hand: type[HandAt], mirrored: str):
    hand.mirrored = mirrored
    hands = MediaPipeHands("palms", "hands", at_once=True)  # type: ignore[arg-type]
    assert not any(hands.propose(PICTURE, empty_scene(number)).hands for number in range(6))
    hands.close()


def test_of_a_still_picture_all_is_looked_at_at_once(hand: type[HandAt]):
    hands = MediaPipeHands("palms", "hands", at_once=True)  # type: ignore[arg-type]
    assert hands.propose(PICTURE, empty_scene(0)).hands
    hands.close()


@pytest.mark.parametrize(("mirrored", "told_apart"), [("alike", True), ("unseen", False)])
def test_a_followed_hand_that_reads_alike_in_a_mirror_is_told_from_the_other(
    hand: type[HandAt], mirrored: str, told_apart: bool
):
    hand.mirrored = mirrored
    hands = MediaPipeHands("palms", "hands")  # type: ignore[arg-type]
    known = (hand.middle + SHAPE, None)
    proposal = hands.propose(PICTURE, replace(empty_scene(1), hands_px=known, standing=(0.9, 0.0)))
    hands.close()
    assert {(c.side, c.side_weighed) for c in proposal.hands} == {(LEFT, told_apart)}
