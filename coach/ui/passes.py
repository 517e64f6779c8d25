"""Who is signed in, for what the browser asks for beside Streamlit: each visit has a pass that nobody can guess.

It opens as much as the visit itself does: not after the sign-out, not when nobody touched the page for a while, not
when the password was changed or the instructor is none any more.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, replace

from coach.store import access
from coach.store.repository import Store


@dataclass(frozen=True)
class _Pass:
    store: Store
    who: str
    mark: str | None
    touched: float


_LOCK = threading.Lock()
_PASSES: dict[str, _Pass] = {}
_LONGEST_S = 24 * 3600.0  # well above `idle_minutes`: passes of windows that were closed


def give(store: Store, who: str, mark: str | None) -> str:
    """A pass for a visit that has just been signed in; `mark` is of its password (`access.mark_of`)."""
    token, now = secrets.token_urlsafe(32), time.monotonic()
    with _LOCK:
        for old in [t for t, given in _PASSES.items() if now - given.touched > _LONGEST_S]:
            del _PASSES[old]
        _PASSES[token] = _Pass(store, who, mark, now)
    return token


def touch(token: str) -> None:
    """Somebody is at the page."""
    with _LOCK:
        if token in _PASSES:
            _PASSES[token] = replace(_PASSES[token], touched=time.monotonic())


def take_back(token: str) -> None:
    """The visit is over."""
    with _LOCK:
        _PASSES.pop(token, None)


def opened_by(token: str, idle_s: float) -> Store | None:
    """The records that a pass opens; None when it opens nothing (any more)."""
    with _LOCK:
        given = _PASSES.get(token)
    if given is None or time.monotonic() - given.touched > idle_s:
        return None
    mark = access.mark_of(given.store, given.who)
    return given.store if mark is not None and mark == given.mark else None
