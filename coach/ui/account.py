"""Signing in with an account of the campus, where one is set up: Streamlit's own login, by OpenID Connect.

Streamlit leaves a cookie in the browser for a month and checks its time no more. Here an identity opens the door once
only, and only while it is fresh: who comes to a laptop with somebody's cookie in its browser has to sign in at the
campus again, and a visit that was locked stays locked. Without ``[auth]`` in ``secrets.toml`` none of this does
anything.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import streamlit as st

FRESH_S = 300.0
"""So old may an identity be; enough for the way back from the provider, and for clocks that differ (our own choice)."""
_LEEWAY_S = 60.0
_STARTED_S = time.time()
_LOCK = threading.Lock()
_USED: set[str] = set()


def is_set_up() -> bool:
    """Whether ``secrets.toml`` in the data folder names a provider."""
    return "is_logged_in" in st.user


def can_be_used() -> bool:
    """Whether the library that it takes is installed: the extra ``oidc``."""
    return find_spec("authlib") is not None and find_spec("httpx") is not None


def go_there() -> None:
    """Send the browser to the provider."""
    st.login()


def waiting() -> bool:
    """Whether somebody has just come back from the provider and was not let in or refused yet."""
    return _fresh(_claims(), time.time()) is not None


def arrived() -> dict[str, Any] | None:
    """What the provider says of who has just come back; once only."""
    claims = _claims()
    mark = _fresh(claims, time.time())
    if mark is None:
        return None
    with _LOCK:
        if mark in _USED:
            return None
        _USED.add(mark)
    return claims


def forget() -> None:
    """Remove Streamlit's cookie, and sign out at the provider where it can; the page is loaded anew."""
    if st.user.get("is_logged_in"):
        st.logout()


def _claims() -> dict[str, Any]:
    return dict(st.user.to_dict()) if st.user.get("is_logged_in") else {}


def _fresh(claims: Mapping[str, Any], now: float) -> str | None:
    """A mark of an identity that was given just now and not used; None for any other."""
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
        return None
    if (
        expires < now - _LEEWAY_S
        or not max(now - FRESH_S, _STARTED_S - _LEEWAY_S) <= issued <= now + _LEEWAY_S
    ):
        return None
    parts = [str(claims.get(name)) for name in ("iss", "sub", "iat", "nonce", "jti")]
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return None if mark in _USED else mark
