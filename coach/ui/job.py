"""One analysis in a process of its own: it can be watched, stopped, and takes nothing down when it falls.

The uploaded video lives in a private temporary folder under a random name, from the moment the analysis
starts until it ends, however it ends. Run as a module, this file is the child.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coach import errors
from coach.atomic import output_error
from coach.console import write_log
from coach.errors import CoachError
from coach.i18n import N_
from coach.motion.recording import Recording

SUFFIXES = ("mp4", "mov", "m4v", "avi", "mkv", "webm", "3gp")
PREFIX = "massage-coach-job-"
_FILM = "film.mp4"


@dataclass(frozen=True)
class Options:
    """What a user set.

    Attributes
    ----------
    reference : str
    receiver_height_cm : float or None
    back : sequence of four (x, y), or None
        The back's corners by hand, in pixels of the first frame.
    film : bool
        Whether a video of her back and the hands alone is made as well.
    """

    reference: str | None = None
    receiver_height_cm: float | None = None
    back: Sequence[Sequence[float]] | None = None
    film: bool = False


class Job:
    """A running analysis. `poll` never blocks.

    Parameters
    ----------
    video : bytes-like or Path
        The video, or a file that stays where it is (the sample).
    name : str
        Its name for the report; the file on disk never bears it.
    options : Options
    task : str
        'analyse', or 'first_frame' for the first picture alone.

    Attributes
    ----------
    no_film : str or None
        Once it is done: why there is no film although one was wanted, a key of
        `coach.vision.filming_files.NO_FILM`.
    """

    def __init__(self, video: Any, name: str, options: Options, task: str = "analyse") -> None:
        self.name = name
        self.task = task
        self.done, self.total = 0, 0
        self.no_film: str | None = None
        self._failure: CoachError | None = None
        self._folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        try:
            process = self._start(video, options)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        # Runs on cancel, when the page's session is forgotten, and when the server ends: whichever is first.
        self._finalizer = weakref.finalize(self, _clean, process, self._folder)
        self._process = process
        self._lines: list[dict[str, Any]] = []
        threading.Thread(target=_read, args=(process, self._lines), daemon=True).start()

    def _start(self, video: Any, options: Options) -> subprocess.Popen[bytes]:
        keep = isinstance(video, Path)
        if keep:
            path = video
        else:
            suffix = Path(self.name).suffix.lower().removeprefix(".")
            path = self._folder / f"{secrets.token_hex(8)}.{suffix if suffix in SUFFIXES else 'mp4'}"
            try:
                path.write_bytes(video)
            except OSError as error:
                raise output_error(path, error) from error
        order = {
            "task": self.task,
            "video": str(path),
            "keep": keep,
            "folder": str(self._folder),
            **asdict(options),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "coach.ui.job"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        return process

    def poll(self) -> str:
        """'running', 'done', 'failed' or 'cancelled'; updates `done` and `total`."""
        if not self._finalizer.alive:
            return "cancelled"
        for line in list(self._lines):
            if "done" in line:
                self.done, self.total = line["done"], line["total"] or 0
            elif "no_film" in line:
                self.no_film = line["no_film"]
            elif "error" in line:
                self._failure = _revive(line["error"])
        if self._failure is not None:
            return "failed"
        if any("finished" in line for line in self._lines):
            return "done"
        if self._process.poll() is not None and any("end" in line for line in self._lines):
            self._failure = CoachError(
                N_("The analysis stopped before its end. Try again with a shorter video.")
            )
            return "failed"
        return "running"

    @property
    def failure(self) -> CoachError:
        """Why it failed."""
        return self._failure or CoachError(
            N_("The analysis stopped before its end. Try again with a shorter video.")
        )

    def recording(self) -> Recording:
        """The result of 'analyse'; its source bears the name that the user knows."""
        found = Recording.from_parquet(self._folder / "recording.parquet")
        found.meta["source"] = {**found.meta.get("source", {}), "name": self.name}
        return found

    def film(self) -> bytes | None:
        """The video of her back, if there is one; gone from the disk once the job is closed."""
        path = self._folder / _FILM
        return path.read_bytes() if path.is_file() else None

    def first_frame(self) -> tuple[np.ndarray, float]:
        """The result of 'first_frame': the picture and how many pixels of the video one of its pixels is."""
        with np.load(self._folder / "frame.npz") as stored:
            return stored["image"], float(stored["scale"])

    def close(self) -> None:
        """End the process if it still runs, and remove everything it left."""
        self._finalizer()


def sweep() -> None:
    """Remove what servers that were killed have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _clean(process: subprocess.Popen[bytes], folder: Path) -> None:
    with suppress(OSError):
        if process.poll() is None and hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)  # with the decoder that it may have started
        else:
            process.kill()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    shutil.rmtree(folder, ignore_errors=True)


