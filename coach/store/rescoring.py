"""What a result follows from, and scoring again when that has changed. An old result is never written over."""

from __future__ import annotations

import hashlib
import json

from coach import __version__
from coach.scoring.reference import Reference


def rules_of(reference: Reference) -> str:
    """A hash of all that a report follows from beside the recording: reference, profile, program version."""
    profile = json.dumps(reference.profile.to_dict(), sort_keys=True, default=str)
    movement = hashlib.sha256()
    for array in (reference.recording.t_s, reference.recording.u, reference.recording.v_cm):
        movement.update(array.tobytes())
    parts = (__version__, reference.name, profile, movement.hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
