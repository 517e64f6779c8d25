"""The report on a programme in the form of an Indonesian *laporan*, from what was counted, in one language.

Nothing is worded as if the training had caused it: there is one group and nobody to compare it with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coach.export.words import CLAIM, Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.blocks import Block, Bullets, Cell, Document, Heading, Paragraph, Table
from coach.programme.figures import pictures
from coach.programme.findings import Findings
from coach.programme.report_annexes import Annexes
from coach.programme.report_base import Chapters
from coach.programme.report_results import Results
from coach.store.programmes import PREPARATIONS, STAGES


def document(found: Findings, say: Words) -> Document:
    """The whole report."""
    drawn = pictures(found, say)
    frame, results, annexes = Frame(found, say, drawn), Results(found, say, drawn), Annexes(found, say, drawn)
    return Document(
        title=say(N_("Report: {title}"), title=found.facts.title),
        language=say.language,
        foot=say(CLAIM),
        blocks=[*frame.front(), *results.all(), *frame.end(), *annexes.all()],
    )


class Frame(Chapters):
    """What it was: before the results, and after them."""

    def front(self) -> Iterable[Block]:
        """Title, background, aims, for whom, where and when, the stages."""
        say, facts, found = self.say, self.facts, self.found
        yield Heading(say(N_("Report: {title}"), title=facts.title), 0)
        made = say(N_("made on {day}"), day=words.day(say, found.made_on))
        yield Paragraph(f"{words.span(say, facts)} · {made}", True)
        if facts.sample:
            yield Paragraph(say(N_("SAMPLE: everything in this report is made up.")))
        for title, name in ((N_("1 Background"), "background"), (N_("2 Aims"), "aims")):
            yield Heading(say(title))
            yield self.text(name)
        yield Heading(say(N_("3 For whom")))
        yield self.text("audience")
        yield Paragraph(self.counted())
        yield from self.people()
        yield Heading(say(N_("4 Time and place")))
        yield from self.sessions()
        yield Heading(say(N_("5 Stages")))
        yield from self.stages()

    def counted(self) -> str:
        return self.say(
            N_(
                "Counted are {people} participants who agreed to be in the report; {left_out} did not agree and are in "
                "no number of it."
            ),
            people=self.found.people,
            left_out=self.found.left_out,
        )

    def people(self) -> Iterable[Block]:
        """Roles; ages and pregnancy with few hidden."""
        say, found = self.say, self.found
        if not found.people:
            yield self.nothing()
            return
        rows: list[Sequence[Cell]] = []
        for title, counts, names in (
            (N_("Role"), found.roles, words.ROLES),
            (N_("Age"), found.ages, words.AGES),
            (N_("Pregnancy or birth"), found.statuses, words.STATUSES),
        ):
            for key, count in counts.items():
                rows.append((say(title), say(names[key]), say(words.FEW) if count is None else count))
        yield Table(
            say(N_("Who took part")), say(N_("Participants")),
            (say(N_("Feature")), say(N_("Group")), say(N_("People"))), rows, (3, 4, 3),
        )  # fmt: skip

    def sessions(self) -> Iterable[Block]:
        say, facts, found = self.say, self.facts, self.found
        if not found.held:
            yield self.nothing()
            return
        rows = [
            (
                words.short_day(say, h.meeting.on_date),
                say(STAGES[h.meeting.stage]),
                facts.site(h.meeting.site_id) or say(N_("all sites")),
                facts.teacher(h.meeting.staff_id) or "–",
                h.present,
            )
            for h in found.held
        ]
        heads = (N_("Date"), N_("Stage"), N_("Site"), N_("Instructor"), N_("Present"))
        yield Table(say(N_("Sessions")), say(N_("Sessions")), [say(h) for h in heads], rows, (3, 3, 4, 4, 2))

    def stages(self) -> Iterable[Block]:
        """What was done at each of the three stages."""
        say, found = self.say, self.found
        ready = {name: sum(name in h.meeting.prepared for h in found.held) for name in PREPARATIONS}
        n = len(found.held)
        yield Heading(say(N_("Preparation")), 2)
        yield Paragraph(
            say(N_("Interviewed at the start: {share}."), share=words.share(say, found.interviewed))
        )
        if n:
            yield Bullets(
                [
                    say(N_("{what}: at {count} of {n} sessions"), what=say(PREPARATIONS[k]), count=c, n=n)
                    for k, c in ready.items()
                ]
            )
        yield Heading(say(N_("Implementation")), 2)
        yield self.taught()
        yield Heading(say(N_("Evaluation")), 2)
        yield self.judged()

    def taught(self) -> Paragraph:
        """What was taught and practised."""
        say, found = self.say, self.found
        if not (found.taught or found.rounds):
            return self.nothing()
        return Paragraph(
            say(
                N_(
                    "The movement was explained with the lesson, then practised: {sessions} sessions, {rounds} rounds. "
                    "A guided round is followed by rounds with few cues and by test rounds without any."
                ),
                sessions=found.taught,
                rounds=found.rounds,
            )
        )

    def judged(self) -> Paragraph:
        """By what it is judged how it went, with how often each was taken."""
        say, found = self.say, self.found
        answered = {occasion: known.spread.n for occasion, known in found.knowledge.items()}
        if not (any(answered.values()) or found.rounds):
            return self.nothing()
        return Paragraph(
            say(
                N_(
                    "The ten questions were answered by {before} people before the lesson, {after} after it and "
                    "{later} after 2–4 weeks. {scored} rounds were scored; an instructor judged {reviewed} test rounds "
                    "by the checklist; comfort was asked in {comfort} rounds. Criteria are in annex D."
                ),
                **answered, scored=found.scored.count, reviewed=found.reviewed, comfort=found.comfort.n,
            )
        )  # fmt: skip

    def end(self) -> Iterable[Block]:
        say = self.say
        yield Heading(say(N_("7 Documentation")))
        yield Paragraph(
            say(
                N_(
                    "There are no photographs: the program keeps no pictures for a report. Results are drawn from what "
                    "was measured and written down."
                )
            )
        )
        yield Heading(say(N_("8 Obstacles")))
        yield self.text("obstacles")
        yield Heading(say(N_("9 What comes next")))
        yield self.text("follow_up")
        yield Heading(say(N_("10 How to read the numbers")))
        yield Bullets(
            [
                say(N_("One group, nobody to compare it with: what changed is described, not explained.")),
                say(N_("How many people a number is about is always given; below 5 there is no percentage.")),
                say(N_("Groups of fewer than 5 people are hidden where they could point to somebody.")),
                say(
                    N_(
                        "The Wilcoxon signed-rank test is two-sided, on the pairs that differ; with fewer than six "
                        "there is none. No number is corrected for there being several tests."
                    )
                ),
                say(N_("The score is of the movement that a camera sees. Pressure is not measured.")),
                say(N_("A skill training is reported on; nothing is said about milk or health.")),
            ]
        )
