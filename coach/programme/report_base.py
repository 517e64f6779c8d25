"""What the report's chapters share: the facts, the words, and how it is said that there is nothing."""

from __future__ import annotations

from collections.abc import Iterable

from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.blocks import Block, Paragraph, Picture
from coach.programme.findings import Findings
from coach.programme.statistics import Share


class Chapters:
    """Chapters of one report.

    Parameters
    ----------
    found : Findings
    say : Words
        In whose language it is written.
    drawn : dict of str to Picture
        The drawings for which there are data.
    """

    def __init__(self, found: Findings, say: Words, drawn: dict[str, Picture]) -> None:
        self.found, self.say, self.drawn = found, say, drawn
        self.facts = found.facts

    def text(self, name: str) -> Block:
        """What the instructor wrote, or that nothing is written yet."""
        given = self.facts.texts.get(name, "")
        return Paragraph(given) if given else self.nothing()

    def nothing(self) -> Paragraph:
        return Paragraph(self.say(N_("No data yet.")), quiet=True)

    def picture(self, name: str) -> Iterable[Picture]:
        if name in self.drawn:
            yield self.drawn[name]

    def of(self, count: int, n: int) -> str:
        return words.share(self.say, Share(count, n))
