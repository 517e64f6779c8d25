"""A report in a few plain sentences: what to change, the most useful first, and what was done well.

Order of what to change: safety, path, both hands, tempo, the rest (domain knowledge on cues, 2.3). Nothing is
said about pressure, which a camera cannot see, and nothing about health.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from coach.i18n import N_
from coach.scoring.report import Report
from coach.scoring.rules import CriterionScore

MOST_CHANGES = 3
MOST_PRAISE = 2
CHANGE_BELOW = 80.0
"""Points from which on a criterion counts as done correctly (domain 2.1: 0/1/2 at 50 and 80)."""
PRAISE_FROM = 95.0


@dataclass(frozen=True)
class Sentence:
    """One sentence for the learner.

    Attributes
    ----------
    template : str
        English text with placeholders, to be translated.
    values : dict
        What fills them: whole numbers, or floats with one decimal.
    kind : str
        'change', 'good' or 'note'.
    criterion : str or None
        The criterion or fault it speaks of.
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    kind: str = "note"
    criterion: str | None = None

    def text(self, translate: Callable[[str], str] | None = None) -> str:
        """The sentence, in the language of `translate` (default: English)."""
        return (translate or str)(self.template).format(**self.values)


def sentences(report: Report) -> list[Sentence]:
    """What to change (at most three), then what was good (at most two); for a report that is not rated, why.

    Parameters
    ----------
    report : Report

    Returns
    -------
    list of Sentence
        The most useful first; never empty.
    """
    if not report.tracking.rated:
        return [Sentence(report.tracking.template or "", dict(report.tracking.values), "note", None)]
    changes = _changes(report)[:MOST_CHANGES]
    praise = _praise(report, {s.criterion for s in changes})[:MOST_PRAISE]
    if not changes:
        changes = [Sentence(N_("Good, carry on like this."))]
    return changes + praise


def _changes(report: Report) -> list[Sentence]:
    faults = set(report.faults)
    if "not_circling" in faults:
        low, high = _stretch(report.criterion("tempo"))
        return [
            Sentence(
                N_("No circling was seen. Make small circles with both thumbs, {low}–{high} a minute."),
                {"low": low, "high": high},
                "change",
                "not_circling",
            )
        ]
    told: list[Sentence] = []
    for criterion, fault, skip_when, speak in _SPEAKERS:
        found = report.criterion(criterion)
        due = fault in faults or (found.score is not None and found.score < CHANGE_BELOW and fault is None)
        if due and not faults & skip_when:
            sentence = speak(report, found)
            if sentence is not None:
                told.append(sentence)
    return told


def _change(template: str, criterion: str, **values: object) -> Sentence:
    return Sentence(template, values, "change", criterion)


def _spine(report: Report, c: CriterionScore) -> Sentence:
    low, high = _stretch_cm(c)
    return _change(
        N_(
            "Keep off the spine: {share} % of the circling was on it. Move both hands outwards, to "
            "{low}–{high} cm "
            "beside it."
        ),
        "on_spine",
        share=_percent(report.measures.spine_contact or 0.0),
        low=low,
        high=high,
    )


def _direction(report: Report, c: CriterionScore) -> Sentence:
    down = report.profile.path.direction == "down"
    share = _percent(c.value or 0.0)
    if share == 0:
        return _change(
            N_("Massage from the top to the bottom: the passes went upwards.")
            if down
            else N_("Massage from the bottom to the top: the passes went downwards."),
            "direction",
        )
    return _change(
        N_("Massage from the top to the bottom: only {share} % of the passes went downwards.")
        if down
        else N_("Massage from the bottom to the top: only {share} % of the passes went upwards."),
        "direction",
        share=share,
    )


def _reach(report: Report, c: CriterionScore) -> Sentence:
    path, m = report.profile.path, report.measures
    upper, lower = sorted((m.start_u or 0.0, m.end_u or 0.0))
    if upper - path.start_u > path.end_u - lower:
        return _change(
            N_("Start higher, at the neck: the passes cover {share} % of the way."),
            "reach",
            share=_percent(c.value or 0.0),
        )
    return _change(
        N_(
            "Move further down, to the lower tip of the shoulder blade: the passes cover {share} % "
            "of the "
            "way."
        ),
        "reach",
        share=_percent(c.value or 0.0),
    )


def _coverage(report: Report, c: CriterionScore) -> Sentence:
    return _change(
        N_("Circle at every level on both sides: {share} % of the parts were reached."),
        "coverage",
        share=_percent(c.value or 0.0),
    )


def _offset(report: Report, c: CriterionScore) -> Sentence | None:
    low, high = _stretch_cm(c)
    measured = [x for x in (c.hands or {}).values() if x is not None]
    if not measured:
        return None
    # The hand that is further off speaks for both.
    far = max(measured, key=lambda x: max(low - x, x - high))
    if far > high:
        return _change(
            N_("Too far from the spine: {cm} cm. Move closer, to {low}–{high} cm."),
            "offset",
            cm=round(far, 1),
            low=low,
            high=high,
        )
    return _change(
        N_("Too close to the spine: {cm} cm. Move outwards, to {low}–{high} cm."),
        "offset",
        cm=round(far, 1),
        low=low,
        high=high,
    )


def _balance(report: Report, c: CriterionScore) -> Sentence:
    active = report.measures.active
    return _change(
        N_("Use both hands: the left hand circled {left} % of the time, the right hand {right} %."),
        "balance",
        left=_percent(active.left or 0.0),
        right=_percent(active.right or 0.0),
    )


def _together(report: Report, c: CriterionScore) -> Sentence | None:
    if c.value is None or c.target[1] is None:
        return None
    return _change(
        N_("Move both hands together: they keep in step at {share} of 100, aim for {low} or more."),
        "together",
        share=_percent(c.value),
        low=_percent(c.target[1]),
    )


