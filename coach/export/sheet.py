"""A practice on one page of A4, as a PDF file: to print in black and white, to sign and to file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from matplotlib import get_data_path

from coach.export.outline import back_outline, blades
from coach.export.reasons import made_by, reason, total_reason
from coach.export.tracks import Tracks
from coach.export.words import CLAIM, Words
from coach.i18n import N_
from coach.motion.recording import LEFT, RIGHT
from coach.scoring.checklist import ITEMS, Tally

WIDTH, HEIGHT, EDGE = 210.0, 297.0, 14.0
"""Of the page, in mm."""
_INK, _GREY, _LIGHT = (20, 20, 20), (95, 95, 95), (225, 225, 225)
_DASH = (1.4, 0.9)
"""The right hand's lines, in mm: told apart without colour."""
_NOTES = 4


@dataclass(frozen=True)
class Sheet:
    """What stands on the page.

    Attributes
    ----------
    title : str
        Code and kind of practice.
    facts : sequence of str
        Date, duration, what was seen, comfort.
    report : mapping
        The report's plain values.
    mine : Tracks or None
        The movement, where it is kept; of the path a pass or two, more would be a tangle.
    tally : Tally
    rating : int or None
    decision : str or None
        In words.
    notes : sequence of (str, str)
        When, and what.
    instructor : str
    """

    title: str
    facts: Sequence[str]
    report: Mapping[str, Any]
    mine: Tracks | None
    tally: Tally
    rating: int | None
    decision: str | None
    notes: Sequence[tuple[str, str]] = field(default=())
    instructor: str = ""


def to_pdf(sheet: Sheet, say: Words) -> bytes:
    """The page in the language of `say`."""
    page = _Page(say)
    page.head(sheet)
    top = page.get_y() + 3
    page.back(sheet.mine, EDGE, top, 62, 66)
    page.checklist(sheet, EDGE + 70, top)
    page.set_y(top + 80)
    page.tempo(sheet.mine, sheet.report)
    page.criteria(sheet.report)
    page.notes(sheet.notes)
    page.foot(sheet)
    return bytes(page.output())


