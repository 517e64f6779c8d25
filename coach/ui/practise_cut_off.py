"""Rounds that a crash, a kill or a power cut ended: offered at the next start."""

from __future__ import annotations

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.live import keeping
from coach.live.session import LiveSession
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording

_SAVED = "practise_saved_cut_off_told"


def offer(say: Words, running: LiveSession | None) -> None:
    """Ask about the newest round that was cut off, if there is one."""
    if st.session_state.pop(_SAVED, False):
        st.success(say(N_("The round is kept. The instructor finds it in the review.")))
    under_way = running.keeping if running is not None else None
    keeping.sweep(under_way)
    found = keeping.unfinished(under_way)
    if not found:
        return
    cut_off = found[0]
    started = cut_off.practice.started_utc
    with st.container(border=True):
        st.markdown(
            say(
                N_("A round of **{code}** was cut off ({started}): {seconds} seconds are there."),
                code=cut_off.practice.code,
                started=started[:16].replace("T", " ") + " UTC",
                seconds=round(cut_off.seconds),
            )
        )
        save, delete, _ = st.columns([1, 1, 2])
        if save.button(say(N_("Save it")), key="practise_save_cut_off", width="stretch"):
            try:
                recording = keeping.recovered_recording(cut_off)
                report = score_recording(recording, load_reference(cut_off.practice.reference))
                keeping.save_recovered(cut_off, recording, report)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                st.session_state[_SAVED] = True
                st.rerun()
        if delete.button(say(N_("Delete it")), key="practise_delete_cut_off", width="stretch"):
            keeping.discard(cut_off)
            st.rerun()
