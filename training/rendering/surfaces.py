"""How things look and how they are lit, as the renderer is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

Colour = tuple[float, float, float]
"""Light, not the values of a picture: see `linear`."""


class Material(IntEnum):
    """What a surface is made of; the shaders know these names."""

    SKIN = 0
    TOP = 1
    BOTTOM = 2
    HAIR = 3
    PROP = 4
    PLANKS = 5
    WALL = 6
    PICTURE = 7
    EYE = 8
    FABRIC = 9


NO_CUT = (-9, 0, 0, 0)


def linear(rgb: Sequence[float]) -> Colour:
    """From a picture's 0 to 255 to light."""
    red, green, blue = (float((value / 255.0) ** 2.2) for value in rgb)
    return red, green, blue


@dataclass(frozen=True)
class Surface:
    """How a mesh looks; what its fields mean for each material is told in `shaders/scene.frag.glsl`.

    Parameters
    ----------
    hair_cut, cuts : tuple of 4
        Heights where hair and clothes end, see `shaders/depth.frag.glsl`.
    oil, on_wrist, wrist_colour
        Of skin, see `people.Looks`.
    """

    material: Material
    colour: Colour = (1, 1, 1)
    second_colour: Colour = (1, 1, 1)
    hair_colour: Colour = (0, 0, 0)
    hair_cut: tuple[float, float, float, float] = NO_CUT
    cuts: tuple[float, float, float, float] = (0, 0, 0, 0)
    top: int = 0
    bottom: int = 0
    sleeve: float = 0.0
    seed: float = 0.0
    pattern: float = 0.0
    oil: float = 0.0
    on_wrist: tuple[float, float, float] = (0, 0, 0)
    wrist_colour: Colour = (0, 0, 0)
    casts_shadow: bool = True

    def shape_uniforms(self) -> dict[str, Any]:
        return {
            "material": int(self.material),
            "hair_cut": self.hair_cut,
            "cuts": self.cuts,
            "top": self.top,
            "bottom": self.bottom,
            "sleeve": self.sleeve,
        }

    def colour_uniforms(self) -> dict[str, Any]:
        return {
            "material": int(self.material),
            "colour_a": self.colour,
            "colour_b": self.second_colour,
            "hair_colour": self.hair_colour,
            "hair_cut": self.hair_cut,
            "seed": self.seed,
            "pattern": self.pattern,
            "oil": self.oil,
            "on_wrist": self.on_wrist,
            "wrist_colour": self.wrist_colour,
        }


@dataclass
class Light:
    """Where light comes from, and how the camera takes it.

    Parameters
    ----------
    lamp, fill : ndarray [shape=(3,)]
        Directions towards the lamp, which throws shadows, and towards a second one, which does not.
    lamp_colour, fill_colour, sky, ground : ndarray [shape=(3,)]
    lamp_view : ndarray [shape=(4, 4)]
        What the lamp sees, see `cameras.orthographic`.
    exposure : float
    white_balance : tuple of 3
    """

    lamp: np.ndarray
    lamp_colour: np.ndarray
    fill: np.ndarray
    fill_colour: np.ndarray
    sky: np.ndarray
    ground: np.ndarray
    lamp_view: np.ndarray
    exposure: float = 1.0
    white_balance: tuple[float, float, float] = (1, 1, 1)
