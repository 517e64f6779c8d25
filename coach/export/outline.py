"""A back to draw on, in centimetres: only a drawing, nothing is measured with it."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

# (level along the spine, half width), both as a share of the back length C7 to L5. Our own drawing of a
# seated woman's back; shoulder width about 0.8 of the back length.
_SHAPE = (
    (-0.22, 0.115),
    (-0.12, 0.120),
    (-0.06, 0.160),
    (0.00, 0.285),
    (0.06, 0.370),
    (0.12, 0.405),
    (0.20, 0.405),
    (0.30, 0.370),
    (0.45, 0.335),
    (0.60, 0.300),
    (0.74, 0.280),
    (0.86, 0.300),
    (1.00, 0.350),
    (1.12, 0.380),
)
# A shoulder blade of the right side: (level, offset from the spine). The lower tip lies at about T7.
_BLADE = (
    (0.05, 0.175),
    (0.09, 0.150),
    (0.16, 0.140),
    (0.25, 0.150),
    (0.335, 0.185),
    (0.29, 0.235),
    (0.20, 0.285),
    (0.13, 0.315),
)
BLADE_TIP_U = 0.335
"""Level of the drawn blades' lower tips."""


def back_outline(back_length_cm: float, until_u: float = 1.12) -> np.ndarray:
    """The outline from the neck down to level `until_u`.

    Parameters
    ----------
    back_length_cm : float
        C7 to L5.
    until_u : float
        Where the drawing ends below.

    Returns
    -------
    ndarray [shape=(n, 2)]
        (v_cm, u_cm): across and along, the spine running downwards. An open line that begins and ends at the
        lower edge.
    """
    level, half = np.array(_SHAPE).T
    u = np.linspace(level[0], min(until_u, level[-1]), 90)
    w = PchipInterpolator(level, half)(u)
    left = np.column_stack([-w, u])[::-1]
    right = np.column_stack([w, u])
    return np.vstack([left, right]) * back_length_cm


def half_width_cm(u_cm: np.ndarray, back_length_cm: float) -> np.ndarray:
    """Half width of the drawn back at levels `u_cm` below C7, in cm; held to the drawing's ends; NaN stays NaN."""
    level, half = np.array(_SHAPE).T
    u = np.clip(np.asarray(u_cm, float) / back_length_cm, level[0], level[-1])
    return np.asarray(PchipInterpolator(level, half)(u)) * back_length_cm


def blades(back_length_cm: float) -> list[np.ndarray]:
    """Both shoulder blades as open lines [shape=(n, 2)] of (v_cm, u_cm), left then right."""
    u, v = np.array(_BLADE).T
    knots = np.arange(len(u))
    fine = np.linspace(0, len(u) - 1, 60)
    right = (
        np.column_stack([PchipInterpolator(knots, v)(fine), PchipInterpolator(knots, u)(fine)])
        * back_length_cm
    )
    return [right * np.array([-1, 1]), right]
