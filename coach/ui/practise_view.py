"""The live view as a component: what it is told once, in the visitor's language; the rest it asks the server for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np
import streamlit as st

from coach.export.outline import back_outline, blades
from coach.export.words import Words
from coach.i18n import N_
from coach.live.checks import NAMES, SENTENCES
from coach.live.coaching import CUES
from coach.scoring.reference import Reference
from coach.scoring.rules import tempo_of
from coach.vision.anthropometry import back_length_cm
from coach.vision.camera import TROUBLES
from coach.vision.filming import TROUBLES as FILM_TROUBLES

_WORDS: dict[str, str] = {
    "start": N_("Begin"),
    "stop": N_("STOP"),
    "look_again": N_("Look again"),
    "mark": N_("Mark the back"),
    "use": N_("Use this"),
    "leave": N_("Cancel"),
    "show_picture": N_("Show the camera's picture"),
    "look": N_("View"),
    "look_figures": N_("Silhouette"),
    "look_back": N_("Back"),
    "look_picture": N_("Camera"),
    "tick": N_("Volume of the beat"),
    "tempo": N_("circles/min"),
    "massaged": N_("of the way massaged"),
    "opening": N_("Switching the camera on …"),
    "camera_on": N_("The camera is on."),
    "no_voice": N_("No voice for this language here: signs and sounds."),
    "wait_hint": N_("When all is ready, the round can begin."),
    "start_hint": N_("Rest both hands at her neck for two seconds, or press Enter."),
    "rest_hint": N_("Rest both hands at her neck."),
    "corners_hint": N_(
        "Drag the corners: 1 left shoulder, 2 right shoulder, 3 right hip, 4 left hip. Keys: a number, then arrows."
    ),
    "back_found": N_("The back is found. Lay both hands on her shoulders."),
    "hands_found": N_("Both hands are found. Rest them at the neck."),
    "begin": N_("We begin."),
    "over": N_("Finished. Well done."),
    "gone": N_("No hands on the back: the round ends in {seconds} seconds."),
    "camera_back": N_("The camera is back."),
    "corners_wrong": N_("These corners cannot be a back. Try again."),
    "busy_back": N_("Looking for the back …"),
    "busy_score": N_("Adding up the round …"),
    "server_away": N_("The program does not answer. It is tried again."),
}
LIGHT_TOUCH = N_("Demonstration only: touch lightly, without pressure.")
_LEAST_TEMPO = 20.0


def show(
    say: Words,
    token: str,
    reference: Reference,
    *,
    mode: str,
    height_cm: float,
    early: bool,
    films: bool,
    on_ended: Callable[[], None],
) -> str | None:
    """Mount the view; gives why it ended ('after', 'closed' or 'gone') in the run in which it did."""
    data = {
        "token": token,
        "language": say.language,
        "mode": mode,
        "films": films,
        "notice": say(LIGHT_TOUCH) if early else "",
        "words": words(say),
        "cues": {cue.id: {"kind": cue.kind} for cue in CUES.values()},
        "back": drawn_back(reference, back_length_cm(height_cm)),
    }
    result = _component()(key="live_view", data=data, on_ended_change=on_ended)
    ended: str | None = result.get("ended")
    return ended


def words(say: Words) -> dict[str, str]:
    """All that the view may write or say, by its id."""
    return {
        **{id_: say(text) for id_, text in FILM_TROUBLES.items()},
        **{id_: say(text) if id_ != "gone" else say.translate(text) for id_, text in _WORDS.items()},
        **{cue.id: say(cue.text) for cue in CUES.values()},
        **{id_: say(text) for id_, text in {**SENTENCES, **TROUBLES}.items()},
        **{f"check_{id_}": say(text) for id_, text in NAMES.items()},
    }


def drawn_back(reference: Reference, length_cm: float) -> dict[str, Any]:
    """The back to draw on, and where and how fast the reference's hands go over it."""
    path, measures = reference.profile.path, reference.measures
    offsets = [
        x for x in (measures.lateral_offset_cm.left, measures.lateral_offset_cm.right) if x is not None
    ]
    tempo = tempo_of(measures)
    return {
        "length": length_cm,
        "outline": _rounded(back_outline(length_cm, 0.62)),
        "blades": [_rounded(blade) for blade in blades(length_cm)],
        "start_u": path.start_u,
        "end_u": path.end_u,
        "offset_cm": round(float(np.mean(offsets)), 2) if offsets else 3.0,
        "tempo_cpm": round(max(tempo or 40.0, _LEAST_TEMPO), 1),
        "pass_s": round(measures.pass_s or 20.0, 1),
    }


def _rounded(points: np.ndarray) -> list[list[float]]:
    return [[round(float(x), 2) for x in point] for point in points]


def _file(name: str) -> str:
    return resources.files("coach.ui").joinpath("assets", name).read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """Registered once for the server; all files travel inside the page, nothing is fetched."""
    return st.components.v2.component(
        "massage_coach_live",
        html=_file("practise_view.html"),
        css=_file("practise_view.css"),
        js="".join(map(_file, ("practise_stage.js", "practise_sound.js", "practise_view.js"))),
    )
