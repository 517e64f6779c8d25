"""The program as a server for the browser's tests, and what they share: the browser, its flags, the screen."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

# The one without windows needs half of the processor time for a page: it comes first.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((p for p in map(shutil.which, _NAMES) if p), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
IN_CHROMIUM = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
"""The marks of every module here."""
SCREEN = {"width": 1366, "height": 768}
_SETTLED = """() => {
  const moves = (a) => a.playState === "running" && a.effect?.target?.closest("[data-testid=stExpander]")
    && a.effect.getComputedTiming().iterations !== Infinity;
  return document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "running"
    && !document.getAnimations().some(moves);
}"""
PATIENCE_MS = 120_000
"""For the analysis on a slow machine."""


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    url : str
    folder : Path
        Its temporary folder; `home` in it is its data folder.
    """

    url: str
    folder: Path

    def videos(self) -> list[Path]:
        """What lies in the server's temporary folder."""
        return [p for p in self.folder.rglob("*") if p.suffix in (".mp4", ".npz")]


def settle(page) -> None:
    """Wait until Streamlit has drawn the page and no box unfolds: what is pressed before that is lost.

    Pages that are never done, as while a video is measured, are waited for in vain, and not for long.
    """
    with suppress(Exception):
        page.wait_for_function(_SETTLED, timeout=10_000)


def choose(page, box, option: str) -> None:
    """Choose from a box, given by its name or found already, what is typed; a list that the page closed
    by drawing itself anew is opened again.
    """
    field = page.get_by_role("combobox", name=box) if isinstance(box, str) else box
    wanted = page.get_by_role("option", name=option).first
    for _ in range(10):
        field.click()
        with suppress(Exception):
            field.fill(option, timeout=3_000)
            wanted.click(timeout=3_000)
            return
        field.press("Escape")
    raise AssertionError(f"the list never offered {option!r}")


def accessible(page) -> None:
    """Contrast, labels and roles as WCAG 2 asks for; charts apart, whose marks Vega names itself."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for _ in range(10):
        wanted = {"runOnly": ["wcag2a", "wcag2aa"], "resultTypes": ["violations"]}
        found = axe.Axe().run(page, {"exclude": [[".vega-embed"]]}, wanted)
        wrong = [(v["id"], [node["html"] for node in v["nodes"]]) for v in found.response["violations"]]
        if not wrong:
            return
        page.wait_for_timeout(1000)  # Streamlit fades what it is about to draw again
    raise AssertionError(wrong)


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port: int, folder: Path, language: str, **further: str) -> subprocess.Popen[bytes]:
    """`massage-coach app` on a port, once it answers; with further environment variables."""
    environment = {k: v for k, v in os.environ.items() if k != "COACH_DATABASE_URL"}
    environment |= {
        "TMPDIR": str(folder),
        "COACH_HOME": str(folder / "home"),
        "COACH_LANG": language,
        **further,
    }
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "coach", "app", "--port", str(port), "--no-browser"],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    for _ in range(240):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return process
        except OSError:
            time.sleep(0.25)
    process.kill()
    raise AssertionError("the server did not start")


@contextmanager
def served(folder: Path, language: str = "id", **further: str) -> Iterator[Server]:
    """A server that ends with the block; with further environment variables."""
    port = free_port()
    process = start(port, folder, language, **further)
    try:
        yield Server(f"http://127.0.0.1:{port}", folder)
    finally:
        process.terminate()
        process.wait(20)
