"""A screen of the lesson as a part of the page: sentences that can be read aloud, beside the hands at work."""

from __future__ import annotations

from typing import Any

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.teach.lesson import Figure
from coach.ui.assets import asset

_HTML = """
<div class="lesson">
  <div class="grid">
    <div class="figure">
      <canvas role="img"></canvas>
      <div class="key"><span class="l"><b></b><span></span></span><span class="r"><b></b><span></span></span></div>
    </div>
    <div class="text">
      <ol aria-live="off"></ol>
      <button class="say" aria-pressed="false"></button>
      <p class="note"></p>
    </div>
    <div class="controls">
      <button class="play"></button><div class="speed"></div><div class="hand"></div><div class="view"></div>
    </div>
  </div>
</div>
"""
_LESSON = st.components.v2.component(
    "massage_coach.lesson", html=_HTML, css=asset("lesson.css"), js=asset("lesson.js")
)


def lesson(
    say: Words,
    id_: str,
    sentences: list[str],
    *,
    scene: dict[str, Any] | None = None,
    figure: Figure | None = None,
    style: str = "",
    key: str | None = None,
) -> None:
    """Show sentences and, with a `scene` of `coach.teach.views.scene`, the hands at work.

    Parameters
    ----------
    say : Words
    id_ : str
        Of the screen: another one begins anew.
    sentences : list of str
        In the visitor's language.
    scene : dict, optional
    figure : Figure, optional
        How the scene is shown first.
    style : str
        Of the sentences: 'list', with 'yes', 'no', 'many' or 'first'.
    key : str, optional
        Tells several on one page apart.
    """
    shown = figure or Figure()
    _LESSON(
        key=key or f"lesson-{'figure' if scene else 'text'}",
        data={
            "id": id_,
            "language": say.language,
            "sentences": sentences,
            "style": style,
            "scene": scene,
            "figure": {
                "view": shown.view,
                "speed": shown.speed,
                "hand": shown.hand,
                "near": shown.near,
                "marks": list(shown.marks),
            },
            "words": _words(say),
        },
    )


def _words(say: Words) -> dict[str, Any]:
    return {
        "speak": say(N_("Read aloud")),
        "hush": say(N_("Stop reading")),
        "no_voice": say(N_("This browser has no voice of its own for this language: please read along.")),
        "play": "▶ " + say(N_("Play")),
        "pause": "❚❚ " + say(N_("Pause")),
        "speeds": {
            "1": say(N_("real tempo")),
            "0.5": say(N_("half")),
            "0.25": say(N_("a quarter")),
        },
        "both": say(N_("both")),
        "left": say(N_("left hand")),
        "right": say(N_("right hand")),
        "left_letter": say(N_("L")),
        "right_letter": say(N_("R")),
        "behind": say(N_("from behind")),
        "diagonal": say(N_("diagonal")),
        "start": say(N_("begin here")),
        "end": say(N_("turn back here")),
        "keep_off": say(N_("do not press")),
        "picture": say(N_("Drawing of a back with two hands that massage it")),
    }
