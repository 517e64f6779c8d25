"""Why a stored result is what it is, in words; made from its plain values, so that old results keep theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.checklist import FORM_TAUGHT, HAND_FORM, POSTURE, propose
from coach.scoring.hand_form import LEAST_READ
from coach.scoring.versions import profile_version

FAULT_NAMES = {
    "not_circling": N_("no circling"),
    "on_spine": N_("on the spine"),
    "one_sided": N_("one hand does little"),
    "wrong_direction": N_("wrong direction"),
    "incomplete_path": N_("path not complete"),
    "too_wide": N_("too far from the spine"),
    "too_fast": N_("too fast"),
    "too_slow": N_("too slow"),
    "irregular": N_("uneven rhythm"),
    "too_short": N_("too short"),
}
FULL, MUCH = 99.5, 50.0
_ACROSS = {"offset", "tempo", "circles"}
"""Criteria in which a hand can miss the target on either side."""


_SHOWN = 6
"""Digits of a version that people are shown; tables and reports have all."""


@dataclass(frozen=True)
class MadeBy:
    """By what a result was made: reference and profile by name and version ("–" where it is not known)."""

    reference: str
    reference_version: str
    profile: str
    profile_version: str
    program: str


def versions(say: Words, report: Mapping[str, Any]) -> MadeBy:
    """By what a stored result was made; older ones do not tell the version of their reference."""
    reference, profile = report["reference"], report.get("settings", {}).get("profile")
    return MadeBy(
        reference["name"],
        (reference.get("version") or "–")[:_SHOWN],
        report["score"]["profile"] if profile is None else profile["title"][say.language],
        "–" if profile is None else profile_version(profile)[:_SHOWN],
        report["app_version"],
    )


def made_by(say: Words, report: Mapping[str, Any]) -> str:
    """The same as one sentence."""
    made = versions(say, report)
    return say(
        N_(
            "Compared with “{reference}” (version {movement}), profile “{profile}” (version {rules}), "
            "program {version}."
        ),
        reference=made.reference,
        movement=made.reference_version,
        profile=made.profile,
        rules=made.profile_version,
        version=made.program,
    )


def reason(say: Words, criterion: Mapping[str, Any]) -> str:
    """One criterion's points, explained."""
    value, score, target = criterion["value"], criterion["score"], criterion["target"]
    if score is None:
        return say(N_("Not scored: it could not be measured, or does not count in a short clip."))
    if value is None:
        return say(N_("No points: nothing to measure was seen."))
    parts = [_where(say, value, score, target)]
    hands = criterion.get("hands")
    if hands and criterion["id"] in _ACROSS and score < FULL:
        digits = 0 if criterion["unit"] == "circles/min" else 1
        parts.append(
            say(
                N_("left {left}, right {right}"),
                left=say.number(hands["left"], digits),
                right=say.number(hands["right"], digits),
            )
        )
    return "; ".join(parts)


def _where(say: Words, value: float, score: float, target: list[float | None]) -> str:
    _, low, high, _ = target
    if score >= FULL:
        return say(N_("within the target"))
    near = score >= MUCH
    if low is not None and value < low:
        return say(N_("a little below the target") if near else N_("well below the target"))
    if high is not None and value > high:
        return say(N_("a little above the target") if near else N_("well above the target"))
    return say(N_("within the target on average, but not with each hand"))


def item_reason(say: Words, report: Mapping[str, Any], item: int) -> str | None:
    """Why the program proposes what it does for an item of the checklist, or nothing; None where that needs no words.

    Parameters
    ----------
    say : Words
    report : mapping
        The report's plain values.
    item : int
        One that the camera could judge.
    """
    if item == POSTURE:
        return say(N_("How far she leans depends on how far the camera looks down, and that is not known."))
    if item == HAND_FORM and report["tracking"]["rated"]:
        return _hands(say, report)
    if item in propose(report):
        return None
    return say(N_("It could not be measured in this practice."))


def _hands(say: Words, report: Mapping[str, Any]) -> str:
    if report["score"]["profile"] != FORM_TAUGHT:
        return say(N_("The technique that it was compared with does not ask for fists."))
    found = report.get("hand_form", {})
    read, seen_open = found.get("read", 0), found.get("open", 0)
    if not found.get("looked"):
        return say(N_("It was recorded by a program that did not look at the fingers."))
    if found["form"] == "fist":
        return say(N_("Bent fingers in {count} of {read} looks."), count=read - seen_open, read=read)
    if found["form"] == "open":
        return say(N_("Straight fingers in {count} of {read} looks."), count=seen_open, read=read)
    if read < LEAST_READ:
        return say(N_("The fingers were hardly in sight."))
    return say(
        N_("Bent fingers in {count} of {read} looks: too mixed to tell."), count=read - seen_open, read=read
    )


def total_reason(say: Words, report: Mapping[str, Any]) -> str | None:
    """What lowered the total beyond the criteria, or None."""
    score = report["score"]
    told = []
    gate = score.get("gate", 1.0)
    if gate < 1.0:
        contact = report["measures"]["spine_contact"] or 0.0
        told.append(
            say(
                N_("Thumbs on the spine for {share} of the circling: the total is multiplied by {factor}."),
                share=say.percent(contact),
                factor=say.number(gate, 2),
            )
        )
    limits = report["settings"]["profile"]["faults"]
    critical = [fault for fault in score["faults"] if fault in limits["critical"]]
    if critical:
        told.append(
            say(
                N_("A critical fault ({fault}): the total is multiplied by {factor}."),
                fault=", ".join(say(FAULT_NAMES.get(fault, fault)) for fault in critical),
                factor=say.number(limits["critical_factor"], 2),
            )
        )
    return " ".join(told) or None
