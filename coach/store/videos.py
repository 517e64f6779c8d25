"""Keeping what was measured in a video."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from coach.errors import EntryError
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.scoring.reference import Reference
from coach.scoring.report import score_recording
from coach.store.entries import Consent, Entry, clean_code
from coach.store.files import hash_of, nameless, to_bytes
from coach.store.repository import Store
from coach.store.rescoring import rules_of


def keep_video(
    store: Store,
    recording: Recording,
    reference: Reference,
    code: str,
    consent: Consent,
    film: Path | bytes | None = None,
) -> int:
    """Score a recording by `reference` and enter both, and the film of her back with consent to it; gives the number.

    The same recording for the same code is one practice; movement and film can be added to it later.

    Raises
    ------
    EntryError
        The code or the consent does not allow it, or the film was not made with this recording.
    """
    code = clean_code(code)
    if (consent.movement or consent.picture) and store.under_age(code):
        raise EntryError(N_("Of somebody under 18 neither movement nor pictures are kept."))
    data = None if film is None else _made_with(recording, film)
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
    return store.keep(entry, recording, data)


def _made_with(recording: Recording, film: Path | bytes) -> bytes:
    """What is in the film, once it is known to be of the recording; a file of its own, which the user may change."""
    try:
        if hash_of(film) == recording.meta.get("film"):
            return film if isinstance(film, bytes) else film.read_bytes()
    except FileNotFoundError as error:
        raise EntryError(N_("There is no file {file}; check the name."), file=film) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise EntryError(
            N_("{file} cannot be opened ({why}); check its permissions."), file=film, why=why
        ) from error
    raise EntryError(
        N_("The video is not the one that was made together with this recording (`analyze --film`).")
    )


def _moment(recording: Recording) -> datetime:
    """When it was measured; the moment of filming is in no recording."""
    try:
        moment = datetime.fromisoformat(str(recording.meta.get("started_utc")))
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
