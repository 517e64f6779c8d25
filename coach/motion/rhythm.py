"""How fast and how evenly a hand circles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from coach.motion.circles import hann, local_line, runs
from coach.motion.smoothing import RATE_HZ

WINDOW_S = 8.0
HOP_S = 1.0
"""Windows of 8 s every second: domain simulation gave 1 % median error on tempo there, 5 to 7 % with 4 s."""
SLOW_WINDOW_S = 20.0
"""8 s hold less than three turns below 25 circles/min; so slow tempi are looked for in 20 s."""
FAST_CPM = np.arange(24.0, 161.0)
SLOW_CPM = np.arange(7.0, 33.0, 0.5)


def window_centres(m: int, window_s: float, hop_s: float = HOP_S) -> np.ndarray:
    """Sample numbers in the middle of windows `hop_s` apart; one in the middle when `m` samples hold no
    more."""
    half = window_s / 2 * RATE_HZ
    if m == 0:
        return np.zeros(0, int)
    if m <= 2 * half:
        return np.array([m // 2])
    return np.round(np.arange(half, m - half + 0.5, hop_s * RATE_HZ)).astype(int)


def rotary_spectrum(z: np.ndarray, centres: np.ndarray, window_s: float, cpm: np.ndarray) -> np.ndarray:
    """Signed rotary spectrum: power turning in the positive less power turning in the negative sense.

    ``P+(f) - P-(f)`` of ``z = v + i·y`` is the area that z sweeps per turn at f: a circle of radius r gives
    ±r², a to-and-fro on a line (a return stroke, a step in the travel) and noise alike in both axes give 0.

    Returns
    -------
    ndarray [shape=(k, len(cpm))]
        cm²; NaN in z counts as missing.

    References
    ----------
    Gonella, J. (1972), A rotary-component method for analysing vector time series, Deep-Sea Research 19:833.
    """
    half = round(window_s / 2 * RATE_HZ)
    padded = np.pad(np.where(np.isfinite(z), z, 0), half)
    known = np.pad(np.isfinite(z), half)
    if not len(z):
        return np.zeros((0, len(cpm)))
    view = np.lib.stride_tricks.sliding_window_view
    weight = hann(half)
    total = view(known, 2 * half + 1)[centres] @ weight
    cosine, sine = _waves(half, tuple(cpm))
    v, y = (view(part, 2 * half + 1)[centres] for part in (padded.real, padded.imag))
    # |Σ z e^(-iωt)|² - |Σ z e^(iωt)|² for z = v + i·y, multiplied out: real sums are a quarter of the work.
    area = 4 * ((y @ cosine) * -(v @ sine) + (v @ cosine) * (y @ sine))
    return area / np.maximum(total, 0.2 * weight.sum())[:, None] ** 2


@lru_cache(maxsize=8)
def _waves(half: int, cpm: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and sines under a Hann window [each shape=(2·half + 1, len(cpm))]."""
    angle = 2 * np.pi * np.arange(-half, half + 1)[:, None] / RATE_HZ * np.array(cpm) / 60
    weight = hann(half)[:, None]
    return np.cos(angle) * weight, np.sin(angle) * weight


