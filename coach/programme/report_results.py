"""The report's results: indicators, knowledge, skill, comfort, levels, the interview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coach.export.reasons import FAULT_NAMES
from coach.i18n import N_
from coach.programme import words
from coach.programme.blocks import Block, Bullets, Cell, Heading, Paragraph, Table
from coach.programme.findings import HOME_DAYS, HOME_MINUTES, WINDOW_DAYS
from coach.programme.report_base import Chapters
from coach.store.enrolments import OCCASIONS
from coach.store.entries import MODES
from coach.teach.quiz import ITEMS
from coach.teach.quiz import LEVELS as CATEGORIES


class Results(Chapters):
    """Chapter 6."""

    def all(self) -> Iterable[Block]:
        yield Heading(self.say(N_("6 Results")))
        yield self.indicators()
        yield from self.picture("attendance")
        yield from self.knowledge()
        yield from self.skill()
        yield from self.comfort()
        yield from self.levels()
        yield from self.interview()

    def indicators(self) -> Table:
        """All of them on one page, for who reads one page."""
        say, found = self.say, self.found
        before, after = found.knowledge["before"], found.knowledge["after"]
        share, middle = words.share, words.middle
        rows: list[tuple[str, str]] = [
            (say(N_("Sessions held")), str(len(found.held)) if found.held else say(words.NO_DATA)),
            (say(N_("Participants by role")), self.roles()),
            (say(N_("Attendance at the implementation")), share(say, found.attendance)),
            (say(N_("Couples of whom both came")), share(say, found.couples)),
            (say(N_("Interviewed at the start")), share(say, found.interviewed)),
            (say(N_("Knowledge before, % right")), middle(say, found.knowledge["before"].spread)),
            (say(N_("Knowledge after, % right")), middle(say, after.spread)),
            (say(N_("Good knowledge before")), self.of(before.good, before.spread.n)),
            (say(N_("Good knowledge after")), self.of(after.good, after.spread.n)),
            (say(N_("Knowledge, after against before")), words.difference(say, found.before_after)),
            (say(N_("Knowledge after 2–4 weeks, % right")), middle(say, found.knowledge["later"].spread)),
            (say(N_("Skill, last test round against first round")), words.difference(say, found.skill)),
            (say(N_("Passed the test round, of those who tried it")), share(say, found.passed)),
            (say(N_("Checklists with a critical item at 0")), share(say, found.critical)),
            (say(N_("Rounds on the spine")), share(say, found.on_spine)),
            (say(N_("Rounds that could be scored")), share(say, found.scored)),
            (say(N_("Comfort, 1 to 5")), middle(say, found.comfort)),
            (say(N_("Rounds with pain")), share(say, found.pain)),
            (say(N_("Practised at home as set, by own word")), share(say, found.home)),
            (say(N_("Showed others, by own word")), share(say, found.taught_others)),
            (say(N_("May guide others")), share(say, found.levels["may_guide"])),
            (say(N_("Guide others")), share(say, found.levels["guides"])),
        ]
        return Table(
            say(N_("Indicators")),
            say(N_("Indicators")),
            (say(N_("Indicator")), say(N_("Result"))),
            rows,
            (5, 7),
        )

    def roles(self) -> str:
        """How many of each role, in one line."""
        counted = [f"{self.say(words.ROLES[role])} {count}" for role, count in self.found.roles.items()]
        return ", ".join(counted) or self.say(words.NO_DATA)

    def knowledge(self) -> Iterable[Block]:
        say, found = self.say, self.found
        yield Heading(say(N_("Knowledge")), 2)
        if not any(k.spread.n for k in found.knowledge.values()):
            yield self.nothing()
            return
        weak, fair, good = (say(text) for text in CATEGORIES)
        rows = [
            (
                say(OCCASIONS[o]), k.spread.n, k.spread.median, k.spread.low, k.spread.high,
                None if k.mean is None else round(k.mean, 1), k.good, k.fair, k.weak,
            )
            for o, k in found.knowledge.items()
        ]  # fmt: skip
        quartiles = say(N_("Lower quartile")), say(N_("Upper quartile"))
        heads = (say(N_("When")), "n", say(N_("Median")), *quartiles, say(N_("Mean")), good, fair, weak)
        yield Table(
            say(N_("The ten questions, % right")),
            say(N_("Knowledge")),
            heads,
            rows,
            (5, 2, 3, 3, 3, 3, 2, 2, 3),
        )
        yield from self.picture("knowledge")
        for title, pair in (
            (N_("After against before"), found.before_after),
            (N_("After 2–4 weeks against after"), found.after_later),
            (N_("How sure people are, after against before"), found.sure),
        ):
            yield Paragraph(f"{say(title)}: {words.difference(say, pair)}. {words.test(say, pair)}")
        yield Paragraph(
            say(
                N_("Asked again {first} to {last} days after the lesson: {share}."),
                first=WINDOW_DAYS[0], last=WINDOW_DAYS[1], share=words.share(say, found.in_window),
            )
        )  # fmt: skip
        if any(before.n or after.n for before, after in found.items.values()):
            rows_ = [
                (say(item.statement), *(words.share(say, s) for s in found.items[item.id])) for item in ITEMS
            ]
            yield Table(
                say(N_("Right answers, of those who answered on the laptop")), say(N_("By question")),
                (say(N_("Question")), say(N_("before")), say(N_("after"))), rows_, (8, 4, 4),
            )  # fmt: skip

    def skill(self) -> Iterable[Block]:
        say, found = self.say, self.found
        yield Heading(say(N_("Skill")), 2)
        if not found.rounds:
            yield self.nothing()
            return
        rows = [
            (say(MODES[m.mode]), m.rounds, m.people, m.score.median, m.score.low, m.score.high)
            for m in found.modes
            if m.rounds
        ]
        heads = (
            N_("Practice"),
            N_("Rounds"),
            N_("People"),
            N_("Median"),
            N_("Lower quartile"),
            N_("Upper quartile"),
        )
        yield Table(
            say(N_("Scores by kind of round")),
            say(N_("Skill")),
            [say(h) for h in heads],
            rows,
            (4, 2, 2, 2, 2, 2),
        )
        yield from self.picture("skill")
        against = say(N_("Last test round against first round"))
        yield Paragraph(f"{against}: {words.difference(say, found.skill)}. {words.test(say, found.skill)}")
        yield Paragraph(
            say(
                N_("Checklists of test rounds that an instructor decided: {count}; percent of the points: {middle}."),
                count=found.reviewed, middle=words.middle(say, found.checklist),
            )
        )  # fmt: skip
        if found.faults:
            rows_ = [(say(FAULT_NAMES.get(f, f)), words.share(say, s)) for f, s in found.faults.items()]
            yield Table(
                say(N_("Faults in the movement")),
                say(N_("Faults")),
                (say(N_("Fault")), say(N_("Rounds"))),
                rows_,
                (6, 4),
            )
        yield from self.picture("faults")

    def comfort(self) -> Iterable[Block]:
        say, found = self.say, self.found
        yield Heading(say(N_("Comfort, home, and what went wrong")), 2)
        if not (found.comfort.n or found.pain.n or found.home.n or found.adverse):
            yield self.nothing()
            return
        yield Paragraph(
            say(
                N_("Comfort as she said it, 1 to 5: {middle}. Rounds with pain: {pain}."),
                middle=words.middle(say, found.comfort), pain=words.share(say, found.pain),
            )
        )  # fmt: skip
        if found.home.n:
            yield Paragraph(
                say(
                    N_(
                        "By their own word {home} practised at home for {minutes} minutes and more on {days} days a "
                        "week and more; {taught} showed it to others, {people} people in all."
                    ),
                    home=words.share(say, found.home), minutes=HOME_MINUTES, days=HOME_DAYS,
                    taught=words.share(say, found.taught_others), people=found.people_taught,
                )
            )  # fmt: skip
        if found.adverse:
            yield Bullets([f"{words.short_day(say, when)}: {text}" for when, text in found.adverse])

    def levels(self) -> Iterable[Block]:
        say, found = self.say, self.found
        yield Heading(say(N_("Levels, aims and cadre building")), 2)
        if not found.people:
            yield self.nothing()
            return
        yield from self.picture("levels")
        rows = [
            (words.setting(say, t.name, self.facts.criteria), words.share(say, t.reached))
            for t in found.targets
        ]
        yield Table(
            say(N_("Aims and what is reached")),
            say(N_("Aims")),
            (say(N_("Aim")), say(N_("Reached"))),
            rows,
            (6, 4),
        )

    def interview(self) -> Iterable[Block]:
        say, found = self.say, self.found
        yield Heading(say(N_("The interview at the start")), 2)
        if not any(r.n for r in found.replies):
            yield self.nothing()
            return
        rows: list[Sequence[Cell]] = []
        for reply in found.replies:
            text = words.question(say, reply.asked)
            if reply.number is not None:
                rows.append((text, words.middle(say, reply.number), reply.n))
            elif reply.asked.kind == "number":
                rows.append((text, say(words.FEW), reply.n))
            for value in words.in_order(reply.asked, reply.counts):
                count = reply.counts[value]
                shown: Cell = say(words.FEW) if count is None else count
                rows.append((text, words.answer(say, reply.asked, value), shown))
                text = ""
        heads = (say(N_("Question")), say(N_("Answer")), say(N_("People")))
        yield Table(say(N_("Answers")), say(N_("Interview")), heads, rows, (5, 5, 3))
