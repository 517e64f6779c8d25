"""The live view alone in a real browser: the test gives it its states, so no camera and no analysis take part.

What is heard is spied on: which words go to the browser's speech synthesis, and which tones are played. Nobody listens.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from serving import CHROMIUM, FLAGS, IN_CHROMIUM, SCREEN

from coach.export.words import Words
from coach.live.checks import NAMES
from coach.live.coaching import CUES, GUIDED, MODES, QUIET, TEST
from coach.live.figures import grid_px
from coach.live.running import LEVELS
from coach.live.showing import points
from coach.scoring.reference import load_reference
from coach.ui.practise_view import drawn_back, words
from coach.vision.back import back_from_corners
from coach.vision.camera import TROUBLES
from coach.vision.glance import jpeg

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
expect = sync_api.expect
pytestmark = IN_CHROMIUM

URL = "http://127.0.0.1:9/"  # answered by the test itself
PHONE = {"width": 390, "height": 844}
BACK = drawn_back(load_reference("fists"), 45.0)
SPY = """
window.spoken = []; window.tones = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => VOICES, cancel() {}, speak(said) { spoken.push([said.text, said.voice.name, said.lang]); } } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const begin = AudioScheduledSourceNode.prototype.start, set = AudioParam.prototype.setValueAtTime;
let gain = 0;
AudioParam.prototype.setValueAtTime = function (value, at) { gain = value; return set.call(this, value, at); };
AudioScheduledSourceNode.prototype.start = function (at) {
  tones.push([this.frequency.value, at, gain]); return begin.call(this, at);
};
"""
PAGE = """<!doctype html><html lang="LANGUAGE"><head><title>View</title><style>CSS</style></head>
<body style="margin: 0; font-family: sans-serif"><main id="root">HTML</main><script type="module">
JS
const root = document.getElementById("root");
window.ended = [];
window.view = new View(root, DATA, (name, why) => window.ended.push(why));
</script></body></html>"""
HERE = {"name": "Damayanti", "lang": "id-ID", "localService": True}


def asset(name: str) -> str:
    return resources.files("coach.ui").joinpath("assets", name).read_text(encoding="utf-8")


def setup(**more: Any) -> dict[str, Any]:
    """A state of the set-up, the back found."""
    checks = [{"id": id_, "colour": "green", "sentence": f"{id_}_ok"} for id_ in NAMES]
    return {
        "phase": "setup", "trouble": None, "busy": "", "camera_on": True, "aspect": 4 / 3, "said": [],
        "checks": checks, "ready": True, "rest": 0.0, "alone": 0.0, **more,
    }  # fmt: skip


def round_(**more: Any) -> dict[str, Any]:
    """A state of the round."""
    return {
        "phase": "round", "trouble": None, "busy": "", "camera_on": True, "aspect": 4 / 3, "said": [],
        "elapsed": 5.0, "total": 120.0, "tempo": 40.0, "turns": [[0.0] * LEVELS] * 2, "gone": 0.0, **more,
    }  # fmt: skip


class Stage:
    """The view on a page, and all that it asks for."""

    def __init__(self, page: Any) -> None:
        self.page, self.serial, self.state = page, 0, {}
        self.waiting: list[tuple[int, Any]] = []
        self.commands: list[dict[str, Any]] = []
        self.away, self.pictures = False, 0

    def answer(self, route: Any) -> None:
        asked = urlsplit(route.request.url)
        if asked.path == "/live/state":
            self.waiting.append((int(parse_qs(asked.query)["after"][0]), route))
            self._tell()
        elif asked.path == "/live/frame":
            self.pictures += 1
            picture = jpeg(np.full((480, 640, 3), 120, np.uint8))
            route.fulfill(body=picture, headers={"X-Frame": "1", "Content-Type": "image/jpeg"})
        elif asked.path == "/live/command":
            self.commands.append(json.loads(route.request.post_data))
            route.fulfill(status=204)

    def hang(self, state: dict[str, Any]) -> None:
        """The next state, for whoever asks."""
        self.serial, self.state = self.serial + 1, state
        self._tell()

    def lose(self) -> None:
        """The server is gone."""
        self.away = True
        self._tell()

    def _tell(self) -> None:
        for one in list(self.waiting):
            if self.away:
                self.waiting.remove(one)
                one[1].abort()
            elif self.serial > one[0]:
                self.waiting.remove(one)
                one[1].fulfill(json={"serial": self.serial, **self.state})

    def until(self, holds: Any, seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.commands, [after for after, _ in self.waiting])
            self.page.wait_for_timeout(20)

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-part={name}]")

    def tones(self) -> list[list[float]]:
        return self.page.evaluate("() => window.tones")

    def cue(self, id_: str, state: dict[str, Any] | None = None) -> None:
        """Let the coach say something."""
        n = self.serial + 1
        self.hang({**(state or round_()), "said": [{"n": n, "id": id_, "kind": "cue"}]})
        expect(self.part("spoken")).not_to_have_text("")


@contextmanager
def shown(
    browser: Any,
    language: str = "id",
    mode: str = GUIDED,
    voices: tuple[dict[str, Any], ...] = (HERE,),
    **context: Any,
) -> Iterator[Stage]:
    """The view on a page of its own."""
    opened = browser.new_context(**{"viewport": SCREEN, **context})
    page = opened.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.add_init_script(SPY.replace("VOICES", json.dumps(voices)))
    data = {
        "token": "t", "language": language, "mode": mode, "films": False, "notice": "", "back": BACK,
        "words": words(Words(language)), "cues": {cue.id: {"kind": cue.kind} for cue in CUES.values()},
    }  # fmt: skip
    script = "".join(map(asset, ("practise_stage.js", "practise_sound.js", "practise_view.js")))
    text = PAGE.replace("LANGUAGE", language).replace("CSS", asset("practise_view.css"))
    text = text.replace("HTML", asset("practise_view.html")).replace("JS", script)
    text = text.replace("DATA", json.dumps(data))
    stage = Stage(page)
    page.route(f"{URL}live/**", stage.answer)
    page.route(URL, lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    page.goto(URL)
    page.mouse.click(2, 2)  # browsers play nothing before somebody has touched the page
    yield stage
    page.evaluate("() => window.view.stop()")
    opened.close()
    assert failures == []


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


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


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_cue_is_spoken_and_stands_large_on_the_screen(browser, language: str):
    voices = (HERE, {"name": "Away", "lang": "en-GB", "localService": False},
              {"name": "Ben", "lang": "en-US", "localService": True})  # fmt: skip
    with shown(browser, language, voices=voices) as stage:
        stage.hang(round_())
        expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
        for cue in CUES.values():
            stage.cue(cue.id)
            text = Words(language)(cue.text)
            box = stage.part("cue")
            expect(box.locator("span")).to_have_text(text)
            voice = ("Damayanti", "id-ID") if language == "id" else ("Ben", "en-US")
            assert stage.page.evaluate("() => window.spoken.at(-1)") == [text, *voice]
            assert box.locator("path").get_attribute("d")
            for size in (SCREEN, PHONE):
                stage.page.set_viewport_size(size)
                expect(box).to_have_class("cue on")
                least = 60 if size is SCREEN else 32  # a letter of 15 mm on a laptop of 14 inches
                assert box.evaluate("b => parseFloat(getComputedStyle(b).fontSize)") >= least
                assert box.evaluate("b => b.scrollWidth <= b.clientWidth && b.scrollHeight <= b.clientHeight")
                expect(box).to_be_in_viewport(ratio=1)
        assert [tone for tone in stage.tones() if tone[0] != 880.0] == []  # no sounds beside the voice


@pytest.mark.parametrize(
    "voices",
    [(), ({**HERE, "localService": False},), ({"name": "Ben", "lang": "en-US", "localService": True},)],
    ids=["none", "far away", "of another language"],
)
def test_without_a_voice_there_are_signs_and_sounds(browser, voices):
    with shown(browser, voices=voices) as stage:
        stage.hang(setup())
        expect(stage.part("mute")).to_have_text("Tidak ada suara bahasa ini: tanda dan bunyi saja.")
        stage.part("tick").fill("0")
        stage.hang(round_())
        stage.cue("on_spine")
        expect(stage.part("cue")).to_have_class("cue on")
        assert [hz for hz, _, _ in stage.tones()] == [220.0] * 3
        stage.cue("good")
        stage.until(lambda: [round(hz) for hz, _, _ in stage.tones()][3:] == [523, 659])
        assert stage.page.evaluate("() => window.spoken") == []


def test_with_a_voice_nothing_is_said_to_be_missing(browser):
    with shown(browser) as stage:
        stage.hang(setup())
        expect(stage.page.locator("li")).to_have_count(6)
        expect(stage.part("mute")).to_have_text("")


@pytest.mark.parametrize("mode", MODES)
def test_the_beat_ticks_at_the_reference_s_tempo_with_its_own_volume_but_not_in_a_test(browser, mode: str):
    with shown(browser, mode=mode) as stage:
        stage.hang(setup())
        expect(stage.page.locator("li")).to_have_count(6)
        beat = stage.part("beat")
        if mode == TEST:
            expect(beat).to_be_hidden()
            stage.hang(round_())
            expect(stage.page.locator(".live[data-phase=round]")).to_be_visible()
            stage.page.wait_for_timeout(2_500)
            assert stage.tones() == []
            return
        stage.part("tick").fill("80")  # heard while it is chosen
        assert [tone[::2] for tone in stage.tones()] == [[880.0, pytest.approx(0.4)]]
        stage.hang(round_())
        stage.until(lambda: len(stage.tones()) >= 4)
        ticks = stage.tones()[1:]
        assert {hz for hz, _, _ in ticks} == {880.0}
        for (_, one, _), (_, next_, volume) in pairwise(ticks):
            assert next_ - one == pytest.approx(60 / BACK["tempo_cpm"])
            assert volume == pytest.approx(0.4)
        stage.part("tick").fill("0")
        stage.page.wait_for_timeout(300)
        before = len(stage.tones())
        stage.page.wait_for_timeout(2_500)
        assert len(stage.tones()) == before


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


# --- the four corners --------------------------------------------------------------------------------

SHE = [[0.45, 0.2], [0.55, 0.2], [0.42, 0.4], [0.58, 0.4], None, None, None, None, [0.44, 0.7], [0.56, 0.7]]
"""Ears, shoulders, elbows and wrists that are not seen, hips."""
BEGIN = [[0.42, 0.4], [0.58, 0.4], [0.56, 0.7], [0.44, 0.7]]


def marking(stage: Stage, she: Any = SHE) -> None:
    stage.hang(setup(she=she, ready=False))
    expect(stage.page.locator("li")).to_have_count(6)
    stage.part("mark").click()
    stage.until(lambda: {"do": "still", "on": True} in stage.commands)
    stage.hang(setup(she=she, ready=False, busy="back"))
    expect(stage.part("use")).to_be_visible()
    expect(stage.part("banner")).to_have_text("")


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
