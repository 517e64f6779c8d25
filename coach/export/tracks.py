"""What a recording's pictures need: paths in centimetres and the tempo over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.motion.recording import Recording


@dataclass(frozen=True)
class Tracks:
    """A recording's movement, ready to be drawn.

    Attributes
    ----------
    t_s : ndarray [shape=(n,)]
    u_cm, v_cm : ndarray [shape=(n, 2)]
        Smoothed thumbs, along and across the spine; NaN where not seen.
    tempo_t_s : ndarray [shape=(k,)]
        Centres of the tempo's windows.
    tempo_cpm : ndarray [shape=(k, 2)]
        Circles per minute, NaN where a hand does not circle.
    back_length_cm : float
    """

    t_s: np.ndarray
    u_cm: np.ndarray
    v_cm: np.ndarray
    tempo_t_s: np.ndarray
    tempo_cpm: np.ndarray
    back_length_cm: float


def tracks(recording: Recording) -> Tracks:
    """The movement of `recording`, by the same methods that measure it."""
    raise NotImplementedError
