"""Codes whose consent was withdrawn, outside the database: a backup that is restored must not bring them back.

Only salted hashes are kept, so that the list itself names nobody.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path

from coach.atomic import write_bytes
from coach.errors import StoreError
from coach.i18n import N_

FILE = "withdrawn.json"


def is_withdrawn(home: Path, code: str) -> bool:
    """Whether the participant of that code withdrew."""
    return any(_hash(part["salt"], code) in part["codes"] for part in _read(home))


def add(home: Path, code: str) -> None:
    """Remember that the participant of that code withdrew."""
    own, *others = _read(home) or [{"salt": secrets.token_hex(16), "codes": []}]
    known = sorted({*own["codes"], _hash(own["salt"], code)})
    write_bytes(home / FILE, json.dumps([{"salt": own["salt"], "codes": known}, *others]).encode())


def merge(home: Path, data: bytes) -> None:
    """Add the list of a backup; hashes keep the salt they were made with."""
    here, there = _read(home), _parsed(data)
    write_bytes(home / FILE, json.dumps([*here, *(part for part in there if part not in here)]).encode())


def _read(home: Path) -> list[dict]:
    path = home / FILE
    if not path.exists():
        return []
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValueError, TypeError, KeyError) as error:
        # Going on without it could bring back what somebody had deleted.
        raise StoreError(N_("The list of withdrawn codes ({file}) cannot be read."), file=path) from error


def _parsed(data: bytes) -> list[dict]:
    return [
        {"salt": str(part["salt"]), "codes": [str(code) for code in part["codes"]]}
        for part in json.loads(data)
    ]


def _hash(salt: str, code: str) -> str:
    return hashlib.scrypt(code.encode(), salt=salt.encode(), n=2**12, r=8, p=1).hex()
