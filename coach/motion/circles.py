"""Circles apart from travel: a small harmonic model fitted around every moment.

Around each moment the path is taken as ``centre + travel·τ + turn·e^{iωτ} + counter·e^{-iωτ}`` with the
tempo ω/2π known, and fitted by weighted least squares under a Hann window. `centre` is the macro path (where
the hand works), `turn` a circle in the mathematically positive sense of ``v + i·y`` and `counter` one in the
other sense; an ellipse has both, a rubbing to and fro has them equal. Against a moving mean over one cycle
(the usual detrending) the fit keeps right at the ends of a pass and across lost frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coach.motion.legs import Leg
from coach.motion.smoothing import NAN, RATE_HZ

WINDOW_CYCLES = 1.0
WINDOW_S = 0.75
"""Half width of the Hann window: one cycle, the shortest that still tells travel from circle, but not less
than three quarters of a second, for fast circles have few samples each. Our own choice, on simulated
tracks."""
LONGEST_STOP_S = 3.0
"""A longer rest is a break in the practice, not an unsteady rhythm (our own choice)."""
FLOOR_CM = 0.4
"""Smallest radius that counts as circling, in cm. Our own choice: less than half of the smallest circle
that is taught (2 cm across), and above what a resting hand's jitter turns (docs/measures.md)."""
_RIDGE_TRAVEL, _RIDGE_OTHER = 0.003, 0.01
"""Steadies travel and the other sense at the ends of a leg, where they are hard to tell from the rest."""


@dataclass(frozen=True)
class Harmonic:
    """The model's parts at every moment [each shape=(m,)]; NaN where the path is not known well enough.

    Attributes
    ----------
    centre : complex, cm
    travel : complex, cm/s
    turn, counter : complex, cm
        Radius and phase at that moment of the circle in the positive and in the negative sense.
    support : float
        Share of the window's weight that was seen.
    """

    centre: np.ndarray
    travel: np.ndarray
    turn: np.ndarray
    counter: np.ndarray
    support: np.ndarray


def hann(half: int) -> np.ndarray:
    """Hann weights [shape=(2·half + 1,)] that vanish one step beyond the ends."""
    return np.hanning(2 * half + 3)[1:-1]


def _windows(values: np.ndarray, half: int, fill: complex) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, half, constant_values=fill), 2 * half + 1)


