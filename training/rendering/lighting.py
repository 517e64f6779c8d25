"""Lamps and exposure."""

from __future__ import annotations

import numpy as np

from training.rendering.cameras import orthographic
from training.rendering.rotations import unit
from training.rendering.surfaces import Light

_LIT_CENTRE = (0, 0.25, 0.8)
_LIT_HALF_M, _LIT_DEPTH_M = 1.45, 7.0


def lamp_view(direction: np.ndarray) -> np.ndarray:
    """What a lamp in this direction [shape=(3,)] sees of the two people [shape=(4, 4)]."""
    return orthographic(_LIT_CENTRE, direction, _LIT_HALF_M, _LIT_DEPTH_M)


def direction(azimuth: float, elevation: float) -> np.ndarray:
    """A direction [shape=(3,)] from angles in radians; azimuth 0 is behind the receiver, positive to her left."""
    return np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.cos(azimuth) * np.cos(elevation),
            np.sin(elevation),
        ]
    )


def indoor_light(rng: np.random.Generator, camera_azimuth: float) -> Light:
    """A lamp somewhere behind a camera that stands at `camera_azimuth` degrees, and a weaker one aside."""
    azimuth = np.deg2rad(camera_azimuth + float(rng.uniform(-65, 65)))
    lamp = direction(azimuth, np.deg2rad(float(rng.uniform(32, 62))))
    aside = azimuth + np.deg2rad(float(rng.choice([-1, 1]) * rng.uniform(70, 120)))
    warm = rng.uniform(-0.12, 0.16)
    strength = float(rng.uniform(0.85, 1.2))
    return Light(
        lamp=lamp,
        lamp_colour=np.array([1.35 * (1 + warm), 1.32, 1.28 * (1 - warm)]) * strength,
        fill=unit([np.sin(aside), np.cos(aside), 0.35]),
        fill_colour=np.array([0.30, 0.32, 0.36]),
        sky=np.array([0.50, 0.51, 0.54]),
        ground=np.array([0.30, 0.26, 0.22]),
        lamp_view=lamp_view(lamp),
        exposure=float(rng.uniform(0.85, 1.2)),
        white_balance=(1 + rng.uniform(-0.05, 0.07), 1.0, 1 + rng.uniform(-0.09, 0.05)),
    )
