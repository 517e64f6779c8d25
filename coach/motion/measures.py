"""The measures of the technique: one value, or one per hand, for a whole recording.

Each measure is one function with its formula, unit and source; `measure` takes them all. docs/measures.md
explains them and says how well they do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coach.motion import path, rhythm
from coach.motion.analyse import HandMotion, Motion, analyse_motion
from coach.motion.recording import Recording
from coach.motion.smoothing import RATE_HZ, kept_at
from coach.motion.symmetry import Sync, synchrony

__all__ = ["Measures", "Motion", "PerHand", "Sync", "analyse_motion", "measure"]

LEAST_SEEN = 0.2
"""A hand seen in less of the practice has no measure of how much it circles (our own choice)."""


@dataclass(frozen=True)
class PerHand:
    """One value per hand of the giver; None where it could not be taken."""

    left: float | None
    right: float | None


@dataclass(frozen=True)
class Measures:
    """What was measured; None where a measure could not be taken.

    Attributes
    ----------
    tempo_cpm : PerHand
        Circles per minute while circling.
    regularity : PerHand
        0 to 1, autocorrelation at one cycle.
    cycle_cv : PerHand
        SD / mean of the cycle time.
    circle_diameter_cm, lateral_offset_cm : PerHand
    spine_contact : float or None
        Share of circling time within 1 cm of the spine.
    start_u, end_u : float or None
        Where passes begin and end.
    coverage : float or None
        Share of the (side, level) bins from C7 to the profile's end level that were circled.
    passes : int
    pass_s : float or None
    direction : str or None
        'down', 'up' or 'mixed'.
    sync : Sync
    active : PerHand
        Share of the time each hand circles.
    duration_s : float
        From the first to the last moment with a hand on the back.
    """

    tempo_cpm: PerHand
    regularity: PerHand
    cycle_cv: PerHand
    circle_diameter_cm: PerHand
    lateral_offset_cm: PerHand
    spine_contact: float | None
    start_u: float | None
    end_u: float | None
    coverage: float | None
    passes: int
    pass_s: float | None
    direction: str | None
    sync: Sync
    active: PerHand
    duration_s: float


def measure(recording: Recording, *, end_u: float, motion: Motion | None = None) -> Measures:
    """Take all measures of a recording.

    Parameters
    ----------
    recording : Recording
    end_u : float
        End level of the technique profile, for `coverage`.
    motion : Motion, optional
        What `analyse_motion` gave for this recording, when that is at hand already.

    Raises
    ------
    RecordingError
        When the metadata does not give the back's length.
    """
    motion = analyse_motion(recording) if motion is None else motion
    left, right = motion.hands
    tempo = PerHand(rhythm.tempo_cpm(left.phase), rhythm.tempo_cpm(right.phase))
    counted = np.array([tempo.left is not None, tempo.right is not None])
    circling = motion.circling & counted
    centre = np.stack([h.fit.centre for h in motion.hands], axis=1)
    fitted_v = np.stack([h.fitted.real for h in motion.hands], axis=1)
    radius = np.abs(np.stack([h.own for h in motion.hands], axis=1))
    passes = motion.passes

    def each(take: Callable[[HandMotion, float], float | None]) -> PerHand:
        pairs = zip(motion.hands, (tempo.left, tempo.right), strict=True)
        return PerHand(*(None if cpm is None else take(hand, cpm) for hand, cpm in pairs))

    return Measures(
        tempo_cpm=tempo,
        regularity=PerHand(*(_median(motion.regularity[:, h]) if counted[h] else None for h in range(2))),
        cycle_cv=each(lambda hand, cpm: rhythm.cycle_cv(hand.phase_through)),
        circle_diameter_cm=each(circle_diameter_cm),
        lateral_offset_cm=PerHand(
            *(path.lateral_offset_cm(centre[:, h].real, circling[:, h]) for h in range(2))
        ),
        spine_contact=path.spine_contact(fitted_v, circling),
        start_u=_median(np.array([p.start_u for p in passes])),
        end_u=_median(np.array([p.end_u for p in passes])),
        coverage=path.coverage(centre, radius, motion.turned * counted, end_u * motion.back_length_cm),
        passes=len(passes),
        pass_s=_median(np.array([(p.end_i - p.start_i) / RATE_HZ for p in passes])),
        direction=path.direction(passes),
        sync=synchrony(motion.phase, np.array([left.sense, right.sense]), tempo.left, tempo.right),
        active=active(motion, circling),
        duration_s=duration_s(motion),
    )


def circle_diameter_cm(hand: HandMotion, tempo_cpm: float) -> float:
    """Diameter of the circles in cm: twice the root mean square radius while circling.

    ``d = 2·√(⅔·2·var(v) + ⅓·2·var(y))`` of the fitted ellipse. A circle gives its diameter. Across counts
    twice as much as along the spine, because a wrong guess of the back's tilt stretches or squeezes along
    it (our own choice). Domain notes, section 3.1: ``r = √mean|z|²``.
    """
    turn, counter = hand.fit.turn[hand.on], hand.fit.counter[hand.on]
    # Over a turn, the mean of (Re(A e^{iφ} + B e^{-iφ}))² is |A + B*|²/2, and |A - B*|²/2 for the imaginary
    # part. Either holds the noise of one of A and B.
    across = np.mean(np.abs(turn + counter.conj()) ** 2) / 2 - hand.turn_noise
    along = np.mean(np.abs(turn - counter.conj()) ** 2) / 2 - hand.turn_noise
    return float(2 * np.sqrt(max(2 * 2 * across + 2 * along, 0) / 3) / kept_at(tempo_cpm / 60))


def practice_span(motion: Motion) -> tuple[int, int]:
    """First and last moment (the latter excluded) with a hand on the back; (0, 0) when there is none."""
    known = np.flatnonzero(np.isfinite(motion.u).any(axis=1))
    return (int(known[0]), int(known[-1]) + 1) if len(known) else (0, 0)


def duration_s(motion: Motion) -> float:
    """Practised time in s: from the first to the last moment with a hand on the back."""
    start, stop = practice_span(motion)
    return max(stop - start - 1, 0) / RATE_HZ


def active(motion: Motion, circling: np.ndarray) -> PerHand:
    """Share of the practised time in which each hand circles, 0 to 1.

    Time in which a hand was lost between two stretches of circling at about the same level is left out, since
    nobody knows what it did then; a return, seen or not, counts as not circling. None for a hand seen in less
    than 20 % of the practice.
    """
    start, stop = practice_span(motion)
    shares: list[float | None] = []
    for hand in range(2):
        on = circling[start:stop, hand]
        seen = np.isfinite(motion.u[start:stop, hand])
        if stop - start < RATE_HZ or seen.mean() < LEAST_SEEN:
            shares.append(None)
            continue
        unknown = _lost_while_circling(on, seen, motion.macro_u_cm[start:stop, hand])
        shares.append(float(on.sum() / (len(on) - unknown)))
    return PerHand(*shares)


def _lost_while_circling(on: np.ndarray, seen: np.ndarray, y_cm: np.ndarray) -> int:
    """Samples in which the hand was lost between two stretches of circling less than 4 cm apart."""
    count = 0
    for before, after in pairwise(np.flatnonzero(on)):
        if after - before > 1 and abs(y_cm[after] - y_cm[before]) < 4:
            count += int((~seen[before + 1 : after]).sum())
    return count


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