def _peak(area: np.ndarray, cpm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Highest inner peak of each row: its tempo (parabola through three points) and height (0: none)."""
    inner = (area[:, 1:-1] >= area[:, :-2]) & (area[:, 1:-1] > area[:, 2:])
    at = 1 + np.argmax(np.where(inner, area[:, 1:-1], -np.inf), axis=1)
    row = np.arange(len(area))
    low, top, high = area[row, at - 1], area[row, at], area[row, at + 1]
    bend = low - 2 * top + high
    shift = np.where(bend < 0, 0.5 * (low - high) / np.where(bend < 0, bend, -1), 0)
    found = inner.any(axis=1) & (top > 0)
    return np.where(found, cpm[at] + np.clip(shift, -0.5, 0.5) * (cpm[1] - cpm[0]), np.nan), np.where(
        found, top, 0
    )


@dataclass(frozen=True)
class TempoGuess:
    """First estimate of one hand's tempo, before its circles are told from its travel.

    Attributes
    ----------
    sense : int
        +1 or -1: which way the hand turns in ``v + i·y``.
    cpm : ndarray [shape=(m,)]
        Circles per minute at every moment, from few distinct values.
    power : float
        Median over the windows of the area power at the tempo, cm²: about the squared radius.
    top_power : float
        The same, upper quartile: what it is in the part of the time when the hand is busy.
    """

    sense: int
    cpm: np.ndarray
    power: float
    top_power: float


def guess_tempo(
    z: np.ndarray, label: np.ndarray, window_s: float, cpm: np.ndarray, highpass_s: float
) -> TempoGuess:
    """Tempo by the rotary spectrum in sliding windows.

    Each window's peak is sought within 0.6 to 1.6 times the tempo of the whole recording; another peak is
    believed only when it is 1.5 times as high there. That keeps a window with few turns from slipping to
    half or double, and still follows a hand that changes its tempo.

    Parameters
    ----------
    z : ndarray [shape=(m,), complex]
    label : ndarray [shape=(m,), int]
        Stretches that belong together, -1 to leave out (see `coach.motion.circles.local_fit`).
    window_s : float
    cpm : ndarray
        Tempi to try, even steps.
    highpass_s : float
        Half width of the local line that is taken off first.
    """
    m = len(z)
    line, _ = local_line(z, label, highpass_s)
    centres = window_centres(m, window_s)
    area = rotary_spectrum(z - line, centres, window_s, cpm)
    # Travel's spectrum falls with the tempo, so distant peaks are weighed by the area swept in a second (r²·f, not
    # r²): passes of a few seconds must not outweigh the small fast circles in them.
    whole = area.sum(axis=0) * cpm
    # An uneven hand's circles are spread over many tempi: any one of them may be outdone by the centre's wandering the
    # other way round, all together are not.
    sense = 1 if whole.sum() >= 0 else -1
    area = area * sense
    overall, _ = _peak(np.maximum(whole * sense, 0)[None], cpm)
    free_cpm, free_power = _peak(area, cpm)
    if not np.isfinite(overall[0]):
        return TempoGuess(sense, np.full(m, np.nan), 0.0, 0.0)
    band = (cpm >= 0.6 * overall[0]) & (cpm <= 1.6 * overall[0])
    near_cpm, near_power = _peak(np.where(band, area, 0), cpm)
    use_free = free_power * free_cpm > 1.5 * near_power * np.where(near_power > 0, near_cpm, 0.0)
    best = np.where(use_free, free_cpm, near_cpm)
    power = np.where(use_free, free_power, near_power)
    sure = np.isfinite(best) & (power > 0.25 * np.median(power))
    if not sure.any():
        return TempoGuess(sense, np.full(m, np.nan), 0.0, 0.0)
    track = np.interp(np.arange(m), centres[sure], best[sure])
    # On a coarse logarithmic scale (steps of 10 %): the fit needs no more, and few values are fast.
    coarse = np.exp(np.round(np.log(track) / 0.1) * 0.1)
    return TempoGuess(sense, coarse, float(np.median(power)), float(np.quantile(power, 0.75)))


def tempo_cpm(phase: np.ndarray, least_turns: float = 2.0) -> float | None:
    """Tempo while circling, in circles per minute, by phase slope.

    ``60 · Σ Δφ / (2π · Σ Δt)`` over the stretches of circling, each without its first and last quarter turn
    (where the window still reaches into rest or travel). At least `least_turns` in all, else None.

    Parameters
    ----------
    phase : ndarray [shape=(m,)]
        Unwrapped within each stretch, radians; NaN where the hand does not circle.
    least_turns : float

    References
    ----------
    Domain notes, section 3.1: phase slope is the most exact for circles.
    """
    turned = seconds = 0.0
    for start, stop in runs(np.isfinite(phase)):
        part = phase[start:stop]
        first = np.searchsorted(part, part[0] + np.pi / 2)
        last = np.searchsorted(part, part[-1] - np.pi / 2)
        if last > first:
            turned += (part[last] - part[first]) / (2 * np.pi)
            seconds += (last - first) / RATE_HZ
    return float(60 * turned / seconds) if turned >= least_turns else None


def cycle_times_s(phase: np.ndarray) -> np.ndarray:
    """Durations of the single turns, in seconds [shape=(c,)].

    From each of four starting angles in every stretch of circling, the times between whole turns: single
    turns are few, and their spread is steadier from four interleaved series than from one.
    """
    times: list[np.ndarray] = []
    for start, stop in runs(np.isfinite(phase)):
        part = np.maximum.accumulate(phase[start:stop])
        at = np.arange(stop - start) / RATE_HZ
        for quarter in range(4):
            marks = np.arange(part[0] + quarter * np.pi / 2, part[-1], 2 * np.pi)
            if len(marks) > 1:
                times.append(np.diff(np.interp(marks, part, at)))
    return np.concatenate(times) if times else np.zeros(0)


def cycle_cv(phase: np.ndarray) -> float | None:
    """Spread of the cycle time: ``SD(T) / mean(T)``, without unit, leaving out the longest turn.

    One long turn in a practice is a hand that was put down anew, or one turn that the camera missed; a rhythm is uneven
    when this happens again. The four interleaved series hold the longest turn up to four times. None for fewer than
    five turns. Domain notes, section 3.1: below 0.10 steady, above 0.20 not.
    """
    times = np.sort(cycle_times_s(phase))[:-4]
    if len(times) < 16:
        return None
    return float(np.std(times, ddof=4) / np.mean(times))


@dataclass(frozen=True)
class Windows:
    """Tempo and regularity over time.

    Attributes
    ----------
    at : ndarray [shape=(k,), int]
        Sample in the middle of each window.
    cpm, regularity : ndarray [shape=(k,)]
        NaN where the hand circles for less than half of the window, and where phase slope and autocorrelation
        disagree about the tempo by more than a fifth.
    """

    at: np.ndarray
    cpm: np.ndarray
    regularity: np.ndarray


def over_time(
    micro: np.ndarray, phase: np.ndarray, noise_variance: float, at: np.ndarray, window_s: float
) -> Windows:
    """Tempo (phase slope) and regularity (autocorrelation at one cycle) in sliding windows.

    ``R = Re A(k) / A(0)``, ``A(k) = mean of micro(t+k)·micro*(t)`` over the pairs in the window in which the
    hand circles both times (so gaps do no harm and the estimate is unbiased), at the peak next to one cycle.
    From ``A(0)`` the variance of the tracker's white noise is taken off, so that the same movement gives the
    same regularity with a better and a worse camera.

    Parameters
    ----------
    micro : ndarray [shape=(m,), complex]
        Path about its centre, cm.
    phase : ndarray [shape=(m,)]
        NaN where the hand does not circle.
    noise_variance : float
        Of the white noise left in `micro`, both axes together, cm².
    at : ndarray [shape=(k,), int]
        Samples in the middle of the windows.
    window_s : float

    References
    ----------
    Moe-Nilssen & Helbostad (2004), Estimation of gait cycle characteristics by trunk accelerometry,
    J. Biomech. 37:121.
    """
    half = round(window_s / 2 * RATE_HZ)
    cpm, regularity = np.full(len(at), np.nan), np.full(len(at), np.nan)
    circling = np.isfinite(phase) & np.isfinite(micro)
    for k, middle in enumerate(at):
        part = slice(max(middle - half, 0), middle + half + 1)
        on = circling[part]
        if on.sum() < 0.5 * len(on) or on.sum() < 3 * RATE_HZ:
            continue
        slope = _slope(phase[part], on)
        if slope <= 0:
            continue
        cycle = 2 * np.pi * RATE_HZ / slope
        lags = np.arange(max(2, int(0.6 * cycle)), int(1.5 * cycle) + 2)
        value = autocorrelation(np.where(on, micro[part], 0), on, lags, noise_variance)
        if not np.isfinite(value).any():
            continue
        best = int(np.nanargmax(value))
        regularity_here = float(np.clip(value[best], 0, 1))
        if abs(lags[best] - cycle) > max(0.2 * cycle, 1.5):
            continue
        cpm[k], regularity[k] = 60 * slope / (2 * np.pi), regularity_here
    return Windows(np.asarray(at), cpm, regularity)


def autocorrelation(z: np.ndarray, known: np.ndarray, lags: np.ndarray, noise_variance: float) -> np.ndarray:
    """Unbiased autocorrelation at `lags`, by the power of the samples that enter it less their noise.

    Parameters
    ----------
    z : ndarray [shape=(n,), complex]
    known : ndarray [shape=(n,), bool]
        Samples to use.
    lags : ndarray [shape=(l,), int]
    noise_variance : float

    Returns
    -------
    ndarray [shape=(l,)]
        NaN at lags with less than a second of pairs, or fewer than 30 % of the known samples.
    """
    n = len(z)
    size = 1 << int(2 * n - 1).bit_length()
    z = np.where(known, z, 0)
    # All sums over pairs (early, late) are correlations, and those are products of spectra.
    rows = np.fft.fft(np.stack([z, known, np.abs(z) ** 2]), size, axis=1)
    products = np.stack(
        [
            rows[0] * rows[0].conj(),
            rows[1] * rows[1].conj(),
            rows[2] * rows[1].conj(),
            rows[1] * rows[2].conj(),
        ]
    )
    usable = lags < n
    at = np.where(usable, lags, 0)
    match, count, late, early = np.fft.ifft(products, axis=1).real[:, at]
    count = np.round(count)
    usable &= count >= max(RATE_HZ, 0.3 * known.sum())
    pairs = np.maximum(count, 1)
    power = 0.5 * (late + early) / pairs
    # Never more than half of what is seen is put down to noise.
    signal = np.maximum(power - noise_variance, 0.5 * power)
    usable &= signal > 1e-9
    return np.where(usable, match / pairs / np.where(usable, signal, 1), np.nan)


def _slope(phase: np.ndarray, on: np.ndarray) -> float:
    """Least-squares slope of the phase in radians/s, one for all stretches of `on`, each with its own
    start."""
    above = below = 0.0
    for start, stop in runs(on):
        t = np.arange(stop - start) / RATE_HZ
        t = t - t.mean()
        above += float(t @ phase[start:stop])
        below += float(t @ t)
    return above / below if below > 0 else 0.0
