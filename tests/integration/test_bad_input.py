"""What cannot be used ends with one sentence and exit status 1: no traceback, no file, in either language."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made_videos import MakeVideo, write_sound

from coach.cli import main
from coach.settings import resource_folder

RECORDING = resource_folder("reference_poses") / "fists" / "recording.parquet"


@pytest.fixture(autouse=True)
def _home(coach_home: Path):
    """A data folder for each test."""


Refuse = Callable[..., str]


@pytest.fixture
def refuse(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Refuse:
    """Run a command that must be refused; gives its sentence."""

    def run(*words: object, lang: str = "en") -> str:
        status = main([*map(str, words), "--lang", lang])
        said = capfd.readouterr()
        assert status == 1, said
        assert said.out == ""
        assert said.err.count("\n") == 1, said.err
        assert said.err.endswith(".\n")
        assert "Traceback" not in said.err
        assert "Something went wrong" not in said.err
        return said.err

    return run


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*")) if folder.exists() else []


def a_text(make: MakeVideo, folder: Path) -> Path:
    (folder / "clip.mp4").write_text("this is no video\n" * 100)
    return folder / "clip.mp4"


def a_picture(make: MakeVideo, folder: Path) -> Path:
    (folder / "clip.mp4").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    return folder / "clip.mp4"


def a_zip(make: MakeVideo, folder: Path) -> Path:
    with zipfile.ZipFile(folder / "clip.mp4", "w") as archive:
        archive.writestr("clip.mp4", make("inner.mp4").read_bytes())
    return folder / "clip.mp4"


def an_empty_file(make: MakeVideo, folder: Path) -> Path:
    (folder / "clip.mp4").touch()
    return folder / "clip.mp4"


def a_folder(make: MakeVideo, folder: Path) -> Path:
    (folder / "clip.mp4").mkdir()
    return folder / "clip.mp4"


def nothing(make: MakeVideo, folder: Path) -> Path:
    return folder / "clip.mp4"


def a_video_cut_short(make: MakeVideo, folder: Path) -> Path:
    path = make("clip.mp4")
    path.write_bytes(path.read_bytes()[:900])
    return path


def one_picture(make: MakeVideo, folder: Path) -> Path:
    return make("clip.mp4", n=1)


def sound(make: MakeVideo, folder: Path) -> Path:
    return write_sound(folder / "clip.mp4")


def two_hours(make: MakeVideo, folder: Path) -> Path:
    return make("clip.mp4", ticks=[0, 100, 7_200_000])


def a_concatenation(make: MakeVideo, folder: Path) -> Path:
    make("neighbour.mp4")
    (folder / "clip.mp4").write_text("ffconcat version 1.0\nfile 'neighbour.mp4'\n")
    return folder / "clip.mp4"


def an_hls_playlist(make: MakeVideo, folder: Path) -> Path:
    make("neighbour.mp4")
    (folder / "clip.mp4").write_text("#EXTM3U\n#EXTINF:10,\nneighbour.mp4\n#EXT-X-ENDLIST\n")
    return folder / "clip.mp4"


def a_session_description(make: MakeVideo, folder: Path) -> Path:
    (folder / "clip.mp4").write_text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=video 5004 RTP/AVP 96\n")
    return folder / "clip.mp4"


BAD = [
    (nothing, "There is no file"),
    (a_folder, "is a folder"),
    (an_empty_file, "is empty"),
    (a_text, "is not a video"),
    (a_picture, "is not a video"),
    (a_zip, "is not a video"),
    (a_concatenation, "is not a video"),
    (an_hls_playlist, "is not a video"),
    (a_session_description, "is not a video"),
    (a_video_cut_short, "is damaged"),
    (one_picture, "only one picture"),
    (sound, "no moving picture"),
    (two_hours, "longer than an hour"),
]


@pytest.mark.parametrize(("bad", "says"), BAD, ids=[bad.__name__ for bad, _ in BAD])
def test_a_video_that_cannot_be_used(
    bad: Callable, says: str, make_video: MakeVideo, tmp_path: Path, refuse: Refuse
):
    path = bad(make_video, tmp_path)
    out = tmp_path / "out"
    text = refuse("analyze", path, "--out", out)
    assert says in text
    assert str(path) in text
    assert files(out) == []
    assert refuse("analyze", path, "--out", out, lang="id") != text


def test_an_unreadable_video(make_video: MakeVideo, tmp_path: Path, refuse: Refuse, monkeypatch):
    # Permission bits do not bind the administrator, who may be running this.
    path, real = make_video(), Path.open

    def guarded(self: Path, *words: object, **options: object):
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(self, *words, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", guarded)
    assert "Permission denied" in refuse("analyze", path, "--out", tmp_path / "out")


def test_a_folder_for_results_that_is_a_file(make_video: MakeVideo, tmp_path: Path, refuse: Refuse):
    (tmp_path / "out").write_text("mine")
    assert "is not a folder" in refuse("analyze", make_video(), "--out", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_for_results_that_takes_none(make_video: MakeVideo, tmp_path: Path, refuse: Refuse):
    # /proc takes no files, whoever asks.
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc")
    text = refuse("analyze", make_video(), "--out", "/proc/self/results")
    assert "/proc/self/results" in text


def test_a_reference_that_does_not_exist(make_video: MakeVideo, tmp_path: Path, refuse: Refuse):
    assert "no-such" in refuse("analyze", make_video(), "--reference", "no-such", "--out", tmp_path / "out")
    assert files(tmp_path / "out") == []


@pytest.mark.parametrize("corners", ["1,2 3,4", "a,b c,d e,f g,h", "0,0 0,0 0,0 0,0", "9e9,0 1,1 2,2 3,3"])
def test_corners_that_are_none(make_video: MakeVideo, tmp_path: Path, corners: str, capfd):
    out = tmp_path / "out"
    status = main(["analyze", str(make_video()), "--back", corners, "--out", str(out), "--lang", "en"])
    said = capfd.readouterr()
    assert status in (1, 2)  # a wrong form is wrong usage; an impossible back is a bad input
    assert "Traceback" not in said.err
    assert "Something went wrong" not in said.err
    assert said.err
    assert files(out) == []


@pytest.mark.parametrize(
    "content", [b"", b"not parquet", b"PAR1" + bytes(100) + b"PAR1", b"\x00\x00\x00\x18ftypisom"]
)
def test_a_recording_that_is_none(tmp_path: Path, content: bytes, refuse: Refuse):
    path = tmp_path / "x.recording.parquet"
    path.write_bytes(content)
    assert "x.recording.parquet" in refuse("score", path)


def test_a_recording_that_is_missing_or_cut(tmp_path: Path, refuse: Refuse):
    path = tmp_path / "x.recording.parquet"
    refuse("score", path)
    path.write_bytes(RECORDING.read_bytes()[:-50])
    refuse("score", path)
    refuse("score", tmp_path)


def test_settings_with_a_mistake(make_video: MakeVideo, tmp_path: Path, coach_home: Path, refuse: Refuse):
    coach_home.mkdir(parents=True, exist_ok=True)
    (coach_home / "settings.toml").write_text('\nreceiver_height_cm = "tall"\n')
    assert "settings.toml, line 2" in refuse("analyze", make_video(), "--out", tmp_path / "out")


def test_models_that_cannot_be_fetched(make_video: MakeVideo, tmp_path: Path, refuse: Refuse, monkeypatch):
    from coach.vision import models, pip_download

    def offline(*_: object, **__: object):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setenv("COACH_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(models, "resource_folder", _without_models(tmp_path))
    monkeypatch.setattr(models.urllib.request, "urlopen", offline)
    monkeypatch.setattr(pip_download.importlib.util, "find_spec", lambda name: None)
    models.manifest()
    text = refuse("analyze", make_video(n=40), "--out", tmp_path / "out")
    assert "connect to the internet once" in text
    assert str(tmp_path / "models") in text
    assert files(tmp_path / "out") == []


def _without_models(tmp_path: Path) -> Callable[[str], Path]:
    """The shipped folders, but a models/ that holds nothing but the manifest."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "manifest.toml").write_bytes((resource_folder("models") / "manifest.toml").read_bytes())
    return lambda name: folder if name == "models" else resource_folder(name)


