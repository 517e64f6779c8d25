"""The video of her back from a file: whole with its times, or none and why."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from test_filming import Usage, back, frames, room

from coach.errors import OutputError
from coach.vision import filming, filming_files
from coach.vision.filming import FAILED, FULL
from coach.vision.filming_files import NO_BACK, NO_FILM, WHOLE, FileFilm


def made(path: Path, confidence: float = 1.0, pictures: int = 30) -> FileFilm:
    with FileFilm(path) as film:
        film.begin(back())
        for i in range(pictures):
            film.add(room(i), i / 15.0, replace(back(), confidence=confidence))
        film.finish()
    return film


def test_it_is_whole_private_and_named_by_its_hash(tmp_path: Path):
    path = tmp_path / "back.mp4"
    path.write_bytes(b"an older one")
    film = made(path)
    assert film.outcome == WHOLE
    assert film.sha == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [round(15 * frame.time) for frame in frames(path)] == list(range(30))
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def test_an_analysis_that_fails_leaves_nothing(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "back.mp4")
    assert list(tmp_path.iterdir()) == []


def interrupted(path: Path) -> None:
    with FileFilm(path) as film:
        film.begin(back())
        film.add(room(), 0.0, back())
        assert list(path.parent.iterdir())  # it grows beside the result
        raise KeyboardInterrupt


def test_where_her_back_is_never_sure_there_is_none(tmp_path: Path):
    assert made(tmp_path / "back.mp4", 0.5 * filming.SURE).outcome == NO_BACK
    with FileFilm(tmp_path / "back.mp4") as never:
        never.finish()
    assert never.outcome == NO_BACK
    assert list(tmp_path.iterdir()) == []


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "no")


def broken(*_: object) -> bool:
    raise OutputError("no")


@pytest.mark.parametrize(
    ("module", "name", "does", "outcome"),
    [
        (filming.shutil, "disk_usage", lambda _: Usage(10**12, 0, 1000), FULL),
        (filming.os, "fsync", no_room, FULL),
        (filming, "only_her_back", broken, FAILED),
        (filming_files, "finish", broken, FAILED),
        (filming_files, "finish", lambda *_: False, FAILED),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coach_home: Path, module, name, does, outcome
):
    monkeypatch.setattr(module, name, does)
    folder = tmp_path / "out"
    folder.mkdir()
    film = made(folder / "back.mp4")
    assert film.outcome == outcome
    assert film.sha is None
    assert outcome in NO_FILM
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    assert made(tmp_path / "none" / "back.mp4").outcome == FAILED
