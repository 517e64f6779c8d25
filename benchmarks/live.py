#!/usr/bin/env python3
"""How fast a live practice is: a clip as the camera, the real server, and a real headless Chromium on the page.

    python benchmarks/live.py [samples/sample.mp4] [--fps 30] [--seconds 40] [--turns 20] [--minutes 20]

Everything runs on this one machine, as it does for a couple. The clip is played at `--fps` pictures a second (more than
the analysis can use, so that dropping is measured, too). A picture's age is taken when the page has drawn what was seen
in it: from the moment the camera gave it to the end of the drawing, both by this machine's clock. Then the server's
memory and threads over some start-stop turns of the camera, and over some minutes of practice: rounds of five minutes
one after the other, with the result looked at between them. Growth is told from the first turn and the first result on:
before that, Python has not loaded all that it needs. Needs ffmpeg, chromium and the test extra (playwright). Speeds
depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as Late

from coach.settings import resource_folder
from coach.vision.models import models_folder

MIB = 1 << 20
_WAIT_MS = 120_000


@contextmanager
def server(clip: Path, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`massage-coach app` with the clip as its camera."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "COACH_MODELS": str(models_folder()), "COACH_HOME": str(folder / "home"), "COACH_LANG": "id",
        "CAMERA": str(clip),
    }  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "coach", "app", "--port", str(port), "--no-browser"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        children = psutil.Process(process.pid).children(recursive=True)
        serving = next(
            (p for p in children if "streamlit" in " ".join(p.cmdline())), psutil.Process(process.pid)
        )
        yield url, serving
    finally:
        process.terminate()
        process.wait(20)


def to_the_camera(page: Page, url: str) -> None:
    """Through consent and safety, to the switch."""
    page.goto(url)
    page.get_by_label("Kode peserta").fill("BENCH", timeout=_WAIT_MS)
    page.get_by_label("Kode peserta").press("Tab")
    for words in ("Sudah melahirkan", "18 tahun ke atas", "berlatih dan diukur"):
        page.get_by_text(words).click()
    page.get_by_role("button", name="Lanjut", exact=True).click(timeout=_WAIT_MS)
    page.get_by_text("Bidan hadir").click(timeout=_WAIT_MS)
    page.get_by_role("button", name="Tidak ada").click(timeout=_WAIT_MS)


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Nyalakan kamera").click(timeout=_WAIT_MS)
    expect(page.get_by_text("Kamera menyala.")).to_be_visible(timeout=_WAIT_MS)


def switch_off(page: Page) -> None:
    """Press until it happens: while the page still finds its form, a press beside the moving button is lost."""
    on = page.get_by_role("button", name="Nyalakan kamera")
    for _ in range(5):
        page.get_by_role("button", name="Matikan kamera").click()
        with suppress(Late):
            on.wait_for(timeout=20_000)
            return
    raise SystemExit("the camera cannot be switched off")


def begin(page: Page) -> None:
    """Wait for the back and begin, unless the hands at the neck have begun already."""
    expect(page.locator("[data-part=start]:not([disabled])")).to_be_attached(timeout=_WAIT_MS)
    if page.locator(".live").get_attribute("data-phase") == "setup":
        page.keyboard.press("Enter")
    expect(page.locator(".live[data-phase=round]")).to_be_visible(timeout=_WAIT_MS)


def round_of(page: Page, seconds: float) -> dict[str, Any]:
    """Begin a round and look at what the page showed of it."""
    begin(page)
    page.wait_for_timeout(3000)  # a calm start
    page.evaluate("() => { window.liveShown.length = 0; }")
    first = counts(page)
    page.wait_for_timeout(1000 * seconds)
    shown: list[list[float]] = page.evaluate("() => window.liveShown")
    last = counts(page)
    ages = sorted(age for _, age in shown)
    lasted = (shown[-1][0] - shown[0][0]) / 1000
    shown_per_s = (len(shown) - 1) / lasted
    grabbed, dropped = (last[name] - first[name] for name in ("grabbed", "dropped"))
    analysed_per_s = (grabbed - dropped) / seconds
    return {
        "analysed_per_s": analysed_per_s,
        "shown_per_s": shown_per_s,
        "shown_share": shown_per_s / max(analysed_per_s, 1e-9),
        "age_p50_ms": statistics.median(ages),
        "age_p95_ms": ages[int(0.95 * (len(ages) - 1))],
        "camera_per_s": grabbed / seconds,
        "dropped_share": dropped / max(grabbed, 1),
    }


def counts(page: Page) -> dict[str, int]:
    """Pictures that the camera gave, and those that nobody looked at."""
    found: dict[str, int] = page.evaluate("() => window.liveCounts")
    return found


def turns_of(page: Page, process: psutil.Process, turns: int) -> None:
    """Switch the camera on and off, again and again."""
    memory, threads = [], []
    for _ in range(turns):
        switch_on(page)
        page.wait_for_timeout(1500)
        switch_off(page)
        memory.append(process.memory_info().rss / MIB)
        threads.append(process.num_threads())
    listed = ", ".join(f"{m:.0f}" for m in memory)
    print(f"memory after each of {turns} turns, MiB: {listed}; growth {memory[-1] - memory[0]:.0f}")
    print(f"threads after the first turn {threads[0]}, after the last {threads[-1]}")


def practise_for(page: Page, process: psutil.Process, minutes: float) -> None:
    """Rounds of five minutes, the last one cut short; the memory once a minute."""
    memory: list[float] = []
    settled: int | None = None
    end = time.monotonic() + 60 * minutes
    page.get_by_role("button", name="Nyalakan kamera").wait_for(timeout=_WAIT_MS)
    page.get_by_test_id("stButtonGroup").filter(has_text="5").last.get_by_text("5", exact=True).click()
    page.wait_for_timeout(2000)
    while time.monotonic() < end:
        switch_on(page)
        begin(page)
        while page.locator(".live").count() and time.monotonic() < end:
            page.wait_for_timeout(10_000)
            memory.append(process.memory_info().rss / MIB)
        if page.locator(".live").count():
            page.keyboard.press("x")
        page.get_by_role("button", name="Ronde lagi").click(timeout=_WAIT_MS)
        page.get_by_role("button", name="Nyalakan kamera").wait_for(timeout=_WAIT_MS)
        settled = len(memory) if settled is None else settled
    listed = ", ".join(f"{m:.0f}" for m in memory[::6])
    print(f"memory over {minutes:g} minutes, once a minute, MiB: {listed}")
    after = memory[settled or 0 :]
    if after:
        print(
            f"growth after the first result {statistics.mean(after[-6:]) - statistics.mean(after[:6]):.0f} MiB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path, nargs="?", default=resource_folder("samples") / "sample.mp4")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=0.0)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        clip = Path(temporary) / "camera.mp4"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", options.clip, "-vf", f"fps={options.fps}", "-crf", "18", clip],
            check=True,
        )
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        print(f"load before: {os.getloadavg()[0]:.1f}, cores: {os.cpu_count()}")
        with server(clip, Path(temporary)) as (url, process):
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            to_the_camera(page, url)
            switch_on(page)
            for name, value in round_of(page, options.seconds).items():
                print(f"{name:>14} {value:8.2f}")
            page.keyboard.press("x")
            page.get_by_role("button", name="Ronde lagi").click(timeout=_WAIT_MS)
            if options.turns:
                turns_of(page, process, options.turns)
            if options.minutes:
                practise_for(page, process, options.minutes)
        browser.close()
        print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
