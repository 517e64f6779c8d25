"""The lesson in a real browser: every screen in both languages, on a laptop and on a phone."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from serving import IN_CHROMIUM, SCREEN, accessible

from coach.export.words import Words
from coach.teach.lesson import SCREENS
from coach.teach.quiz import ITEMS

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = IN_CHROMIUM
PHONE = {"width": 390, "height": 844}
VOICES = """
window.said = [];
const voices = [
  {lang: "id-ID", localService: false, name: "far"}, {lang: "id-ID", localService: true, name: "near"},
];
Object.defineProperty(window, "SpeechSynthesisUtterance", {value: class { constructor(text) { this.text = text; } }});
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => voices, cancel() {},
  speak(said) { window.said.push([said.text, said.voice.name]); setTimeout(() => said.onend(), 30); },
}});
"""
"""A browser with a voice that would send the text away, and one of its own."""


@pytest.fixture
def visit(browser, server):
    """Open the lesson in windows of any size; afterwards: no request left this machine, no script failed."""
    contexts, requests, failures = [], [], []

    def go(screen: str = "welcome", size: dict[str, int] = SCREEN, script: str = "", **more: object):
        context = browser.new_context(viewport=size, accept_downloads=True, **more)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(f"{server.url}/learn?screen={screen}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
        return page

    yield go
    for context in contexts:
        context.close()
    assert {urlsplit(u).hostname for u in requests if urlsplit(u).scheme.startswith("http")} == {"127.0.0.1"}
    assert failures == []


def title(page, text: str) -> None:
    expect(page.get_by_role("heading", level=1, name=text, exact=True)).to_be_visible(timeout=30_000)


def moving(page) -> bool:
    """Whether the drawing changes by itself."""
    canvas = page.locator(".lesson canvas")
    first = canvas.screenshot()
    page.wait_for_timeout(600)
    return canvas.screenshot() != first


@pytest.mark.slow
@pytest.mark.parametrize(("language", "size"), [("id", SCREEN), ("en", PHONE)])
def test_every_screen(visit, language: str, size: dict[str, int]):
    page = visit(size=size)
    say = Words(language)
    if language == "en":
        page.get_by_text("English", exact=True).click()
    onward = page.get_by_role(
        "button", name=re.compile(f"^({say('Straight to the lesson')}|{say('Next')} →)$")
    )
    for number, screen in enumerate(SCREENS):
        title(page, say(screen.title))
        if screen.sentences and screen.kind != "quiz":
            first = say(screen.sentences[0], own="38", low="30", high="60")
            expect(page.locator(".lesson li").first).to_have_text(first)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        accessible(page)
        if number < len(SCREENS) - 1:
            expect(onward).to_have_count(1)  # the button of the screen before is gone
            expect(onward).to_be_in_viewport()
            onward.click()
    assert page.url.endswith("screen=handout")
    page.reload()
    title(page, Words("id")(SCREENS[-1].title))  # a reload comes back to the screen, in the server's language


def test_the_drawing_moves_and_stops(visit):
    page = visit("circles")
    expect(page.locator(".lesson canvas")).to_be_visible(timeout=30_000)
    assert moving(page)
    page.get_by_role("button", name="Jeda").click()
    assert not moving(page)
    still = page.locator(".lesson canvas").screenshot()
    page.get_by_role("button", name="serong").click()
    expect(page.get_by_role("button", name="serong")).to_have_attribute("aria-pressed", "true")
    turned = page.locator(".lesson canvas").screenshot()
    assert turned != still
    page.get_by_role("button", name="tangan kiri").click()
    assert page.locator(".lesson canvas").screenshot() != turned


def test_it_is_read_aloud_by_a_voice_of_this_computer(visit):
    page = visit("not", script=VOICES)
    page.get_by_role("button", name="Bacakan").click()
    screen = next(s for s in SCREENS if s.id == "not")
    page.wait_for_function(f"window.said.length === {len(screen.sentences)}")
    assert page.evaluate("window.said") == [[Words("id")(text), "near"] for text in screen.sentences]
    expect(page.get_by_role("button", name="Bacakan")).to_be_visible()


def test_without_a_voice_the_sentences_are_shown_in_turn(visit):
    page = visit("not", script='Object.defineProperty(speechSynthesis, "getVoices", {value: () => []});')
    page.get_by_role("button", name="Bacakan").click()
    expect(page.locator(".lesson li.now")).to_have_count(1)
    expect(page.get_by_text("silakan baca sendiri")).to_be_visible()
    expect(page.locator(".lesson li").nth(1)).to_have_class("now", timeout=15_000)
    page.get_by_role("button", name="Berhenti membaca").click()
    expect(page.locator(".lesson li.now")).to_have_count(0)


@pytest.mark.parametrize("way", ["key", "mouse", "touch"])
def test_tapping_the_rhythm(visit, way: str):
    page = visit("rhythm", PHONE if way == "touch" else SCREEN, has_touch=way == "touch")
    pad = page.get_by_role("button", name=re.compile("^Ketuk di sini"))
    expect(page.get_by_text("Setelah empat ketukan")).to_be_visible(timeout=30_000)
    tap = {"key": lambda: page.keyboard.press("Space"), "mouse": pad.click, "touch": pad.tap}[way]
    for _ in range(5):
        tap()
        page.wait_for_timeout(1250)  # a little under 48 a minute, whatever the click itself takes
    number = page.locator(".rhythm .told b")
    expect(number).to_have_text(re.compile(r"^\d+$"))
    assert 30 <= int(number.text_content()) <= 48
    expect(page.get_by_text("Iramanya sudah pas.")).to_be_visible()
    page.get_by_role("button", name="Dari awal").click()
    expect(page.get_by_text("Setelah empat ketukan")).to_be_visible()


def test_the_metronome_can_be_stopped(visit):
    page = visit("rhythm")
    page.get_by_role("button", name=re.compile("Metronom, 38 per menit")).click()
    expect(page.locator(".rhythm .beat.on")).to_be_visible(timeout=5_000)
    page.get_by_role("button", name="Hentikan metronom").click()
    expect(page.get_by_role("button", name=re.compile("Metronom, 38 per menit"))).to_be_visible()


def _answer(page, when: str, wrong: set[str]) -> None:
    say = Words("id")
    for item in ITEMS:
        expect(page.get_by_text(say(item.statement), exact=True)).to_be_visible(timeout=20_000)
        right = item.true if item.id not in wrong else not item.true
        page.locator(f".st-key-quiz-{when}-{item.id}-{right} button").click()
    page.get_by_text("4", exact=True).click()


@pytest.mark.slow
def test_ten_questions_before_and_after(visit):
    page = visit()
    page.get_by_role("button", name="Sepuluh pertanyaan dulu").click()
    _answer(page, "before", {"pain", "fever", "on_spine"})
    expect(page.get_by_text("7 dari 10 benar")).to_be_visible(timeout=20_000)
    assert page.locator(".mc-explained").count() == 0  # the lesson explains, not the first test
    page.get_by_role("button", name="Mulai pelajaran").click()
    title(page, "Apa itu pijat oksitosin")
    page.get_by_role("button", name="2 / 15").click()
    page.get_by_role("button", name="Apa yang Anda ketahui sekarang?").click()
    _answer(page, "after", {"pain"})
    expect(page.get_by_text("9 dari 10 benar – baik")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Sebelum pelajaran: 7 dari 10.")).to_be_visible()
    expect(page.locator(".mc-explained tr")).to_have_count(10)
    expect(page.locator(".mc-explained .bad")).to_have_count(1)
    expect(page.get_by_text("baru benar")).to_have_count(2)


def test_the_handout_comes_as_a_file(visit, tmp_path: Path):
    page = visit("handout")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Lembar cetak, dua halaman (PDF)").click(timeout=30_000)
    assert waiting.value.suggested_filename == "pijat-oksitosin.pdf"
    waiting.value.save_as(tmp_path / "handout.pdf")
    assert (tmp_path / "handout.pdf").read_bytes()[:5] == b"%PDF-"
