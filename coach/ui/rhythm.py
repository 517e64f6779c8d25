"""The rhythm to try: a pad to tap on, a metronome, and how the tapped tempo compares."""

from __future__ import annotations

from typing import Any

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.bands import Band
from coach.teach.tapping import Tapped, tapped
from coach.ui.assets import asset

_KEY = "rhythm"
_HTML = """
<div class="rhythm">
  <button class="pad"></button>
  <div class="told" aria-live="polite"><b></b><span></span><p></p></div>
  <div class="gauge"><div class="band"></div><div class="mark" hidden></div></div>
  <div class="ends"></div>
  <div class="bar">
    <button class="click" aria-pressed="false"></button><span class="beat"></span><button class="again"></button>
  </div>
</div>
"""
_RHYTHM = st.components.v2.component(
    "massage_coach.rhythm", html=_HTML, css=asset("rhythm.css"), js=asset("rhythm.js")
)
_SAID = {
    "slower": N_("A little faster."),
    "right": N_("That is the rhythm."),
    "faster": N_("A little slower."),
}


@st.fragment
def rhythm(say: Words, band: Band, own_cpm: float) -> None:
    """Let the visitor tap; `band` earns points, the metronome goes at `own_cpm` circles a minute."""
    state = st.session_state.get(_KEY)
    taps = _times(getattr(state, "taps", None) if state is not None else None)
    found = tapped(taps)
    low, high = say.number(band.a, 0), say.number(band.b, 0)
    _RHYTHM(
        key=_KEY,
        on_taps_change=lambda: None,
        data={
            "band": [band.a0, band.a, band.b, min(band.b0, 4 * band.b)],
            "own": own_cpm,
            "heard": None if found is None else _heard(say, found, band),
            "words": {
                "tap": say(N_("Tap here")),
                "hint": say(N_("or press the space bar, once for every circle")),
                "start": say(N_("Four taps and the tempo is shown.")),
                "more": say(N_("Go on …")),
                "unit": say(N_("circles a minute")),
                "metronome": "♩ " + say(N_("Metronome, {tempo} a minute"), tempo=say.number(own_cpm, 0)),
                "stop": "■ " + say(N_("Stop the metronome")),
                "again": say(N_("From the start")),
                "low": low,
                "high": high,
                "own": "▲",
            },
        },
    )


def _heard(say: Words, found: Tapped, band: Band) -> dict[str, Any]:
    text = say(_SAID[found.against(band)])
    if not found.even:
        text += " " + say(N_("Keep the taps more even."))
    return {"cpm": found.cpm, "cpm_text": say.number(found.cpm, 0), "text": text}


def _times(taps: Any) -> list[float]:
    """What came from the browser, held to numbers."""
    if not isinstance(taps, list):
        return []
    return [float(t) for t in taps[-48:] if isinstance(t, (int, float)) and not isinstance(t, bool)]
