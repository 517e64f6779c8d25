"""From measures to points and faults, by the rules of a technique profile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from coach.motion.measures import Measures
from coach.scoring.profile import CRITERIA, FAULTS, Profile

SHORT_CLIP_S = 60.0
"""Clips shorter than this are excerpts: how long the practice lasted is not judged (our own choice)."""

ASIDE_CM = 1.5
"""As far aside as a back may be found: the worst of some forty rendered clips (docs/back.md)."""


@dataclass(frozen=True)
class CriterionScore:
    """One criterion, judged.

    Attributes
    ----------
    id, unit : str
        See `coach.scoring.profile.CRITERIA`.
    value : float or None
        What was measured (mean of the hands that have one); None when it could not be.
    score : float or None
        0 to 100; None leaves the criterion out of the total.
    target : list of 4
        The band.
    weight : float
    hands : dict or None
        Per hand, for criteria that are measured per hand.
    """

    id: str
    unit: str
    value: float | None
    score: float | None
    target: list[float | None]
    weight: float
    hands: dict[str, float | None] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report's entry, as plain values."""
        entry: dict[str, Any] = {
            "id": self.id,
            "score": None if self.score is None else round(self.score, 1),
            "value": None if self.value is None else round(self.value, 3),
            "unit": self.unit,
            "target": self.target,
            "weight": self.weight,
        }
        if self.hands is not None:
            entry["hands"] = {k: None if v is None else round(v, 3) for k, v in self.hands.items()}
        return entry


def circling(measures: Measures, profile: Profile) -> tuple[bool, bool]:
    """Whether the left and the right hand circle at all."""
    least = profile.faults.not_circling_share
    left, right = (
        tempo is not None and active is not None and active >= least
        for tempo, active in zip(_pair(measures.tempo_cpm), _pair(measures.active), strict=True)
    )
    return left, right


def tempo_of(measures: Measures) -> float | None:
    """Circles per minute, mean of the hands that circle."""
    return _mean(_measured(measures.tempo_cpm))


def balance(measures: Measures, profile: Profile) -> float | None:
    """Share of time the less busy hand circles, by the busier one's; None when neither circles."""
    if not any(circling(measures, profile)):
        return None
    left, right = (a or 0.0 for a in _pair(measures.active))
    return min(left, right) / max(left, right)


def offsets(measures: Measures) -> tuple[float | None, float | None]:
    """Distance of the left and the right hand from the spine, unlike only as far as a back found aside cannot explain.

    Such a back seems to bring one hand nearer to the spine and to take the other farther away; their mean stays.
    """
    left, right = _pair(measures.lateral_offset_cm)
    if left is None or right is None:
        return left, right
    middle, half = (left + right) / 2, (left - right) / 2
    sure = math.copysign(max(abs(half) - ASIDE_CM, 0.0), half)
    return middle + sure, middle - sure


def reach(measures: Measures, profile: Profile) -> float | None:
    """Share of the profile's stretch of the spine that the passes reach; further is not more."""
    if measures.start_u is None or measures.end_u is None:
        return None
    path = profile.path
    upper, lower = sorted((measures.start_u, measures.end_u))
    covered = min(lower, path.end_u) - max(upper, path.start_u)
    return min(max(covered / (path.end_u - path.start_u), 0.0), 1.0)


def right_way(measures: Measures, profile: Profile, directions: Sequence[str] = ()) -> float | None:
    """Share of passes in the profile's direction; from the summary where the passes are not given."""
    if directions:
        return sum(d == profile.path.direction for d in directions) / len(directions)
    if measures.direction is None:
        return None
    return 0.5 if measures.direction == "mixed" else float(measures.direction == profile.path.direction)