# --- a disk that is full --------------------------------------------------------------------------

LIMITED = """
import resource, sys
# As on a full disk, writing fails in the middle of a file, with an error and not a signal.
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.dont_write_bytecode = True
from coach.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("room", [0, 500])
def test_a_disk_that_is_full_while_the_report_is_written(tmp_path: Path, room: int):
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(room), "score", str(RECORDING), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COACH_LANG": "en", "MPLCONFIGDIR": str(tmp_path)},
    )
    assert done.returncode == 1, done.stderr
    assert "disk is full" in done.stderr
    assert done.stderr.count("\n") == 1
    assert files(tmp_path / "out") == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_report_that_cannot_be_written(tmp_path: Path, code: int, refuse: Refuse, monkeypatch):
    def fail(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    text = refuse("score", RECORDING, "--out", tmp_path / "out")
    assert "report.json" in text
    assert files(tmp_path / "out") == []


def test_an_older_result_survives_a_failure(tmp_path: Path, refuse: Refuse, monkeypatch):
    old = tmp_path / "recording.report.json"
    old.write_text("older")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refuse("score", RECORDING, "--out", tmp_path)
    assert old.read_text() == "older"


# --- as a person would, in a process --------------------------------------------------------------


def test_from_the_shell(tmp_path: Path):
    (tmp_path / "clip.mp4").write_text("no video")
    done = subprocess.run(
        [sys.executable, "-m", "coach", "analyze", "clip.mp4", "--lang", "en"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("clip.mp4 is not a video")
    assert done.stderr.count("\n") == 1
    assert files(tmp_path) == ["clip.mp4"]


# --- unusual, but a video -------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["variable rate", "turned", "4K", "cut short"])
def test_a_video_that_shows_no_massage_is_not_an_error(make_video: MakeVideo, tmp_path: Path, kind: str):
    """Exit status 0 and a report that says what could not be seen, or 1 and a sentence that says so."""
    options: dict[str, object] = {
        "variable rate": {"ticks": [0, 10, 200, 210, 500, 900, 901, 1500, 1600]},
        "turned": {"matrix": (0, 1, -1, 0), "n": 20},
        "4K": {"size": (3840, 2160), "n": 8},
        "cut short": {"n": 60, "options": {"movflags": "faststart"}},
    }[kind]
    path = make_video("clip.mp4", **options)
    if kind == "cut short":
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "coach", "analyze", str(path), "--out", str(out), "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "Something went wrong" not in done.stderr
    if done.returncode:
        assert files(out) == []
    else:
        assert files(out) == ["clip.recording.parquet", "clip.report.json"]
        assert '"rated": false' in (out / "clip.report.json").read_text()
