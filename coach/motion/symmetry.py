"""How the two hands go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.motion.smoothing import RATE_HZ

SYNC_S = 30.0
"""Common circling needed before a phase-locking value is given: over 8 s two hands that know nothing of each
other reach 0.91 when their tempi happen to agree (domain notes, section 3.2)."""


@dataclass(frozen=True)
class Sync:
    """Two hands' synchrony.

    Attributes
    ----------
    plv : float or None
        Phase-locking value, 0 to 1: ``|mean exp(iΔφ)|``.
    phase_deg : float or None
        Circular mean of Δφ, -180 to 180; positive when the left hand leads.
    tempo_gap : float or None
        Difference of the tempi by their mean.
    locked : float or None
        Share of the common circling in which Δφ is within 45° of its mean. Two hands whose tempi agree but
        that do not attend to each other can have a high `plv` for a while; this falls sooner.
    mirrored : bool or None
        Whether the circles are mirror images of each other (both turning outwards, or both inwards) rather
        than parallel. Told by their senses, so no mode has to be tried.
    """

    plv: float | None
    phase_deg: float | None
    tempo_gap: float | None
    locked: float | None = None
    mirrored: bool | None = None


def tempo_gap(left_cpm: float | None, right_cpm: float | None) -> float | None:
    """``|f_L - f_R| / mean(f_L, f_R)``; None unless both hands circle."""
    if left_cpm is None or right_cpm is None:
        return None
    return abs(left_cpm - right_cpm) / (0.5 * (left_cpm + right_cpm))


def phase_difference(phase: np.ndarray, sense: np.ndarray) -> np.ndarray:
    """Δφ in radians, moment by moment and not wrapped [shape=(m,)]; parameters as for `synchrony`."""
    mirrored = sense[0] != sense[1]
    return np.asarray(phase[:, 0] - phase[:, 1] + (np.pi if mirrored else 0.0))


def synchrony(phase: np.ndarray, sense: np.ndarray, left_cpm: float | None, right_cpm: float | None) -> Sync:
    """Phase locking of the hands.

    Δφ is the left hand's phase less the right one's, each growing with its circles. Mirrored circles are
    compared after reflecting the left one in the spine, so Δφ = 0 means that both thumbs are outermost
    together.

    Parameters
    ----------
    phase : ndarray [shape=(m, 2)]
        Radians; NaN where the hand does not circle.
    sense : ndarray [shape=(2,), int]
        Which way each turns in ``v + i·y``.
    left_cpm, right_cpm : float or None

    Returns
    -------
    Sync
        Without phase values when the hands circle together for less than `SYNC_S`.

    References
    ----------
    Lachaux et al. (1999), Measuring phase synchrony in brain signals, Hum. Brain Mapp. 8:194.
    """
    gap = tempo_gap(left_cpm, right_cpm)
    both = np.isfinite(phase).all(axis=1)
    if gap is None or both.sum() < SYNC_S * RATE_HZ:
        return Sync(None, None, gap)
    difference = phase_difference(phase, sense)[both]
    mean = complex(np.mean(np.exp(1j * difference)))
    away = np.angle(np.exp(1j * difference) * np.conj(mean))
    return Sync(
        plv=abs(mean),
        phase_deg=float(np.degrees(np.angle(mean))),
        tempo_gap=gap,
        locked=float(np.mean(np.abs(away) < np.pi / 4)),
        mirrored=bool(sense[0] != sense[1]),
    )
