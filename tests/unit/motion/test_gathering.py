"""Observations of a practice under way, packed."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields, replace

import numpy as np

from coach.motion.gathering import Gathering
from coach.motion.recording import Observation, Recording

META = {"settings": {"back_length_cm": 45.0}}


def observation(t_s: float, rng: np.random.Generator) -> Observation:
    return Observation(
        t_s, rng.random(2), rng.random(2), rng.random(2), float(rng.random()), rng.random((2, 2)), rng.random(2),
        rng.random(2),
    )  # fmt: skip


def test_what_is_gathered_is_what_was_seen():
    rng = np.random.default_rng(0)
    seen = [observation(0.1 * k, rng) for k in range(20)]
    seen[3] = replace(seen[3], u=np.array([np.nan, 0.5]))
    gathering = Gathering()
    assert (len(gathering), gathering.last_s) == (0, 0.0)
    for one in seen:
        gathering.add(one)
    assert (len(gathering), gathering.last_s) == (20, seen[-1].t_s)
    made, expected = gathering.recording(META), Recording.from_observations(seen, META)
    for field in fields(Recording):
        np.testing.assert_array_equal(getattr(made, field.name), getattr(expected, field.name))
    assert made.u.dtype == np.float32
    assert made.t_s.dtype == np.float64


def test_twenty_minutes_weigh_a_few_megabytes():
    rng = np.random.default_rng(0)
    gathering = Gathering()
    tracemalloc.start()
    for k in range(20 * 60 * 25):
        gathering.add(observation(k / 25, rng))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 5_000_000
