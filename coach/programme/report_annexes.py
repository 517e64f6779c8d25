"""The report's annexes: who was there, results by code, who trained whom, criteria. Codes only."""

from __future__ import annotations

from collections.abc import Iterable

from coach.i18n import N_
from coach.programme import words
from coach.programme.blocks import Block, Heading, Paragraph, Table
from coach.programme.criteria import GROUPS, SETTINGS, Setting
from coach.programme.report_base import Chapters

_ACROSS = 10
"""Sessions beside each other in the attendance list; more get a table of their own."""


class Annexes(Chapters):
    """A to D."""

    def all(self) -> Iterable[Block]:
        say, found, facts = self.say, self.found, self.facts
        yield Heading(say(N_("Annex")))
        yield Heading(say(N_("A Attendance list, codes only")), 2)
        people = [m for m in facts.members if m.in_report]
        if people and found.held:
            for first in range(0, len(found.held), _ACROSS):
                held = found.held[first : first + _ACROSS]
                heads = [say(N_("Code")), *(f"{h.meeting.on_date:%d/%m}" for h in held)]
                rows = [(m.code, *("✓" if h.meeting.id in m.present else "" for h in held)) for m in people]
                name = say(N_("Attendance")) + (f" {first // _ACROSS + 1}" if first else "")
                yield Table(name, name, heads, rows, (3, *(1,) * len(held)))
        else:
            yield self.nothing()
        yield Heading(say(N_("B Results by code")), 2)
        if found.lines:
            yield self.by_code()
        else:
            yield self.nothing()
        yield Heading(say(N_("C Who trained whom")), 2)
        yield from self.trained()
        yield Heading(say(N_("D Criteria and versions")), 2)
        rows_ = [
            (say(GROUPS[s.group]), words.setting(say, s.name, facts.criteria), self.source(s))
            for s in SETTINGS
        ]  # fmt: skip
        yield Table(
            say(N_("Criteria")),
            say(N_("Criteria")),
            (say(N_("For")), say(N_("Criterion")), say(N_("From"))),
            rows_,
            (3, 6, 5),
        )
        versions = ", ".join(f"{profile} ({version})" for profile, version in found.versions) or "–"
        yield Paragraph(
            say(N_("Profiles and program versions of the rounds: {versions}."), versions=versions), True
        )

    def by_code(self) -> Table:
        say = self.say
        rows = [
            (
                x.code, say(words.ROLES[x.role or ""]), *(None if q is None else round(q) for q in x.quiz), x.rounds,
                _rounded(x.first), _rounded(x.test), x.comfort,
                say(GROUPS[x.standing.name]) if x.standing.name else "–",
            )
            for x in self.found.lines
        ]  # fmt: skip
        heads = (
            N_("Code"), N_("Role"), N_("before"), N_("after"), N_("later"), N_("Rounds"), N_("First"), N_("Test"),
            N_("Comfort"), N_("Level"),
        )  # fmt: skip
        return Table(
            say(N_("Questions in %, first and last test round in points")), say(N_("By code")), [say(h) for h in heads],
            rows, (24, 24, 17, 17, 20, 17, 13, 12, 18, 28),
        )  # fmt: skip

    def trained(self) -> Iterable[Block]:
        say = self.say
        below: dict[str, list[str]] = {}
        for line in self.found.lines:
            if line.trained_by:
                below.setdefault(line.trained_by, []).append(line.code)
        if not below:
            yield self.nothing()
            return
        rows = [(code, len(codes), ", ".join(codes)) for code, codes in sorted(below.items())]
        heads = (say(N_("Trainer")), say(N_("People")), say(N_("Trained")))
        yield Table(say(N_("Participants who trained others")), say(N_("Trained")), heads, rows, (3, 2, 9))

    def source(self, setting: Setting) -> str:
        """Where a criterion's number comes from."""
        own = self.facts.criteria.is_set(setting.name)
        return self.say(N_("set by the instructor")) if own else self.say(setting.source)


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)
