"""When her back is looked for: alone for three seconds, from the moment somebody comes, or with both in the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_figures import BACK, pose

from coach.live import backwatch
from coach.live.backwatch import ALONE_S, LOOK_EVERY_S, BackWatch
from coach.scoring.tracked import BACK_SEEN
from coach.vision.pose import Pose
from coach.vision.sources import Frame

STEP_S = 0.4


class Networks:
    """Sees as many people as the picture's first pixel says, she moved sideways by the second one's pixels."""

    def search(self, image: np.ndarray, least: float) -> list[tuple[float, Any]]:
        return [(0.9, (k, image[0, 1, 0])) for k in range(image[0, 0, 0])]

    def read(self, image: np.ndarray, region: tuple[int, int]) -> Pose:
        return pose(shift=float(region[1]) if region[0] == 0 else 200.0)


class Finder:
    """Notes what it is shown; finds her back."""

    shown: list[float]
    by_herself: bool

    def __init__(self, *_: Any) -> None:
        Finder.shown = []
        self.reference, self.pose = None, pose()

    def add(self, frame: Frame) -> None:
        Finder.shown.append(frame.t_s)
        self.reference = frame

    def estimate(self, *, by_herself: bool) -> Any:
        Finder.by_herself = by_herself
        return BACK


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> BackWatch:
    monkeypatch.setattr(backwatch, "BackFinder", Finder)
    return BackWatch(Networks(), 45.0)  # type: ignore[arg-type]


def seen(t_s: float, people: int, moved: int = 0) -> Frame:
    image = np.zeros((4, 4, 3), np.uint8)
    image[0, 0], image[0, 1] = people, moved
    return Frame(t_s, image)


def until_promising(
    watch: BackWatch, people: Any, seconds: float = 20.0, moved: Any = lambda t: 0
) -> float | None:
    """Look on until it is worth searching; when that was."""
    for t_s in np.arange(0.0, seconds, STEP_S):
        if watch.due(t_s):
            watch.look(seen(float(t_s), people(t_s), moved(t_s)))
        if watch.promising():
            return float(t_s)
    return None


def test_she_alone_for_three_seconds_is_enough(watch: BackWatch):
    when = until_promising(watch, lambda t: 0 if t < 2.0 else 1)
    assert when is not None
    assert ALONE_S <= when - 2.0 <= ALONE_S + 2 * STEP_S
    assert watch.alone_s >= ALONE_S
    assert watch.find() == (BACK, watch._frames[-1])
    assert Finder.by_herself
    assert min(Finder.shown) >= 2.0  # the empty chair is left out


def test_an_empty_chair_promises_nothing(watch: BackWatch):
    assert until_promising(watch, lambda t: 0) is None


def test_who_fidgets_is_not_alone_in_peace(watch: BackWatch):
    when = until_promising(watch, lambda t: 1, moved=lambda t: 60 if round(t / STEP_S) % 2 else 0)
    assert when == pytest.approx(8.0, abs=STEP_S)  # then it is tried all the same
    assert watch.alone_s == 0.0


def test_hands_that_came_too_early_are_told_from_her_by_hindsight(watch: BackWatch):
    when = until_promising(watch, lambda t: 1 if t < 2.0 else 2)
    assert when == pytest.approx(4.0, abs=2 * STEP_S)  # two seconds after somebody came
    watch.find()
    assert not Finder.by_herself
    assert min(Finder.shown) == 0.0


def test_two_from_the_start_are_tried_after_eight_seconds_and_again(watch: BackWatch):
    when = until_promising(watch, lambda t: 2)
    assert when == pytest.approx(8.0, abs=STEP_S)
    watch.find()
    assert not watch.promising()
    watch.look(seen(when + 7.0, 2))
    assert not watch.promising()
    watch.look(seen(when + 8.1, 2))
    assert watch.promising()


def test_it_looks_now_and_then_only(watch: BackWatch):
    assert watch.due(0.0)
    watch.look(seen(0.0, 1))
    assert not watch.due(0.5 * LOOK_EVERY_S)
    assert watch.due(LOOK_EVERY_S)


def test_of_a_long_wait_the_first_pictures_stay(watch: BackWatch):
    until_promising(watch, lambda t: 1 if t < 0.5 else 2, seconds=4.0)
    for k in range(40):
        watch.look(seen(10.0 + k, 2))
    watch.find()
    assert len(Finder.shown) <= 20
    assert min(Finder.shown) == 0.0


@pytest.mark.parametrize("confidence", [0.2, BACK_SEEN, 0.6])
def test_a_back_that_is_hardly_believed_is_not_found(
    watch: BackWatch, monkeypatch: pytest.MonkeyPatch, confidence: float
):
    monkeypatch.setattr(Finder, "estimate", lambda self, **_: BACK.moved(np.eye(2, 3), confidence))
    until_promising(watch, lambda t: 1)
    assert not watch.missed
    assert (watch.find() is None) == watch.missed == (confidence < 0.6)
