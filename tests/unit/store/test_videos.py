"""What was measured in a video is kept as it was agreed to, and so is the video of her back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from store_given import START, entry_of, round_of

from coach.errors import EntryError
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.store.entries import Consent
from coach.store.models import Participant
from coach.store.repository import Store
from coach.store.videos import keep_video

FILM = b"a film of her back"
RESULT, MOVEMENT = Consent(), Consent(movement=True)
PICTURE, ALL = Consent(picture=True), Consent(True, True, True, True)


def recording() -> Recording:
    meta = {
        **round_of()[0].meta,
        "film": hashlib.sha256(FILM).hexdigest(),
        "started_utc": START.isoformat(),
    }
    return replace(round_of()[0], meta=meta)


def keep(store: Store, consent: Consent, film: Path | bytes | None = FILM) -> int:
    return keep_video(store, recording(), load_reference("fists"), "a-07", consent, film)


def films(store: Store) -> list[bytes]:
    return [store.films.path(sha).read_bytes() for sha in store.films.stored()]


def test_a_film_is_kept_with_consent_to_it_only(store: Store, tmp_path: Path):
    number = keep(store, MOVEMENT)
    assert store.film(store.practice(number)) is None
    assert films(store) == []
    assert not list(store.home.rglob("*.mp4"))
    file = tmp_path / "back.mp4"
    file.write_bytes(FILM)
    other = keep_video(store, recording(), load_reference("fists"), "A-08", PICTURE, file)
    kept = store.film(store.practice(other))
    assert kept is not None
    assert (kept.read_bytes(), kept.stat().st_mode & 0o077) == (FILM, 0)
    assert store.practice(other).recording is None
    file.write_bytes(b"changed by whoever has it")  # that file is theirs
    assert kept.read_bytes() == FILM


def test_the_recording_that_is_kept_says_nothing_of_the_film(store: Store):
    practice = store.practice(keep(store, ALL))
    assert "film" not in store.recording(practice).meta
    assert hashlib.sha256(FILM).hexdigest().encode() not in store.files.path(practice.recording).read_bytes()


def test_what_she_agrees_to_later_is_added_to_the_same_practice(store: Store):
    number = keep(store, RESULT, None)
    assert keep(store, PICTURE) == number
    assert films(store) == [FILM]
    assert store.practice(number).recording is None
    assert keep(store, MOVEMENT, None) == number
    assert store.practice(number).recording is not None
    assert films(store) == [FILM]  # kept before: only a deletion takes it away
    assert keep(store, ALL) == number
    assert store.count() == 1
    with store.reading() as session:
        person = session.get_one(Participant, "A-07")
    assert person.consent_movement
    assert person.consent_picture
    assert not person.consent_report  # asked with a round, not with what is added to one


def test_of_somebody_known_to_be_under_18_neither_movement_nor_film_is_kept(store: Store):
    _, report = round_of()
    store.keep(entry_of(report, key="round-1", consent=RESULT, age_band="under 18"), None)
    for consent in (MOVEMENT, PICTURE):
        with pytest.raises(EntryError, match="under 18"):
            keep(store, consent)
    assert store.count() == 1
    assert store.practice(keep(store, RESULT)).recording is None
    # An entry that does not know the age gets neither past the records themselves; also later.
    for key in ("round-2", "round-2"):
        number = store.keep(entry_of(report, key=key, consent=ALL), recording(), FILM)
        practice = store.practice(number)
        assert practice.recording is practice.film is None
    assert [*store.files.stored(), *store.films.stored()] == []
    with store.reading() as session:
        person = session.get_one(Participant, "A-07")
    assert (person.consent_movement, person.consent_picture) == (False, False)


def test_a_film_of_another_recording_is_refused(store: Store, tmp_path: Path):
    other = tmp_path / "other.mp4"
    other.write_bytes(b"the video itself, with faces")
    for film in (b"another film", other):
        with pytest.raises(EntryError, match="not the one that was made together"):
            keep(store, ALL, film)
    with pytest.raises(EntryError, match="made together"):
        keep_video(store, round_of()[0], load_reference("fists"), "A-07", ALL, FILM)
    with pytest.raises(EntryError, match="no file"):
        keep(store, ALL, tmp_path / "none.mp4")
    with pytest.raises(EntryError, match="cannot be opened"):
        keep(store, ALL, tmp_path)
    assert store.count() == 0
    assert films(store) == []