class _Page(FPDF):
    """One page; fpdf2's cursor goes down as it is filled."""

    def __init__(self, say: Words) -> None:
        super().__init__(format="A4")
        self.say = say
        self.set_auto_page_break(False)
        self.set_margin(EDGE)
        self.c_margin = 0  # texts and lines begin at the same edge
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font("body", style, f"{get_data_path()}/fonts/ttf/{file}")
        self.set_lang(say.language)
        self.set_creator("Massage Coach")
        self.add_page()

    def text_at(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, grey: bool = False
    ) -> None:
        """One line whose upper left corner is at (x, y)."""
        self.set_font("body", "B" if bold else "", size)
        self.set_text_color(*(_GREY if grey else _INK))
        self.set_xy(x, y)
        self.cell(0, size * 0.45, text)

    def fitted(self, text: str, width: float, size: float) -> str:
        """The text, cut where it would run past `width`."""
        self.set_font("body", "", size)
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + " …") > width:
            text = text[:-1]
        return text.rstrip() + " …"

    def size_for(self, text: str, width: float, size: float) -> float:
        """`size`, or the smaller one at which the text is no wider than `width`."""
        self.set_font("body", "", size)
        return size * min(1.0, width / max(self.get_string_width(text), 1e-9))

    def heading(self, text: str, x: float, y: float) -> float:
        """A small heading; gives where to go on below it."""
        self.text_at(x, y, text, 10, bold=True)
        return y + 6

    def head(self, sheet: Sheet) -> None:
        """Title, facts, score and decision."""
        say, overall = self.say, sheet.report["score"]["overall"]
        self.text_at(EDGE, 12, sheet.title, 17, bold=True)
        self.set_font("body", "", 8.5)
        self.set_text_color(*_GREY)
        self.set_xy(EDGE, 20.5)
        self.multi_cell(118, 4.2, " · ".join(sheet.facts), align="L")
        points = say(N_("Not scored")) if overall is None else f"{say.number(overall, 0)} / 100"
        self.set_font("body", "B", 20 if overall is not None else 12)
        self.set_text_color(*_INK)
        self.set_xy(WIDTH - EDGE - 60, 11)
        self.cell(60, 9, points, align="R")
        if sheet.decision:
            self.set_font("body", "B", 11)
            self.set_xy(WIDTH - EDGE - 60, 20)
            self.cell(60, 6, sheet.decision, align="R")
        self.set_y(31)
        why = sheet.report["tracking"]["reason"] if overall is None else total_reason(say, sheet.report)
        if why:
            self.set_font("body", "", 8.5)
            self.set_x(EDGE)
            self.multi_cell(WIDTH - 2 * EDGE, 4.2, why, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.rule(self.get_y() + 1)

    def rule(self, y: float) -> None:
        """A line across the page; goes on below it."""
        self.set_draw_color(*_LIGHT)
        self.set_line_width(0.3)
        self.line(EDGE, y, WIDTH - EDGE, y)
        self.set_y(y + 1)

    def back(self, mine: Tracks | None, x: float, y: float, width: float, height: float) -> None:
        """The drawn back with both thumbs' paths."""
        say = self.say
        y = self.heading(say(N_("The movement")), x, y) + 2
        if mine is None:
            self.set_font("body", "", 8.5)
            self.set_text_color(*_GREY)
            self.set_xy(x, y)
            self.multi_cell(width, 4.2, say(N_("The movement data are not kept.")))
            return
        length = mine.back_length_cm
        top, bottom, half = -0.18 * length, 0.72 * length, 0.44 * length
        scale = min(width / (2 * half), height / (bottom - top))

        def place(v_cm: float, u_cm: float) -> tuple[float, float]:
            return x + width / 2 + v_cm * scale, y + (u_cm - top) * scale

        self.set_line_width(0.25)
        self.set_draw_color(150, 150, 150)
        self.polyline([place(v, u) for v, u in back_outline(length, bottom / length)])
        for blade in blades(length):
            self.polyline([place(v, u) for v, u in blade])
        self.set_fill_color(*_LIGHT)
        left, upper = place(-1.0, 0.0)
        self.rect(left, upper, 2 * scale, (bottom * 0.98) * scale, style="F")
        self.set_draw_color(*_INK)
        self.set_line_width(0.2)
        for hand in (LEFT, RIGHT):
            if hand == RIGHT:
                self.set_dash_pattern(*_DASH)
            for piece in _pieces(mine.v_cm[:, hand], mine.u_cm[:, hand]):
                self.polyline([place(v, u) for v, u in piece])
            self.set_dash_pattern()
        self.legend(x, y + height + 1.5)

    def legend(self, x: float, y: float) -> None:
        """Which line is whose."""
        self.set_draw_color(*_INK)
        self.set_line_width(0.4)
        for at, dash, text in ((x, False, N_("left hand")), (x + 32, True, N_("right hand"))):
            if dash:
                self.set_dash_pattern(*_DASH)
            self.line(at, y + 1.5, at + 7, y + 1.5)
            self.set_dash_pattern()
            self.text_at(at + 8, y, self.say(text), 7.5)

    def tempo(self, mine: Tracks | None, report: Mapping[str, Any]) -> None:
        """The tempo over time, with the band that earns full points."""
        if mine is None or not np.isfinite(mine.tempo_cpm).any():
            return
        x, y, width, height = EDGE + 10, self.get_y(), WIDTH - 2 * EDGE - 10, 22.0
        y = self.heading(self.say(N_("Tempo, circles per minute")), EDGE, y)
        end = max(float(mine.tempo_t_s[-1]), float(mine.t_s[-1]), 1.0)
        band = next(c["target"] for c in report["score"]["criteria"] if c["id"] == "tempo")
        low, high = band[1] or 0.0, band[2] or 120.0
        most = max(float(np.nanmax(mine.tempo_cpm)), high) * 1.15

        def place(t_s: float, cpm: float) -> tuple[float, float]:
            return x + width * t_s / end, y + height * (1 - cpm / most)

        self.set_fill_color(238, 238, 238)
        self.rect(x, place(0, high)[1], width, place(0, low)[1] - place(0, high)[1], style="F")
        self.set_draw_color(150, 150, 150)
        self.set_line_width(0.2)
        self.rect(x, y, width, height)
        for value in (low, high):
            self.text_at(EDGE, place(0, value)[1] - 1.5, self.say.number(value, 0), 7, grey=True)
        self.set_draw_color(*_INK)
        self.set_line_width(0.4)
        for hand in (LEFT, RIGHT):
            if hand == RIGHT:
                self.set_dash_pattern(*_DASH)
            for piece in _pieces(mine.tempo_t_s, mine.tempo_cpm[:, hand]):
                self.polyline([place(t, cpm) for t, cpm in piece])
            self.set_dash_pattern()
        self.text_at(x, y + height + 0.8, f"0 {self.say(N_('s'))}", 7, grey=True)
        self.set_xy(x, y + height + 0.8)
        self.cell(width, 3.2, f"{self.say.number(end, 0)} {self.say(N_('s'))}", align="R")
        self.set_y(y + height + 6)

    def criteria(self, report: Mapping[str, Any]) -> None:
        """Each criterion with value, target, points as a bar, and why."""
        say = self.say
        y = self.heading(say(N_("Criteria")), EDGE, self.get_y())
        columns = (EDGE, EDGE + 58, EDGE + 94, EDGE + 109, EDGE + 123, EDGE + 132)
        for row, criterion in zip(say.rows(report), report["score"]["criteria"], strict=True):
            self.text_at(columns[0], y, row.name, 8.5)
            room = columns[2] - columns[1] - 1.5
            self.text_at(columns[1], y, row.value, self.size_for(row.value, room, 8.5))
            self.text_at(columns[2], y, row.target, 8.5, grey=True)
            if row.score is not None:
                self.set_draw_color(*_GREY)
                self.set_line_width(0.2)
                self.rect(columns[3], y + 0.4, 11, 2.8)
                self.set_fill_color(*_INK)
                self.rect(columns[3], y + 0.4, 11 * row.score / 100, 2.8, style="F")
            self.text_at(columns[4], y, say.number(row.score, 0), 8.5, bold=True)
            why, room = reason(say, criterion), WIDTH - EDGE - columns[5]
            size = max(self.size_for(why, room, 7.5), 6.0)
            self.text_at(columns[5], y, self.fitted(why, room, size), size, grey=True)
            y += 5.2
        self.set_y(y + 2)

    def checklist(self, sheet: Sheet, x: float, y: float) -> None:
        """The fifteen items with their marks, the total and the rating."""
        say, tally = self.say, sheet.tally
        y = self.heading(say(N_("Checklist")), x, y)
        for item in ITEMS:
            value = tally.marks.get(item.number)
            star = " ★" if item.critical else ""
            self.text_at(x, y, f"{item.number}", 8, grey=True)
            self.text_at(x + 6, y, self.fitted(say(item.text) + star, 92, 8), 8)
            self.text_at(x + 102, y, "–" if value is None else str(value), 8.5, bold=True)
            if item.number in tally.differing:
                self.text_at(x + 107, y, "≠", 8.5)
            y += 4.15
        total = "–" if tally.percent is None else say.number(tally.percent, 0)
        rating = "–" if sheet.rating is None else str(sheet.rating)
        line = say(N_("Total {total} of 100; global rating {rating} of 5"), total=total, rating=rating)
        self.text_at(x, y + 0.8, line, 8.5, bold=True)
        if tally.differing:
            self.text_at(x, y + 5, say(N_("≠ differs from the program's proposal")), 7, grey=True)

    def notes(self, notes: Sequence[tuple[str, str]]) -> None:
        """The first notes."""
        if not notes:
            return
        y = self.heading(self.say(N_("Notes")), EDGE, self.get_y())
        for when, text in notes[:_NOTES]:
            self.text_at(EDGE, y, when, 8.5, grey=True)
            self.text_at(EDGE + 22, y, self.fitted(" ".join(text.split()), WIDTH - 2 * EDGE - 22, 8.5), 8.5)
            y += 4.8
        if len(notes) > _NOTES:
            more = self.say(N_("and {count} more"), count=len(notes) - _NOTES)
            self.text_at(EDGE + 22, y, more, 8, grey=True)

    def foot(self, sheet: Sheet) -> None:
        """Room to sign, versions, and what the program does not claim."""
        say, y = self.say, HEIGHT - 27
        self.set_draw_color(*_GREY)
        self.set_line_width(0.2)
        for x, text in (
            (EDGE, say(N_("Instructor: {name}"), name=sheet.instructor or "…")),
            (WIDTH / 2 + 5, say(N_("Date and signature"))),
        ):
            self.line(x, y, x + 80, y)
            self.text_at(x, y + 1, text, 8, grey=True)
        self.text_at(EDGE, HEIGHT - 17, made_by(say, sheet.report), 7, grey=True)
        self.text_at(EDGE, HEIGHT - 13, say(CLAIM), 7, grey=True)


def _pieces(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Unbroken stretches of a path [each shape=(k, 2), k > 1]."""
    known = np.isfinite(x) & np.isfinite(y)
    points = np.column_stack([x, y])
    cuts = np.flatnonzero(np.diff(known.astype(int))) + 1
    return [
        piece
        for piece, seen in zip(np.split(points, cuts), np.split(known, cuts), strict=True)
        if len(piece) > 1 and seen[0]
    ]
