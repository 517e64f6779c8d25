"""From a recording to the movement in it: smooth paths, circles apart from travel, passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.motion import circles, path, rhythm
from coach.motion.legs import SMALLEST_TRAVEL_CM, Leg, find_legs, refine_legs, turn_threshold
from coach.motion.recording import Recording
from coach.motion.smoothing import RATE_HZ, even_clock, smooth

FAST_HIGHPASS_S, SLOW_HIGHPASS_S = 1.25, 4.5
"""Half widths of the local line taken off before tempi are looked for: half of the slowest cycle and
more (our own choice)."""
RETURN_CM_S = 8.0
"""Slow circling (below 33/min) moves at most 8 cm/s, so what is faster along the spine is a return."""
SLOW_TURN_CM = 5.0
"""With slow circles the path is split before the circles are taken off it, so a turning point has to be
larger than the largest circle."""
SURELY_CM = 0.6
"""With circles of this radius in the usual windows, slow ones are not looked for (our own choice)."""
SURELY_SLOW = 3.0
"""Slow circles must sweep so many times the area per second that the usual windows show: an uneven hand, whose circles
those blur, wanders at their pace. Our own choice: with twice an uneven hand is now and then taken for a slow one, with
five times a slow hand is missed (benchmarks/slow_or_uneven.py)."""
NOT_CIRCLING_CM, NOT_CIRCLING_NOISE = 0.45, 10.0
"""A hand whose area power at its tempo is less than that of this radius even in its busiest quarter of the
time, or less than so many times what the tracker's white noise has in such a window, does not circle. Noise
alone reaches 4 to 13 times in the best of all tempi (docs/measures.md); circles have 12 and more even at 1
cm noise. An uneven hand turns at no one tempo for eight seconds, so that its power is spread over many: it does
not circle only where that of its single turns is less as well."""
OFF_BACK_U, OFF_BACK_CM = (-0.25, 1.25), 30.0
"""Positions beyond this are not on a back, whatever the tracker saw: a quarter of its length above and below,
and more than half the widest shoulders."""


@dataclass(frozen=True)
class HandMotion:
    """One hand's movement on the even clock (m moments).

    Attributes
    ----------
    z : ndarray [shape=(m,), complex]
        Smoothed path ``v + i·y`` in cm (y down the spine from C7).
    noise_cm : float
        White noise of the raw positions, standard deviation per axis.
    micro_noise : float
        Variance of what is left of it in `z`, both axes together, cm².
    turn_noise : float
        Variance of `fit.turn` by the white noise, cm².
    sense : int
        Which way it turns in ``v + i·y``.
    fit : Harmonic
        Centre and circle.
    slow : bool
        Found as a slow tempo, in the long windows.
    on : ndarray [shape=(m,), bool]
        It circles.
    phase : ndarray [shape=(m,)]
        Radians, growing with its circles; NaN where it does not circle.
    phase_through : ndarray [shape=(m,)]
        The same carried on through short stops.
    """

    z: np.ndarray
    noise_cm: float
    micro_noise: float
    turn_noise: float
    sense: int
    fit: circles.Harmonic
    slow: bool
    on: np.ndarray
    phase: np.ndarray
    phase_through: np.ndarray

    @property
    def own(self) -> np.ndarray:
        """The circle in the hand's own sense, as radius and phase [shape=(m,), complex]."""
        return self.fit.turn if self.sense > 0 else self.fit.counter

    @property
    def fitted(self) -> np.ndarray:
        """Centre and ellipse together: the path with the least noise [shape=(m,), complex]."""
        return self.fit.centre + self.fit.turn + self.fit.counter


