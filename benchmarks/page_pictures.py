"""What the commands that take pictures of pages share: the program as a server, the browser, the folder."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from coach.store.repository import Store

SCREEN = {"width": 1366, "height": 768}
NAME, PASSWORD = "Bidan Ani", "rahasia-12"


def folder_asked(about: str | None) -> Path:
    """The folder of the command line, docs/img where none is given; `about` is the command's docstring."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/img"))
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def store_in(home: Path) -> Store:
    """Records in that folder, wherever COACH_DATABASE_URL leads: what is made up stays out of real ones."""
    return Store(home, f"sqlite:///{home}/records.sqlite")


@contextmanager
def served(home: Path, language: str = "id", **further: str) -> Iterator[str]:
    """The page's address, while the block lasts; with further environment variables."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "COACH_DATABASE_URL"}
    environment |= {"COACH_HOME": str(home), "COACH_LANG": language, **further}
    server = subprocess.Popen(
        [sys.executable, "-m", "coach", "app", "--port", str(port), "--no-browser"], env=environment
    )
    try:
        for _ in range(480):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.25)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window, while the block lasts."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()
