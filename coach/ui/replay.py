"""The replay as a part of a page: a practice on a drawn back, beside the reference, over linked charts."""

from __future__ import annotations

from typing import Any

import streamlit as st

from coach.ui.assets import asset

_HTML = """
<div class="replay" tabindex="0">
  <div class="backs">
    <div class="back film" hidden><h3></h3><video muted playsinline></video><p class="ended"></p></div>
    <div class="back yours"><h3></h3><canvas class="mine"></canvas></div>
    <div class="back theirs"><h3></h3><canvas class="model"></canvas></div>
  </div>
  <div class="bar">
    <button class="play"></button>
    <span class="clock"></span>
    <label><span class="speed-name"></span><select class="speed"></select></label>
    <label><span class="step-name"></span><select class="step"></select></label>
    <button class="whole"></button>
  </div>
  <p class="now" aria-live="polite"></p>
  <div class="lines" role="slider" aria-valuemin="0"><canvas class="under"></canvas><canvas class="over"></canvas></div>
  <div class="legend"></div>
  <p class="hint"></p>
</div>
"""
_REPLAY = st.components.v2.component(
    "massage_coach.replay", html=_HTML, css=asset("replay.css"), js=asset("film.js") + asset("replay.js")
)


def replay(data: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Draw the replay; gives the moment where it stands still: ``t``, and ``from`` and ``to`` of a chosen stretch.

    Parameters
    ----------
    data : dict
        Of `coach.ui.replay_data.replay_data`, with ``id`` and ``notes``, and ``film`` (`coach.ui.film.of`).
    key : str
    """
    moment = _REPLAY(key=key, data=data, on_moment_change=lambda: None).moment
    return moment if isinstance(moment, dict) else None
