"""What has no name as a reference yet is held for its instructor until it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from coach.live.keeping import Consent, Practice
from coach.live.session import LiveSession, Outcome
from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.settings import Settings
from coach.ui import references_draft
from coach.vision.camera import LiveSource

ANI, RINA = "Bidan Ani", "Bidan Rina"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    for who in (ANI, RINA):
        references_draft.drop(who)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return make_recording(replace(FORMS[0], seconds=30.0))


class Running(LiveSession):
    """A session that says that it goes on; no thread, no camera."""

    alive = True  # type: ignore[assignment]


def session() -> Running:
    def no_camera() -> object:
        raise AssertionError("it is never opened")

    reference = load_reference("fists")
    practice = Practice("-", "test", "fists", "fists", "1", "", Consent())
    return Running(LiveSource(no_camera), practice, reference, Settings(), for_reference=True)  # type: ignore[arg-type]


def test_a_recording_is_its_instructors_alone(recording: Recording):
    references_draft.hold(ANI, recording)
    assert references_draft.recording(ANI) is recording
    assert references_draft.waiting(ANI)
    assert not references_draft.waiting(RINA)
    references_draft.drop(ANI)
    assert references_draft.recording(ANI) is None


def test_a_round_that_ended_while_nobody_looked_is_a_recording(recording: Recording):
    live = session()
    references_draft.hold(ANI, live)
    assert references_draft.session(ANI) is live
    assert references_draft.recording(ANI) is None
    live.outcome = Outcome(live.practice, recording, score_recording(recording, live.reference), None, "left")
    assert references_draft.session(ANI) is None
    assert references_draft.recording(ANI) is recording


def test_a_session_that_came_to_nothing_is_none():
    live = session()
    live.alive = False  # type: ignore[misc]
    references_draft.hold(ANI, live)
    assert not references_draft.waiting(ANI)