@dataclass(frozen=True)
class Motion:
    """The movement in a recording. All arrays are on an even clock, 20 moments a second.

    Attributes
    ----------
    t_s : ndarray [shape=(m,)]
    u, v_cm : ndarray [shape=(m, 2)]
        Smoothed path; NaN where not seen.
    u_cm : ndarray [shape=(m, 2)]
        The same along the spine in cm.
    macro_u_cm, macro_v_cm : ndarray [shape=(m, 2)]
        Macro path: the circles' centre. While a hand does not circle, its path averaged over about a second.
    circling : ndarray [shape=(m, 2), bool]
    phase : ndarray [shape=(m, 2)]
    window_t_s : ndarray [shape=(k,)]
    tempo_cpm, regularity : ndarray [shape=(k, 2)]
        Over time, in windows of 8 s (20 s for a slow hand) every second.
    passes : list of Pass
        Complete strokes; `start_i` and `end_i` count on this clock.
    back_length_cm : float
    hands : tuple of HandMotion
    """

    t_s: np.ndarray
    u: np.ndarray
    v_cm: np.ndarray
    u_cm: np.ndarray
    macro_u_cm: np.ndarray
    macro_v_cm: np.ndarray
    circling: np.ndarray
    phase: np.ndarray
    window_t_s: np.ndarray
    tempo_cpm: np.ndarray
    regularity: np.ndarray
    passes: list[path.Pass]
    back_length_cm: float
    hands: tuple[HandMotion, HandMotion]

    @property
    def turned(self) -> np.ndarray:
        """Turns made since the moment before, 0 where a hand does not circle [shape=(m, 2)]."""
        step = np.diff(self.phase, axis=0, prepend=np.nan) / (2 * np.pi)
        return np.where(np.isfinite(step), np.maximum(step, 0), 0)


def analyse_motion(recording: Recording) -> Motion:
    """Find the movement in a recording.

    Raises
    ------
    RecordingError
        When the metadata does not give the back's length.
    """
    length = recording.back_length_cm
    t_s = np.asarray(recording.t_s, float)
    u, v_cm = np.asarray(recording.u, float), np.asarray(recording.v_cm, float)
    with np.errstate(invalid="ignore"):
        there = (u > OFF_BACK_U[0]) & (u < OFF_BACK_U[1]) & (np.abs(v_cm) < OFF_BACK_CM)
    z = np.where(there, v_cm + 1j * length * u, complex(np.nan, np.nan))
    clock = even_clock(t_s)
    left, right = (_analyse_hand(t_s, z[:, hand], clock) for hand in range(2))
    hands = (left, right)
    smooth_z = np.stack([h.z for h in hands], axis=1)
    centre = np.stack([h.fit.centre for h in hands], axis=1)
    circling = np.stack([h.on for h in hands], axis=1)
    phase = np.stack([h.phase for h in hands], axis=1)
    at = rhythm.window_centres(len(clock), rhythm.WINDOW_S)
    windows = [
        rhythm.over_time(
            h.z - h.fit.centre,
            h.phase,
            h.micro_noise,
            at,
            rhythm.SLOW_WINDOW_S if h.slow else rhythm.WINDOW_S,
        )
        for h in hands
    ]
    motion = Motion(
        t_s=clock,
        u=smooth_z.imag / length,
        v_cm=smooth_z.real,
        u_cm=smooth_z.imag,
        macro_u_cm=centre.imag,
        macro_v_cm=centre.real,
        circling=circling,
        phase=phase,
        window_t_s=clock[at] if len(clock) else np.zeros(0),
        tempo_cpm=np.stack([w.cpm for w in windows], axis=1),
        regularity=np.stack([w.regularity for w in windows], axis=1),
        passes=[],
        back_length_cm=length,
        hands=hands,
    )
    motion.passes.extend(_passes(motion))
    return motion


def _analyse_hand(t_s: np.ndarray, raw: np.ndarray, clock: np.ndarray) -> HandMotion:
    smoothed = smooth(t_s, raw, clock)
    z, m = smoothed.z, len(clock)
    noise = smoothed.noise_cm if np.isfinite(smoothed.noise_cm) else 0.0
    density = 2 * noise**2 / max(smoothed.kept.sum() / max(np.isfinite(z).sum() / RATE_HZ, 1.0), 1.0)
    guess, legs, quick, slow = _tempo_and_legs(z, density)
    # Without a tempo the "circle" only sets how long the centre is averaged.
    hz = _tempo_hz(guess)
    # Fitted again within each leg, so that no window reaches from a stroke into its return.
    label = np.full(m, -1)
    for k, leg in enumerate(legs):
        label[leg.start : leg.stop] = k
    label[quick] = -1
    # Passes hold only two or three slow circles: a wider window, for there is little to lose in time.
    fit = circles.harmonic(z, label, hz, guess.sense, 1.2 if slow else circles.WINDOW_CYCLES)
    on, phase = circles.circling(fit, hz, guess.sense, legs, density)
    in_window = _window_noise(density, rhythm.SLOW_WINDOW_S if slow else rhythm.WINDOW_S)
    own, other = (fit.turn, fit.counter) if guess.sense > 0 else (fit.counter, fit.turn)
    in_turn = circles.turn_noise(density, float(np.median(hz)) if m else 1.0)
    if guess.top_power < max(NOT_CIRCLING_CM**2, NOT_CIRCLING_NOISE * in_window) and _busiest(
        np.abs(own) ** 2 - np.abs(other) ** 2
    ) < max(NOT_CIRCLING_CM**2, NOT_CIRCLING_NOISE * in_turn):
        on, phase = np.zeros(m, bool), np.full(m, np.nan)
    through = circles.through_stops(phase, own, np.isfinite(z), legs)
    known = np.isfinite(smoothed.gain)
    gain = float(np.mean(smoothed.gain[known])) if known.any() else 0.0
    return HandMotion(
        z=z,
        noise_cm=smoothed.noise_cm,
        micro_noise=2 * noise**2 * gain,
        turn_noise=in_turn,
        sense=guess.sense,
        fit=fit,
        slow=slow,
        on=on,
        phase=phase,
        phase_through=through,
    )


