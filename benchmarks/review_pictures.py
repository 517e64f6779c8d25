"""Make the pictures of docs/review.md again, from the real program on made-up rounds, in both languages.

    python benchmarks/review_pictures.py [FOLDER]

Needs chromium and the test extra (playwright). Run it when the review looks different.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from page_pictures import NAME, PASSWORD, SCREEN, browser, folder_asked, served, store_in
from PIL import Image
from playwright.sync_api import Page, expect

from coach.scoring import hand_form
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.store import access, judgement
from coach.store.entries import Consent, Entry, GivenCue
from coach.store.rescoring import rules_of

TALL = {"width": 1366, "height": 1130}
COUPLES = 6
FIRST = datetime(2026, 11, 2, 1, tzinfo=UTC)
TURNS = ((80.0, 1.2), (66.0, 2.2), (50.0, 2.8))
"""Circles a minute and distance from the spine of each couple's three rounds."""
FISTS = {"left": {"looks": 38, "read": 12, "open": 1}, "right": {"looks": 37, "read": 17, "open": 1}}
CHECKLIST = {"id": "Daftar tilik", "en": "Checklist"}
BACK = {"id": "Semua latihan", "en": "All practices"}


def fill(home: Path) -> None:
    """Three rounds of each couple, one better than the other; some are decided."""
    reference = load_reference("fists")
    rules, store = rules_of(reference), store_in(home)
    access.add(store, NAME, PASSWORD)
    for turn, (tempo, offset) in enumerate(TURNS):
        for couple in range(COUPLES):
            form = replace(FORMS[0], seconds=150.0, tempo_cpm=tempo + 2.0 * couple, offset_cm=offset)
            recording = make_recording(form)
            recording = replace(recording, meta={**recording.meta, hand_form.META_KEY: FISTS})
            number = store.keep(
                Entry(
                    key=f"round-{turn}-{couple}",
                    code=f"A-{couple + 1:02d}",
                    started_utc=FIRST + timedelta(days=7 * turn, minutes=12 * couple),
                    mode=("guided", "quiet", "test")[turn],
                    source="camera",
                    report=score_recording(recording, reference).to_json(),
                    rules=rules,
                    consent=Consent(True, True, False, True),
                    comfort=4,
                    pain=False,
                    cues=[GivenCue(t_s, "on_spine") for t_s in (22.0, 61.0, 98.0)] if turn == 0 else [],
                ),
                recording,
            )
            if turn == 0:
                judgement.add_note(store, number, NAME, "Jempol di tulang belakang", 53.0, 71.0)
            if turn < 2:
                judgement.decide(store, number, NAME, "repeat")
    for item, value in ((1, 2), (2, 2), (3, 1), (4, 2), (5, 2), (6, 2), (11, 1)):
        judgement.mark(store, number, NAME, item, value)
    store.close()


def look(page: Page, url: str, folder: Path, language: str) -> None:
    """The three pictures of one language."""

    page.goto(f"{url}/review")
    page.locator("input[type=password]").fill(PASSWORD, timeout=60_000)
    page.locator("input[type=password]").press("Enter")
    expect(page.locator("tbody tr").first).to_be_visible(timeout=60_000)
    _picture(page, folder / f"review-list-{language}.png")
    page.set_viewport_size(TALL)
    page.locator("tbody tr").nth(2 * COUPLES).click()  # the last couple's first round
    lines = page.locator(".lines")
    expect(page.locator(".replay .play")).to_be_visible(timeout=60_000)
    _settled(page)
    box = lines.bounding_box()
    assert box is not None
    lines.click(position={"x": 0.55 * box["width"], "y": 100})
    _picture(page, folder / f"review-replay-{language}.png")
    page.set_viewport_size(SCREEN)
    page.get_by_role("button", name=BACK[language]).click()
    expect(page.locator("tbody tr").first).to_be_visible(timeout=60_000)
    _settled(page)
    page.locator("tbody tr").first.click()
    heading = page.get_by_role("heading", name=CHECKLIST[language])
    expect(heading).to_be_visible(timeout=60_000)
    _settled(page)
    heading.evaluate("head => head.scrollIntoView()")
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollBy(0, -70)")
    _picture(page, folder / f"review-checklist-{language}.png")


def _settled(page: Page) -> None:
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(1500)  # until everything has its place


def _picture(page: Page, path: Path) -> None:
    _settled(page)
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(128).save(path, optimize=True)


def main() -> None:
    """Fill, start, look."""
    folder = folder_asked(__doc__)
    with tempfile.TemporaryDirectory() as home, browser() as opened:
        fill(Path(home))
        for language in CHECKLIST:
            with served(Path(home), language) as url:
                look(opened.new_context(viewport=SCREEN).new_page(), url, folder, language)


if __name__ == "__main__":
    main()
