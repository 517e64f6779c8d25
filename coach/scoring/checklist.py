"""The checklist (daftar tilik) that midwifery teachers use, and what the program proposes for it.

Items, critical ones and the mapping of points to 0, 1 and 2 are domain knowledge, section 2.1; no validated checklist
of this massage was found there, so it needs an instructor's own judgement. The human's word is final.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coach.i18n import N_

DONE_FROM, PARTLY_FROM = 80.0, 50.0
"""Points from which on an item counts as done correctly (2) or done, but not accurately (1)."""
MOST = 2


@dataclass(frozen=True)
class Item:
    """One line of the checklist.

    Attributes
    ----------
    number : int
    text : str
    critical : bool
        At 0 the practice has to be repeated, whatever the total.
    seen : bool
        The program judges it by what the camera saw, or says that it could not.
    """

    number: int
    text: str
    critical: bool = False
    seen: bool = False


ITEMS = (
    Item(1, N_("Greets, explains the aim, asks for permission"), critical=True),
    Item(2, N_("Asks about the pregnancy, the skin and fever"), critical=True),
    Item(3, N_("Protects privacy (screen, towel)"), critical=True),
    Item(4, N_("Washes the hands, oil on both palms")),
    Item(5, N_("The mother leans forward, supported"), seen=True),
    Item(6, N_("Hands: fists with the thumbs forward"), seen=True),
    Item(7, N_("Starts below the neck bump"), seen=True),
    Item(8, N_("On both sides, not pressing the spine"), critical=True, seen=True),
    Item(9, N_("Small circles"), seen=True),
    Item(10, N_("Both hands together and alike"), seen=True),
    Item(11, N_("Calm and steady rhythm"), seen=True),
    Item(12, N_("Down to the shoulder blades, no part left out"), seen=True),
    Item(13, N_("2–3 minutes a round, 3 rounds"), seen=True),
    Item(14, N_("Asks about comfort; no pain"), critical=True),
    Item(15, N_("Cleans the back, tidies up")),
)
"""Items 1 to 15; the sixteenth, the global rating, is given from 1 to 5."""
POSTURE, HAND_FORM = 5, 6
UNMEASURED = (POSTURE,)
"""Items that a camera might judge, and this program never does: how far she leans cannot be told from one camera whose
own tilt is not known (docs/back.md). Rather than a guess nothing is proposed."""
FORM_TAUGHT = "fists"
"""The form of the reference with which the item on the hands is asked; another one teaches other hands."""
GLOBAL = 16


@dataclass(frozen=True)
class Tally:
    """What a checklist adds up to.

    Attributes
    ----------
    marks : dict
        Item to 0, 1 or 2: the instructor's, else the program's proposal.
    missing : tuple of int
        Items that have neither.
    percent : float or None
        Obtained by possible points × 100, of the items that have a mark; None when none has.
    critical : tuple of int
        Critical items at 0.
    differing : tuple of int
        Items on which instructor and program disagree.
    """

    marks: dict[int, int]
    missing: tuple[int, ...]
    percent: float | None
    critical: tuple[int, ...]
    differing: tuple[int, ...]


def propose(
    report: Mapping[str, Any], *, comfort: int | None = None, pain: bool | None = None
) -> dict[int, int]:
    """What the program proposes: item to 0, 1 or 2. Items that only a human can judge are left out.

    Parameters
    ----------
    report : mapping
        The report's plain values (`Report.to_json`).
    comfort, pain : int, bool or None
        The mother's own answer: 1 to 5, and whether it hurt.
    """
    proposed: dict[int, int] = {}
    if comfort is not None or pain is not None:
        # Three is the middle of the scale: neither comfortable nor not (our own choice).
        proposed[14] = 0 if pain else MOST if (comfort or 0) > 3 else 1
    if not report["tracking"]["rated"]:
        return proposed
    points = {c["id"]: c["score"] for c in report["score"]["criteria"]}
    faults = report["score"]["faults"]
    gate = 100 * report["score"].get("gate", 1.0)
    if (form := hand_form_of(report)) is not None and report["score"]["profile"] == FORM_TAUGHT:
        # "Not done" or "done": nothing in between is seen of it (our own choice).
        proposed[HAND_FORM] = MOST if form == "fist" else 0
    combined = {
        7: _start(report),
        8: 0.0 if "on_spine" in faults else _least(points["offset"], gate),
        9: points["circles"],
        10: _least(points["balance"], points["together"]),
        11: _least(points["tempo"], points["regularity"]),
        12: _least(points["reach"], points["coverage"], points["direction"]),
        13: points["duration"],
    }
    if "not_circling" in faults:
        combined = dict.fromkeys(combined, 0.0)
    proposed |= {item: level(p) for item, p in combined.items() if p is not None}
    return dict(sorted(proposed.items()))


def hand_form_of(report: Mapping[str, Any]) -> str | None:
    """'fist' or 'open' as a stored report has it; None where it could not be told, or the report is of before that."""
    form = report.get("hand_form", {}).get("form")
    return form if form in ("fist", "open") else None


def level(points: float) -> int:
    """0, 1 or 2 for 0 to 100 points."""
    return 2 if points >= DONE_FROM else 1 if points >= PARTLY_FROM else 0


def tally(marks: Mapping[int, int], proposed: Mapping[int, int]) -> Tally:
    """Add a checklist up: where the instructor has marked, the program's word does not count."""
    known = {item.number: item for item in ITEMS}
    merged = {n: marks.get(n, proposed.get(n)) for n in known}
    counted = {n: value for n, value in merged.items() if value is not None}
    return Tally(
        marks=counted,
        missing=tuple(n for n, value in merged.items() if value is None),
        percent=100 * sum(counted.values()) / (MOST * len(counted)) if counted else None,
        critical=tuple(n for n, value in counted.items() if value == 0 and known[n].critical),
        differing=tuple(n for n in known if n in marks and n in proposed and marks[n] != proposed[n]),
    )


def _start(report: Mapping[str, Any]) -> float | None:
    """Points for where the passes begin: half of them are left where it counts as too late."""
    start = report["measures"]["start_u"]
    if start is None:
        return None
    profile = report["settings"]["profile"]
    late = max(start - profile["path"]["start_u"], 0.0)
    return float(100 * max(0.0, 1 - late / (2 * profile["faults"]["late_start_u"])))


def _least(*points: float | None) -> float | None:
    known = [p for p in points if p is not None]
    return min(known) if known else None
