"""The exchange's commands: from two laptops that do not know each other to one programme."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from coach.cli import main
from coach.scoring.generate import FORMS, make_recording
from coach.store import judgement
from coach.store.repository import Store


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Switches between laptops."""
    monkeypatch.setenv("COACH_LANG", "en")

    def switch(name: str) -> Path:
        monkeypatch.setenv("COACH_HOME", str(tmp_path / name))
        return tmp_path / name

    return switch


def test_from_two_laptops_to_one_programme(at, tmp_path: Path, capsys):
    recording, fingerprints = tmp_path / "a.parquet", {}
    make_recording(replace(FORMS[0], seconds=40.0)).to_parquet(recording)
    for name in ("Melati", "Kampus"):
        at(name)
        assert main(["exchange", "card", str(tmp_path / f"{name}.card")]) == 1
        assert "no name yet" in capsys.readouterr().err
        assert main(["exchange", "card", str(tmp_path / f"{name}.card"), "--name", name]) == 0
        fingerprints[name] = re.search(r"fingerprint: (.+)", capsys.readouterr().out)[1]
    pairs = (("Melati", "Kampus"), ("Kampus", "Melati"))
    for here, there in pairs:
        at(here)
        card = str(tmp_path / f"{there}.card")
        assert main(["exchange", "pair", card, "--fingerprint", fingerprints[here]]) == 1
        assert main(["exchange", "pair", card, "--fingerprint", fingerprints[there]]) == 0

    at("Melati")
    assert main(["keep", str(recording), "--code", "M-07", "--agreed", "movement"]) == 0
    capsys.readouterr()
    file = str(tmp_path / "melati.parcel")
    assert main(["exchange", "send", file, "--to", "kampus"]) == 0
    assert "1 practices, 1 recordings" in capsys.readouterr().out
    assert main(["exchange", "send", file, "--to", "kampus", "--since", "2100-01-01"]) == 0
    assert "0 practices, 0 recordings" in capsys.readouterr().out
    assert main(["exchange", "send", file, "--to", "kampus", "--since", "yesterday"]) == 2
    assert main(["exchange", "send", file, "--to", "nobody"]) == 1
    assert main(["exchange", "send", file, "--to", "kampus"]) == 0
    capsys.readouterr()

    at("Kampus")
    assert main(["exchange", "merge", file, file]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "1 recordings" in first
    assert "0 new entries, 0 changed" in second
    assert main(["records", "check"]) == 0
    assert main(["exchange", "conflicts"]) == 0
    assert "Nothing waits" in capsys.readouterr().out

    for name, mark in (("Melati", 0), ("Kampus", 2)):
        store = Store(at(name))
        judgement.mark(store, 1, "Ani", 9, mark)
        store.close()
    at("Melati")
    assert main(["exchange", "send", file, "--to", "kampus"]) == 0
    at("Kampus")
    assert main(["exchange", "merge", file]) == 0
    assert "1 entries wait for a decision" in capsys.readouterr().out
    assert main(["exchange", "conflicts"]) == 0
    told = capsys.readouterr().out
    assert "this laptop: value = 2" in told
    assert "Melati: value = 0" in told
    assert main(["exchange", "merge", str(tmp_path / "Melati.card")]) == 1
    assert "no sealed file" in capsys.readouterr().err
