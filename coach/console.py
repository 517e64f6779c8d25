"""What the terminal shows beside the result: progress on one line, and no chatter of the libraries below."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import TextIO

from coach import __version__
from coach.errors import InputError
from coach.i18n import N_
from coach.settings import data_folder

CHATTER = re.compile(
    rb"^(?:[IW]\d{4} |INFO: |WARNING: All log messages before absl::InitializeLog"
    rb"|[WI]\w* ?\d{2,4} \d\d:\d\d:\d\d|\[swscaler @|\[h264 @|\[mov,mp4)"
)
"""Information and warnings of MediaPipe, TensorFlow Lite and FFmpeg. MediaPipe 0.10.31 writes them before its
log is set up, so that no environment variable (GLOG_minloglevel, TF_CPP_MIN_LOG_LEVEL, ABSL_MIN_LOG_LEVEL)
stops them. Errors (E0000) and fatal ones (F0000) are not chatter."""


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """While this is open, lines of `CHATTER` that native code writes to standard error are dropped.

    Native code writes to file descriptor 2; that becomes a pipe, and a thread passes on what is worth
    reading. `sys.stderr` keeps writing to the terminal directly.
    """
    try:
        sys.stderr.flush()
        terminal = os.dup(2)
    except (OSError, ValueError, AttributeError):  # started without a standard error
        yield
        return
    readable, writable = os.pipe()
    own = os.fdopen(os.dup(terminal), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    before = sys.stderr
    reader = threading.Thread(target=_pass_on, args=(readable, terminal), daemon=True)
    replace = _is_descriptor_two(before)
    os.dup2(writable, 2)
    os.close(writable)
    if replace:
        sys.stderr = own
    reader.start()
    try:
        yield
    finally:
        if replace:
            sys.stderr = before
        own.close()
        os.dup2(terminal, 2)  # closes the pipe's last writing end, unless a child still holds it
        reader.join(0.5)


def _is_descriptor_two(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.fileno() == 2
    except (OSError, ValueError, AttributeError):
        return False


def _pass_on(readable: int, terminal: int) -> None:
    rest = b""
    with suppress(OSError):
        while data := os.read(readable, 65536):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if not CHATTER.match(line):
                    os.write(terminal, line + b"\n")
        if rest and not CHATTER.match(rest):
            os.write(terminal, rest + b"\n")
    os.close(readable)
    os.close(terminal)


class Progress:
    """One line on standard error, rewritten at most ten times a second; nothing when that is not a terminal.

    Parameters
    ----------
    label : str
        What is being done.
    clock : callable
        Seconds; for tests.
    """

    def __init__(
        self, label: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._label, self._stream, self._clock = label, stream, clock
        self._shown_at, self._width = -1.0, 0

    @property
    def _out(self) -> TextIO | None:
        stream = self._stream or sys.stderr
        return stream if stream is not None and stream.isatty() else None

    def __call__(self, done: int, total: int | None = None) -> None:
        out, now = self._out, self._clock()
        if out is None or now - self._shown_at < 0.1:
            return
        self._shown_at = now
        share = f"{min(100, 100 * done // total)} %" if total else str(done)
        line = f"{self._label} {share}"
        out.write("\r" + line.ljust(self._width))
        out.flush()
        self._width = len(line)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        out = self._out
        if out is not None and self._width:
            out.write("\r" + " " * self._width + "\r")
            out.flush()


def ask_secret(variable: str, prompt: str, again: str | None = None) -> str:
    """A password or passphrase: from an environment variable, else typed unseen; never an argument of a command.

    What stands on a command line is in the shell's history, and every user of the computer can list it.

    Parameters
    ----------
    variable : str
    prompt : str
        What is asked for.
    again : str, optional
        What is asked when it has to be typed twice.

    Raises
    ------
    InputError
        Nobody can be asked, nothing was typed, or not the same twice.
    """
    if os.environ.get(variable):
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise InputError(
            N_("Nobody can be asked here: give it in the environment variable {variable}."), variable=variable
        )
    typed = getpass(f"{prompt}: ")
    if not typed:
        raise InputError(N_("Nothing was typed."))
    if again is not None and getpass(f"{again}: ") != typed:
        raise InputError(N_("The two are not the same."))
    return typed


def write_log(error: BaseException) -> Path | None:
    """Keep the traceback of a mistake of ours in the data folder (or the temporary one); gives the file.

    It holds what Python says about the error and the program's version; nothing is sent anywhere.
    """
    text = f"massage-coach {__version__}\n{''.join(traceback.format_exception(error))}"
    name = f"error-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.log"
    for folder in (data_folder() / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return path
    return None
