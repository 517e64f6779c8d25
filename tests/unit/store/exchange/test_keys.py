"""Two laptops know each other once a person has typed the other's fingerprint."""

from __future__ import annotations

import json
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import StoreError
from coach.store.exchange import keys
from coach.store.exchange.keys import make_keys, pair, read_card


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "a", tmp_path / "b"


def test_keys_stay_when_a_laptop_is_renamed(homes):
    assert keys.own_keys(homes[0]) is None
    first = make_keys(homes[0], "  Posyandu   Melati ")
    assert first.card.name == "Posyandu Melati"
    renamed = make_keys(homes[0], "Melati")
    assert renamed.card.fingerprint == first.card.fingerprint
    assert keys.own_keys(homes[0]).card == renamed.card
    assert stat.S_IMODE((homes[0] / "exchange/keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((homes[0] / "exchange").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "x", "y" * 41, "a\x00b"])
def test_a_name_is_a_name(homes, name: str):
    with pytest.raises(StoreError, match="name of 2 to 40 letters"):
        make_keys(homes[0], name)


def test_pairing_needs_the_other_s_fingerprint(homes):
    mine, theirs = make_keys(homes[0], "Kampus"), make_keys(homes[1], "Posyandu")
    card = read_card(theirs.card_bytes())
    assert card == theirs.card
    for wrong in ("", mine.card.fingerprint, card.fingerprint[:-1], card.fingerprint + "A"):
        with pytest.raises(StoreError, match="not that of this card"):
            pair(homes[0], card, wrong)
    assert keys.known(homes[0]) == []
    pair(homes[0], card, card.fingerprint.lower().replace(" ", "-"))
    pair(homes[0], card, card.fingerprint)
    assert keys.known(homes[0]) == [card]
    assert keys.find(homes[0], "posyandu") == keys.find(homes[0], card.fingerprint) == card
    with pytest.raises(StoreError, match="not the name of exactly one"):
        keys.find(homes[0], "Puskesmas")
    with pytest.raises(StoreError, match="this laptop itself"):
        pair(homes[0], mine.card, mine.card.fingerprint)
    keys.unpair(homes[0], card.fingerprint)
    assert keys.known(homes[0]) == []


def test_two_laptops_of_one_name_are_told_apart(homes, tmp_path: Path):
    make_keys(homes[0], "Kampus")
    cards = [make_keys(tmp_path / str(i), "Posyandu").card for i in range(2)]
    for card in cards:
        pair(homes[0], card, card.fingerprint)
    with pytest.raises(StoreError, match="exactly one"):
        keys.find(homes[0], "Posyandu")
    assert keys.find(homes[0], cards[1].fingerprint) == cards[1]


@given(st.data())
def test_a_card_that_was_changed_is_noticed(tmp_path_factory: pytest.TempPathFactory, data):
    file = make_keys(tmp_path_factory.getbasetemp() / "card", "Posyandu").card_bytes()
    at = data.draw(st.integers(0, len(file) - 1))
    spoilt = file[:at] + bytes([file[at] ^ data.draw(st.integers(1, 255))]) + file[at + 1 :]
    with suppress(StoreError):
        assert read_card(spoilt) == read_card(file)  # a byte of no meaning, such as JSON's own space


@pytest.mark.parametrize(
    "file", [b"", b"{}", b"[]", b'{"card": "{}", "signature": ""}', b"x" * 9000, b"[" * 4000]
)
def test_a_foreign_file_is_no_card(file: bytes):
    with pytest.raises(StoreError, match="no laptop's card"):
        read_card(file)


@pytest.mark.parametrize("name", ["keys.json", "known.json"])
def test_a_broken_file_is_a_sentence(homes, name: str):
    make_keys(homes[0], "Kampus")
    (homes[0] / "exchange" / name).write_text(json.dumps([{"name": "x"}]))
    with pytest.raises(StoreError, match="cannot be read"):
        keys.own_keys(homes[0]) if name == "keys.json" else keys.known(homes[0])
