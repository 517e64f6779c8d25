"""The video of her back alone, made of a video file: whole, or none and the reason."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from coach.errors import OutputError
from coach.i18n import N_
from coach.vision.back import Back
from coach.vision.filming import FAILED, FULL, Film, finish

WHOLE, NO_BACK = "whole", "film_no_back"
NO_FILM: dict[str, str] = {
    FULL: N_("There is no video of her back: the disk is nearly full. The result is complete."),
    FAILED: N_("There is no video of her back: it could not be written. The result is complete."),
    NO_BACK: N_("There is no video of her back: her back was not seen surely in any picture."),
}
"""Why there is no video although one was wanted, and the sentence for it."""


class FileFilm:
    """Writes her back and the hands on it, as they are followed through a file; nothing is there before `finish`.

    A context manager: however its block ends, nothing half-written is left. Whatever goes wrong with the video is no
    matter of the analysis beside which it is made: nothing is raised.

    Parameters
    ----------
    path : Path
        The MP4 file; one that is there is replaced.

    Attributes
    ----------
    outcome : str
        `WHOLE` once it is written, else a key of `NO_FILM`.
    sha : str or None
        SHA-256 of what was written: by it a video is known to belong to its recording.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.outcome = NO_BACK
        self.sha: str | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._film: Film | None = None

    def __enter__(self) -> FileFilm:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._film is not None:
            self._film.close()
        if self._folder is not None:
            with suppress(OSError):
                self._folder.cleanup()

    def begin(self, back: Back) -> None:
        """Film what lies around the back as it was found."""
        try:
            # Beside the result, where there is room for it, and private.
            self._folder = tempfile.TemporaryDirectory(prefix=".massage-coach-", dir=self.path.parent)
        except OSError:
            self.outcome = FAILED
            return
        self._film = Film(Path(self._folder.name) / "video.part", patient=True, around=back)

    def add(self, image: np.ndarray, t_s: float, back: Back) -> None:
        """The next picture [RGB, uint8] and the back in it; waits for the encoder."""
        if self._film is not None:
            self._film.add(image, t_s, back)

    def finish(self) -> None:
        """Write the file, where her back was seen."""
        film = self._film
        if film is None:
            return
        film.close()
        if film.trouble is not None:
            self.outcome = film.trouble
        elif film.shown:
            whole = film.path.with_suffix(".mp4")
            self.outcome = FAILED
            with suppress(OutputError, OSError):
                if finish(film.path, whole):
                    with whole.open("rb") as file:
                        sha = hashlib.file_digest(file, "sha256").hexdigest()
                    os.replace(whole, self.path)
                    self.outcome, self.sha = WHOLE, sha
