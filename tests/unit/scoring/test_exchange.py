"""A reference as one file: there and back, and what a stranger's file may not do."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from coach.errors import CoachError, InputError, ReferenceError  # noqa: A004 - the field's word
from coach.scoring.adding import add_reference
from coach.scoring.exchange import LARGEST, LIMITS, export_reference, import_reference
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import list_references, load_reference, own_folder
from coach.scoring.report import score_recording

FORM = replace(FORMS[0], seconds=50.0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The members of a sound file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COACH_HOME", str(tmp_path_factory.mktemp("exchange")))
        name, data = export_reference("fists")
    assert name == "fists.reference.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(members: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
    return out.getvalue()


def parquet(**changes: object) -> bytes:
    """The recording of a sound file with columns or metadata replaced or added."""
    table = make_recording(FORM)._columns()
    meta = {**make_recording(FORM).meta, **(changes.pop("meta", None) or {})}
    table |= changes
    out = io.BytesIO()
    pq.write_table(
        pa.table(table).replace_schema_metadata({"massage_coach": json.dumps(meta)}), out, compression="zstd"
    )
    return out.getvalue()


def refused(data: bytes, match: str) -> None:
    """It is refused with a sentence, and nothing is left behind."""
    with pytest.raises(CoachError, match=match) as caught:
        import_reference(data, "stranger")
    assert isinstance(caught.value, InputError)
    assert not (own_folder() / "stranger").exists()
    assert not own_folder().exists() or not list(own_folder().glob(".new-*"))


def test_there_and_back():
    recording = make_recording(FORM)
    named = replace(recording, meta={**recording.meta, "source": {"kind": "file", "name": "Ibu Siti.mp4"}})
    add_reference(named, "mine", title="Cara kami", form="fists", shown_by="Bidan A")
    name, data = export_reference("mine")
    assert name == "mine.reference.zip"
    again = import_reference(data, "From the other laptop")
    assert [r.name for r in list_references() if r.own] == ["from-the-other-laptop", "mine"]
    loaded = load_reference("from-the-other-laptop")
    assert loaded.profile == load_reference("mine").profile == again.profile
    assert loaded.shown_by == "Bidan A"
    np.testing.assert_array_equal(loaded.recording.u, recording.u)
    np.testing.assert_array_equal(loaded.recording.t_s, recording.t_s)
    assert score_recording(recording, loaded).overall == pytest.approx(100)
    assert "Siti" not in json.dumps(loaded.recording.meta)  # the video's name stayed at home


def test_the_same_reference_gives_the_same_file():
    assert export_reference("fists") == export_reference("fists")


def test_a_taken_name():
    _, data = export_reference("fists")
    with pytest.raises(ReferenceError, match="already"):
        import_reference(data, "fists")


@pytest.mark.parametrize("name", ["../out", "a/b", "..", "", "C:\\x"])
def test_a_name_that_is_a_path(name: str):
    _, data = export_reference("fists")
    with pytest.raises(ReferenceError):
        import_reference(data, name)


def test_a_sound_file_is_taken(good):
    assert import_reference(packed(good), "stranger").name == "stranger"


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 100, b"PK\x05\x06" + b"\0" * 18])
def test_no_zip(data: bytes):
    refused(data, "no whole zip|nothing else")


def test_cut_off(good):
    refused(packed(good)[:-200], "no whole zip")


def test_flipped_bits(good):
    data = bytearray(packed(good))
    data[len(data) // 2] ^= 0xFF
    refused(bytes(data), "damaged|no reference|Parquet")


@pytest.mark.parametrize(
    "extra",
    ["../../evil.py", "/etc/passwd", "..\\evil", "sub/recording.parquet", "more.txt", "recording.parquet/"],
)
def test_members_that_do_not_belong(good, extra: str, home: Path):
    refused(packed([*good.items(), (extra, b"x")]), "nothing else")
    assert not list(home.rglob("evil*"))


@pytest.mark.parametrize("gone", sorted(LIMITS))
def test_a_member_is_missing(good, gone: str):
    refused(packed({k: v for k, v in good.items() if k != gone}), "nothing else")


def test_a_member_twice(good):
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed([*good.items(), ("profile.toml", good["profile.toml"])])
    refused(data, "nothing else")


def test_a_link_in_place_of_a_file(good):
    link = zipfile.ZipInfo("README.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(
        packed([*((k, v) for k, v in good.items() if k != "README.md"), (link, b"/etc/passwd")]),
        "no plain file",
    )


def test_a_bomb_in_a_member(good):
    bomb = packed({**good, "README.md": b"\0" * 50_000_000})
    assert len(bomb) < 1_000_000
    refused(bomb, "README.md is too large")


def test_a_bomb_that_lies_about_its_size(good):
    data = bytearray(packed({**good, "README.md": b"a" * 30_000_000}))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            if struct.unpack_from("<I", data, place + at)[0] == 30_000_000:
                struct.pack_into("<I", data, place + at, 100)
    refused(bytes(data), "no whole zip|too large")


def test_a_file_that_is_too_large():
    refused(b"PK" + b"\0" * LARGEST, "too large for a reference")


@pytest.mark.parametrize("name", ["profile.toml", "README.md"])
def test_text_that_is_none(good, name: str):
    refused(packed({**good, name: b"\xff\xfe\x00a"}), "no text")
    refused(packed({**good, name: b"a\x00b"}), "no text")


def test_a_broken_profile(good):
    refused(packed({**good, "profile.toml": b"schema = "}), "profile.toml, line 1")


def test_a_title_without_end(good):
    text = good["profile.toml"].decode().replace("Fists", "F" * 500)
    refused(packed({**good, "profile.toml": text.encode()}), "title is longer")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"note": ["x"] * 750}, "more than numbers"),
        ({"note": [[1.0]] * 750}, "more than numbers"),
        ({f"c{i}": np.zeros(750) for i in range(80)}, "more than numbers"),
        ({"meta": {"more": "x" * 100_000}}, "more than numbers"),
        ({"t_s": np.zeros(750)}, "times do not rise"),
        ({"meta": {"schema": 99}}, "format 99"),
        ({"meta": {"settings": {}}}, "how long the back is"),
    ],
)
def test_a_recording_that_is_none(good, changes, match: str):
    refused(packed({**good, "recording.parquet": parquet(**changes)}), match)


def test_a_recording_that_unfolds(good):
    """Ten million equal rows are a few kilobytes on disk."""
    n = 10_000_000
    out = io.BytesIO()
    pq.write_table(pa.table({"t_s": pa.array(np.zeros(n, np.float32))}), out, compression="zstd")
    assert len(out.getvalue()) < 200_000
    refused(packed({**good, "recording.parquet": out.getvalue()}), "1 to 400000 pictures")


def test_not_even_parquet(good):
    refused(packed({**good, "recording.parquet": b"PAR1" * 100}), "no Parquet file")


def test_no_temporary_path_is_told(good):
    with pytest.raises(InputError) as caught:
        import_reference(packed({**good, "recording.parquet": parquet(t_s=np.zeros(750))}), "stranger")
    assert "/tmp" not in str(caught.value)
    assert "recording.parquet" in str(caught.value)
