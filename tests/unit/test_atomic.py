"""Files are whole or not there."""

from __future__ import annotations

import pytest

from coach.atomic import check_folder, replacing, write_bytes
from coach.errors import OutputError


def test_nothing_is_left_after_an_error(tmp_path):
    target = tmp_path / "report.json"
    target.write_text("old")

    def fail():
        with replacing(target) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_suffix_is_kept_and_the_file_is_readable_by_others(tmp_path):
    with replacing(tmp_path / "picture.png") as temporary:
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"x")
    other = tmp_path / "plain"
    other.write_bytes(b"x")
    assert (tmp_path / "picture.png").stat().st_mode == other.stat().st_mode


def test_a_missing_folder_is_a_sentence(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_bytes(tmp_path / "none" / "x", b"")


def test_folders_are_made_and_tried(tmp_path):
    check_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="not a folder"):
        check_folder(tmp_path / "file")
