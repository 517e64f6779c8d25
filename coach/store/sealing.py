"""Files that only one key or one passphrase opens, of any size, read and written piece by piece.

The file is a line that says what it is, a line of JSON that says how its key is locked, and the contents in pieces of
64 KiB. Every piece is encrypted and authenticated by itself (ChaCha20-Poly1305, RFC 8439) under a key that is made
for this one file; its nonce is its number and whether it is the last one, so that pieces left out, exchanged or cut
off are noticed (the STREAM construction of Hoang et al., 2015, as in the age format). The file's key is locked

- for a public key: by HPKE (RFC 9180) with X25519, HKDF-SHA-256 and ChaCha20-Poly1305, or
- by a passphrase: with a key that Argon2id (RFC 9106) makes of it.

All of it is done by the `cryptography` library; this module only lays the pieces side by side.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from coach.errors import StoreError
from coach.i18n import N_

MAGIC = b"massage-coach sealed 1\n"
_PIECE, _TAG = 1 << 16, 16
_LONGEST_HEADER = 4096
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 4
"""Argon2id's costs: RFC 9106's second choice, for computers with little memory."""
_DEAREST_KIB, _MOST_PASSES, _MOST_LANES = 1 << 20, 16, 16
"""Costs beyond these are not taken from a stranger's file."""


@dataclass(frozen=True)
class Header:
    """How a sealed file is locked.

    Attributes
    ----------
    kind : str
        'key' or 'passphrase'.
    to : str or None
        `key_id` of the key that opens it.
    """

    kind: str
    to: str | None
    values: dict[str, Any]
    raw: bytes


def key_id(key: X25519PublicKey) -> str:
    """A public key's short name, by which a file says whom it is for."""
    return hashlib.sha256(b"massage-coach key\n" + key.public_bytes_raw()).hexdigest()[:20]


def seal(
    source: IO[bytes],
    target: IO[bytes],
    *,
    to: X25519PublicKey | None = None,
    passphrase: str | None = None,
) -> None:
    """Write `source` into `target`, for one key or under one passphrase."""
    file_key = secrets.token_bytes(32)
    if to is not None:
        locked = _SUITE.encrypt(file_key, to, info=MAGIC)
        values: dict[str, Any] = {"kind": "key", "to": key_id(to), "key": _text(locked)}
    elif passphrase is not None:
        salt, costs = secrets.token_bytes(16), (_MEMORY_KIB, _PASSES, _LANES)
        locked = ChaCha20Poly1305(_stretched(passphrase, salt, costs)).encrypt(bytes(12), file_key, MAGIC)
        values = {"kind": "passphrase", "salt": _text(salt), "costs": costs, "key": _text(locked)}
    else:
        raise ValueError("a file is sealed for a key or by a passphrase")
    header = json.dumps(values).encode() + b"\n"
    target.write(MAGIC + header)
    cipher, bound = ChaCha20Poly1305(file_key), hashlib.sha256(header).digest()
    for number, (piece, last) in enumerate(_pieces(source, _PIECE)):
        target.write(cipher.encrypt(_nonce(number, last), piece, bound))


def read_header(source: IO[bytes]) -> Header:
    """What the file says of itself, before any key is tried.

    Raises
    ------
    StoreError
        It is no sealed file.
    """
    line = source.readline(len(MAGIC))
    raw = source.readline(_LONGEST_HEADER)
    try:
        values = json.loads(raw)
        if line != MAGIC or not raw.endswith(b"\n") or values["kind"] not in ("key", "passphrase"):
            raise ValueError("no sealed file")
        return Header(values["kind"], values.get("to"), values, raw)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(
            N_("This is no sealed file of this program, or its beginning is damaged.")
        ) from error


def unseal(
    source: IO[bytes],
    target: IO[bytes],
    *,
    key: X25519PrivateKey | None = None,
    passphrase: str | None = None,
    most: int | None = None,
) -> None:
    """Write the contents of a sealed file into `target`; what was written counts only when this returns.

    Parameters
    ----------
    source, target : file
    key : X25519PrivateKey, optional
    passphrase : str, optional
    most : int, optional
        Bytes of the contents that are accepted.

    Raises
    ------
    StoreError
        It is no sealed file, for another key, of another passphrase, too large, altered or cut off.
    """
    header = read_header(source)
    cipher = ChaCha20Poly1305(_file_key(header, key, passphrase))
    bound, written = hashlib.sha256(header.raw).digest(), 0
    try:
        for number, (piece, last) in enumerate(_pieces(source, _PIECE + _TAG)):
            contents = cipher.decrypt(_nonce(number, last), piece, bound)
            written += len(contents)
            if most is not None and written > most:
                raise StoreError(
                    N_("The file holds more than the {size} MB that are accepted."), size=most // 1_000_000
                )
            target.write(contents)
    except InvalidTag as error:
        raise StoreError(
            N_("The file is damaged: it was altered or cut off on the way. Copy it again.")
        ) from error


def _file_key(header: Header, key: X25519PrivateKey | None, passphrase: str | None) -> bytes:
    values = header.values
    try:
        locked = base64.b64decode(values["key"], validate=True)
        if header.kind == "key":
            if key is None or header.to != key_id(key.public_key()):
                raise StoreError(N_("The file is sealed for another computer: this one cannot open it."))
            return _checked(_SUITE.decrypt(locked, key, info=MAGIC))
        if passphrase is None:
            raise StoreError(N_("The file is sealed with a passphrase."))
        memory, passes, lanes = (int(cost) for cost in values["costs"])
        if not (
            8 * lanes <= memory <= _DEAREST_KIB and 1 <= passes <= _MOST_PASSES and 1 <= lanes <= _MOST_LANES
        ):
            raise ValueError("costs beyond reason")
        salt = base64.b64decode(values["salt"], validate=True)
        stretched = _stretched(passphrase, salt, (memory, passes, lanes))
        return _checked(ChaCha20Poly1305(stretched).decrypt(bytes(12), locked, MAGIC))
    except InvalidTag as error:
        if header.kind == "passphrase":
            raise StoreError(N_("The passphrase does not open this file.")) from error
        raise StoreError(
            N_("The file is damaged: it was altered or cut off on the way. Copy it again.")
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            N_("This is no sealed file of this program, or its beginning is damaged.")
        ) from error


def _checked(file_key: bytes) -> bytes:
    if len(file_key) != 32:
        raise ValueError("no key of a file")
    return file_key


def _stretched(passphrase: str, salt: bytes, costs: tuple[int, int, int]) -> bytes:
    memory, passes, lanes = costs
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(
        passphrase.encode()
    )


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of `size` bytes and whether each is the last, which may be shorter or empty."""
    piece = source.read(size)
    while True:
        following = source.read(size) if len(piece) == size else b""
        yield piece, not following
        if not following:
            return
        piece = following


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
