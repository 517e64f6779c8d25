"""Codes whose consent was withdrawn, outside the database: a backup that is restored must not bring them back.

Only salted hashes are kept, so that the list itself names nobody.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from coach.atomic import write_bytes
from coach.errors import StoreError
from coach.i18n import N_

FILE = "withdrawn.json"
Lists = list[dict[str, Any]]


def is_withdrawn(home: Path, code: str) -> bool:
    """Whether the participant of that code withdrew."""
    return is_in(_read(home), code)


def is_in(lists: Lists, code: str) -> bool:
    """Whether the code is in one of the lists."""
    return any(_hash(part["salt"], code) in part["codes"] for part in lists)


def add(home: Path, code: str) -> None:
    """Remember that the participant of that code withdrew."""
    own, *others = _read(home) or [{"salt": secrets.token_hex(16), "codes": []}]
    known = sorted({*own["codes"], _hash(own["salt"], code)})
    _write(home, [{"salt": own["salt"], "codes": known}, *others])


def added(home: Path, data: bytes) -> Lists:
    """What the lists of a backup or of another laptop, as a file holds them, have beyond those here."""
    here = {part["salt"]: part["codes"] for part in _read(home)}
    new: Lists = []
    for part in _parsed(data):
        codes = set(part["codes"]) - set(here.get(part["salt"], ()))
        if codes:
            new.append({"salt": part["salt"], "codes": sorted(codes)})
    return new


def merge(home: Path, new: Lists) -> None:
    """Keep what `added` gave. Hashes keep their salt."""
    if new:
        here = {part["salt"]: set(part["codes"]) for part in _read(home)}
        for part in new:
            here.setdefault(part["salt"], set()).update(part["codes"])
        _write(home, [{"salt": salt, "codes": sorted(codes)} for salt, codes in here.items()])


def lists(home: Path) -> Lists:
    """All lists, for `is_in`."""
    return _read(home)


def _write(home: Path, parts: Lists) -> None:
    write_bytes(home / FILE, json.dumps(parts).encode())


def _read(home: Path) -> Lists:
    path = home / FILE
    if not path.exists():
        return []
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValueError, TypeError, KeyError) as error:
        # Going on without it could bring back what somebody had deleted.
        raise StoreError(N_("The list of withdrawn codes ({file}) cannot be read."), file=path) from error


def _parsed(data: bytes) -> Lists:
    return [
        {"salt": str(part["salt"]), "codes": [str(code) for code in part["codes"]]}
        for part in json.loads(data)
    ]


def _hash(salt: str, code: str) -> str:
    return hashlib.scrypt(code.encode(), salt=salt.encode(), n=2**12, r=8, p=1).hex()
