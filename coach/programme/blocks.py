"""What a report is made of, whatever it is written into: headings, paragraphs, tables, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | int | float | None
"""What stands in a table; None is nothing known."""


@dataclass(frozen=True)
class Heading:
    """`level` 0 is the title, 1 a chapter, 2 a part of one."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    text: str
    quiet: bool = False
    """An aside, or that there is nothing."""


@dataclass(frozen=True)
class Bullets:
    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table with a title of its own, so that it can stand alone in a workbook.

    Attributes
    ----------
    name : str
        Short, for a sheet of a workbook.
    widths : sequence of int
        Of the columns, as shares of each other.
    """

    title: str
    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = field(default=())


@dataclass(frozen=True)
class Picture:
    """A drawing as a PNG file.

    Attributes
    ----------
    alt : str
        What it shows in words, for who cannot see it.
    note : str
        A line to be read under it.
    """

    title: str
    alt: str
    png: bytes
    note: str = ""


Block = Heading | Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Document:
    """A report in one language.

    Attributes
    ----------
    title, language, foot : str
        `foot` stands under every page.
    """

    title: str
    language: str
    foot: str
    blocks: Sequence[Block]

    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]
