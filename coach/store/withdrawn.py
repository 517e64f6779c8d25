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
    listed = _read(home)
    return bool(listed) and _hash(listed["salt"], code) in listed["codes"]


def add(home: Path, code: str) -> None:
    """Remember that the participant of that code withdrew."""
    listed = _read(home) or {"salt": secrets.token_hex(16), "codes": []}
    known = sorted({*listed["codes"], _hash(listed["salt"], code)})
    write_bytes(home / FILE, json.dumps({"salt": listed["salt"], "codes": known}).encode())


def _read(home: Path) -> dict:
    path = home / FILE
    if not path.exists():
        return {}
    try:
        listed = json.loads(path.read_bytes())
        return {"salt": str(listed["salt"]), "codes": [str(code) for code in listed["codes"]]}
    except (OSError, ValueError, TypeError, KeyError) as error:
        # Going on without it could bring back what somebody had deleted.
        raise StoreError(N_("The list of withdrawn codes ({file}) cannot be read."), file=path) from error


def _hash(salt: str, code: str) -> str:
    return hashlib.scrypt(code.encode(), salt=salt.encode(), n=2**12, r=8, p=1).hex()
