"""The page is served to this machine only, however it is started."""

from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest

from coach.errors import InputError
from coach.serve import OPTIONS, command, serve

ROOT = Path(__file__).parents[2]


def test_both_ways_of_starting_agree():
    table = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    flat = {f"{section}.{key}": value for section, values in table.items() for key, value in values.items()}
    assert flat == OPTIONS


def test_what_must_hold():
    assert OPTIONS["server.address"] == "127.0.0.1"
    assert OPTIONS["browser.gatherUsageStats"] is False
    assert OPTIONS["client.showErrorDetails"] == "none"
    assert OPTIONS["client.toolbarMode"] == "minimal"
    assert OPTIONS["runner.postScriptGC"] is False  # or every press halts a round that is under way
    assert "server.enableCORS" not in OPTIONS
    assert "server.enableXsrfProtection" not in OPTIONS
    assert "--browser.gatherUsageStats=false" in command(8501, open_browser=False)


def test_secrets_are_read_in_the_data_folder_only(coach_home: Path):
    assert f"--secrets.files={coach_home / 'secrets.toml'}" in command(8501, open_browser=False)


def test_a_taken_port_is_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="in use"):
            serve(taken.getsockname()[1], open_browser=False, language="en")
