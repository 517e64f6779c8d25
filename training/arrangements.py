"""How people are arranged who do not massage as it is taught: arms from her side or from her head, hands on each other.

Pictures of real massages show such arrangements at least as often as the taught one, in which the arms come from below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from training.rendering.approach import Approach, own_side
from training.rendering.body import SIDES
from training.rendering.giver import HandVariation
from training.rendering.motion import HandGoal

_ASIDE_SHARE = 0.65  # of these scenes; in the others the giver is at her head
_LIES_SHARE = 0.7
_FLAT_SHARE = 0.5  # the others make fists
_ASIDE_DEG, _FROM_HEAD_DEG = (90, 18), (180, 14)  # mean and spread of where the arms point
_AZIMUTH_FROM_HEADING = 0.9  # who sits beside her is a little behind her
_LEAN_TO_HEAD = (42, 68)  # of her trunk, degrees: a giver who stands before her reaches over her head
_BACK_M = 0.45
_ASIDE_V_M, _HALF_GAP_M = 0.065, (0.004, 0.10)
_PARALLEL_DEG = (5, 75)  # that each of two hands on each other is turned inwards
_WITH_FINGERS_AHEAD_DEG = (0, 60)
_KNEADING_SHARE = 0.5
_THUMB_BENT_DEG = (5, 40)  # each joint of a thumb that lies beside the fist instead of leading it
_ROLLED_RAD = 0.35  # spread of how a kneading fist is turned about every axis


@dataclass(frozen=True)
class Arrangement:
    """From where the arms come, and what of `scene.SceneOptions` follows from it."""

    approach: Approach
    options: Mapping[str, Any] = field(default_factory=dict)


def random_arrangement(rng: np.random.Generator) -> Arrangement:
    """Arms from one of her sides, or from her head."""
    lies = rng.random() < _LIES_SHARE
    common: dict[str, Any] = {"grip": "open" if rng.random() < _FLAT_SHARE else "fist"}
    lying = common | {"lying": "front", "lean": None}
    if rng.random() < _ASIDE_SHARE:
        heading = float(rng.normal(*_ASIDE_DEG) * rng.choice([-1, 1]))
        if lies:
            return Arrangement(Approach(heading, over_her=True), lying)
        azimuth = -heading * _AZIMUTH_FROM_HEADING
        return Arrangement(Approach(heading), common | {"lying": None, "giver_azimuth": azimuth})
    heading = float(rng.normal(*_FROM_HEAD_DEG))
    if lies:
        return Arrangement(Approach(heading, over_her=True), lying)
    lean = float(rng.uniform(*_LEAN_TO_HEAD))
    before_her = {"lying": None, "lean": lean, "giver_azimuth": -heading, "stance": "stand"}
    return Arrangement(Approach(heading), common | before_her)


def goals_from(rng: np.random.Generator, heading: float, goals: dict[str, HandGoal]) -> dict[str, HandGoal]:
    """`goals` of the taught arrangement, laid out as for arms that point to `heading`; idle hands work, too."""
    aside = abs(np.sin(np.deg2rad(heading)))
    u = float(rng.uniform(0.02, 0.9 if aside > 0.5 else 0.6))
    v = float(rng.uniform(-1, 1)) * _ASIDE_V_M * aside
    apart = float(rng.uniform(*_HALF_GAP_M)) if aside > 0.5 else float(rng.uniform(0.003, 0.065))
    out = {}
    for side in SIDES:
        across, down = own_side(side, heading)
        out[side] = replace(
            goals[side],
            u=float(np.clip(u + (down * apart + rng.normal(0, 0.012)) / _BACK_M, -0.03, 0.97)),
            v=float(np.clip(v + across * apart + rng.normal(0, 0.012), -0.085, 0.085)),
            active=True,
        )
    return out


def laid_on_each_other(
    rng: np.random.Generator, goals: dict[str, HandGoal], hands: dict[str, HandVariation]
) -> tuple[dict[str, HandGoal], dict[str, HandVariation]]:
    """One hand on the other, more or less parallel."""
    lower, upper = rng.permutation(list(SIDES))
    below = replace(goals[lower], away=False, active=True, lift=0.0)
    above = replace(below, across=0.0, up=0.0, on_other=True)
    turned = {
        side: replace(hand, towards_neck=np.deg2rad(rng.uniform(*_PARALLEL_DEG)))
        for side, hand in hands.items()
    }
    return {lower: below, upper: above}, turned


def with_fingers_ahead(rng: np.random.Generator, hands: dict[str, HandVariation]) -> dict[str, HandVariation]:
    """Both hands turned inwards alike, so that the fingers lead rather than the thumbs."""
    turn = np.deg2rad(rng.uniform(*_WITH_FINGERS_AHEAD_DEG))
    return {side: replace(hand, towards_neck=hand.towards_neck + turn) for side, hand in hands.items()}


def kneading(rng: np.random.Generator, hands: dict[str, HandVariation]) -> dict[str, HandVariation]:
    """Some fists as they knead: rolled onto the knuckles or the side, with bent thumbs."""
    if rng.random() >= _KNEADING_SHARE:
        return hands
    return {
        side: replace(
            hand,
            turn=hand.turn + rng.normal(0, _ROLLED_RAD, 3),
            fingers=replace(hand.fingers, thumb=rng.uniform(*_THUMB_BENT_DEG, 3)),
        )
        for side, hand in hands.items()
    }
