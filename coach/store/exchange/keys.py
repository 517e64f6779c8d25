"""Who a laptop is, and which others it knows: two keys of its own, and the cards of those it was paired with.

A card holds a laptop's name and its two public keys, for signatures (Ed25519) and for sealing (X25519). Its fingerprint
is what two people compare: whoever types the one that the other laptop shows has the other laptop's card, and nobody
else's. All of it lies in ``exchange/`` of the data folder.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from coach.atomic import output_error, write_bytes
from coach.errors import StoreError
from coach.i18n import N_

FOLDER, SUFFIX = "exchange", ".card"
LONGEST_NAME, LARGEST_CARD = 40, 4096
_KEYS, _KNOWN, _KIND = "keys.json", "known.json", "massage-coach card 1"


@dataclass(frozen=True)
class Card:
    """A laptop's name and public keys."""

    name: str
    sign: bytes
    seal: bytes

    @property
    def fingerprint(self) -> str:
        """Four groups of four letters and digits: 80 bits of a hash of both keys."""
        digest = hashlib.sha256(b"massage-coach card\n" + self.sign + self.seal).digest()
        text = base64.b32encode(digest[:10]).decode()
        return " ".join(text[i : i + 4] for i in range(0, 16, 4))

    def fits(self, typed: str) -> bool:
        """Whether somebody typed this fingerprint, with whatever spaces and capitals."""
        plain = "".join(c for c in typed.upper() if c.isalnum())
        # 0, 1 and 8 are not in the alphabet; they are taken for what looks like them.
        return plain.translate(str.maketrans("018", "OIB")) == self.fingerprint.replace(" ", "")

    def seal_key(self) -> X25519PublicKey:
        return X25519PublicKey.from_public_bytes(self.seal)

    def sign_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.sign)

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "sign": _text(self.sign), "seal": _text(self.seal)}

    @classmethod
    def from_json(cls, values: Any) -> Card:
        """Read `to_json` back.

        Raises
        ------
        ValueError
            It is no card.
        """
        try:
            card = cls(clean_name(values["name"]), _raw(values["sign"]), _raw(values["seal"]))
        except (KeyError, TypeError, AttributeError, StoreError) as error:
            raise ValueError("no card") from error
        return card


class Keys:
    """This laptop's own keys."""

    def __init__(self, name: str, sign: Ed25519PrivateKey, seal: X25519PrivateKey) -> None:
        self.sign, self.seal = sign, seal
        self.card = Card(name, sign.public_key().public_bytes_raw(), seal.public_key().public_bytes_raw())

    def card_bytes(self) -> bytes:
        """The card as a file, signed by itself so that a damaged copy is noticed."""
        body = json.dumps({"kind": _KIND, **self.card.to_json()}, ensure_ascii=False).encode()
        return json.dumps({"card": body.decode(), "signature": _text(self.sign.sign(body))}).encode()


def own_keys(home: Path) -> Keys | None:
    """This laptop's keys, when they were made.

    Raises
    ------
    StoreError
        They cannot be read.
    """
    path = home / FOLDER / _KEYS
    try:
        values = json.loads(path.read_bytes())
        return Keys(
            str(values["name"]),
            Ed25519PrivateKey.from_private_bytes(_raw(values["sign"])),
            X25519PrivateKey.from_private_bytes(_raw(values["seal"])),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            N_(
                "The keys of this laptop cannot be read. Delete {file} and pair it with the others anew."
            ),
            file=path,
        ) from error  # fmt: skip


def make_keys(home: Path, name: str) -> Keys:
    """Name this laptop; its keys are made the first time and stay when it is renamed.

    Raises
    ------
    StoreError
        The name cannot be used.
    """
    name, old = clean_name(name), own_keys(home)
    keys = Keys(
        name,
        old.sign if old else Ed25519PrivateKey.generate(),
        old.seal if old else X25519PrivateKey.generate(),
    )
    values = {
        "name": name,
        "sign": _text(keys.sign.private_bytes_raw()),
        "seal": _text(keys.seal.private_bytes_raw()),
    }
    _write(home, _KEYS, json.dumps(values).encode())
    return keys


def clean_name(name: str) -> str:
    """A laptop's name as it is stored.

    Raises
    ------
    StoreError
        It is empty or too long.
    """
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise StoreError(N_("Give the laptop a name of 2 to {most} letters."), most=LONGEST_NAME)
    return name


def read_card(data: bytes) -> Card:
    """A laptop's card out of its file.

    Raises
    ------
    StoreError
        It is no card, or was changed.
    """
    try:
        if len(data) > LARGEST_CARD:
            raise ValueError("too large")
        outer = json.loads(data)
        body = outer["card"].encode()
        values = json.loads(body)
        if values["kind"] != _KIND:
            raise ValueError("no card")
        card = Card.from_json(values)
        card.sign_key().verify(_raw(outer["signature"], 64), body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature) as error:
        raise StoreError(N_("This is no laptop's card, or it is damaged.")) from error
    return card


def known(home: Path) -> list[Card]:
    """The laptops that this one was paired with.

    Raises
    ------
    StoreError
        The list cannot be read.
    """
    path = home / FOLDER / _KNOWN
    try:
        return [Card.from_json(values) for values in json.loads(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(N_("The list of known laptops ({file}) cannot be read."), file=path) from error


def pair(home: Path, card: Card, typed: str) -> None:
    """Know a laptop from now on, when its fingerprint was typed.

    Raises
    ------
    StoreError
        Another fingerprint was typed, or it is this laptop's own card.
    """
    own = own_keys(home)
    if own is not None and own.card.fingerprint == card.fingerprint:
        raise StoreError(N_("This is the card of this laptop itself."))
    if not card.fits(typed):
        raise StoreError(
            N_(
                "The fingerprint is not that of this card. Type what the other laptop shows; if it differs "
                "again, do not use the card."
            )
        )
    others = [other for other in known(home) if other.fingerprint != card.fingerprint]
    _write_known(home, [*others, card])


def unpair(home: Path, fingerprint: str) -> None:
    """Know a laptop no longer: its files are refused, and nothing can be sealed for it."""
    _write_known(home, [card for card in known(home) if card.fingerprint != fingerprint])


def find(home: Path, wanted: str) -> Card:
    """The known laptop of that name or fingerprint.

    Raises
    ------
    StoreError
        There is none, or more than one.
    """
    found = [c for c in known(home) if c.name.casefold() == wanted.strip().casefold() or c.fits(wanted)]
    if len(found) != 1:
        raise StoreError(
            N_("“{name}” is not the name of exactly one known laptop; known are: {known}."),
            name=wanted,
            known=", ".join(f"{c.name} ({c.fingerprint})" for c in known(home)) or "–",
        )
    return found[0]


def _write_known(home: Path, cards: list[Card]) -> None:
    values = [card.to_json() for card in cards]
    _write(home, _KNOWN, json.dumps(values, ensure_ascii=False, indent=1).encode())


def _write(home: Path, name: str, data: bytes) -> None:
    folder = home / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error
    write_bytes(folder / name, data)
    (folder / name).chmod(0o600)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _raw(text: str, length: int = 32) -> bytes:
    data = base64.b64decode(text, validate=True)
    if len(data) != length:
        raise ValueError("no key")
    return data
