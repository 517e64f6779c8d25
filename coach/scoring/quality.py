"""Is a recording fit to be a reference? What was seen of it, how steady it is, and a plain verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from coach.errors import RecordingError, ReferenceError  # noqa: A004 - the field's word
from coach.i18n import N_
from coach.motion.measures import Measures, analyse_motion, measure
from coach.motion.recording import Recording
from coach.scoring.adding import check_itself, profile_for
from coach.scoring.reference import Reference
from coach.scoring.rules import tempo_of
from coach.scoring.standard import STANDARD
from coach.scoring.tracked import Tracking, tracking

STEADY, UNSTEADY = 0.10, 0.20
"""Spread of the time per circle below which a rhythm is called steady, above which unsteady (domain notes,
section 3.1)."""
ROOM_S = 2.0
"""Left before the first and after the last pass of a cut: a pass counts as whole when the hands are seen to turn, and
a way back takes about so long (our own choice)."""
LEAST_S = 1.0
"""A shorter stretch is not cut out."""


@dataclass(frozen=True)
class Quality:
    """What a recording is worth as a reference.

    Attributes
    ----------
    seen : Tracking
        Shares of the time in which back and hands were seen.
    coverage : float or None
        Share of the (side, level) parts of its own stretch that were circled.
    tempo_cpm : float or None
    spread : float or None
        Of the time per circle, mean of both hands.
    measures : Measures
    reason : str or None
        Why it is not fit, a text to be translated; None when it is.
    values : dict
        What fills the reason.
    """

    seen: Tracking
    coverage: float | None
    tempo_cpm: float | None
    spread: float | None
    measures: Measures
    reason: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fit(self) -> bool:
        return self.reason is None

    @property
    def steadiness(self) -> str:
        """Marked text."""
        if self.spread is None:
            return N_("not measured")
        if self.spread <= STEADY:
            return N_("steady")
        return N_("fairly steady") if self.spread <= UNSTEADY else N_("unsteady")

    def why_not(self, translate: Callable[[str], str]) -> str | None:
        """The reason in words."""
        return None if self.reason is None else translate(self.reason).format(**self.values)


def assess(recording: Recording) -> Quality:
    """Look at a recording as `add_reference` will.

    Raises
    ------
    RecordingError
        It does not tell the length of the back, so nothing can be measured.
    """
    motion = analyse_motion(recording)
    reason, values, end_u = None, {}, STANDARD.path.end_u
    try:
        profile = profile_for(recording, "check", "check")
        end_u = profile.path.end_u
        check_itself(Reference("check", recording, profile))
    except ReferenceError as error:
        reason, values = error.template, error.values
    measures = measure(recording, end_u=end_u, motion=motion)
    spreads = [s for s in (measures.cycle_cv.left, measures.cycle_cv.right) if s is not None]
    return Quality(
        seen=tracking(recording, motion),
        coverage=measures.coverage,
        tempo_cpm=tempo_of(measures),
        spread=float(np.mean(spreads)) if spreads else None,
        measures=measures,
        reason=reason,
        values=values,
    )


def passes_of(recording: Recording) -> list[tuple[float, float]]:
    """Start and end of every whole pass, in seconds of the recording."""
    motion = analyse_motion(recording)
    return [(float(motion.t_s[p.start_i]), float(motion.t_s[p.end_i])) for p in motion.passes]


def trimmed(recording: Recording, start_s: float, end_s: float) -> Recording:
    """The part of a recording from `start_s` to `end_s`; its clock begins at 0, its metadata tell what was cut.

    Raises
    ------
    RecordingError
        Less than a second is left.
    """
    kept = (recording.t_s >= start_s) & (recording.t_s <= end_s)
    times = recording.t_s[kept]
    if len(times) < 2 or times[-1] - times[0] < LEAST_S:
        raise RecordingError(N_("Less than a second is left of the recording: choose a longer part."))
    return replace(
        recording,
        t_s=times - times[0],
        u=recording.u[kept],
        v_cm=recording.v_cm[kept],
        confidence=recording.confidence[kept],
        back_confidence=recording.back_confidence[kept],
        thumb_px=recording.thumb_px[kept],
        c7_px=recording.c7_px[kept],
        l5_px=recording.l5_px[kept],
        meta={**recording.meta, "cut_s": [round(float(times[0]), 3), round(float(times[-1]), 3)]},
    )
