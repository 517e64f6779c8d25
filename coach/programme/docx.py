"""A report as a DOCX file, to go on writing in a word processor."""

from __future__ import annotations

import io
from typing import Any

from coach.export.words import Words
from coach.programme.blocks import Bullets, Document, Heading, Paragraph, Picture, Table

_WIDTH_CM = 17.0
_MANY_COLUMNS = 9  # with as many, words would be broken at the size of the other tables


def to_docx(document: Document) -> bytes:
    """The report as Word's own kinds of paragraphs, so that its outline and its tables can be worked with."""
    from docx import Document as Docx
    from docx.shared import Cm, Pt

    file = Docx()
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin = section.bottom_margin = Cm(2.0)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    _language(file, document.language)
    _black_rule(file)
    core = file.core_properties
    core.title, core.author, core.language = document.title, "Massage Coach", document.language
    _foot(section, document.foot)
    writer = _Writer(file, Words(document.language))
    for block in document.blocks:
        writer.put(block)
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def _language(file: Any, language: str) -> None:
    """The language that the word processor checks the spelling in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = file.styles["Normal"].element.get_or_add_rPr()
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "id-ID" if language == "id" else "en-GB")
    properties.append(lang)


def _black_rule(file: Any) -> None:
    """The line under the title in black: of itself it is blue, the only colour of the whole report."""
    from docx.oxml.ns import qn

    for rule in file.styles["Title"].element.iter(qn("w:bottom")):
        rule.set(qn("w:color"), "141414")
        for theme in [name for name in rule.attrib if "theme" in name]:
            del rule.attrib[theme]


def _room(table: Any) -> None:
    """A little room above and below the words of every cell, where Word's own tables have none; less beside them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(room))  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _foot(section: Any, text: str) -> None:
    """The claim and the page's number, small, under every page."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    foot.style.font.size = Pt(8)
    foot.text = f"{text}\t"
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    foot._p.append(number)


class _Writer:
    def __init__(self, file: Any, say: Words) -> None:
        self.file, self.say = file, say

    def put(self, block: object) -> None:
        """Write one block."""
        from docx.shared import Cm, RGBColor

        if isinstance(block, Heading):
            heading = self.file.add_heading(block.text, block.level)
            for run in heading.runs:
                run.font.color.rgb = RGBColor(0x14, 0x14, 0x14)  # prints as black, not as a grey blue
        elif isinstance(block, Paragraph):
            self.file.add_paragraph().add_run(block.text).italic = block.quiet
        elif isinstance(block, Bullets):
            for item in block.items:
                self.file.add_paragraph(item, style="List Bullet")
        elif isinstance(block, Table):
            self.table(block)
        elif isinstance(block, Picture):
            self.title(block.title)
            self.file.add_picture(io.BytesIO(block.png), width=Cm(_WIDTH_CM))
            shape = self.file.inline_shapes[-1]._inline.docPr
            shape.set("descr", block.alt)
            if block.note:
                self.file.add_paragraph().add_run(block.note).italic = True

    def title(self, text: str) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(text).bold = True

    def table(self, block: Table) -> None:
        """A table whose first row is repeated on every page."""
        from docx.oxml import OxmlElement
        from docx.shared import Cm, Pt

        self.title(block.title)
        table = self.file.add_table(rows=1, cols=len(block.heads))
        table.style = "Table Grid"
        table.autofit = False
        _room(table)
        widths = block.widths or (1,) * len(block.heads)
        columns = [Cm(_WIDTH_CM * share / sum(widths)) for share in widths]
        for column, width in zip(table.columns, columns, strict=True):
            column.width = width  # LibreOffice goes by the columns, Word by the cells
        size = 9 if len(columns) < _MANY_COLUMNS else 7.5
        head = table.rows[0]
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        rows = [(head, block.heads)]
        rows += [(table.add_row(), row) for row in block.rows]  # type: ignore[misc]
        for number, (row, cells) in enumerate(rows):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, value, width in zip(row.cells, cells, columns, strict=True):
                cell.width = width
                run = cell.paragraphs[0].add_run(value if isinstance(value, str) else self.say.number(value))
                run.font.size, run.bold = Pt(size), number == 0
        self.file.add_paragraph()
