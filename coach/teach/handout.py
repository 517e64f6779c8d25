"""The lesson on two pages to print: large enough to read at arm's length, legible without colour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from coach.export.words import CLAIM, Words
from coach.i18n import N_
from coach.scoring.reference import Reference
from coach.scoring.rules import tempo_of
from coach.teach.lesson import SCREENS, sentences_of
from coach.teach.views import scene

_MARGIN = 16.0  # mm
_WIDTH = 210.0 - 2 * _MARGIN
_FONT = "DejaVu"
_GREY, _DARK = 130, 30
_FIRST_PAGE = (("what", "•"), ("not", "✕"), ("when_not", "✕"), ("first_ask", "✓"), ("ready", "✓"))
_SECOND_PAGE = ("hands", "place", "circles", "down", "together", "rhythm", "round")
_ON_SCREEN_ONLY = (1, "circles"), (2, "together"), (2, "rhythm")
"""Sentences (by their place and screen) that speak of the moving drawing or of tapping."""


def handout(reference: Reference, say: Words) -> bytes:
    """The handout as a PDF of two A4 pages.

    Parameters
    ----------
    reference : Reference
        Whose movement is drawn, and whose tempo is told.
    say : Words
        In its language.
    """
    pdf = _Paper(say)
    pdf.size = 12.5  # there is room for it
    pdf.add_page()
    pdf.heading(say(N_("Oxytocin massage: what to know")))
    for id_, sign in _FIRST_PAGE:
        screen = next(s for s in SCREENS if s.id == id_)
        sentences = [say(text) for text in screen.sentences]
        pdf.part(say(screen.title))
        if id_ == "when_not":
            pdf.sentence(sentences[0], bold=True)
            pdf.boxed(sentences[1:], sign)
        else:
            for text in sentences:
                pdf.sentence(text, sign)
    pdf.size = 10.5
    pdf.add_page()
    pdf.heading(say(N_("Oxytocin massage: the steps")))
    _steps(pdf, reference, say)
    return bytes(pdf.output())


def _steps(pdf: _Paper, reference: Reference, say: Words) -> None:
    drawn = scene(reference)
    top = pdf.get_y()
    side = 58.0
    x = 210 - _MARGIN - side
    y = _picture(pdf, drawn, x, top, side, say, place=True)
    pdf.caption(
        say(N_("Beside the spine, one or two finger widths; the hatched part is not pressed.")), x, y, side
    )
    y = _picture(pdf, drawn, x, pdf.get_y() + 3, side, say, place=False)
    pdf.caption(say(N_("One way down, as in the reference: left hand solid, right hand dashed.")), x, y, side)
    pdf.set_y(pdf.get_y() + 6)
    pdf.advice(say(N_("My instructor's advice:")), x, side, lines=7)
    title = reference.profile.title.get(say.language, reference.name)
    origin = (
        say(N_("computed from the published description"))
        if reference.origin == "generated"
        else say(N_("recorded"))
    )
    pdf.caption(
        say(N_("Drawn after the reference “{title}” ({origin})."), title=title, origin=origin),
        x,
        pdf.get_y() + 3,
        side,
    )
    pdf.set_y(top)
    pdf.set_right_margin(_MARGIN + side + 6)
    band = reference.profile.criteria["tempo"].band
    values = {
        "own": say.number(tempo_of(reference.measures) or 40.0, 0),
        "low": say.number(band.a, 0),
        "high": say.number(band.b, 0),
    }
    for number, id_ in enumerate(_SECOND_PAGE, 1):
        screen = next(s for s in SCREENS if s.id == id_)
        pdf.part(f"{number}  {say(screen.title)}")
        for place, text in enumerate(sentences_of(screen, reference.profile.form)):
            if (place, id_) not in _ON_SCREEN_ONLY:
                pdf.sentence(say(text, **values))


class _Paper(FPDF):
    """A4 with our font, and the claim under every page."""

    def __init__(self, say: Words) -> None:
        super().__init__(format="A4")
        from matplotlib import get_data_path

        fonts = (
            Path(get_data_path()) / "fonts" / "ttf"
        )  # travels with matplotlib; the PDF carries its letters
        self.add_font(_FONT, "", fonts / "DejaVuSans.ttf")
        self.add_font(_FONT, "B", fonts / "DejaVuSans-Bold.ttf")
        self.set_margins(_MARGIN, 13, _MARGIN)
        self.set_auto_page_break(False)
        self.set_lang("id-ID" if say.language == "id" else "en-GB")
        self.set_title(say(N_("Oxytocin massage: what to know")))
        self._claim = say(CLAIM)
        self.size = 11.0
        """Of the sentences, in points."""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FONT, size=8)
        self.set_text_color(_GREY - 40)
        self.cell(_WIDTH - 12, 5, self._claim)
        self.cell(12, 5, f"{self.page_no()} / 2", align="R")
        self.set_text_color(0)

    def heading(self, text: str) -> None:
        self.set_font(_FONT, "B", 19)
        self.cell(0, 10, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(_DARK)
        self.set_line_width(0.5)
        self.line(_MARGIN, self.get_y() + 0.5, 210 - _MARGIN, self.get_y() + 0.5)
        self.ln(2)

    def part(self, text: str) -> None:
        self.ln(self.size / 5.6)
        self.set_font(_FONT, "B", 13)
        self.cell(0, 7.2, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def sentence(self, text: str, sign: str = "•", *, bold: bool = False) -> None:
        self.set_font(_FONT, "B" if bold else "", self.size)
        if bold:
            sign = ""
        else:
            self.cell(6, self.size / 1.95, sign)
        self.multi_cell(0, self.size / 1.95, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(0.7)

    def boxed(self, sentences: Sequence[str], sign: str) -> None:
        """A framed list in two columns: the part that must be found at a glance."""
        top, half = self.get_y() + 1, _WIDTH / 2
        rows = (len(sentences) + 1) // 2
        lowest = top
        self.set_font(_FONT, "", self.size - 0.5)
        for column in (0, 1):
            self.set_y(top + 2)
            for text in sentences[column * rows : (column + 1) * rows]:
                self.set_x(_MARGIN + column * half + 3)
                self.cell(6, self.size / 2.05, sign)
                self.multi_cell(
                    half - 12, self.size / 2.05, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
                )
                self.ln(0.8)
            lowest = max(lowest, self.get_y())
        self.set_line_width(0.6)
        self.set_draw_color(_DARK)
        self.rect(_MARGIN, top, _WIDTH, lowest - top + 1.5)
        self.set_y(lowest + 2)

    def caption(self, text: str, x: float, y: float, width: float) -> None:
        self.set_xy(x, y + 1)
        self.set_font(_FONT, "", 8.5)
        self.multi_cell(width, 4.2, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def advice(self, text: str, x: float, width: float, *, lines: int) -> None:
        """Room to write."""
        self.set_x(x)
        self.set_font(_FONT, "B", 9.5)
        self.cell(width, 6, text)
        self.set_line_width(0.2)
        self.set_draw_color(_GREY)
        for k in range(1, lines + 1):
            self.line(x, self.get_y() + 6 + 7 * k, x + width, self.get_y() + 6 + 7 * k)
        self.set_y(self.get_y() + 6 + 7 * lines)


def _picture(
    pdf: _Paper, drawn: dict[str, Any], x: float, y: float, side: float, say: Words, *, place: bool
) -> float:
    """The drawn back from behind in a square at (x, y) mm; gives the height where it ends."""
    view, length = drawn["views"]["behind"], drawn["length"]
    top, bottom = -0.2 * length, 0.62 * length
    scale = side / (0.9 * length)
    height = (bottom - top) * scale

    def on_paper(points: Sequence[Sequence[float] | None]) -> list[tuple[float, float]]:
        return [(x + side / 2 + p[0] * scale, y + (p[1] - top) * scale) for p in points if p is not None]

    with pdf.local_context():
        with pdf.rect_clip(x, y, side, height):
            pdf.set_line_width(0.35)
            pdf.set_draw_color(_GREY)
            pdf.polyline(on_paper(view["outline"]))
            for blade in view["blades"]:
                pdf.polyline(on_paper(blade))
            pdf.set_dash_pattern(1.2, 1.2)
            pdf.polyline(on_paper(view["spine"]))
            pdf.set_dash_pattern()
            if place:
                _hatched(pdf, on_paper(view["keep_off"]))
                pdf.set_draw_color(_DARK)
                for strip in view["strips"]:
                    pdf.set_line_width(0.4)
                    pdf.polygon(on_paper(strip))
                for name in ("start", "end"):
                    pdf.set_line_width(0.7)
                    pdf.polyline(on_paper(view[name]))
            else:
                pdf.set_draw_color(0)
                for hand, dash in (("left", ()), ("right", (1.6, 0.9))):
                    way = view[hand][: round(len(view[hand]) * 0.46)]
                    pdf.set_line_width(0.35)
                    pdf.set_dash_pattern(*dash)
                    pdf.polyline(on_paper(way))
                pdf.set_dash_pattern()
        if place:
            pdf.set_font(_FONT, "B", 7)
            pdf.set_fill_color(255)
            for name, text in (("start", say(N_("begin here"))), ("end", say(N_("turn back here")))):
                (ex, ey) = on_paper(view[name])[-1]
                # On white, so that no line of the body runs through the words; at most a little beside the picture.
                wide = pdf.get_string_width(text) + 1.0
                left = min(ex + 0.8, x + side + 4.0 - wide)
                pdf.rect(left, ey - 1.9, wide, 3.6, style="F")
                pdf.text(left + 0.5, ey + 1, text)
        else:
            pdf.set_font(_FONT, "B", 10)
            for hand, text, shift in (("left", say(N_("L")), -9.0), ("right", say(N_("R")), 7.0)):
                (hx, hy) = on_paper(view[hand])[0]
                pdf.text(hx + shift, hy, text)
    return y + height


def _hatched(pdf: FPDF, points: list[tuple[float, float]]) -> None:
    """A strip filled with slanted lines: a grey would vanish on a poor printer."""
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    pdf.set_line_width(0.2)
    pdf.set_draw_color(_DARK)
    level = top
    while level < bottom:
        pdf.line(left, min(level + right - left, bottom), right, level)
        level += 1.5
    pdf.set_draw_color(_GREY)