def local_fit(
    z: np.ndarray, label: np.ndarray, rows: np.ndarray, half: int, basis: np.ndarray, ridge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares of `basis` around the moments `rows`.

    Parameters
    ----------
    z : ndarray [shape=(m,), complex]
        NaN where not known.
    label : ndarray [shape=(m,), int]
        A moment is fitted from samples of its own label only; -1 marks samples to leave out.
    rows : ndarray [shape=(r,), int]
        Moments to fit around.
    half : int
        Half width of the Hann window in samples.
    basis : ndarray [shape=(2·half + 1, b), complex]
    ridge : ndarray [shape=(b,)]
        Added to the diagonal of the normal matrix, as a share of the window's weight.

    Returns
    -------
    coefficients : ndarray [shape=(r, b), complex]
    support : ndarray [shape=(r,)]
        Share of the window's weight that was used.
    """
    known = np.isfinite(z) & (label >= 0)
    weight = hann(half)
    use = _windows(known, half, False)[rows] & (_windows(label, half, -1)[rows] == label[rows, None])
    w = use * weight
    size = basis.shape[1]
    products = (basis.conj()[:, :, None] * basis[:, None, :]).reshape(len(weight), size * size)
    normal = (w @ products).reshape(-1, size, size)
    total = w.sum(axis=1)
    # An empty window still needs a solvable matrix; its result is thrown away by its support.
    normal[:, np.arange(size), np.arange(size)] += np.maximum(total, 1e-6)[:, None] * ridge + 1e-9
    right = (w * _windows(np.where(known, z, 0), half, 0)[rows]) @ basis.conj()
    return np.linalg.solve(normal, right[..., None])[..., 0], total / weight.sum()


def local_line(z: np.ndarray, label: np.ndarray, half_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Local straight line: value [cm] and slope [cm/s] at every moment, each shape=(m,)."""
    half = max(2, round(half_s * RATE_HZ))
    tau = np.arange(-half, half + 1) / RATE_HZ
    rows = np.flatnonzero(label >= 0)
    value, slope = np.full(len(z), NAN), np.full(len(z), NAN)
    if len(rows):
        basis = np.stack([np.ones_like(tau), tau / half_s], axis=1).astype(complex)
        fit, support = local_fit(z, label, rows, half, basis, np.array([0.0, 0.01]))
        rows, fit = rows[support > 0.15], fit[support > 0.15]
        value[rows], slope[rows] = fit[:, 0], fit[:, 1] / half_s
    return value, slope


def harmonic(
    z: np.ndarray, label: np.ndarray, hz: np.ndarray, sense: int, cycles: float = WINDOW_CYCLES
) -> Harmonic:
    """Fit the model around every moment.

    Parameters
    ----------
    z : ndarray [shape=(m,), complex]
        Path on the even clock, cm.
    label : ndarray [shape=(m,), int]
        As for `local_fit`.
    hz : ndarray [shape=(m,)]
        Tempo in turns per second; NaN where there is none. Few distinct values make it fast.
    sense : int
        +1 or -1: which way the hand turns.
    cycles : float
        Half width of the window.
    """
    m = len(z)
    parts = np.full((m, 4), NAN)
    ridge = np.array([0.0, _RIDGE_TRAVEL, *((0.0, _RIDGE_OTHER) if sense > 0 else (_RIDGE_OTHER, 0.0))])
    support = np.zeros(m)
    for f in np.unique(hz[np.isfinite(hz)]):
        rows = np.flatnonzero((hz == f) & (label >= 0))
        if not len(rows):
            continue
        half = round(max(cycles / f, WINDOW_S) * RATE_HZ)
        tau = np.arange(-half, half + 1) / RATE_HZ
        wave = np.exp(2j * np.pi * f * tau)
        basis = np.stack([np.ones_like(wave), tau * f, wave, wave.conj()], axis=1)
        fit, share = local_fit(z, label, rows, half, basis, ridge)
        fit[:, 1] *= f
        good = share > 0.25
        parts[rows[good]], support[rows] = fit[good], share
    return Harmonic(parts[:, 0], parts[:, 1], parts[:, 2], parts[:, 3], support)


def turn_noise(noise_power: float, hz: float) -> float:
    """Variance that white noise gives to `turn`, cm².

    ``1.5 · noise_power / T``: under a Hann window of length T the squared weights sum to 1.5 by the samples.

    Parameters
    ----------
    noise_power : float
        Variance of the raw noise, both axes together, by the samples per second: cm² s.
    hz : float
        Turns per second.
    """
    return 1.5 * noise_power / (2 * max(WINDOW_CYCLES / hz, WINDOW_S))


def circling(
    fit: Harmonic, hz: np.ndarray, sense: int, legs: Sequence[Leg], noise_power: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Moments at which a hand circles, and its phase.

    A hand circles where, averaged over a turn within one leg,

    - its area (``|turn|² - |counter|²``; noise turns as much one way as the other and cancels) is at least
      that of a circle of `FLOOR_CM` radius, and twice what the tracker's noise gives to `turn`,
    - the path is no narrower than ``b/a = 0.15`` (rubbing to and fro is not circling),
    - its phase goes on in the hand's own sense at 0.15 to 2.2 times the tempo,

    and all this for at least 1.5 turns. Holes shorter than half a turn are closed.

    Parameters
    ----------
    fit : Harmonic
    hz : ndarray [shape=(m,)]
        Tempo used in the fit.
    sense : int
        +1 or -1: which of `turn` and `counter` is the hand's own circle.
    legs : sequence of Leg
        Circling ends where a leg ends.
    noise_power : float
        Variance of the raw noise, both axes together, by the samples per second: cm² s.

    Returns
    -------
    on : ndarray [shape=(m,), bool]
    phase : ndarray [shape=(m,)]
        Radians, growing with the circles, unwrapped within each stretch of `on`; NaN elsewhere.
    """
    m = len(hz)
    own, other = (fit.turn, fit.counter) if sense > 0 else (fit.counter, fit.turn)
    on = np.zeros(m, bool)
    phase = np.full(m, np.nan)
    for leg in legs:
        part = slice(leg.start, leg.stop)
        known = np.isfinite(own[part])
        if known.any():
            turn_n = max(3, round(RATE_HZ / float(np.median(hz[part][known]))))
            floor = max(FLOOR_CM**2, 2 * turn_noise(noise_power, RATE_HZ / turn_n))
            on[part] = _circling_in_leg(own[part], other[part], known, hz[part], sense, turn_n, floor)
            on[leg.start] = False  # legs may touch, stretches of circling must not
            for start, stop in runs(on[part]):
                stretch = slice(leg.start + start, leg.start + stop)
                phase[stretch] = np.unwrap(np.angle(own[stretch]) * sense)
    return on, phase


def through_stops(phase: np.ndarray, own: np.ndarray, known: np.ndarray, legs: Sequence[Leg]) -> np.ndarray:
    """The phase carried on through short stops, so that a turn with a stop in it counts as one long turn.

    A stop lies between two stretches of circling in one leg, lasts at most `LONGEST_STOP_S`, the hand is seen
    for most of it, and its circle shrinks there to less than a third of its usual power (a hand that merely
    became hard to see has no stop). The hand is taken to go on where it stopped.

    Parameters
    ----------
    phase : ndarray [shape=(m,)]
        As from `circling`.
    own : ndarray [shape=(m,), complex]
        Radius and phase of the hand's circle.
    known : ndarray [shape=(m,), bool]
        The hand is seen.
    legs : sequence of Leg

    Returns
    -------
    ndarray [shape=(m,)]
        Radians; NaN elsewhere.
    """
    result = phase.copy()
    on = np.isfinite(phase)
    if not on.any():
        return result
    usual = float(np.median(np.abs(own[on]) ** 2))
    for leg in legs:
        stretches = [(leg.start + a, leg.start + b) for a, b in runs(on[leg.start : leg.stop])]
        for (_, before), (after, stop) in pairwise(stretches):
            gap = slice(before, after)
            power = np.abs(own[gap][np.isfinite(own[gap])]) ** 2
            if (
                after - before <= LONGEST_STOP_S * RATE_HZ
                and known[gap].mean() >= 0.7
                and len(power)
                and power.min() < usual / 3
            ):
                # It goes on where it stopped; but around a stop the fit runs on ahead before it and lags
                # behind after it, so the step is between three quarters of a turn back and a quarter on.
                step = (result[after] - result[before - 1] - np.pi / 2) % (2 * np.pi) - 1.5 * np.pi
                result[after:stop] += result[before - 1] + step - result[after]
                result[gap] = np.interp(
                    np.arange(before, after), [before - 1, after], [result[before - 1], result[after]]
                )
    return result


def _circling_in_leg(
    own: np.ndarray,
    other: np.ndarray,
    known: np.ndarray,
    hz: np.ndarray,
    sense: int,
    turn_n: int,
    floor: float,
) -> np.ndarray:
    own_power, other_power = (_mean_over(np.abs(p) ** 2, known, turn_n) for p in (own, other))
    raw = np.where(known, own, 0)
    # The step in phase from one moment to the next, without unwrapping across unknown moments.
    step = np.zeros(len(raw), complex)
    step[1:] = raw[1:] * raw[:-1].conj()
    advance = np.angle(_sum_over(step, max(3, turn_n // 2))) * sense * RATE_HZ / (2 * np.pi)
    on = known & (own_power - other_power >= floor) & (other_power <= 0.55 * own_power)
    on &= (advance > 0.15 * hz) & (advance < 2.2 * hz)
    # A hand lost for a moment goes on circling as far as the least number of turns is concerned.
    joined = close_holes(on | ~known, turn_n // 2)
    result = np.zeros_like(on)
    for start, stop in runs(joined):
        if on[start:stop].sum() >= 1.5 * turn_n:
            result[start:stop] = True
    return result & known


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Stretches of True as (start, stop), `stop` excluded."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def close_holes(mask: np.ndarray, longest: int) -> np.ndarray:
    """Set stretches of False between two of True, up to `longest` samples, to True."""
    result = mask.copy()
    inner = runs(~mask)
    for start, stop in inner:
        if start > 0 and stop < len(mask) and stop - start <= longest:
            result[start:stop] = True
    return result


def _sum_over(values: np.ndarray, width: int) -> np.ndarray:
    half = width // 2
    total = np.concatenate([[0], np.cumsum(values)])
    at = np.arange(len(values))
    return total[np.minimum(at + half + 1, len(values))] - total[np.maximum(at - half, 0)]


def _mean_over(values: np.ndarray, known: np.ndarray, width: int) -> np.ndarray:
    count = _sum_over(known.astype(float), width)
    return _sum_over(np.where(known, values, 0), width) / np.maximum(count, 1)