def _tempo_hz(guess: rhythm.TempoGuess) -> np.ndarray:
    return np.where(np.isfinite(guess.cpm), guess.cpm, 40.0) / 60


def _tempo_and_legs(z: np.ndarray, density: float) -> tuple[rhythm.TempoGuess, list[Leg], np.ndarray, bool]:
    """First tempo, legs, moments too quick to be part of a stroke, and whether it is a slow tempo.

    A normal tempo is found first, since circles of less than three seconds stand out from the travel by
    themselves. Only when there are no such, slow circles are looked for, after the returns (quicker than slow
    circles ever are) were taken out: a pass itself comes and goes at their pace.
    """
    whole = np.zeros(len(z), int)
    none = np.zeros(len(z), bool)
    fast = rhythm.guess_tempo(z, whole, rhythm.WINDOW_S, rhythm.FAST_CPM, FAST_HIGHPASS_S)
    if fast.power < SURELY_CM**2:
        line, slope = circles.local_line(z, whole, 0.75)
        known = np.isfinite(slope)
        quick = known & ~(np.abs(np.where(known, slope, 0).imag) <= RETURN_CM_S)
        stretch = np.cumsum(np.diff((quick | ~known).astype(int), prepend=0) != 0)
        stretch = np.where(quick | ~known, -1, stretch)
        slow = rhythm.guess_tempo(z, stretch, rhythm.SLOW_WINDOW_S, rhythm.SLOW_CPM, SLOW_HIGHPASS_S)
        only_noise = fast.power < NOT_CIRCLING_NOISE * _window_noise(density, rhythm.WINDOW_S)
        if slow.power > 0 and (only_noise or _swept(slow) > SURELY_SLOW * _swept(fast)):
            return slow, find_legs(line.imag, turn_threshold(line.imag, SLOW_TURN_CM)), quick, True
    hz = _tempo_hz(fast)
    legs = find_legs(circles.harmonic(z, whole, hz, fast.sense).centre.imag)
    return fast, refine_legs(legs, z.imag, hz), none, False


def _busiest(area: np.ndarray) -> float:
    """What an area power reaches in the busiest quarter of the time in which it is known; 0 where it never is."""
    known = area[np.isfinite(area)]
    return float(np.quantile(known, 0.75)) if len(known) else 0.0


def _window_noise(density: float, window_s: float) -> float:
    """Area power of white noise in a Hann window, which averages over two thirds of its length."""
    return density * 1.5 / window_s


def _swept(guess: rhythm.TempoGuess) -> float:
    """Area swept in a second, cm²/s but for a constant: what tells the hand's circles from its wandering."""
    known = guess.cpm[np.isfinite(guess.cpm)]
    return guess.power * float(np.median(known)) / 60 if len(known) else 0.0


def _passes(motion: Motion) -> list[path.Pass]:
    working = motion.circling.sum(axis=0) >= 3 * RATE_HZ
    if not working.any():
        # Nobody circles: the hand, or hands, that travel.
        travel = np.array([_range(motion.macro_u_cm[:, h]) for h in range(2)])
        working = (travel > SMALLEST_TRAVEL_CM) & (travel > 0.4 * travel.max())
    if not working.any():
        return []
    y = path.common_path(motion.macro_u_cm, working)
    circling = np.asarray(motion.circling[:, working].any(axis=1))
    count = np.maximum(motion.circling[:, working].sum(axis=1), 1)
    turned = motion.turned[:, working].sum(axis=1) / count
    return path.find_passes(y, circling, turned, motion.back_length_cm)


def _range(y: np.ndarray) -> float:
    known = y[np.isfinite(y)]
    return float(np.diff(np.quantile(known, [0.05, 0.95]))[0]) if len(known) else 0.0
