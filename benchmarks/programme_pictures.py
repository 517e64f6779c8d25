"""Make the pictures of docs/programme.md again, from the sample programme: ``python benchmarks/programme_pictures.py``.

Needs chromium and the test extra (playwright). Writes into docs/img, or into the folder that is given.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from page_pictures import NAME, PASSWORD, SCREEN, browser, folder_asked, served, store_in
from playwright.sync_api import Page, expect

from coach.export.words import Words
from coach.programme import sample
from coach.store import access

PARTS = {"overview": "Ringkasan", "sessions": "Sesi", "tree": "Peserta", "report": "Laporan"}


def main() -> None:
    """Load the sample, start the page, look."""
    folder = folder_asked(__doc__)
    with tempfile.TemporaryDirectory() as home:
        store = store_in(Path(home))
        sample.load(store, Words("id"))
        access.add(store, NAME, PASSWORD)
        store.close()
        with served(Path(home)) as url:
            _look(url, folder)


def _look(url: str, folder: Path) -> None:
    with browser() as opened:
        page = opened.new_context(viewport=SCREEN).new_page()
        page.goto(f"{url}/programme")
        page.locator("input[type=password]").fill(PASSWORD, timeout=60_000)
        page.get_by_role("button", name="Masuk").click()
        for name, part in PARTS.items():
            _part(page, name, part)
            page.screenshot(path=folder / f"programme-{name}.png")


def _part(page: Page, name: str, part: str) -> None:
    page.locator(".st-key-programme_part").get_by_text(part, exact=True).click(timeout=60_000)
    if name == "tree":
        page.get_by_text("Siapa melatih siapa", exact=True).click()
    if name == "report":
        expect(page.get_by_role("img")).to_have_count(5, timeout=60_000)
    page.wait_for_timeout(4000)  # until everything has its place


if __name__ == "__main__":
    main()
