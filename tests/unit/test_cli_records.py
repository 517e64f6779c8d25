"""The records' commands: one line each, exit status 0 or 1."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from coach.cli import main
from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, make_recording
from coach.store import access, accounts, sealing
from coach.store.repository import Store


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "a.recording.parquet"
    make_recording(replace(FORMS[0], seconds=40.0)).to_parquet(path)
    return path


def test_from_keeping_to_withdrawing(coach_home: Path, recording: Path, capsys):
    assert main(["keep", str(recording), "--code", "a-07", "--agreed", "movement", "--lang", "en"]) == 0
    assert "practice 1" in capsys.readouterr().out
    assert (
        main(["keep", str(recording), "--code", "A-07", "--lang", "en"]) == 0
    )  # the very same: entered once
    assert "practice 1" in capsys.readouterr().out
    store = Store(coach_home)
    assert store.practice(1).recording is not None
    assert store.practice(1).source == "video"
    assert main(["records", "check"]) == 0
    assert main(["records", "take-in"]) == 0
    assert main(["records", "tidy"]) == 0
    assert store.count() == 1
    capsys.readouterr()
    assert main(["records", "withdraw", "A-07", "--lang", "en"]) == 0
    assert "Nothing of this participant is left" in capsys.readouterr().out
    assert store.count() == 0
    assert main(["records", "withdraw", "A-07", "--lang", "en"]) == 1
    assert "nothing of “A-07”" in capsys.readouterr().err
    store.close()


def test_a_film_is_kept_with_consent_and_told(coach_home: Path, recording: Path, tmp_path: Path, capsys):
    film, filmed = tmp_path / "back.mp4", tmp_path / "b.recording.parquet"
    film.write_bytes(b"a film")
    given = Recording.from_parquet(recording)
    replace(given, meta={**given.meta, "film": hashlib.sha256(b"a film").hexdigest()}).to_parquet(filmed)

    def keep(path: Path, *more: str) -> int:
        return main(["keep", str(path), "--code", "A-07", *more, "--lang", "en"])

    for half in (["--film", str(film)], ["--agreed", "picture"], ["--agreed", "report", "--film", str(film)]):
        assert keep(filmed, *half) == 1
        assert "give both, or neither" in capsys.readouterr().err
    both = ["--agreed", "picture", "--film"]
    assert keep(filmed, *both, str(tmp_path / "none.mp4")) == 1
    assert "There is no file" in capsys.readouterr().err
    for path, video in ((filmed, recording), (recording, film)):
        assert keep(path, *both, str(video)) == 1
        assert "not the one that was made together with this recording" in capsys.readouterr().err
    store = Store(coach_home)
    assert store.count() == 0
    assert keep(filmed) == 0
    assert keep(filmed, *both, str(film)) == 0  # the same practice, now with its film
    assert "practice 1.\nThe video is kept with it." in capsys.readouterr().out
    kept = store.film(store.practice(1))
    assert kept is not None
    assert kept.read_bytes() == film.read_bytes() == b"a film"
    store.close()


def test_an_account_of_the_campus(coach_home: Path, capsys):
    store = Store(coach_home)
    access.add(store, "Bidan Ani", "rahasia-12")
    assert main(["instructor", "link", "bidan ani", "--email", "ani@kampus.example", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "Bidan Ani may sign in with that account now.\n"
    assert accounts.sign_in(store, {"email": "ani@kampus.example", "email_verified": True}) == "Bidan Ani"
    assert main(["instructor", "unlink", "Bidan Ani", "--lang", "en"]) == 0
    assert main(["instructor", "link", "Bidan Ani"]) == 2
    assert main(["instructor", "link", "Budi", "--subject", "3", "--lang", "en"]) == 1
    assert "no instructor called Budi" in capsys.readouterr().err
    store.close()


def test_a_lost_recording_is_told(coach_home: Path, recording: Path, capsys):
    assert main(["keep", str(recording), "--code", "A-07", "--agreed", "movement"]) == 0
    store = Store(coach_home)
    store.files.path(store.practice(1).recording).unlink()
    store.close()
    capsys.readouterr()
    assert main(["records", "check", "--lang", "en"]) == 1
    assert capsys.readouterr().err.startswith("1 recordings are missing")


def test_a_name_is_no_code(coach_home: Path, recording: Path, capsys):
    assert main(["keep", str(recording), "--code", "Siti Aminah, ibu", "--lang", "en"]) == 1
    assert "not a participant's code" in capsys.readouterr().err


def test_backup_restore_and_scoring_again(coach_home: Path, recording: Path, tmp_path: Path, capsys):
    file = str(tmp_path / "backup.zip")
    assert main(["keep", str(recording), "--code", "A-07", "--agreed", "movement"]) == 0
    assert main(["records", "backup", file, "--lang", "en"]) == 0
    assert "1 practices, 1 recordings" in capsys.readouterr().out
    assert main(["records", "restore", file, "--lang", "en"]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main(["records", "restore", file, "--replace", "--lang", "en"]) == 0
    assert main(["rescore", "--lang", "en"]) == 0
    assert "New results: 0. Already by these rules: 1." in capsys.readouterr().out
    assert main(["rescore", "--reference", "both-thumbs", "--workers", "1", "--lang", "en"]) == 0
    assert "New results: 1." in capsys.readouterr().out
    store = Store(coach_home)
    assert [r.reference for r in store.practice(1).results] == ["fists", "both-thumbs"]
    store.close()
    assert main(["records", "backup", "backup.txt"]) == 2


def test_a_cluster_that_does_not_answer_is_a_sentence(coach_home: Path, capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    assert main(["rescore", "--dask", "nonsense", "--lang", "en"]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_a_forgotten_password_is_replaced_by_a_command(coach_home: Path, capsys, monkeypatch):
    store = Store(coach_home)
    access.add(store, "Bidan Ani", "rahasia-12")
    assert main(["instructor", "list"]) == 0
    assert capsys.readouterr().out == "Bidan Ani\n"
    assert main(["instructor", "reset", "Budi", "--lang", "en"]) == 1
    assert "no instructor called Budi" in capsys.readouterr().err
    # Without a terminal nobody is asked, and an argument is no way: it would stand in the shell's history.
    assert main(["instructor", "reset", "Bidan Ani", "--lang", "en"]) == 1
    assert "COACH_PASSWORD" in capsys.readouterr().err
    assert main(["instructor", "reset", "Bidan Ani", "rahasia-99"]) == 2
    monkeypatch.setenv("COACH_PASSWORD", "rahasia-99")
    assert main(["instructor", "reset", "bidan ani", "--lang", "en"]) == 0
    assert "Bidan Ani has a new password" in capsys.readouterr().out
    assert access.sign_in(store, "Bidan Ani", "rahasia-99")
    store.close()


def test_what_is_typed_twice_must_be_the_same(coach_home: Path, capsys, monkeypatch):
    store = Store(coach_home)
    access.add(store, "Bidan Ani", "rahasia-12")
    typed = iter(["rahasia-99", "rahasia-98", "rahasia-99", "rahasia-99"])
    monkeypatch.setattr("coach.console.getpass", lambda _: next(typed))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert main(["instructor", "reset", "Bidan Ani", "--lang", "en"]) == 1
    assert "not the same" in capsys.readouterr().err
    assert main(["instructor", "reset", "Bidan Ani", "--lang", "en"]) == 0
    assert access.sign_in(store, "Bidan Ani", "rahasia-99")
    store.close()


def test_a_backup_is_sealed_and_opened_by_commands(
    coach_home: Path, recording: Path, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(sealing, "_MEMORY_KIB", 64)
    file = str(tmp_path / "backup.sealed")
    assert main(["keep", str(recording), "--code", "A-07", "--agreed", "movement"]) == 0
    assert main(["records", "backup", file, "--lang", "en"]) == 1
    assert "COACH_PASSPHRASE" in capsys.readouterr().err
    monkeypatch.setenv("COACH_PASSPHRASE", "satu dua tiga empat")
    assert main(["records", "backup", file, "--lang", "en"]) == 0
    monkeypatch.setenv("COACH_PASSPHRASE", "satu dua tiga lima")
    assert main(["records", "restore", file, "--replace", "--lang", "en"]) == 1
    assert capsys.readouterr().err == "The passphrase does not open this file.\n"
    monkeypatch.setenv("COACH_PASSPHRASE", "satu dua tiga empat")
    assert main(["records", "restore", file, "--replace", "--lang", "en"]) == 0
    assert "Restored: 1 practices, 1 recordings." in capsys.readouterr().out
    store = Store(coach_home)
    assert access.trail(store)[0].what == "restored"
    store.close()


def test_a_reference_is_renamed_and_does_not_vanish_silently(coach_home: Path, recording: Path, capsys):
    assert main(["reference", "add", str(recording), "--name", "Cara Ani"]) == 0
    assert main(["reference", "rename", "cara-ani", "Cara Bu Ani", "--lang", "en"]) == 0
    assert "called “Cara Bu Ani” now" in capsys.readouterr().out
    assert main(["keep", str(recording), "--code", "A-07", "--reference", "cara-ani"]) == 0
    capsys.readouterr()
    assert main(["reference", "remove", "cara-ani", "--lang", "en"]) == 1
    assert "1 practices were compared with it" in capsys.readouterr().err
    assert main(["reference", "remove", "fists", "--lang", "en"]) == 1
    assert "ships with the program" in capsys.readouterr().err
    assert main(["reference", "remove", "cara-ani", "--used", "--lang", "en"]) == 0
    assert not (coach_home / "references/cara-ani").exists()
