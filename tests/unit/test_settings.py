"""Settings: defaults, a file with mistakes, and where things lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach import settings
from coach.errors import InputError
from coach.settings import Settings, data_folder, load_settings, resource_folder


def test_defaults_without_a_file(coach_home: Path):
    assert load_settings() == Settings(receiver_height_cm=155.0, language="id")
    assert not coach_home.exists()


def test_a_file(coach_home: Path):
    coach_home.mkdir()
    (coach_home / "settings.toml").write_text('receiver_height_cm = 162\nlanguage = "en"\n')
    assert load_settings() == Settings(receiver_height_cm=162.0, language="en")


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("receiver_height_cm = 160\nlanguage = en\n", 2, "not valid TOML"),
        ("\n\nreceiver_height_cm = \n", 3, "not valid TOML"),
        ('language = "id"\n\nheight = 160\n', 3, "“height” is not a setting"),
        ("# a comment\nreceiver_height_cm = '160'\n", 2, "must be a number"),
        ("receiver_height_cm = true\n", 1, "must be a number"),
        ("receiver_height_cm = nan\n", 1, "between 120 and 210"),
        ("\nreceiver_height_cm = 1.6\n", 2, "between 120 and 210"),
        ("language = 3\n", 1, "must be a text"),
        ('language = "fr"\n', 1, "must be one of id, en"),
        ("[receiver]\nheight = 3\n", 1, "“receiver” is not a setting"),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, content: str, line: int, says: str):
    path = tmp_path / "settings.toml"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        load_settings(path)
    text = caught.value.text()
    assert f"{path}, line {line}: " in text
    assert says in text
    assert "\n" not in text


def test_a_file_that_is_no_text(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        load_settings(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_settings(tmp_path)  # a folder


def test_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv("COACH_HOME", "~/coach")
    assert data_folder() == Path.home() / "coach"
    monkeypatch.delenv("COACH_HOME")
    assert data_folder().name == "massage-coach"


@pytest.mark.parametrize("name", ["models/manifest.toml", "reference_poses", "samples"])
def test_what_ships_is_found_in_a_checkout(name: str):
    folder, *rest = name.split("/")
    assert resource_folder(folder).joinpath(*rest).exists()


def test_what_ships_is_found_in_an_installed_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(settings, "_PACKAGE", tmp_path / "site-packages" / "coach")
    assert resource_folder("samples") == tmp_path / "site-packages/coach/_data/samples"
    assert settings.app_script() == tmp_path / "site-packages/coach/_data/app.py"