def _tempo(report: Report, c: CriterionScore) -> Sentence | None:
    low, high = _stretch(c)
    if c.value is None:
        return None
    if c.value > high:
        return _change(
            N_("A little slower: {cpm} circles per minute, aim for {low}–{high}."),
            "tempo",
            cpm=round(c.value),
            low=low,
            high=high,
        )
    return _change(
        N_("A little faster: {cpm} circles per minute, aim for {low}–{high}."),
        "tempo",
        cpm=round(c.value),
        low=low,
        high=high,
    )


def _regularity(report: Report, c: CriterionScore) -> Sentence | None:
    if c.value is None or c.target[2] is None:
        return None
    return _change(
        N_("Keep the rhythm steady: the time per circle varies by {share} %, aim for {high} % or less."),
        "regularity",
        share=_percent(c.value),
        high=_percent(c.target[2]),
    )


def _circles(report: Report, c: CriterionScore) -> Sentence | None:
    low, high = _stretch_cm(c)
    if c.value is None:
        return None
    if c.value > high:
        return _change(
            N_("Smaller circles: they are {cm} cm across, aim for {low}–{high} cm."),
            "circles",
            cm=round(c.value, 1),
            low=low,
            high=high,
        )
    return _change(
        N_("Larger circles: they are {cm} cm across, aim for {low}–{high} cm."),
        "circles",
        cm=round(c.value, 1),
        low=low,
        high=high,
    )


def _duration(report: Report, c: CriterionScore) -> Sentence | None:
    if c.value is None:
        return None
    low, high = c.target[1], c.target[2]
    if high is not None and c.value > high:
        return _change(
            N_("Finish earlier: {minutes} minutes, aim for at most {high}."),
            "duration",
            minutes=_minutes(c.value),
            high=_minutes(high),
        )
    return _change(
        N_("Practise longer: {minutes} minutes, aim for at least {low}."),
        "duration",
        minutes=_minutes(c.value),
        low=_minutes(low or 0.0),
    )


_SPEAKERS: tuple[
    tuple[str, str | None, set[str], Callable[[Report, CriterionScore], Sentence | None]], ...
] = (
    ("offset", "on_spine", set(), _spine),
    ("direction", "wrong_direction", set(), _direction),
    ("direction", None, {"wrong_direction"}, _direction),
    ("reach", "incomplete_path", set(), _reach),
    ("offset", "too_wide", set(), _offset),
    ("balance", "one_sided", set(), _balance),
    ("tempo", "too_fast", set(), _tempo),
    ("tempo", "too_slow", set(), _tempo),
    ("regularity", "irregular", set(), _regularity),
    ("duration", "too_short", set(), _duration),
    # From here on near misses, in the same order; a cause that was told as a fault is not told again.
    ("reach", None, {"incomplete_path"}, _reach),
    ("coverage", None, {"incomplete_path", "one_sided"}, _coverage),
    ("offset", None, {"on_spine", "too_wide"}, _offset),
    ("balance", None, {"one_sided"}, _balance),
    ("together", None, {"one_sided"}, _together),
    ("tempo", None, {"too_fast", "too_slow"}, _tempo),
    ("regularity", None, {"irregular"}, _regularity),
    ("circles", None, set(), _circles),
    ("duration", None, {"too_short"}, _duration),
)
"""Criterion, the fault it speaks for (None: a near miss), faults that already say it, and the words."""


def _praise(report: Report, changed: set[str | None]) -> list[Sentence]:
    faults = set(report.faults)

    def good(key: str, template: str, **values: object) -> Sentence:
        return Sentence(template, values, "good", key)

    told = []
    for key, blocked in _PRAISED:
        c = report.criterion(key)
        if key in changed or faults & blocked or c.value is None or c.score is None or c.score < PRAISE_FROM:
            continue
        told.append(
            {
                "offset": lambda v: good(
                    "offset", N_("Good distance from the spine: {cm} cm."), cm=round(v, 1)
                ),
                "balance": lambda v: good("balance", N_("Both hands take part equally.")),
                "tempo": lambda v: good("tempo", N_("Good tempo: {cpm} circles per minute."), cpm=round(v)),
                "together": lambda v: good("together", N_("Both hands move together.")),
                "regularity": lambda v: good("regularity", N_("Steady rhythm.")),
                "coverage": lambda v: good("coverage", N_("Every level was massaged, on both sides.")),
                "reach": lambda v: good("reach", N_("The whole way from the neck to the shoulder blades.")),
                "duration": lambda v: good(
                    "duration", N_("Good duration: {minutes} minutes."), minutes=_minutes(v)
                ),
            }[key](c.value)
        )
    return told


_PRAISED: tuple[tuple[str, set[str]], ...] = (
    ("together", {"one_sided"}),
    ("tempo", set()),
    ("offset", {"on_spine", "too_wide"}),
    ("balance", {"one_sided"}),
    ("regularity", {"irregular"}),
    ("coverage", {"incomplete_path", "wrong_direction", "one_sided"}),
    ("reach", {"incomplete_path", "wrong_direction"}),
    ("duration", {"too_short"}),
)
"""What is praised, the most telling first, and the faults beside which it would mislead."""


def _stretch(c: CriterionScore) -> tuple[int, int]:
    return round(c.target[1] or 0.0), round(c.target[2] or 0.0)


def _stretch_cm(c: CriterionScore) -> tuple[float, float]:
    return round(c.target[1] or 0.0, 1), round(c.target[2] or 0.0, 1)


def _percent(share: float) -> int:
    return round(100 * share)


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)
