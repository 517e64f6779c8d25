"""A small programme made by hand, for tests."""

from __future__ import annotations

from datetime import date, timedelta

from coach.programme.criteria import Criteria
from coach.programme.facts import Facts, Gathering, Member, Round, Taken

DAY = date(2026, 11, 2)
LESSON = Gathering("lesson", DAY, "implementation", "melati", "ani")


def quiz(correct: int, days: int = 0, confidence: int | None = 3, **further: object) -> Taken:
    return Taken(DAY + timedelta(days=days), correct, confidence=confidence, **further)  # type: ignore[arg-type]


def round_(mode: str = "guided", overall: float | None = 80.0, days: int = 0, **further: object) -> Round:
    values: dict = {"comfort": 4, "pain": False, "rated": overall is not None, **further}
    return Round(DAY + timedelta(days=days), mode, overall=overall, **values)


def passed(days: int = 1, **further: object) -> Round:
    """A test round that an instructor passed."""
    values: dict = {"overall": 85.0, "decision": "pass", "checklist": 90.0, "critical": 0, **further}
    return round_("test", days=days, **values)


def cadre(code: str = "K-1", **changes: object) -> Member:
    """Somebody who has all that it takes to guide others."""
    values: dict = {
        "role": "cadre",
        "present": frozenset({"lesson"}),
        "quiz": {"before": quiz(4), "after": quiz(9), "later": quiz(8, 21)},
        "rounds": (round_(), round_(), passed(1), passed(8)),
        "may_guide": True,
        "trained_by_staff": "ani",
        **changes,
    }
    return Member(code, **values)


def programme(*members: Member, **changes: object) -> Facts:
    values: dict = {
        "title": "Kelas ibu",
        "sites": {"melati": "Posyandu Melati"},
        "staff": {"ani": ("Bidan Ani", "midwife")},
        "meetings": (LESSON,),
        "members": members,
        "criteria": Criteria(),
        **changes,
    }
    return Facts("p", **values)
