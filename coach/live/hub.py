"""Who owns the camera: one visit at a time, known by a token that nobody can guess."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from coach.live.session import LiveSession


class Hub:
    """Holds the one live session of this server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: LiveSession | None = None
        self._token = ""

    def open(
        self, make: Callable[[], LiveSession], *, take_over: bool = False
    ) -> tuple[str, LiveSession] | None:
        """Start the session that `make` gives, and its token; None when another one has the camera.

        Taking over ends the other session; its round, if one is under way, is kept as far as it went.
        """
        with self._lock:
            if self._session is not None and self._session.alive:
                if not (take_over or self._session.ended):
                    return None
                # First, or a page that sees the end would still find its session and not know why.
                self._token = secrets.token_urlsafe(24)
                self._session.close()
            self._session, self._token = make(), secrets.token_urlsafe(24)
            self._session.start()
            return self._token, self._session

    def get(self, token: str) -> LiveSession | None:
        """The session of this token, if it is still the owner."""
        session = self._session
        if session is None or not secrets.compare_digest(token.encode(), self._token.encode()):
            return None
        return session

    def rejoin(self) -> tuple[str, LiveSession] | None:
        """The session that has the camera, under a new token: for a page that lost the old one by being loaded anew.

        Whoever still holds the old token is out, as if the camera had been taken over.
        """
        with self._lock:
            if self._session is None or not self._session.alive:
                return None
            self._token = secrets.token_urlsafe(24)
            return self._token, self._session

    def close(self, token: str) -> None:
        """End the session of this token."""
        with self._lock:
            session = self.get(token)
            if session is not None:
                session.close()
                self._session, self._token = None, ""

    @property
    def current(self) -> LiveSession | None:
        """The session that has the camera now, whosever it is."""
        return self._session if self._session is not None and self._session.alive else None


HUB = Hub()
"""The server's one hub, shared by its pages and routes."""
