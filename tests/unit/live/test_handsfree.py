"""Beginning and ending a round with the hands alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from live_given import observations, resting
from motion_given import practice

from coach.live.handsfree import Gone, Rest


def shares(observed) -> list[float]:
    watch = Rest(45.0)
    return [watch.take(seen) for seen in observed]


def test_two_seconds_of_rest_at_the_neck_begin_the_round():
    told = shares(resting(3.0))
    first = next(i for i, share in enumerate(told) if share == 1.0)
    assert 1.7 <= first / 15.0 <= 2.1
    assert max(told[:15]) < 0.6


@pytest.mark.parametrize(
    "observed",
    [
        resting(4.0, u=0.5),  # at the waist
        observations(practice(seconds=6.0)),  # already circling
        [replace(o, u=np.array([o.u[0], np.nan])) for o in resting(4.0)],  # one hand only
        resting(4.0, noise_cm=3.0),
    ],
    ids=["waist", "circling", "one hand", "unrest"],
)
def test_nothing_else_begins_it(observed):
    assert max(shares(observed)) < 1.0


def test_a_short_gap_does_not_break_the_rest():
    observed = resting(3.0)
    nowhere = np.full(2, np.nan)
    gappy = [replace(o, u=nowhere, v_cm=nowhere) if 10 <= i < 14 else o for i, o in enumerate(observed)]
    assert max(shares(gappy)) == 1.0


def away(seen):
    return replace(seen, thumb_px=np.full((2, 2), np.nan))


def test_five_seconds_without_hands_end_the_round():
    watch = Gone()
    observed = resting(12.0)
    told = [watch.take(seen if seen.t_s < 2 else away(seen), False) for seen in observed]
    assert observed[told.index(1.0)].t_s == pytest.approx(7.0, abs=0.2)


def test_hands_that_work_unrecognised_are_not_gone():
    watch = Gone()
    observed = resting(20.0)
    assert max(watch.take(seen if seen.t_s < 2 else away(seen), True) for seen in observed) == 0.0


def test_before_the_hands_came_nobody_leaves():
    watch = Gone()
    assert max(watch.take(away(seen), False) for seen in resting(8.0)) == 0.0
