"""Keeping a video's result in the records, under a participant's code."""

from __future__ import annotations

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.ui import look
from coach.ui.records import records


def offer(say: Words, recording: Recording, reference: str | None) -> None:
    """A fold with the code and what was agreed to; nothing is kept before the button is pressed."""
    with st.expander(say(N_("Keep this result for the instructor"))):
        look.lead(
            say(
                N_(
                    "Only numbers are kept, under a code. The sheet with names and codes stays with the instructor, "
                    "on paper."
                )
            ),
            "mc-quiet",
        )
        left, right = st.columns([1, 2])
        code = left.text_input(
            say(N_("Participant's code")), placeholder="A-07", max_chars=24, key="keep_code"
        )
        agreed = right.checkbox(say(N_("She agrees that the result is kept")), key="keep_agreed")
        movement = right.checkbox(
            say(N_("She agrees that the movement data are kept until the review")),
            key="keep_movement",
            disabled=not agreed,
        )
        report = right.checkbox(
            say(N_("She agrees to be counted in the report of the programme")),
            key="keep_report",
            disabled=not agreed,
        )
        ready = agreed and bool(code.strip())
        if left.button(say(N_("Keep")), key="keep", width="stretch", disabled=not ready):
            _keep(say, recording, reference, code, movement, report)


def _keep(
    say: Words, recording: Recording, reference: str | None, code: str, movement: bool, report: bool
) -> None:
    from coach.store.entries import Consent
    from coach.store.videos import keep_video

    try:
        consent = Consent(practice=True, movement=movement, report=report)
        keep_video(records(), recording, load_reference(reference), code, consent)
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        st.success(say(N_("Kept. The instructor finds it in the review.")))
