"""The facts of a programme for its pages, read again only when something was written to the records by anybody."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from coach.programme import facts
from coach.programme.facts import Facts
from coach.ui.records import records

_MOST = 8
_KNOWN: dict[str, tuple[Hashable, Facts]] = {}
_LOCK = threading.Lock()


def read(programme_id: str) -> Facts:
    """As `coach.programme.facts.read`, which reads all rounds; what it gives is shared by all visits.

    Raises
    ------
    EntryError
        It is not in the records.
    StoreError
        The records cannot be used.
    """
    store = records()
    mark = store.changes.mark()  # before it is read: what is written meanwhile makes the next one unlike it
    with _LOCK:
        known = _KNOWN.get(programme_id)
    if known is not None and known[0] == mark:
        return known[1]
    found = facts.read(store, programme_id)
    with _LOCK:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        _KNOWN[programme_id] = mark, found
    return found
