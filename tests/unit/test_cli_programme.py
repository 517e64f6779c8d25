"""`massage-coach programme …`: the sample comes and goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.cli import main
from coach.store.repository import Store


@pytest.mark.slow
def test_the_sample_is_loaded_and_removed(coach_home: Path, capsys, monkeypatch):
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    assert main(["programme", "sample", "--lang", "en"]) == 0
    assert "40 participants, 200 rounds" in capsys.readouterr().out
    assert main(["records", "check", "--lang", "en"]) == 0
    for name, begins in (("r.pdf", b"%PDF-"), ("r.docx", b"PK"), ("r.xlsx", b"PK")):
        assert main(["programme", "report", str(coach_home / name), "--lang", "id"]) == 0
        assert (coach_home / name).read_bytes().startswith(begins)
    assert main(["programme", "report", str(coach_home / "r.txt")]) == 2
    capsys.readouterr()
    assert main(["programme", "report", str(coach_home / "r.pdf"), "--title", "x", "--lang", "en"]) == 1
    assert "there are: Sample: oxytocin massage in two villages" in capsys.readouterr().err
    assert main(["programme", "sample", "--remove", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "Sample participants deleted: 40. Nothing of the sample is left.\n"
    store = Store(coach_home)
    assert store.codes() == []
    store.close()
