"""A parcel that is not whole, not for here, or of nobody known is a sentence, and changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from exchange_given import Laptop
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import CoachError, OutputError, StoreError
from coach.store.exchange import keys, parcel
from coach.store.exchange.parcel import UnknownSenderError
from coach.store.sealing import seal, unseal

KEEPING = (
    "import sys; sys.path[:0] = sys.argv[2:4]\n"
    "from pathlib import Path\n"
    "from coach.store.exchange import keys, merging, parcel\n"
    "from coach.store.repository import Store\n"
    "home = Path(sys.argv[1]); store = Store(home, f'sqlite:///{home}/records.sqlite')\n"
    "where, turn = sys.argv[5], [0]\n"
    "def stop(module, name):\n"
    "    real = getattr(module, name)\n"
    "    def die(*a, **k):\n"
    "        result = real(*a, **k)\n"
    "        import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    "    setattr(module, name, die)\n"
    "stop(merging, where)\n"
    "with parcel.opened(Path(sys.argv[4]), keys.own_keys(home), keys.known(home)) as opened:\n"
    "    merging.merge(store, opened, 'x')\n"
)


@pytest.fixture
def sent(village: Laptop, office: Laptop, tmp_path: Path) -> Path:
    village.practise(1)
    return village.send(office, tmp_path / "a.parcel")


def refused(office: Laptop, file: Path, match: str, kind: type[CoachError] = StoreError) -> None:
    before = office.state()
    with pytest.raises(kind, match=match):
        office.take(file)
    assert office.state() == before
    assert office.store.check().sound


def repacked(file: Path, village: Laptop, office: Laptop, change, *, signed: bool = True) -> None:
    """The parcel of a sender who keeps no rules: `change` gets its members; sums and signature are right."""
    plain = io.BytesIO()
    with file.open("rb") as source:
        unseal(source, plain, key=office.keys.seal)
    with zipfile.ZipFile(plain) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    old_signature = members.pop("signature")
    change(members, manifest)
    manifest["members"] = {
        name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in members.items()
    } | manifest.pop("lies", {})
    raw = json.dumps(manifest).encode()
    new = io.BytesIO()
    with zipfile.ZipFile(new, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", raw)
        archive.writestr("signature", village.keys.sign.sign(raw) if signed else old_signature)
    new.seek(0)
    with file.open("wb") as target:
        seal(new, target, to=office.keys.card.seal_key())


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=["function_scoped_fixture"])
def test_an_altered_or_truncated_file(sent: Path, office: Laptop, data):
    whole = sent.read_bytes()
    spoilt = sent.with_name("spoilt.parcel")
    if data.draw(st.booleans()):
        spoilt.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    else:
        at = data.draw(st.integers(0, len(whole) - 1))
        spoilt.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(StoreError):
        office.take(spoilt)
    assert office.store.count() == 0


def test_a_file_for_somebody_else(sent: Path, other: Laptop):
    refused(other, sent, "sealed for another computer")


def test_a_file_from_a_stranger_names_the_card_to_compare(sent: Path, village: Laptop, office: Laptop):
    keys.unpair(office.home, village.keys.card.fingerprint)
    with pytest.raises(UnknownSenderError, match="calls itself “Posyandu Melati”") as caught:
        office.take(sent)
    assert caught.value.card == village.keys.card
    assert office.store.count() == 0
    keys.pair(office.home, caught.value.card, village.keys.card.fingerprint)
    assert office.take(sent).new["practice"] == 1


@pytest.mark.parametrize("what", [b"", b"PK\x03\x04 no", b"\x00" * 4096, b"massage-coach sealed 1\n"])
def test_a_foreign_file(office: Laptop, tmp_path: Path, what: bytes):
    (tmp_path / "b.parcel").write_bytes(what)
    refused(office, tmp_path / "b.parcel", "no sealed file")


def test_an_oversized_file(sent: Path, office: Laptop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parcel, "LARGEST", 2000)
    refused(office, sent, "more than the 0 MB")
    # Nor is one that unfolds to more than it is: the sizes are added up before a row is read.
    monkeypatch.setattr(parcel, "LARGEST", sent.stat().st_size + 500)
    refused(office, sent, "no parcel of this program")


def test_one_that_is_not_there(office: Laptop, tmp_path: Path):
    refused(office, tmp_path / "nothing.parcel", "cannot be read")


def test_nobody_can_take_out_and_seal_again(sent: Path, village: Laptop, office: Laptop):
    repacked(sent, village, office, lambda members, manifest: manifest.update(program="9"), signed=False)
    refused(office, sent, "signature of the file is wrong")


def test_a_parcel_for_another_is_not_passed_on(sent: Path, village: Laptop, office: Laptop, other: Laptop):
    repacked(sent, village, office, lambda _, manifest: manifest.update(to=other.keys.card.fingerprint))
    refused(office, sent, "sealed for another computer")


def test_another_version_of_the_program(sent: Path, village: Laptop, office: Laptop):
    repacked(sent, village, office, lambda _, m: m.update(tables="0001", program="0.0.9"))
    refused(office, sent, "another version of the program .0.0.9")


def _line(members: dict[str, bytes], table: str, change) -> None:
    name = f"tables/{table}.jsonl"
    lines = [json.loads(line) for line in members[name].splitlines()]
    change(lines)
    members[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _row(**values):
    def change(members, manifest):
        _line(members, "practice", lambda lines: lines[0]["versions"][0]["row"].update(values))

    return change


def _lie(members, manifest):
    manifest["lies"] = {"tables/practice.jsonl": [5, "0" * 64]}


@pytest.mark.parametrize(
    "change",
    [
        _row(comfort="five"), _row(comfort=True), _row(duration_s=None), _row(code=5), _row(mode="x" * 17),
        _row(started_utc="yesterday"), _row(started_utc="2026-11-20T08:30:00"), _row(further=1), _row(key="other"),
        _row(recording="0" * 64),
        _lie,
        lambda members, _: members.pop(next(n for n in members if n.startswith("recordings/"))),
        lambda members, _: members.update({next(n for n in members if n.startswith("recordings/")): b"PAR1"}),
        lambda members, _: members.update({"tables/../../x.jsonl": b""}),
        lambda members, _: members.update({"tables/practice.jsonl": b"{}\n"}),
        lambda members, _: members.update({"tables/practice.jsonl": b"[1, 2]\n"}),
        lambda members, _: members.update({"tables/practice.jsonl": b"[" * 100_000}),
        lambda members, _: members.update({"tables/change.jsonl": b"{}\n"}),
        lambda members, _: members.update({"tables/result.jsonl": b'{"row": {}}\n'}),
        lambda members, _: members.update({"withdrawn.json": b'[{"salt": 1}]'}),
        lambda members, _: _line(members, "practice", lambda lines: lines[0].update(versions=[])),
        lambda members, _: _line(members, "practice", lambda lines: lines[0]["versions"][0].update(id="../x")),
        lambda members, _: _line(members, "practice", lambda lines: lines[0].update(uid="0" * 32)),
    ],
)  # fmt: skip
def test_a_known_laptop_that_sends_nonsense(sent: Path, village: Laptop, office: Laptop, change):
    repacked(sent, village, office, change)
    refused(office, sent, "no parcel of this program|cannot be used")


def test_a_sample_is_not_smuggled_in(sent: Path, village: Laptop, office: Laptop):
    def change(members, manifest):
        _line(members, "participant", lambda lines: lines[0]["versions"][0]["row"].update(sample=True))

    repacked(sent, village, office, change)
    refused(office, sent, "no parcel of this program")


def test_a_full_disk_or_a_wrong_folder_is_a_sentence(village: Laptop, office: Laptop, tmp_path: Path):
    village.practise(1)
    with pytest.raises(OutputError):
        village.send(office, tmp_path / "nowhere" / "a.parcel")
    village.store.files.path(village.store.practice(1).recording).write_bytes(b"damaged")
    with pytest.raises(StoreError, match="is damaged"):
        village.send(office, tmp_path / "a.parcel")
    assert not list(tmp_path.glob("*.parcel"))
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
@pytest.mark.parametrize("where", ["notice", "_take_rows", "settle", "_add_recordings", "_access"])
def test_a_kill_in_the_middle_loses_nothing(sent: Path, office: Laptop, where: str):
    here = Path(__file__).parent
    child = subprocess.run(
        [sys.executable, "-c", KEEPING, str(office.home), str(here), str(here.parent), str(sent), where],
        env={k: v for k, v in os.environ.items() if k != "COACH_DATABASE_URL"},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert office.store.count() == 0
    office.store.sweep()
    assert office.store.check().sound
    assert office.take(sent).new["practice"] == 1
    assert office.store.check().sound
