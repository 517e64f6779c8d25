"""Recorded and simulated rounds, played to the coach as they happened."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from coach.live.coaching import Coach, Given
from coach.live.running import EVERY_S, Now, Running
from coach.motion.recording import Observation, Recording
from coach.scoring.profile import Profile

TRACES = Path(__file__).parent / "traces"


def observations(recording: Recording) -> list[Observation]:
    return [
        Observation(
            t_s=float(recording.t_s[i]),
            u=recording.u[i],
            v_cm=recording.v_cm[i],
            confidence=recording.confidence[i],
            back_confidence=float(recording.back_confidence[i]),
            thumb_px=recording.thumb_px[i],
            c7_px=recording.c7_px[i],
            l5_px=recording.l5_px[i],
        )
        for i in range(len(recording))
    ]


def play(recording: Recording, profile: Profile, mode: str) -> tuple[list[Given], list[Now], Running]:
    """What the coach says during a round, second by second."""
    running = Running(profile, recording.back_length_cm)
    coach = Coach(profile, mode)
    told: list[Now] = []
    next_s = EVERY_S
    for seen in observations(recording):
        running.add(seen)
        if seen.t_s >= next_s:
            next_s += EVERY_S
            told.append(running.now())
            coach.step(told[-1])
    return coach.given, told, running


def resting(seconds: float, u: float = 0.0, v_cm: float = 3.0, noise_cm: float = 0.3, fps: float = 15.0):
    """Both hands at rest, as observations."""
    rng = np.random.default_rng(3)
    return [
        Observation(
            t_s=i / fps,
            u=u + noise_cm / 45.0 * rng.standard_normal(2),
            v_cm=np.array([-v_cm, v_cm]) + noise_cm * rng.standard_normal(2),
            confidence=np.full(2, 0.9),
            back_confidence=1.0,
            thumb_px=np.full((2, 2), 100.0),
            c7_px=np.zeros(2),
            l5_px=np.ones(2),
        )
        for i in range(round(seconds * fps))
    ]
