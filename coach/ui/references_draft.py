"""What has no name as a reference yet: being recorded, or measured and not kept; held in memory for its instructor.

A page that is loaded anew, or that locked itself, forgets its visit; minutes of somebody's massage must not go with
it. Nothing is written down: it is gone when it is kept or thrown away, and with the program.
"""

from __future__ import annotations

from coach.live.session import LiveSession
from coach.motion.recording import Recording

_HELD: dict[str, LiveSession | Recording] = {}


def hold(who: str, what: LiveSession | Recording) -> None:
    """Remember this for the instructor `who`, in place of what was held before."""
    _HELD[who] = what


def recording(who: str) -> Recording | None:
    """The instructor's recording, also of a round that ended while nobody looked; None while there is none."""
    held = _HELD.get(who)
    if isinstance(held, LiveSession) and held.outcome is not None:
        held = _HELD[who] = held.outcome.recording
    return held if isinstance(held, Recording) else None


def session(who: str) -> LiveSession | None:
    """The instructor's session before the camera, while it goes on."""
    held = _HELD.get(who)
    return held if isinstance(held, LiveSession) and held.outcome is None and held.alive else None


def waiting(who: str) -> bool:
    """Whether there is something to go on with."""
    return recording(who) is not None or session(who) is not None


def drop(who: str) -> None:
    """Forget it: it is kept by now, or not wanted."""
    _HELD.pop(who, None)
