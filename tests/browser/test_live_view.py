"""What the live view shows: states, signs of trouble, views, time and coverage; see `live_stage`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from live_stage import PHONE, SHE, expect, marking, round_, setup, shown
from serving import IN_CHROMIUM, SCREEN

from coach.export.words import Words
from coach.live.checks import NAMES
from coach.live.coaching import GUIDED, QUIET
from coach.live.figures import grid_px
from coach.live.running import LEVELS
from coach.live.showing import points
from coach.vision.back import back_from_corners
from coach.vision.camera import TROUBLES

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = IN_CHROMIUM


def test_the_next_question_is_out_before_the_answer_has_come(browser):
    with shown(browser) as stage:
        for serial in range(4):
            stage.until(lambda: sorted(after for after, _ in stage.waiting) == [serial, serial + 1])  # noqa: B023
            stage.hang(setup(captured_ms=1.0 + serial))
            drawn = "count => window.view.shown.length === count"
            stage.page.wait_for_function(drawn, arg=serial + 1, timeout=5_000)  # each of them


def test_there_is_a_word_from_the_first_moment_on(browser):
    with shown(browser) as stage:
        banner = stage.part("banner")
        expect(banner).to_have_text("Menyalakan kamera …")
        waits = [{"id": "camera", "colour": "amber", "sentence": "wait"},
                 {"id": "back", "colour": "red", "sentence": "back_nobody"}]  # fmt: skip
        stage.hang(setup(checks=waits, ready=False))
        expect(stage.page.locator("li")).to_have_count(2)
        expect(banner).to_have_text("Menyalakan kamera …")
        stage.hang(setup(busy="back"))
        expect(banner).to_have_text("Mencari punggung …")
        for colour, sentence, words_ in (
            ("red", "back_missed", "Punggung belum ditemukan. Duduk diam, atau tandai sendiri."),
            ("amber", "back_unsure", "Punggung belum pasti. Duduk diam sebentar."),
        ):
            stage.hang(setup(checks=[{"id": "back", "colour": colour, "sentence": sentence}], ready=False))
            expect(banner).to_have_text(words_)
            expect(stage.part("start")).to_be_disabled()
        stage.hang(setup())
        expect(banner).to_have_text("Diamkan kedua tangan di leher ibu.")
        expect(stage.part("start")).to_be_enabled()


def test_a_camera_that_is_on_is_said_to_be_on_whatever_else_is_wrong(browser):
    with shown(browser) as stage:
        on = stage.part("camera")
        expect(on).to_have_text("")
        for state in (setup(), setup(trouble="covered"), round_(), round_(trouble="frozen")):
            stage.hang({**state, "camera_on": False})
            expect(on).to_have_text("")
            stage.hang(state)
            expect(on).to_have_text("Kamera menyala.")
            expect(on).to_be_visible()
        stage.lose()
        expect(on).to_have_text("")
        expect(stage.part("banner")).to_have_text("Program tidak menjawab. Dicoba lagi.")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_wrong_with_the_camera_stands_on_the_picture(browser, trouble: str):
    with shown(browser) as stage:
        stage.hang(round_(trouble=trouble))
        expect(stage.part("banner")).to_have_text(Words("id")(TROUBLES[trouble]))


def test_the_picture_is_asked_for_only_while_somebody_looks_at_it(browser):
    with shown(browser) as stage:
        stage.hang(round_())
        expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
        stage.page.wait_for_timeout(500)
        assert (stage.pictures, stage.commands) == (0, [])
        stage.page.locator("label:has([value=picture])").click()
        stage.until(lambda: stage.pictures > 0 and stage.commands == [{"do": "picture", "on": True}])
        stage.page.locator("label:has([value=figures])").click()
        stage.until(lambda: stage.commands[1:] == [{"do": "picture", "on": False}])
        stage.page.wait_for_timeout(300)
        before = stage.pictures
        stage.page.wait_for_timeout(600)
        assert stage.pictures == before


def test_time_ring_tempo_and_coverage(browser):
    def ring() -> float:
        return float(stage.part("ring").get_attribute("stroke-dasharray").split()[0])

    with shown(browser) as stage:
        stage.hang(round_(elapsed=30.0, tempo=None))
        expect(stage.part("time")).to_have_text("1:30")
        expect(stage.part("tempo")).to_have_text("–")
        expect(stage.part("covered")).to_have_text("0 %")
        stage.until(lambda: ring() == pytest.approx(0.25 * 2 * np.pi * 44, rel=1e-3))
        stage.hang(round_(elapsed=90.2, tempo=41.6, turns=[[1.0] * LEVELS, [0.2] * LEVELS]))
        expect(stage.part("time")).to_have_text("0:30")
        expect(stage.part("tempo")).to_have_text("42")
        expect(stage.part("covered")).to_have_text("50 %")
        stage.until(lambda: ring() > 0.74 * 2 * np.pi * 44)


def seen(**more: Any) -> dict[str, Any]:
    """A state of the round in which she and a hand are seen."""
    size = np.array([640, 480])
    back = back_from_corners(
        np.array([(0.39, 0.3), (0.61, 0.3), (0.58, 0.72), (0.42, 0.72)]) * size, (640, 480), 45.0
    )
    hand = [[0.45, 0.5], [0.46, 0.46], [0.47, 0.43], [0.47, 0.4], [0.43, 0.44], [0.42, 0.45], [0.4, 0.47]]
    figures = {"she": SHE, "outline": points(back.outline_px / size), "grid": points(grid_px(back) / size)}
    return round_(hands=[hand, None], thumbs=[None, None], **figures, **more)


def test_three_views_and_what_is_massaged_fills_in(browser):
    def drawn() -> str:
        stage.page.wait_for_timeout(300)
        return stage.page.evaluate("() => document.querySelector('canvas').toDataURL()")

    views = set()
    with shown(browser, mode=QUIET) as stage:
        stage.hang(seen())
        expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
        expect(stage.page.locator("[value=figures]")).to_be_checked()  # no picture of anybody by default
        for look in ("figures", "back", "picture"):
            stage.page.locator(f"label:has([value={look}])").click()
            expect(stage.page.locator(f"[value={look}]")).to_be_checked()
            stage.page.wait_for_timeout(400)
            before = drawn()
            stage.hang(seen())
            assert drawn() == before  # nothing else moves
            stage.hang(seen(turns=[[1.0] * LEVELS] * 2))
            after = drawn()
            assert before != after
            views |= {before, after}
            stage.hang(seen())
    assert len(views) == 6


def test_any_key_ends_a_round_and_those_that_only_look_do_not(browser):
    with shown(browser) as stage:
        stage.hang(round_())
        expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
        for key in ("Shift", "Tab", "Control"):
            stage.page.keyboard.press(key)
        stage.page.wait_for_timeout(200)
        assert stage.commands == []
        stage.page.evaluate("() => document.activeElement.blur()")
        stage.page.keyboard.press("q")
        stage.until(lambda: stage.commands == [{"do": "stop"}])


@pytest.mark.parametrize("mode", [GUIDED, QUIET])
@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["laptop", "phone"])
def test_every_state_is_accessible(browser, mode: str, size):
    def accessible() -> None:
        stage.page.wait_for_timeout(400)  # until what fades has faded
        found = axe.Axe().run(stage.page, options={"runOnly": ["wcag2a", "wcag2aa"]})
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]] == []

    with shown(browser, "id", mode, voices=(), viewport=size) as stage:
        accessible()
        marking(stage)
        accessible()
        stage.part("leave").click()
        checks = [{"id": id_, "colour": colour, "sentence": "wait"} for id_, colour in zip(
            NAMES, ("red", "amber", "green", "red", "amber", "green"), strict=True)]  # fmt: skip
        stage.hang(setup(checks=checks, trouble="busy"))
        accessible()
        stage.hang(round_(trouble="lost", gone=0.5))
        stage.cue("slower")
        accessible()
