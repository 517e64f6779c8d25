"""From where the giver's arms come, and on which side of the other one each hand then lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.rendering.body import outward


@dataclass(frozen=True)
class Approach:
    """From where the giver's arms come.

    Parameters
    ----------
    heading : float
        Where the arms point on her back, degrees: 0 towards her head, 90 towards her left, 180 towards her feet.
    over_her : bool
        She lies (see `scene.SceneOptions.lying`) and the giver bends over her from where the arms come; otherwise both
        are upright, and where the giver is tells the azimuth.
    """

    heading: float = 0.0
    over_her: bool = False


TAUGHT = Approach()
"""The arms come from below."""


def own_side(side: str, heading: float) -> tuple[float, float]:
    """Where a hand lies from the other one, when arms point to `heading`: towards her right, and towards her feet."""
    angle = np.deg2rad(heading)
    return -outward(side) * float(np.cos(angle)), outward(side) * float(np.sin(angle))
