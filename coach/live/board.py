"""Where a session hangs out its newest state, for whoever shows it."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any


class Board:
    """The newest state and picture; older ones are gone. Any thread may ask.

    Readers give the serial number that they know and wait until there is a newer one.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        self._news = threading.Condition()
        self._serial = 0
        self._state = state
        self._picture: bytes | None = None
        self._said: deque[dict[str, Any]] = deque(maxlen=6)
        self._said_count = 0

    def say(self, id_: str, kind: str) -> None:
        """Add something to be said, once, with the next state."""
        self._said_count += 1
        self._said.append({"n": self._said_count, "id": id_, "kind": kind})

    def hang(self, state: dict[str, Any], picture: bytes | None, *, keep_picture: bool = False) -> None:
        """Replace the state, and the picture unless the old one is there and stays."""
        with self._news:
            self._serial += 1
            self._state = state | {"said": list(self._said)}
            if not (keep_picture and self._picture is not None):
                self._picture = picture
            self._news.notify_all()

    def wait(self, after: int, timeout_s: float) -> tuple[int, dict[str, Any]]:
        """Serial number and state once the number is above `after`; the old ones when nothing comes in time."""
        with self._news:
            self._news.wait_for(lambda: self._serial > after, timeout_s)
            return self._serial, self._state

    def picture(self, after: int, timeout_s: float) -> tuple[int, bytes | None]:
        """The same with the picture, JPEG, if there is one."""
        serial, _ = self.wait(after, timeout_s)
        return serial, self._picture
