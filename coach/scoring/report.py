"""The report: what was seen, measured, compared and scored, with the settings that led to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coach import __version__
from coach.motion.measures import Measures, Motion, analyse_motion, measure
from coach.motion.recording import Recording
from coach.scoring.compare import Comparison, compare, pass_tracks
from coach.scoring.hand_form import UNKNOWN, HandForm, hand_form
from coach.scoring.profile import Profile
from coach.scoring.reference import Reference
from coach.scoring.rules import CriterionScore, circling, find_faults, gate_factor, judge, tempo_of, total
from coach.scoring.tracked import Tracking, tracking

SCHEMA = 1


@dataclass(frozen=True)
class Report:
    """Everything that is said about one recording.

    Attributes
    ----------
    source : dict
        Name, number of frames and duration of what was analysed.
    tracking : Tracking
    measures : Measures
    comparison : Comparison
    criteria : tuple of CriterionScore
        Without scores when it is not rated.
    faults : tuple of str
        Ids, the most serious first; empty when it is not rated.
    overall : float or None
        0 to 100; None when it is not rated.
    gate : float
        The factor of the spine keep-off gate, 0 to 1.
    profile : Profile
    settings : dict
        What the recording was made with.
    reference_version : str or None
        Of the reference's movement.
    hand_form : HandForm
        Fists or open hands.
    """

    source: dict[str, Any]
    tracking: Tracking
    measures: Measures
    comparison: Comparison
    criteria: tuple[CriterionScore, ...]
    faults: tuple[str, ...]
    overall: float | None
    gate: float
    profile: Profile
    settings: dict[str, Any]
    reference_version: str | None = None
    hand_form: HandForm = UNKNOWN

    def criterion(self, key: str) -> CriterionScore:
        """One criterion by its id."""
        return next(c for c in self.criteria if c.id == key)

    def to_json(self, translate: Callable[[str], str] | None = None) -> dict[str, Any]:
        """The report as plain values, as it is written to JSON.

        Parameters
        ----------
        translate : callable, optional
            Gives a text in the user's language; without it words are English.
        """
        t = self.tracking
        return {
            "schema": SCHEMA,
            "app_version": __version__,
            "source": dict(self.source),
            "tracking": {
                "back": round(t.back, 3),
                "left": round(t.left, 3),
                "right": round(t.right, 3),
                "rated": t.rated,
                "reason": t.reason(translate),
                "practice_s": round(t.span_s, 2),
            },
            "measures": measures_to_dict(self.measures),
            "hand_form": self.hand_form.to_dict(),
            "reference": {**self.comparison.to_dict(), "version": self.reference_version},
            "score": {
                "overall": None if self.overall is None else round(self.overall, 1),
                "criteria": [c.to_dict() for c in self.criteria],
                "faults": list(self.faults),
                "gate": round(self.gate, 3),
                "profile": self.profile.form,
                "profile_version": self.profile.version,
            },
            "settings": {"recording": self.settings, "profile": self.profile.to_dict()},
        }


def score_recording(recording: Recording, reference: Reference, *, motion: Motion | None = None) -> Report:
    """Measure, compare and score a recording.

    Parameters
    ----------
    recording : Recording
    reference : Reference
        Its profile sets what full marks mean. Its own analysis is kept, so the next recording is scored
        faster.
    motion : Motion, optional
        What `analyse_motion` gave for this recording, when that is at hand already.

    Raises
    ------
    RecordingError
        When the recording lacks what is needed to measure it.
    """
    profile = reference.profile
    motion = analyse_motion(recording) if motion is None else motion
    measures = measure(recording, end_u=profile.path.end_u, motion=motion)
    seen = tracking(recording, motion)
    clip_s = float(recording.t_s[-1] - recording.t_s[0]) if len(recording.t_s) else 0.0
    directions = [p.direction for p in motion.passes]
    criteria = judge(measures, profile, clip_s=clip_s, directions=directions)
    if seen.rated:
        faults = find_faults(measures, profile, clip_s=clip_s, directions=directions)
        overall = total(criteria, faults, measures, profile)
    else:
        faults, overall = [], None
        criteria = [
            CriterionScore(c.id, c.unit, c.value, None, c.target, c.weight, c.hands) for c in criteria
        ]
    working = circling(measures, profile)
    compared = working if any(working) else (True, True)
    comparison = compare(
        pass_tracks(motion, until_cm=reference.end_cm(motion.back_length_cm), hands=compared),
        reference.model(motion.back_length_cm),
        name=reference.name,
        back_length_cm=motion.back_length_cm,
        reference_spread=reference.spread_cm,
        tempo=tempo_of(measures),
        reference_tempo=tempo_of(reference.measures),
    )
    source = recording.meta.get("source")
    name = source.get("name") if isinstance(source, dict) else None
    settings = recording.meta.get("settings")
    return Report(
        source={"name": name, "frames": len(recording.t_s), "duration_s": round(clip_s, 3)},
        tracking=seen,
        measures=measures,
        comparison=comparison,
        criteria=tuple(criteria),
        faults=tuple(faults),
        overall=overall,
        gate=gate_factor(measures, profile),
        profile=profile,
        settings=dict(settings) if isinstance(settings, dict) else {},
        reference_version=reference.version,
        hand_form=hand_form(recording.meta),
    )


def measures_to_dict(measures: Measures) -> dict[str, Any]:
    """The report's "measures": rounded, None where not taken."""
    m = measures

    def number(x: float | None, digits: int = 3) -> float | None:
        return None if x is None or not math.isfinite(x) else round(float(x), digits)

    def hands(pair: Any, digits: int = 3) -> dict[str, float | None]:
        return {"left": number(pair.left, digits), "right": number(pair.right, digits)}

    return {
        "tempo_cpm": hands(m.tempo_cpm, 2),
        "regularity": hands(m.regularity),
        "cycle_cv": hands(m.cycle_cv),
        "circle_diameter_cm": hands(m.circle_diameter_cm, 2),
        "lateral_offset_cm": hands(m.lateral_offset_cm, 2),
        "spine_contact": number(m.spine_contact),
        "start_u": number(m.start_u),
        "end_u": number(m.end_u),
        "coverage": number(m.coverage),
        "passes": m.passes,
        "pass_s": number(m.pass_s, 2),
        "direction": m.direction,
        "sync": {
            "plv": number(m.sync.plv),
            "phase_deg": number(m.sync.phase_deg, 1),
            "tempo_gap": number(m.sync.tempo_gap),
        },
        "active": hands(m.active),
        "duration_s": number(m.duration_s, 2),
    }
