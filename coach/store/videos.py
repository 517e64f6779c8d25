"""Keeping what was measured in a video."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from coach.motion.recording import Recording
from coach.scoring.reference import Reference
from coach.scoring.report import score_recording
from coach.store.entries import Consent, Entry, clean_code
from coach.store.files import nameless, to_bytes
from coach.store.repository import Store
from coach.store.rescoring import rules_of


def keep_video(store: Store, recording: Recording, reference: Reference, code: str, consent: Consent) -> int:
    """Score a recording by `reference` and enter both; the same one for the same code is entered once.

    Raises
    ------
    EntryError
        The code or the consent does not allow it.
    """
    code = clean_code(code)
    sha = hashlib.sha256(to_bytes(nameless(recording))).hexdigest()
    entry = Entry(
        key=f"video-{sha[:24]}-{code}",
        code=code,
        started_utc=_moment(recording),
        mode="video",
        source="video",
        report=score_recording(recording, reference).to_json(),
        rules=rules_of(reference),
        consent=consent,
    )
    return store.keep(entry, recording)


def _moment(recording: Recording) -> datetime:
    """When it was measured; the moment of filming is in no recording."""
    try:
        moment = datetime.fromisoformat(str(recording.meta.get("started_utc")))
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
