"""The checks before a round: each green, amber or red, with one sentence on what to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.i18n import N_
from coach.scoring.tracked import BACK_SEEN
from coach.vision.back import Back
from coach.vision.glance import Light

GREEN, AMBER, RED = "green", "amber", "red"

NAMES: dict[str, str] = {
    "camera": N_("Camera"),
    "light": N_("Light"),
    "distance": N_("Distance"),
    "view": N_("Picture"),
    "back": N_("Back"),
    "hands": N_("Hands"),
}
"""The checks, in the order in which they are shown."""

SENTENCES: dict[str, str] = {
    "camera_ok": N_("It works."),
    "camera_slow": N_("The camera is slow. More light makes it faster."),
    "computer_slow": N_("The computer is slow. Close other programs."),
    "wait": N_("Wait a moment …"),
    "light_ok": N_("Bright enough."),
    "light_dim": N_("Rather dark. Put another lamp on."),
    "light_dark": N_("Too dark. Put the light on."),
    "light_glaring": N_("Too bright. Turn away from the window."),
    "distance_ok": N_("The right distance."),
    "distance_far": N_("Rather far. Move the camera closer."),
    "distance_too_far": N_("Too far away. Move the camera closer."),
    "view_ok": N_("Neck to hips are in the picture."),
    "view_cut": N_("Move the camera: neck to hips must be in the picture."),
    "back_ok": N_("The back is found."),
    "back_unsure": N_("The back is not quite sure. Sit still for a moment."),
    "back_nobody": N_("Nobody is seen. Sit down with your back to the camera."),
    "back_missed": N_("The back is not found yet. Sit still, or mark it by hand."),
    "back_looking": N_("Sit still for three seconds, without hands on the back."),
    "hands_ok": N_("Both hands are found."),
    "hands_one": N_("Only one hand is seen. Show both on the shoulders."),
    "hands_none": N_("Lay both hands on her shoulders, beside the neck."),
}

_SLOW_FPS = 10.0  # tempo needs 15 pictures a second to be comfortable (domain 3.2), and copes with ten
_DARK, _DIM, _GLARING = 30.0, 55.0, 0.35
_SMALL, _TOO_SMALL = (
    0.17,
    0.11,
)  # back length over the picture's height: 2.7 and 1.8 pixels a centimetre in 720p


@dataclass(frozen=True)
class Check:
    """One check: a key of `NAMES`, its colour, and a key of `SENTENCES` (or of a camera's `TROUBLES`)."""

    id: str
    colour: str
    sentence: str


@dataclass(frozen=True)
class Sight:
    """What the checks look at.

    Attributes
    ----------
    trouble : str or None
        What is wrong with the camera.
    fps, looked_fps : float or None
        Pictures a second that the camera gives, and those that are looked at; None while that is not known.
    light : Light or None
    size : tuple of int
        Of the analysed picture, pixels.
    people : int
        How many are seen; counts only until the back is found.
    back : Back or None
    missed : bool
        It was looked for, and not found.
    hands : tuple of bool
        Whether each hand was seen within the last second.
    """

    trouble: str | None = None
    fps: float | None = None
    looked_fps: float | None = None
    light: Light | None = None
    size: tuple[int, int] = (0, 0)
    people: int = 0
    back: Back | None = None
    missed: bool = False
    hands: tuple[bool, bool] = (False, False)


def checks(sight: Sight) -> list[Check]:
    """All checks, in order."""
    return [
        camera_check(sight),
        _light(sight),
        _distance(sight),
        _view(sight),
        _back(sight),
        _hands(sight),
    ]


def ready(found: list[Check]) -> bool:
    """Whether a round may begin: the camera works and the back is surely found; the hands come with the round."""
    colours = {check.id: check.colour for check in found}
    return colours["camera"] != RED and colours["back"] == GREEN


def camera_check(sight: Sight) -> Check:
    """The camera alone, which can be judged without a picture."""
    if sight.trouble is not None:
        return Check("camera", RED, sight.trouble)
    if sight.light is None:
        return Check("camera", AMBER, "wait")
    if sight.fps is not None and sight.fps < _SLOW_FPS:
        return Check("camera", AMBER, "camera_slow")
    if sight.looked_fps is not None and sight.looked_fps < _SLOW_FPS:
        return Check("camera", AMBER, "computer_slow")
    return Check("camera", GREEN, "camera_ok")


def _light(sight: Sight) -> Check:
    if sight.light is None:
        return Check("light", AMBER, "wait")
    if sight.light.mean < _DARK:
        return Check("light", RED, "light_dark")
    if sight.light.mean < _DIM:
        return Check("light", AMBER, "light_dim")
    if sight.light.glaring > _GLARING:
        return Check("light", AMBER, "light_glaring")
    return Check("light", GREEN, "light_ok")


def _distance(sight: Sight) -> Check:
    if sight.back is None:
        return Check("distance", AMBER, "wait")
    share = float(np.linalg.norm(sight.back.l5_px - sight.back.c7_px)) / max(sight.size[1], 1)
    if share < _TOO_SMALL:
        return Check("distance", RED, "distance_too_far")
    if share < _SMALL:
        return Check("distance", AMBER, "distance_far")
    return Check("distance", GREEN, "distance_ok")


def _view(sight: Sight) -> Check:
    if sight.back is None:
        return Check("view", AMBER, "wait")
    points = np.vstack([sight.back.corners_px, sight.back.c7_px, sight.back.l5_px])
    inside = (points >= 0).all() and (points <= np.array(sight.size)).all()
    return Check("view", GREEN, "view_ok") if inside else Check("view", RED, "view_cut")


def _back(sight: Sight) -> Check:
    if sight.back is not None:
        sure = sight.back.confidence >= BACK_SEEN
        return Check("back", GREEN if sure else AMBER, "back_ok" if sure else "back_unsure")
    if not sight.people:
        return Check("back", RED, "back_nobody")
    return Check("back", RED, "back_missed" if sight.missed else "back_looking")


def _hands(sight: Sight) -> Check:
    if sight.back is None:
        return Check("hands", AMBER, "wait")
    if all(sight.hands):
        return Check("hands", GREEN, "hands_ok")
    return Check("hands", AMBER, "hands_one" if any(sight.hands) else "hands_none")
