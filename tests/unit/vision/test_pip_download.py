from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from coach.vision import pip_download
from coach.vision.pip_download import NotFetchedError, Wheel, download

WHEEL = Wheel("mediapipe==0", "any", "3.11", 1000)


class Process:
    """`subprocess.Popen` for pip: writes what it is told."""

    def __init__(self, log: bytes, code: int, wheel: bool) -> None:
        self.log, self.returncode, self.wheel, self.killed, self._polls = log, code, wheel, False, 0

    def __call__(self, command: list[str], stdout: io.BufferedWriter, **_: object) -> Process:
        assert command[:4] == [sys.executable, "-m", "pip", "download"]
        assert command[-1] == "mediapipe==0"
        stdout.write(self.log)
        if self.wheel:
            target = next(c for c in command if c.startswith("--dest=")).removeprefix("--dest=")
            (Path(target) / "mediapipe.whl").write_bytes(bytes(2000))
        return self

    def poll(self) -> int | None:
        self._polls += 1
        return None if self._polls < 3 else self.returncode

    def kill(self) -> None:
        self.killed = True

    def wait(self) -> None: ...


def test_pip_s_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pip_download.subprocess, "Popen", Process(b"", 0, wheel=True))
    seen: list[tuple[int, int]] = []
    path = download(WHEEL, tmp_path, lambda what, done, total: seen.append((done, total)))
    assert path.name == "mediapipe.whl"
    assert seen[-1] == (1000, 1000)


def test_pip_s_first_error_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = b"WARNING: Retrying\nERROR: No matching distribution found\nERROR: more\n"
    monkeypatch.setattr(pip_download.subprocess, "Popen", Process(log, 1, wheel=False))
    with pytest.raises(NotFetchedError, match=r"^No matching distribution found$"):
        download(WHEEL, tmp_path, lambda *_: None)


def test_pip_is_ended_when_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    process = Process(b"", 0, wheel=False)
    monkeypatch.setattr(pip_download.subprocess, "Popen", process)

    def interrupt(*_: object) -> None:
        process._polls = -100
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(WHEEL, tmp_path, interrupt)
    assert process.killed


def test_a_python_without_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pip_download.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NotFetchedError, match="has no pip"):
        download(WHEEL, tmp_path, lambda *_: None)
