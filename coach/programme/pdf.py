"""A report as a PDF of A4 pages: black on white, to print on any printer."""

from __future__ import annotations

import io
from itertools import zip_longest

from fpdf import FPDF
from fpdf.enums import TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace
from matplotlib import get_data_path
from PIL import Image

from coach.export.words import Words
from coach.programme.blocks import Bullets, Cell, Document, Heading, Paragraph, Picture, Table

_EDGE = 18.0  # mm
_WIDTH = 210.0 - 2 * _EDGE
_SIZES = {0: 19.0, 1: 13.5, 2: 11.0}
_INK, _GREY, _LIGHT = 20, 95, 236
_BODY = 9.5
_HEAD = 14.0  # mm of a heading with what is above it
_MANY_COLUMNS = 9
_FEW_ROWS = 12
"""A table of so many rows is not torn: it begins on a new page where it does not fit."""


def to_pdf(document: Document) -> bytes:
    """The report's pages."""
    paper = _Paper(document)
    paper.add_page()
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        if isinstance(block, Heading) and paper.will_page_break(_HEAD + paper.height_of(following)):
            paper.add_page()  # a heading goes with what it stands over
        paper.put(block)
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        self.document = document
        self.say = Words(document.language)
        for style, file in (
            ("", "DejaVuSans.ttf"),
            ("B", "DejaVuSans-Bold.ttf"),
            ("I", "DejaVuSans-Oblique.ttf"),
        ):
            self.add_font("body", style, f"{get_data_path()}/fonts/ttf/{file}")
        self.set_margins(_EDGE, 16, _EDGE)
        self.set_auto_page_break(True, 20)
        self.set_lang("id-ID" if document.language == "id" else "en-GB")
        self.set_title(document.title)
        self.set_creator("Massage Coach")
        self.set_draw_color(_GREY)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("body", size=7.5)
        self.set_text_color(_GREY)
        self.cell(_WIDTH - 20, 5, self.document.foot)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(_INK)

    def put(self, block: object) -> None:
        """Write one block."""
        self.set_text_color(_INK)
        if isinstance(block, Heading):
            self.heading(block)
        elif isinstance(block, Paragraph):
            self.paragraph(block)
        elif isinstance(block, Bullets):
            for item in block.items:
                self.set_font("body", size=_BODY)
                self.cell(5, 5, "•")
                self.multi_cell(0, 5, item, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(1.5)
        elif isinstance(block, Table):
            self.table_of(block)
        elif isinstance(block, Picture):
            self.picture(block)

    def height_of(self, block: object) -> float:
        """About how much of a page is kept together for a block, in mm."""
        if isinstance(block, Picture):
            return self.picture_height(block) + 10
        if isinstance(block, Table):
            return 10 + 6.2 * (min(len(block.rows), _FEW_ROWS) + 1)
        return 2 * _HEAD if isinstance(block, Heading) else 12.0

    def picture_height(self, block: Picture) -> float:
        with Image.open(io.BytesIO(block.png)) as opened:
            return float(_WIDTH * opened.height / opened.width)

    def heading(self, block: Heading) -> None:
        size = _SIZES[block.level]
        self.ln(0 if block.level == 0 else 5 if block.level == 1 else 2.5)
        self.set_font("body", "B", size)
        self.multi_cell(0, size * 0.46, block.text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if block.level == 1:
            self.set_line_width(0.3)
            self.line(_EDGE, self.get_y() + 0.6, _EDGE + _WIDTH, self.get_y() + 0.6)
        self.ln(2)

    def paragraph(self, block: Paragraph) -> None:
        self.set_font("body", "I" if block.quiet else "", _BODY)
        if block.quiet:
            self.set_text_color(_GREY)
        self.multi_cell(0, 5, block.text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.8)

    def title_of(self, text: str) -> None:
        self.set_font("body", "B", 8.8)
        self.multi_cell(0, 5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(0.6)

    def table_of(self, block: Table) -> None:
        if len(block.rows) <= _FEW_ROWS and self.will_page_break(self.height_of(block)):
            self.add_page()
        self.title_of(block.title)
        self.set_font("body", size=8.3 if len(block.heads) <= _MANY_COLUMNS else 7.1)
        self.set_line_width(0.15)
        numeric = _numeric(block)
        align = ["RIGHT" if j in numeric else "LEFT" for j in range(len(block.heads))]
        with self.table(
            col_widths=tuple(block.widths) or None, text_align=tuple(align), line_height=4.3, padding=(0.9, 1.2),
            headings_style=FontFace(emphasis="BOLD", fill_color=_LIGHT), borders_layout="HORIZONTAL_LINES",
            cell_fill_mode=TableCellFillMode.NONE,
        ) as table:  # fmt: skip
            table.row(list(block.heads))
            for row in block.rows:
                table.row([self.text_of(cell) for cell in row])
        self.ln(3)

    def text_of(self, cell: Cell) -> str:
        if isinstance(cell, str):
            return cell
        return self.say.number(cell)

    def picture(self, block: Picture) -> None:
        if self.will_page_break(self.height_of(block)):
            self.add_page()
        self.title_of(block.title)
        self.image(block.png, x=_EDGE, w=_WIDTH, alt_text=block.alt)
        self.set_font("body", "I", 8)
        self.set_text_color(_GREY)
        if block.note:
            self.multi_cell(0, 4.2, block.note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)


def _numeric(block: Table) -> set[int]:
    """Columns that hold numbers."""
    return {
        j
        for j in range(len(block.heads))
        if any(isinstance(row[j], int | float) for row in block.rows)
        and not any(isinstance(row[j], str) and len(str(row[j])) > 40 for row in block.rows)
    }
