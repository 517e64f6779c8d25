"""Fingerprints of what a result follows from: which profile it was, and which reference's movement.

A profile is edited under its name and a reference can be made again under its own, so a name alone does not say by
what a practice was scored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from coach.motion.recording import Recording

DIGITS = 12
"""Hexadecimal digits of a version: short enough to be read out, and no two of a programme's are alike."""


def profile_version(profile: Mapping[str, Any]) -> str:
    """Changes with any number or text of the profile, given as its plain values (`Profile.to_dict`)."""
    text = json.dumps(profile, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def movement_hash(recording: Recording) -> str:
    """SHA-256 of a recording's moments and positions."""
    digest = hashlib.sha256()
    for array in (recording.t_s, recording.u, recording.v_cm):
        digest.update(array.tobytes())
    return digest.hexdigest()
