"""Rounds made by hand, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.store.entries import Consent, Entry
from coach.store.rescoring import rules_of

ALL = Consent(True, True, True, True)
START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@cache
def round_of(**changes: float) -> tuple[Recording, dict]:
    """A generated recording of half a minute and its report; `changes` as for `Form`."""
    recording = make_recording(replace(FORMS[0], **{"seconds": 40.0, **changes}))
    return recording, score_recording(recording, load_reference("fists")).to_json()


def entry_of(report: dict, **changes: object) -> Entry:
    """An entry for `report`."""
    entry = Entry(
        key="20261120T083000Z-A-07",
        code="A-07",
        started_utc=START,
        mode="guided",
        source="camera",
        report=report,
        rules=rules_of(load_reference("fists")),
        consent=ALL,
        comfort=4,
        pain=False,
    )
    return replace(entry, **changes)  # type: ignore[arg-type]
