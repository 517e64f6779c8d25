"""From raw positions at uneven times to a clean path on an even clock, without lag.

Two steps: what cannot be the hand is left out (`outliers`), then a local quadratic is fitted around every
moment of an even clock (`local_quadratic`). The fit is symmetric in time, so nothing is delayed; its kernel
is short enough to leave a circle of 2 cm turned twice a second as it is (docs/measures.md shows the
response). Gaps longer than `BRIDGE_S` stay NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RATE_HZ = 20.0
"""Rate of the even clock. Our own choice: eight samples a turn at 150 circles/min, the fastest we look
for."""
HALF_WIDTH_S = 0.19
"""Half width of the kernel: passes 96 % at 2 Hz (see docs/measures.md). Our own choice by that response."""
BRIDGE_S = 0.26
"""Longest stretch without a sample that is bridged. Our own choice: one frame lost at 12 frames/s, two at 15;
at 2 Hz half a turn, beyond which the path between could be anything."""
_WIDEST_S = 0.35
NAN = complex(np.nan, np.nan)
"""Not seen. (``complex(nan)`` alone has an imaginary part of zero.)"""


@dataclass(frozen=True)
class Smoothed:
    """A path on an even clock.

    Attributes
    ----------
    z : ndarray [shape=(m,), complex]
        Position in cm; NaN in gaps.
    noise_cm : float
        Standard deviation per axis of the white part of the raw noise (NaN when it cannot be told).
    gain : ndarray [shape=(m,)]
        Share of the white noise's variance that is left in `z`.
    kept : ndarray [shape=(n,), bool]
        Raw samples that were used.
    """

    z: np.ndarray
    noise_cm: float
    gain: np.ndarray
    kept: np.ndarray


def even_clock(t_s: np.ndarray, rate_hz: float = RATE_HZ) -> np.ndarray:
    """Even times from the first to the last of `t_s` [shape=(n,)], `rate_hz` apart."""
    if not len(t_s):
        return np.zeros(0)
    # A little in hand: 2.9999999999 s of frames must not lose their last moment.
    return t_s[0] + np.arange(int((t_s[-1] - t_s[0]) * rate_hz + 1e-6) + 1) / rate_hz


def outliers(z: np.ndarray, reach: int = 3, floor_cm: float = 2.5, factor: float = 3.5) -> np.ndarray:
    """Samples that jump away from their neighbours (Hampel's identifier).

    A sample is an outlier when it is farther from the median of itself and `reach` neighbours on either side
    than `factor` times the median of that distance over the whole path, and than `floor_cm`. The median of
    the whole path, not the local one that Hampel uses: on a fast circle the local one is as large as the
    circle.

    Parameters
    ----------
    z : ndarray [shape=(n,), complex]
        Positions in cm, without NaN.

    Returns
    -------
    ndarray [shape=(n,), bool]

    References
    ----------
    Hampel, F. R. (1974), The influence curve and its role in robust estimation, JASA 69:383.
    """
    if len(z) < 2 * reach + 1:
        return np.zeros(len(z), bool)
    padded = np.pad(z, reach, mode="reflect")
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    middle = np.median(near.real, axis=1) + 1j * np.median(near.imag, axis=1)
    away = np.abs(z - middle)
    return away > max(floor_cm, factor * float(np.median(away)))


def local_quadratic(
    t_s: np.ndarray, z: np.ndarray, at_s: np.ndarray, half_width_s: float = HALF_WIDTH_S
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit a weighted quadratic around each moment and take its value there (LOESS of degree 2).

    The weights are tricube, ``(1 - |Δt/h|³)³``; `half_width_s` is widened where fewer than four samples lie
    within it (slow or uneven cameras).

    Parameters
    ----------
    t_s : ndarray [shape=(n,)]
        Rising times of the samples.
    z : ndarray [shape=(n,), complex]
        Samples, without NaN.
    at_s : ndarray [shape=(m,)]
        Moments to evaluate.

    Returns
    -------
    value : ndarray [shape=(m,), complex]
        NaN outside the samples, and between two that are more than `BRIDGE_S` apart.
    gain : ndarray [shape=(m,)]
        Sum of the squared weights of the samples: the share of white noise's variance that is left.
    own : ndarray [shape=(m,)]
        The weight of a sample at that very moment.

    References
    ----------
    Cleveland, W. S. (1979), Robust locally weighted regression and smoothing scatterplots, JASA 74:829.
    """
    n, m = len(t_s), len(at_s)
    value, gain, own = np.full(m, NAN), np.full(m, np.nan), np.full(m, np.nan)
    if n < 4 or not m:
        return value, gain, own
    step = float(np.median(np.diff(t_s)))
    side = min(int(np.ceil(half_width_s / max(step, 1e-3))) + 2, 40)
    after = np.searchsorted(t_s, at_s, side="left")
    index = after[:, None] + np.arange(-side, side)
    inside = (index >= 0) & (index < n)
    index = np.clip(index, 0, n - 1)
    tau = np.where(inside, t_s[index] - at_s[:, None], np.inf)
    distance = np.abs(tau)
    fourth = np.partition(distance, 3, axis=1)[:, 3]
    half = np.clip(1.25 * fourth, half_width_s, _WIDEST_S)[:, None]
    weight = (1 - np.minimum(distance / half, 1) ** 3) ** 3
    tau = np.where(np.isfinite(tau), tau, 0.0) / half
    moments, powered = [], weight
    for _ in range(5):
        moments.append(powered.sum(axis=1))
        powered = powered * tau
    s0, s1, s2, s3, s4 = moments
    # First row of the inverse of the 3 x 3 moment matrix, by cofactors.
    c0, c1, c2 = s2 * s4 - s3 * s3, s2 * s3 - s1 * s4, s1 * s3 - s2 * s2
    determinant = s0 * c0 + s1 * c1 + s2 * c2
    before_gap = np.where(after > 0, at_s - t_s[np.maximum(after - 1, 0)], np.inf)
    after_gap = np.where(after < n, t_s[np.minimum(after, n - 1)] - at_s, np.inf)
    on_sample = (np.abs(before_gap) < 1e-9) | (np.abs(after_gap) < 1e-9)
    good = ((before_gap + after_gap <= BRIDGE_S) | on_sample) & (determinant > 1e-4)
    rows = np.where(good, determinant, 1.0)[:, None]
    effect = weight * (c0[:, None] + c1[:, None] * tau + c2[:, None] * tau**2) / rows
    value[good] = np.einsum("ij,ij->i", effect, z[index])[good]
    gain[good] = np.einsum("ij,ij->i", effect, effect)[good]
    own[good] = (c0 / rows[:, 0])[good]
    return value, gain, own


def kept_at(hz: float) -> float:
    """Share of a circle's radius that `local_quadratic` keeps at `hz` turns per second.

    ``1 - 0.034·(hz/2)⁴``, the leading term of the kernel's response (within 0.01 up to 2.5 Hz at 15 to 30
    frames/s).
    """
    return 1 - 0.034 * (hz / 2) ** 4


def smooth(t_s: np.ndarray, z: np.ndarray, at_s: np.ndarray) -> Smoothed:
    """Clean and smooth one hand's path.

    Outliers are dropped twice: by their neighbours, then by their distance from the smooth path (4.5 standard
    deviations, at least 1.5 cm; our own choice).

    Parameters
    ----------
    t_s : ndarray [shape=(n,)]
        Rising times.
    z : ndarray [shape=(n,), complex]
        Raw positions in cm; NaN where not seen.
    at_s : ndarray [shape=(m,)]
        The even clock.
    """
    kept = np.isfinite(z)
    kept[kept] = ~outliers(z[kept])
    fit, gain, own = local_quadratic(t_s[kept], z[kept], t_s[kept])
    known = np.isfinite(fit)
    # The variance that a smoother leaves of a sample's noise is 1 - 2 own + gain.
    left = np.sqrt(np.clip(1 - 2 * own[known] + gain[known], 0.05, None))
    residual = (z[kept][known] - fit[known]) / left
    noise = np.nan
    if len(residual) >= 8:
        noise = 1.4826 * float(np.median(np.abs(np.concatenate([residual.real, residual.imag]))))
        kept[np.flatnonzero(kept)[known]] = np.abs(residual) <= max(1.5, 4.5 * noise)
    value, gain, _ = local_quadratic(t_s[kept], z[kept], at_s)
    return Smoothed(value, noise, gain, kept)
