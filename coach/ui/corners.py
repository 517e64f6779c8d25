"""The back by hand: four corners on the first picture of the video."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.ui.job import Job, Options

_NAMES = (N_("left shoulder"), N_("right shoulder"), N_("right hip"), N_("left hip"))
_START = ((0.40, 0.40), (0.60, 0.40), (0.57, 0.72), (0.43, 0.72))
"""Where the corners are before anybody moves them, as shares of the picture; our own choice."""
_WAIT_S = 20.0


def forget() -> None:
    """Let go of the picture and of the corners."""
    for key in [key for key in st.session_state if str(key).startswith("corner")]:
        del st.session_state[key]


def choose(say: Words, video: Any) -> tuple[tuple[float, float], ...] | None:
    """Let the user place the corners; None while that is left to the program.

    The sides are hers as seen in the picture from behind: her left is on the left.
    """
    by_hand = st.toggle(say(N_("Mark her back by hand (when it was not found)")), key="by_hand")
    if not by_hand:
        return None
    if video is None:
        st.caption(say(N_("Choose a video first.")))
        return None
    picture = _first_frame(say, video)
    if picture is None:
        return None
    image, scale = picture
    height, width = image.shape[:2]
    left, right = st.columns([2, 1])
    points = []
    with right:
        for i, name in enumerate(_NAMES):
            across, down = st.columns(2)
            x = across.number_input(
                f"{i + 1} {say(name)} →", 0, width - 1, int(_START[i][0] * width), 5, key=f"corner-{i}-x"
            )
            y = down.number_input(
                f"{i + 1} ↓", 0, height - 1, int(_START[i][1] * height), 5, key=f"corner-{i}-y"
            )
            points.append((float(x), float(y)))
    left.image(_with_corners(image, points), width="stretch")
    return tuple((x * scale, y * scale) for x, y in points)


def _first_frame(say: Words, video: Any) -> tuple[np.ndarray, float] | None:
    if st.session_state.get("corner_video") == video.file_id:
        kept: tuple[np.ndarray, float] | None = st.session_state.get("corner_picture")
        return kept
    forget()
    found: tuple[np.ndarray, float] | None = None
    job = Job(video.getbuffer(), video.name, Options(), task="first_frame")
    try:
        until = time.monotonic() + _WAIT_S
        while (state := job.poll()) == "running" and time.monotonic() < until:
            time.sleep(0.05)
        if state != "done":
            raise job.failure
        found = job.first_frame()
    except CoachError as error:
        st.error(error.text(say.translate))
    finally:
        job.close()
    # Only now: a click while we waited has stopped this run at the line above, and the next one tries again.
    st.session_state["corner_video"], st.session_state["corner_picture"] = video.file_id, found
    return found


def _with_corners(image: np.ndarray, points: list[tuple[float, float]]) -> np.ndarray:
    from coach.vision.overlay import draw_corners

    return draw_corners(image, np.array(points))
