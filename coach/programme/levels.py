"""Who has reached which level, what is missing for the next one, and who trained whom. Pure functions.

Levels build on each other: learned, practised, passed the test round, may guide others, guides others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.programme.criteria import Criteria
from coach.programme.facts import Facts, Gathering, Member, Round

LEVELS = ("learned", "practised", "passed", "may_guide", "guides")
"""In their order; the names are in `coach.programme.criteria.GROUPS`."""


@dataclass(frozen=True)
class Standing:
    """Where a participant stands.

    Attributes
    ----------
    level : int
        How many levels are reached, 0 to 5.
    missing : tuple of str
        Names of the settings that the next level still asks for.
    """

    level: int
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """The highest level reached."""
        return LEVELS[self.level - 1] if self.level else None

    def reached(self, level: str) -> bool:
        return self.level > LEVELS.index(level)


def standings(facts: Facts) -> dict[str, Standing]:
    """Everybody's standing, by code."""
    first = {m.code: _standing(_unmet(m, facts.meetings, facts.criteria)) for m in facts.members}
    practised = {code for code, s in first.items() if s.reached("practised")}
    found = {}
    for member in facts.members:
        trained = sum(m.trained_by == member.code and m.code in practised for m in facts.members)
        unmet = _unmet(member, facts.meetings, facts.criteria)
        guides = () if trained >= facts.criteria["guides_people"] else ("guides_people",)
        found[member.code] = _standing([*unmet, guides])
    return found


def _standing(unmet: Sequence[tuple[str, ...]]) -> Standing:
    """From what each level lacks, the lowest first."""
    for level, missing in enumerate(unmet):
        if missing:
            return Standing(level, missing)
    return Standing(len(unmet))


def _unmet(member: Member, meetings: Sequence[Gathering], criteria: Criteria) -> list[tuple[str, ...]]:
    """What is missing for each of the first four levels."""
    taught = {m.id for m in meetings if m.stage == "implementation"}
    after, later = member.quiz.get("after"), member.quiz.get("later")
    passed = [r for r in member.rounds if _is_passed(r, criteria)]
    lists = [r.checklist for r in passed if r.checklist is not None]
    learned = {
        "learned_present": len(member.present & taught) >= criteria["learned_present"],
        "learned_percent": after is not None and after.percent >= criteria["learned_percent"],
    }
    practised = {"practised_rounds": sum(r.rated for r in member.rounds) >= criteria["practised_rounds"]}
    may_guide = {
        "guide_days": len({r.on_date for r in passed}) >= criteria["guide_days"],
        "guide_percent": later is not None and later.percent >= criteria["guide_percent"],
        "guide_checklist": bool(lists) and max(lists) >= criteria["guide_checklist"],
        "guide_word": member.may_guide or not criteria["guide_word"],
    }
    groups = (learned, practised, _test(member, criteria), may_guide)
    return [tuple(name for name, met in group.items() if not met) for group in groups]


def _test(member: Member, criteria: Criteria) -> dict[str, bool]:
    """What a passed test round needs; what is missing is told of the round that comes nearest."""
    names = ("passed_score", "passed_comfort", "passed_reviewed")
    best = dict.fromkeys(names, False)
    for r in member.rounds:
        met = _met(r, criteria)
        if r.mode == "test" and sum(met.values()) >= sum(best.values()):
            best = met
    return best


def _met(r: Round, criteria: Criteria) -> dict[str, bool]:
    comfortable = r.comfort is None or r.comfort >= criteria["passed_comfort"]
    return {
        "passed_score": r.overall is not None and r.overall >= criteria["passed_score"],
        "passed_comfort": comfortable and not r.pain,
        "passed_reviewed": r.decision == "pass" or (not criteria["passed_reviewed"] and r.decision is None),
    }


def _is_passed(r: Round, criteria: Criteria) -> bool:
    return r.mode == "test" and all(_met(r, criteria).values())


@dataclass(frozen=True)
class Branch:
    """Somebody and whom they trained.

    Attributes
    ----------
    code : str or None
        The participant; None at a root that is one of the staff, or nobody.
    staff_id : str or None
    below : tuple of Branch
    """

    code: str | None
    staff_id: str | None = None
    below: tuple[Branch, ...] = ()

    @property
    def size(self) -> int:
        """People below, over all steps."""
        return sum(1 + branch.size for branch in self.below)


def tree(facts: Facts) -> tuple[Branch, ...]:
    """Who trained whom: one root per teacher, and one for those of whom it is not written down, the last.

    Rows of two laptops may contradict each other: in a circle each of whom trained the next, the first by code stands
    at the root.
    """
    members = {m.code: m for m in facts.members}
    below: dict[str, list[str]] = {code: [] for code in members}
    roots: dict[str | None, list[str]] = {}
    for code, member in members.items():
        if member.trained_by in members and not _leads_back(code, members):
            below[str(member.trained_by)].append(code)
        else:
            staff = member.trained_by_staff if member.trained_by_staff in facts.staff else None
            roots.setdefault(staff, []).append(code)

    def branch(code: str) -> Branch:
        return Branch(code, below=tuple(branch(c) for c in sorted(below[code])))

    order = sorted(roots, key=lambda s: (s is None, facts.staff[s][0] if s else ""))
    return tuple(Branch(None, staff, tuple(branch(c) for c in sorted(roots[staff]))) for staff in order)


def _leads_back(code: str, members: dict[str, Member]) -> bool:
    """Whether `code` is the first of a circle of trainers."""
    seen = [code]
    at = members[code].trained_by
    while at in members and at not in seen:
        seen.append(str(at))
        at = members[str(at)].trained_by
    return at in seen and code == min(seen[seen.index(str(at)) :])
