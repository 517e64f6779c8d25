"""Choosing a camera, and opening the one that was chosen."""

from __future__ import annotations

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.vision.camera import LiveSource, Pushed, cameras, live_source

BROWSER = -1
"""In place of a camera's number: the browser films, and this program is sent the pictures."""


def camera_choice(say: Words, key: str, camera: int, *, mirrored: bool) -> tuple[int, bool]:
    """Which camera, and whether it gives a mirror image; `key` begins the widgets' names."""
    names = {known.number: known.name for known in cameras()} or {0: "1"}
    names[BROWSER] = say(N_("The camera of this browser"))
    at = list(names).index(camera) if camera in names else 0
    chosen = st.selectbox(
        say(N_("Camera")), list(names), at, format_func=lambda n: names[n], key=f"{key}_camera"
    )
    flipped = st.toggle(say(N_("The camera gives a mirror image")), mirrored, key=f"{key}_mirrored")
    return int(chosen or 0), flipped


def source_of(camera: int, *, mirrored: bool) -> tuple[LiveSource, Pushed | None]:
    """The pictures of a chosen camera; with them where a browser pushes its own."""
    if camera != BROWSER:
        return live_source(camera, mirrored=mirrored), None
    pushed = Pushed()
    return LiveSource(lambda: pushed, mirrored=mirrored), pushed
