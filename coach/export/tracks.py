"""What a recording's pictures need: paths in centimetres and the tempo over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.motion.analyse import Motion


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


def tracks(motion: Motion, back_length_cm: float | None = None, *, passes: int | None = None) -> Tracks:
    """The movement `motion`, on the back it was measured on or on one of another length.

    Parameters
    ----------
    motion : Motion
    back_length_cm : float, optional
        Draw it on a back of this length: levels stay with the vertebrae, widths stay in cm.
    passes : int, optional
        Only the paths of the first so many passes: a long example drawn over itself shows nothing.
    """
    length = motion.back_length_cm if back_length_cm is None else back_length_cm
    end = motion.passes[passes - 1].end_i + 1 if passes and len(motion.passes) >= passes else None
    return Tracks(
        t_s=motion.t_s[:end],
        u_cm=motion.u[:end] * length,
        v_cm=motion.v_cm[:end],
        tempo_t_s=motion.window_t_s,
        tempo_cpm=motion.tempo_cpm,
        back_length_cm=length,
    )
