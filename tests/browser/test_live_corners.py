"""The four corners of the back, marked on a still: with the mouse, a finger and the keys; see `live_stage`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from live_stage import PHONE, SHE, Stage, expect, marking, setup, shown
from serving import IN_CHROMIUM, SCREEN

pytestmark = IN_CHROMIUM

BEGIN = [[0.42, 0.4], [0.58, 0.4], [0.56, 0.7], [0.44, 0.7]]


def at(stage: Stage, share: list[float]) -> tuple[float, float]:
    """Where a share of the picture lies on the page."""
    box = stage.part("canvas").bounding_box()
    height = min(box["width"] / (4 / 3), box["height"])
    width = height * 4 / 3
    left, top = box["x"] + (box["width"] - width) / 2, box["y"] + (box["height"] - height) / 2
    return left + share[0] * width, top + share[1] * height


def used(stage: Stage) -> list[list[float]]:
    stage.part("use").click()
    stage.until(lambda: stage.commands[-1]["do"] == "corners")
    return stage.commands[-1]["points"]


def moved(corner: int, to: list[float]) -> list[Any]:
    return [pytest.approx(to if i == corner else p, abs=0.01) for i, p in enumerate(BEGIN)]


def test_corners_begin_where_she_is_seen_or_in_the_middle(browser):
    with shown(browser) as stage:
        marking(stage)
        assert used(stage) == moved(-1, [])
    exchanged = [SHE[i] for i in (1, 0, 3, 2, 5, 4, 7, 6, 9, 8)]  # left is left in the picture
    with shown(browser) as stage:
        marking(stage, exchanged)
        assert used(stage) == moved(-1, [])
    with shown(browser) as stage:
        marking(stage, None)
        points = np.array(used(stage))
        assert (points[1:3, 0] > points[[0, 3], 0]).all()
        assert (points[2:, 1] > points[:2, 1]).all()


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["laptop", "phone"])
def test_corners_are_dragged_with_the_mouse(browser, size):
    with shown(browser, viewport=size) as stage:
        marking(stage)
        stage.page.mouse.move(*at(stage, [0.57, 0.41]))  # near the second one, not on it
        stage.page.mouse.down()
        stage.page.mouse.move(*at(stage, [0.62, 0.36]), steps=4)
        stage.page.mouse.up()
        stage.page.mouse.move(*at(stage, [0.2, 0.9]))  # let go: it stays
        assert used(stage) == moved(1, [0.63, 0.35])


def test_corners_are_dragged_with_a_finger(browser):
    with shown(browser, viewport=PHONE, has_touch=True) as stage:
        marking(stage)
        assert stage.part("canvas").evaluate("c => getComputedStyle(c).touchAction") == "none"
        finger = stage.page.context.new_cdp_session(stage.page)
        places = [at(stage, [0.44, 0.7]), at(stage, [0.42, 0.72]), at(stage, [0.4, 0.75])]
        for kind, place in zip(("touchStart", "touchMove", "touchMove"), places, strict=True):
            points = [{"x": place[0], "y": place[1]}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert used(stage) == moved(3, [0.4, 0.75])


def test_a_finger_scrolls_the_page_where_there_are_no_corners_to_drag(browser):
    with shown(browser, viewport=PHONE, has_touch=True) as stage:
        stage.hang(setup())
        expect(stage.page.locator("li")).to_have_count(6)
        assert stage.part("canvas").evaluate("c => getComputedStyle(c).touchAction") == "auto"


def test_corners_are_moved_with_the_keyboard(browser):
    with shown(browser) as stage:
        marking(stage)
        for key in ("3", *["ArrowRight"] * 4, *["ArrowDown"] * 2):
            stage.page.keyboard.press(key)
        assert used(stage) == moved(2, [0.6, 0.72])
    with shown(browser) as stage:
        marking(stage)
        stage.page.keyboard.press("Escape")
        stage.until(lambda: stage.commands[-1] == {"do": "still", "on": False})
        stage.hang(setup())
        expect(stage.part("start")).to_be_visible()
