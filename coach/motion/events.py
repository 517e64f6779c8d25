"""What an instructor looks for first in a practice: rests, thumbs on the spine, hands that were not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.motion.analyse import Motion
from coach.motion.measures import practice_span
from coach.motion.smoothing import RATE_HZ

REST_S = 4.0
"""Hands that circle less long ago than this are on their way back up, not resting (our own choice; a light return
takes two seconds)."""
SPINE_CM = 1.0
"""The keep-off strip beside the spine, as in `coach.motion.path.spine_contact`."""
SPINE_S, SPINE_GAP_S = 0.5, 1.0
"""A shorter touch is not told; touches with less between them are one (our own choice)."""
LOST_S = 1.0
"""A shorter loss is bridged by the smoothing."""


@dataclass(frozen=True)
class Event:
    """Something that happened over a span of the practice.

    Attributes
    ----------
    kind : str
        'rest', 'spine' or 'lost'.
    start_s, end_s : float
    hand : int or None
        0 left, 1 right; None for both.
    """

    kind: str
    start_s: float
    end_s: float
    hand: int | None = None


def find_events(motion: Motion) -> list[Event]:
    """The events of a practice, by their start."""
    start, stop = practice_span(motion)
    inside = np.zeros(len(motion.t_s), bool)
    inside[start:stop] = True
    seen = np.isfinite(motion.u)
    rest = inside & seen.any(axis=1) & ~motion.circling.any(axis=1)
    found = [Event("rest", a, b) for a, b in _spans(rest, motion.t_s, REST_S)]
    for hand in range(2):
        v = motion.hands[hand].fitted.real
        with np.errstate(invalid="ignore"):
            close = motion.circling[:, hand] & (np.abs(v) < SPINE_CM)
        found += [Event("spine", a, b, hand) for a, b in _spans(close, motion.t_s, SPINE_S, SPINE_GAP_S)]
        lost = inside & ~seen[:, hand]
        found += [Event("lost", a, b, hand) for a, b in _spans(lost, motion.t_s, LOST_S)]
    return sorted(found, key=lambda event: event.start_s)


def _spans(
    on: np.ndarray, t_s: np.ndarray, least_s: float, bridge_s: float = 0.0
) -> list[tuple[float, float]]:
    """Runs of `on` of at least `least_s`, those with less than `bridge_s` between them joined."""
    edges = np.diff(np.concatenate([[0], on.astype(int), [0]]))
    runs = list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True))
    joined: list[list[int]] = []
    for first, after in runs:
        if joined and (first - joined[-1][1]) / RATE_HZ < bridge_s:
            joined[-1][1] = int(after)
        else:
            joined.append([int(first), int(after)])
    return [(float(t_s[a]), float(t_s[b - 1])) for a, b in joined if (b - a) / RATE_HZ >= least_s]
