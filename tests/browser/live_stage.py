"""The live view alone on a page: the test gives it its states, so no camera and no analysis take part.

What is heard is spied on: which words go to the browser's speech synthesis, and which tones are played. Nobody listens.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from serving import SCREEN

from coach.export.words import Words
from coach.live.checks import NAMES
from coach.live.coaching import CUES, GUIDED
from coach.live.running import LEVELS
from coach.scoring.reference import load_reference
from coach.ui.practise_view import drawn_back, words
from coach.vision.glance import jpeg

expect = pytest.importorskip("playwright.sync_api").expect

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
"""A voice of this machine."""
SHE = [[0.45, 0.2], [0.55, 0.2], [0.42, 0.4], [0.58, 0.4], None, None, None, None, [0.44, 0.7], [0.56, 0.7]]
"""Ears, shoulders, elbows and wrists that are not seen, hips."""


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


def marking(stage: Stage, she: Any = SHE) -> None:
    stage.hang(setup(she=she, ready=False))
    expect(stage.page.locator("li")).to_have_count(6)
    stage.part("mark").click()
    stage.until(lambda: {"do": "still", "on": True} in stage.commands)
    stage.hang(setup(she=she, ready=False, busy="back"))
    expect(stage.part("use")).to_be_visible()
    expect(stage.part("banner")).to_have_text("")
