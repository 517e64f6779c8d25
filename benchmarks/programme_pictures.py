"""Make the pictures of docs/programme.md again, from the sample programme: ``python benchmarks/programme_pictures.py``.

Needs chromium and the test extra (playwright). Writes into docs/img, or into the folder that is given.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from coach.export.words import Words
from coach.programme import sample
from coach.store import access
from coach.store.repository import Store

SCREEN = {"width": 1366, "height": 768}
NAME, PASSWORD = "Bidan Ani", "rahasia-12"
PARTS = {"overview": "Ringkasan", "sessions": "Sesi", "tree": "Peserta", "report": "Laporan"}


def main() -> None:
    """Load the sample, start the page, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/img"))
    folder = parser.parse_args().folder
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        sample.load(store, Words("id"))
        access.add(store, NAME, PASSWORD)
        store.close()
        server = subprocess.Popen(
            [sys.executable, "-m", "coach", "app", "--port", str(port), "--no-browser"],
            env={**os.environ, "COACH_HOME": home, "COACH_LANG": "id"},
        )
        try:
            _look(f"http://127.0.0.1:{port}", folder)
        finally:
            server.terminate()
            server.wait(20)


def _look(url: str, folder: Path) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                break
        except OSError:
            time.sleep(0.25)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport=SCREEN).new_page()
        page.goto(f"{url}/programme")
        page.locator("input[type=password]").fill(PASSWORD, timeout=60_000)
        page.get_by_role("button", name="Masuk").click()
        for name, part in PARTS.items():
            _part(page, name, part)
            page.screenshot(path=folder / f"programme-{name}.png")
        browser.close()


def _part(page: Page, name: str, part: str) -> None:
    page.locator(".st-key-programme_part").get_by_text(part, exact=True).click(timeout=60_000)
    if name == "tree":
        page.get_by_text("Siapa melatih siapa", exact=True).click()
    if name == "report":
        expect(page.get_by_role("img")).to_have_count(5, timeout=60_000)
    page.wait_for_timeout(4000)  # until everything has its place


if __name__ == "__main__":
    main()
