"""Fists or open hands, from what the recording's metadata says of the looks at them (`coach.vision.handform`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coach.motion.recording import HANDS

META_KEY = "hand_form"
"""Of the counts in the metadata: hand by hand `looks`, `read` and `open`."""
LEAST_READ = 5
"""Looks that have to have counted, both hands together; our own choice: with four of five alike a coin would rarely be
mistaken for a form."""
FIST_BELOW, OPEN_FROM = 1 / 3, 2 / 3
"""Shares of the looks that saw an open hand. Between them it is not told: the far hand of a diagonal view is read as
bent too often (docs/measures.md)."""


@dataclass(frozen=True)
class HandForm:
    """What both hands look like.

    Attributes
    ----------
    form : str or None
        'fist', 'open', or None where it could not be told.
    read, open : int
        Looks that counted, and those of them that saw an open hand.
    looked : bool
        Whether anybody looked; older programs did not.
    """

    form: str | None
    read: int
    open: int
    looked: bool

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {"form": self.form, "read": self.read, "open": self.open, "looked": self.looked}


UNKNOWN = HandForm(None, 0, 0, looked=False)
"""Of recordings that no program looked at for this."""


def hand_form(meta: Mapping[str, Any]) -> HandForm:
    """What a recording's metadata says of the hands; what is not understood counts as not looked."""
    counts: Any = meta.get(META_KEY)
    try:
        read = sum(int(counts[hand]["read"]) for hand in HANDS)
        seen_open = sum(int(counts[hand]["open"]) for hand in HANDS)
    except (KeyError, TypeError, ValueError):
        return UNKNOWN
    if not 0 <= seen_open <= read:
        return UNKNOWN
    form = None
    if read >= LEAST_READ:
        share = seen_open / read
        form = "fist" if share < FIST_BELOW else "open" if share >= OPEN_FROM else None
    return HandForm(form, read, seen_open, looked=True)
