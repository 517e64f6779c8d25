"""A sealed file opens for its key or its passphrase alone, and only whole."""

from __future__ import annotations

import io
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import StoreError
from coach.store import sealing
from coach.store.sealing import MAGIC, read_header, seal, unseal

KEY = X25519PrivateKey.generate()
PIECE = 1 << 16


@pytest.fixture(autouse=True, scope="module")
def cheap():
    """Argon2id's full costs take a second each; the form of the file is the same with small ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_MEMORY_KIB", 64)
        patch.setattr(sealing, "_PASSES", 1)
        yield


def sealed(data: bytes, **lock: object) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(data), target, **(lock or {"to": KEY.public_key()}))  # type: ignore[arg-type]
    return target.getvalue()


def opened(data: bytes, **key: object) -> bytes:
    target = io.BytesIO()
    unseal(io.BytesIO(data), target, **(key or {"key": KEY}))  # type: ignore[arg-type]
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_comes_out_again(size: int):
    data = bytes(i % 251 for i in range(size))
    file = sealed(data)
    assert opened(file) == data
    assert data == b"" or data[:64] not in file or size < 8
    assert opened(sealed(data, passphrase="satu dua tiga"), passphrase="satu dua tiga") == data


def test_two_seals_of_the_same_have_nothing_in_common():
    first, second = sealed(bytes(500)), sealed(bytes(500))
    assert first[len(MAGIC) + 200 :] != second[len(MAGIC) + 200 :]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_changed_or_cut_off_is_noticed(data):
    file = bytearray(sealed(b"x" * (PIECE + 500)))
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(file) - 1))
        file[at] ^= data.draw(st.integers(1, 255))
    else:
        file = file[: data.draw(st.integers(0, len(file) - 1))]
    with pytest.raises(StoreError):
        opened(bytes(file))


@pytest.mark.parametrize("how", ["cut", "exchanged", "repeated", "longer"])
def test_whole_pieces_left_out_exchanged_or_added_are_noticed(how: str):
    file = sealed(b"".join(bytes([i]) * PIECE for i in range(3)))
    start = len(MAGIC) + file[len(MAGIC) :].index(b"\n") + 1
    head, pieces = file[:start], [file[start + i * (PIECE + 16) :][: PIECE + 16] for i in range(3)]
    wrong = {
        "cut": pieces[:2],
        "exchanged": [pieces[1], pieces[0], pieces[2]],
        "repeated": [pieces[0], pieces[0], pieces[1], pieces[2]],
        "longer": [*pieces, b"more"],
    }[how]
    assert opened(head + b"".join(pieces))
    with pytest.raises(StoreError, match="altered or cut off"):
        opened(head + b"".join(wrong))


def test_nobody_else_opens_it():
    other = X25519PrivateKey.generate()
    with pytest.raises(StoreError, match="sealed for another computer"):
        opened(sealed(b"a"), key=other)
    with pytest.raises(StoreError, match="passphrase does not open"):
        opened(sealed(b"a", passphrase="benar"), passphrase="salah")
    with pytest.raises(StoreError, match="sealed with a passphrase"):
        opened(sealed(b"a", passphrase="benar"))


def test_a_file_says_for_whom_it_is():
    assert read_header(io.BytesIO(sealed(b"a"))).to == sealing.key_id(KEY.public_key())
    assert read_header(io.BytesIO(sealed(b"a", passphrase="p"))).kind == "passphrase"


@pytest.mark.parametrize(
    "file", [b"", b"PK\x03\x04", MAGIC, MAGIC + b"{}\n", MAGIC + b"[]\n", MAGIC + b"x" * 9000]
)
def test_a_foreign_file_is_a_sentence(file: bytes):
    with pytest.raises(StoreError, match="no sealed file"):
        opened(file)


def test_costs_of_a_stranger_s_file_are_bounded():
    file = sealed(b"a", passphrase="p")
    line = file[len(MAGIC) :].split(b"\n", 1)[0]
    for costs in ([1 << 30, 1, 1], [64, 10**9, 1], [64, 1, 10**6], [1], "abc"):
        dear = json.dumps({**json.loads(line), "costs": costs}).encode()
        with pytest.raises(StoreError, match="no sealed file"):
            opened(file.replace(line, dear), passphrase="p")


def test_more_than_is_accepted_is_refused_on_the_way():
    target = io.BytesIO()
    with pytest.raises(StoreError, match="more than"):
        unseal(io.BytesIO(sealed(bytes(4 * PIECE))), target, key=KEY, most=PIECE)
    assert len(target.getvalue()) <= PIECE