def _read(process: subprocess.Popen[bytes], lines: list[dict[str, Any]]) -> None:
    assert process.stdout is not None
    for raw in process.stdout:
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if not isinstance(line, dict):
            continue
        if "done" in line:  # only the newest progress matters
            lines[:] = [old for old in lines if "done" not in old]
        lines.append(line)
    process.stdout.close()
    lines.append({"end": True})


def _revive(error: dict[str, Any]) -> CoachError:
    kind = getattr(errors, error["kind"], CoachError)
    return kind(error["template"], **error["values"])


# --- the child ------------------------------------------------------------------------------------


def _say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()


def _leave_with_parent(folder: Path) -> None:
    """When the server dies without a word, its end of our standard input closes: remove the video and go."""
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def run(order: dict[str, Any]) -> None:
    """Do what the parent asks, saying progress and result on standard output."""
    video, folder = Path(order["video"]), Path(order["folder"])
    try:
        try:
            if order["task"] == "first_frame":
                _first_frame(video, folder)
            else:
                _analyse(video, folder, order)
        finally:  # before a word is said: who hears that it ended may count on the video being gone
            if not order["keep"]:
                video.unlink(missing_ok=True)
    except CoachError as error:
        _say(
            error={
                "kind": type(error).__name__,
                "template": error.template,
                "values": {key: _plain(value, video) for key, value in error.values.items()},
            }
        )
    except Exception as error:
        write_log(error)
        _say(
            error={
                "kind": "CoachError",
                "values": {"kind": type(error).__name__},
                "template": N_("The video could not be analysed ({kind}). Try another one."),
            }
        )
    else:
        _say(finished=True)


def _plain(value: Any, video: Path) -> Any:
    # The random name of the temporary file says nothing to the user.
    if isinstance(value, (str, Path)):
        return str(value).replace(str(video), "video").replace(video.name, "video")
    return value if isinstance(value, (int, float, bool)) or value is None else str(value)


def _analyse(video: Path, folder: Path, order: dict[str, Any]) -> None:
    from dataclasses import replace

    from coach.analysis import analyze_video
    from coach.settings import load_settings
    from coach.vision.filming_files import NO_FILM

    settings = load_settings()
    if order["receiver_height_cm"] is not None:
        settings = replace(settings, receiver_height_cm=order["receiver_height_cm"])
    back = None if order["back"] is None else tuple((float(x), float(y)) for x, y in order["back"])

    def progress(done: int, total: int | None) -> None:
        _say(done=done, total=total)

    analysis = analyze_video(
        video,
        reference=order["reference"],
        back=back,
        settings=settings,
        progress=progress,
        film=folder / _FILM if order["film"] else None,
    )
    analysis.recording.to_parquet(folder / "recording.parquet")
    if analysis.film in NO_FILM:
        _say(no_film=analysis.film)


def _first_frame(video: Path, folder: Path) -> None:
    from coach.errors import VideoError
    from coach.vision.sources import VideoFile

    with VideoFile(video) as source:
        frame = next(iter(source), None)
        if frame is None:
            raise VideoError(N_("The video holds no picture that can be read. Record it again."))
        np.savez(folder / "frame.npz", image=frame.image, scale=source.scale)


if __name__ == "__main__":
    _order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_parent, args=(Path(_order["folder"]),), daemon=True).start()
    run(_order)
    sys.stdout.flush()
    os._exit(0)  # the thread above may sit in a read that never ends
