"""The command line: what it prints, where it writes, and how it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest

from coach import cli
from coach.errors import VideoError
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording


@pytest.fixture(scope="module")
def recording() -> Recording:
    return load_reference("fists").recording


@pytest.fixture
def stored(recording: Recording, tmp_path: Path) -> Path:
    path = tmp_path / "practice.recording.parquet"
    recording.to_parquet(path)
    return path


@pytest.fixture
def analysis(recording: Recording, monkeypatch: pytest.MonkeyPatch):
    """Stands in for the tracker; gives the list of calls, and `fails` may hold what it raises."""
    calls: list[dict] = []
    module = types.ModuleType("coach.analysis")
    module.fails = None  # type: ignore[attr-defined]
    module.film = "whole"  # type: ignore[attr-defined]

    def analyze_video(path, *, reference=None, back=None, settings=None, progress=None, film=None):
        calls.append({"path": path, "back": back, "settings": settings, "film": film})
        if module.fails is not None:
            raise module.fails
        if progress is not None:
            progress(1, 2)
        return types.SimpleNamespace(
            recording=recording,
            report=score_recording(recording, load_reference("fists")),
            film=None if film is None else module.film,
        )

    module.analyze_video = analyze_video  # type: ignore[attr-defined]
    module.calls = calls  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "coach.analysis", module)
    return module


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"stands in for a video")
    return path


def test_score_says_the_most_useful_sentence_first(stored, capsys):
    assert cli.main(["score", str(stored), "--lang", "en"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[2].startswith("* ")
    assert any(line.startswith("Criterion") for line in out)
    assert max(len(line) for line in out) <= 80


def test_indonesian_is_the_default_and_writes_decimal_commas(stored, capsys):
    assert cli.main(["score", str(stored)]) == 0
    out = capsys.readouterr().out
    assert "Kriteria" in out
    assert " cm " in out
    assert "1,5" in out
    assert "1.5" not in out


def test_language_from_the_environment(stored, capsys, monkeypatch):
    monkeypatch.setenv("COACH_LANG", "en")
    assert cli.main(["score", str(stored)]) == 0
    assert "Criterion" in capsys.readouterr().out


def test_score_writes_the_contract_report(stored, tmp_path, capsys):
    assert cli.main(["score", str(stored), "--out", str(tmp_path / "new"), "--json"]) == 0
    written = json.loads((tmp_path / "new" / "practice.report.json").read_text(encoding="utf-8"))
    assert written == json.loads(capsys.readouterr().out)
    assert written["score"]["overall"] == 100


def test_analyze_writes_recording_and_report(analysis, clip, tmp_path, capsys):
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path / "out")]) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "clip.recording.parquet",
        "clip.report.json",
    ]
    assert Recording.from_parquet(tmp_path / "out" / "clip.recording.parquet").meta
    assert capsys.readouterr().err == ""


def test_corners_and_height_reach_the_analysis(analysis, clip, tmp_path):
    assert (
        cli.main(
            ["analyze", str(clip), "--out", str(tmp_path), "--back", "1,2 3,4 5.5,6 7,8", "--height", "149"]
        )
        == 0
    )
    assert analysis.calls[0]["back"] == ((1, 2), (3, 4), (5.5, 6), (7, 8))
    assert analysis.calls[0]["settings"].receiver_height_cm == 149


def test_a_film_is_made_where_it_is_asked_for(analysis, clip, tmp_path, capsys):
    film = tmp_path / "new" / "back.mp4"
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path)]) == 0
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path), "--film", str(film)]) == 0
    assert [call["film"] for call in analysis.calls] == [None, film]
    assert film.parent.is_dir()
    assert capsys.readouterr().err == ""


def test_why_there_is_no_film_is_one_line_and_the_result_stands(analysis, clip, tmp_path, capsys):
    analysis.film = "film_full"
    given = ["analyze", str(clip), "--out", str(tmp_path), "--film", str(tmp_path / "b.mp4"), "--lang", "en"]
    assert cli.main([*given, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "There is no video of her back: the disk is nearly full. The result is complete.\n"
    assert json.loads(out)["score"]["overall"] == 100
    assert (tmp_path / "clip.recording.parquet").exists()


def test_a_film_never_replaces_the_video_itself(analysis, clip, capsys):
    assert cli.main(["analyze", str(clip), "--film", str(clip)]) == 1
    assert analysis.calls == []
    assert clip.read_bytes() == b"stands in for a video"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["analyze"],
        ["frobnicate"],
        ["analyze", "x.mp4", "--back", "1,2 3,4"],
        ["analyze", "x.mp4", "--back", "1,2 3,4 5,6 7,eight"],
        ["analyze", "x.mp4", "--plot", "x.docx"],
        ["analyze", "x.mp4", "--overlay", "x.avi"],
        ["analyze", "x.mp4", "--film", "x.avi"],
        ["analyze", "x.mp4", "--lang", "fr"],
        ["reference"],
        ["reference", "add", "x.mp4"],
        ["app", "--port", "many"],
    ],
)
def test_wrong_usage_is_one_line_and_status_2(arguments, capsys):
    assert cli.main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("Perintah salah")
    assert err.count("\n") == 1


def test_an_unusable_input_is_one_translated_line_and_status_1(tmp_path, capsys):
    assert cli.main(["score", str(tmp_path / "none.parquet")]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "tidak ada" in err


def test_an_unknown_reference_is_refused_before_the_long_work(analysis, clip, capsys):
    assert cli.main(["analyze", str(clip), "--reference", "nobody", "--lang", "en"]) == 1
    assert "nobody" in capsys.readouterr().err
    assert analysis.calls == []


def test_the_height_is_checked(analysis, clip, capsys):
    assert cli.main(["analyze", str(clip), "--height", "1.55", "--lang", "en"]) == 1
    assert "between 120 and 210" in capsys.readouterr().err
    assert analysis.calls == []


@pytest.mark.parametrize("option", ["--out", "--plot", "--overlay"])
def test_a_place_that_cannot_be_written_is_refused_before_the_long_work(
    option, analysis, clip, tmp_path, capsys
):
    (tmp_path / "file").write_text("not a folder")
    target = tmp_path / "file" / {"--out": "", "--plot": "x.png", "--overlay": "x.mp4"}[option]
    assert cli.main(["analyze", str(clip), option, str(target)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert analysis.calls == []


def test_the_overlay_never_replaces_the_video(analysis, clip, tmp_path, capsys):
    before = clip.read_bytes()
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path), "--overlay", str(clip)]) == 1
    assert clip.read_bytes() == before
    assert analysis.calls == []


def test_a_failing_analysis_writes_nothing(analysis, clip, tmp_path, capsys):
    analysis.fails = VideoError("{path} is no video.", path=clip)
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path / "out"), "--lang", "en"]) == 1
    assert capsys.readouterr().err == f"{clip} is no video.\n"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_leaves_no_half_file(analysis, clip, tmp_path, capsys, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path / "out"), "--lang", "en"]) == 1
    assert capsys.readouterr().err.startswith("The disk is full")
    assert list((tmp_path / "out").iterdir()) == []


def test_ctrl_c_is_quiet(analysis, clip, tmp_path, capsys):
    analysis.fails = KeyboardInterrupt()
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr() == ("", "")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_mistake_of_ours_is_one_line_and_the_traceback_is_kept(
    analysis, clip, tmp_path, capsys, coach_home
):
    analysis.fails = RuntimeError("secret\nof two lines")
    assert cli.main(["analyze", str(clip), "--out", str(tmp_path), "--lang", "en"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "RuntimeError" in err
    assert "Traceback" not in err
    (log,) = (coach_home / "logs").iterdir()
    assert str(log) in err
    assert "secret" in log.read_text(encoding="utf-8")


def test_references_are_listed_added_and_shown(stored, capsys, coach_home):
    assert cli.main(["reference", "add", str(stored), "--name", "Bu Ani", "--lang", "en"]) == 0
    assert cli.main(["reference", "list", "--lang", "en"]) == 0
    assert cli.main(["reference", "show", "bu-ani", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "fists" in out
    assert "bu-ani" in out
    assert "(your own)" in out
    assert "Weight" in out


def test_verify_tells_what_is_missing(capsys, monkeypatch):
    from coach.vision import models

    monkeypatch.setattr(models, "verify", lambda: [("a.tflite", "ok"), ("b.task", "missing")])
    assert cli.main(["models", "verify", "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == ["a.tflite  in order", "b.task    missing"]
    assert "models fetch" in err


def test_help_is_quick():
    """In time on the processor, so that a busy machine does not matter."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "coach", "--help"], check=True, capture_output=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 0.3


def test_a_reader_that_leaves_is_no_error(stored):
    with subprocess.Popen(
        [sys.executable, "-m", "coach", "score", str(stored), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_terminating_ends_with_143(analysis, clip, tmp_path):
    def analyze_video(*_, **__):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)

    analysis.analyze_video = analyze_video
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert cli.main(["analyze", str(clip), "--out", str(tmp_path / "out")]) == 143
    finally:
        signal.signal(signal.SIGTERM, before)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("records restore movement.txt", "movement.txt tidak berakhiran .sealed / .zip"),
        ("analyze film.mp4 --back 1,2", '1,2 bukan empat sudut; tulis "x,y x,y x,y x,y"'),
    ],
)
def test_wrong_words_are_told_in_the_language(words: str, told: str, capsys: pytest.CaptureFixture[str]):
    assert cli.main([*words.split(), "--lang", "id"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "argument" not in said