def judge(
    measures: Measures, profile: Profile, *, clip_s: float, directions: Sequence[str] = ()
) -> list[CriterionScore]:
    """Points for every criterion.

    Where no hand circles there is no massage to judge: all scores are 0. Where just one circles, what is
    measured per hand counts for that hand alone (its fault is told once, as one_sided), and the hands are not
    together.

    Parameters
    ----------
    measures : Measures
    profile : Profile
    clip_s : float
        Length of the recording; the duration of clips under a minute is not rated.
    directions : sequence of str
        'down' or 'up' per pass.
    """
    hands = circling(measures, profile)
    sync = measures.sync
    single: dict[str, float | None] = {
        "reach": reach(measures, profile),
        "coverage": measures.coverage,
        "direction": right_way(measures, profile, directions),
        "balance": balance(measures, profile),
        "together": sync.plv if sync is not None else None,
        "duration": measures.duration_s if clip_s >= SHORT_CLIP_S else None,
    }
    pairs = {
        "offset": measures.lateral_offset_cm,
        "tempo": measures.tempo_cpm,
        "regularity": measures.cycle_cv,
        "circles": measures.circle_diameter_cm,
    }
    scores = []
    for key, (_, unit) in CRITERIA.items():
        criterion = profile.criteria[key]
        band, per_hand = criterion.band, None
        if key in pairs:
            per_hand = dict(zip(("left", "right"), _pair(pairs[key]), strict=True))
            measured = [x for x in per_hand.values() if x is not None]
            value = _mean(measured)
            if key == "offset":
                measured = [x for x in offsets(measures) if x is not None]
            score = _mean([band.score(x) for x in measured])
        else:
            value = single[key]
            score = None if value is None else band.score(value)
        if key == "together" and sum(hands) == 1:
            value, score = None, 0.0
        if not any(hands) and not (key == "duration" and score is None):
            score = 0.0
        scores.append(CriterionScore(key, unit, value, score, band.to_list(), criterion.weight, per_hand))
    return scores


def find_faults(
    measures: Measures, profile: Profile, *, clip_s: float, directions: Sequence[str] = ()
) -> list[str]:
    """Ids of the faults, the most serious first; parameters as for `judge`.

    A cause is told once: where neither hand circles nothing else is told, and a hand that does not circle
    adds nothing beyond one_sided.
    """
    limits = profile.faults
    hands = circling(measures, profile)
    if not any(hands):
        return ["not_circling"]
    found = set()
    share = balance(measures, profile)
    if not all(hands) or (share is not None and share < limits.one_sided_ratio):
        found.add("one_sided")
    far = [x for x in offsets(measures) if x is not None]
    contact = measures.spine_contact
    if (contact is not None and contact > limits.on_spine_share) or (
        far and sum(far) / len(far) < limits.on_spine_cm
    ):
        found.add("on_spine")
    if any(x > limits.too_wide_cm for x in far):
        found.add("too_wide")
    way = right_way(measures, profile, directions)
    if way is not None and way < 0.5:
        found.add("wrong_direction")
    if measures.start_u is not None and measures.end_u is not None:
        upper, lower = sorted((measures.start_u, measures.end_u))
        path = profile.path
        if upper > path.start_u + limits.late_start_u or lower < path.end_u - limits.early_end_u:
            found.add("incomplete_path")
    tempo = tempo_of(measures)
    if tempo is not None and tempo > limits.too_fast_cpm:
        found.add("too_fast")
    if tempo is not None and tempo < limits.too_slow_cpm:
        found.add("too_slow")
    spread = _mean(_measured(measures.cycle_cv))
    if spread is not None and spread > spread_allowed(_mean(_measured(measures.regularity)), profile):
        found.add("irregular")
    if (
        clip_s >= SHORT_CLIP_S
        and measures.duration_s is not None
        and measures.duration_s < limits.too_short_s
    ):
        found.add("too_short")
    return [fault for fault in FAULTS if fault in found]


def spread_allowed(regularity: float | None, profile: Profile) -> float:
    """How uneven the time per circle may be; where circles are alike a spread is a slip of the measure."""
    limits = profile.faults
    if regularity is None:
        return limits.irregular_cv
    if regularity < limits.uneven_regularity:
        return limits.uneven_cv
    return limits.irregular_cv if regularity < limits.steady_regularity else math.inf


def total(
    scores: Iterable[CriterionScore], faults: Iterable[str], measures: Measures, profile: Profile
) -> float | None:
    """The overall score, 0 to 100.

    ``sum(weight * score) / sum(weight)`` over the criteria that have a score, times the spine gate, times
    ``critical_factor`` when a critical fault was found. None when nothing has a score.
    """
    rated = [(s.weight, s.score) for s in scores if s.score is not None and s.weight > 0]
    if not rated:
        return None
    mean = sum(w * s for w, s in rated) / sum(w for w, _ in rated)
    factor = gate_factor(measures, profile)
    if any(fault in profile.faults.critical for fault in faults):
        factor *= profile.faults.critical_factor
    return mean * factor


def gate_factor(measures: Measures, profile: Profile) -> float:
    """The spine keep-off gate; 1 where contact was not measured."""
    return 1.0 if measures.spine_contact is None else profile.gate.factor(measures.spine_contact)


def _pair(value: Any) -> tuple[float | None, float | None]:
    return value.left, value.right


def _measured(value: Any) -> list[float]:
    return [x for x in _pair(value) if x is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
