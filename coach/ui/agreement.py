"""How far the program and the instructors agree, for a programme that wants to know what a score is worth."""

from __future__ import annotations

import html

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.checklist import ITEMS
from coach.store.agreement import FEWEST, Icc, Kappa, icc, kappas, marks_of
from coach.ui import look
from coach.ui.records import records

_TEXTS = {item.number: item.text for item in ITEMS}


def show(say: Words) -> None:
    """Both coefficients, the items, and how to read them."""
    look.lead(
        say(
            N_(
                "Items 7 to 13, which the program and people both judge; item by item also 6, where the fingers were "
                "seen. Each instructor marks without seeing the others' marks; thirty different practices and three "
                "instructors are advised."
            )
        ),
        "mc-quiet",
    )
    marks = marks_of(records())
    columns = st.columns(2, gap="large")
    for column, with_program, name in (
        (columns[0], True, N_("Program and instructors")),
        (columns[1], False, N_("Instructors among each other")),
    ):
        with column:
            st.subheader(say(name), anchor=False)
            _coefficient(say, icc(marks, with_program=with_program))
    st.header(say(N_("Item by item")), anchor=False)
    _items(say, kappas(marks))


def _coefficient(say: Words, found: Icc | None) -> None:
    if found is None:
        look.lead(
            say(
                N_(
                    "Not enough yet: at least {count} practices, each with all of items 7 to 13 marked by the same "
                    "raters, and not all alike."
                ),
                count=FEWEST,
            )
        )
        return
    st.html(
        f'<p class="mc-points" style="text-align:left">{say.number(found.value, 2)}</p>'
        f'<p class="mc-quiet">{html.escape(_explained(say, found))}</p>'
    )


def _explained(say: Words, found: Icc) -> str:
    return say(
        N_(
            "ICC(2,1), 95 % interval {low} to {high}, {practices} practices, {raters} raters: {words}, by the lower "
            "end of the interval."
        ),
        low=say.number(found.low, 2),
        high=say.number(found.high, 2),
        practices=found.practices,
        raters=found.raters,
        words=say(_words(found.low)),
    )


def _words(value: float) -> str:
    """Koo and Li's words for an intraclass correlation."""
    for limit, text in ((0.5, N_("poor")), (0.75, N_("moderate")), (0.9, N_("good"))):
        if value < limit:
            return text
    return N_("excellent")


def _items(say: Words, found: list[Kappa]) -> None:
    rows = "".join(
        f"<tr><td>{k.item} {html.escape(say(_TEXTS[k.item]))}</td>"
        f'<td class="n"><b>{say.number(k.with_program, 2)}</b></td><td class="n">{say.percent(k.same)}</td>'
        f'<td class="n quiet">{k.pairs}</td><td class="n">{say.number(k.between_people, 2)}</td></tr>'
        for k in found
    )
    look.rows(
        (
            (say(N_("Item")), ""),
            (say(N_("Program and instructors, weighted kappa")), "n"),
            (say(N_("equal marks")), "n"),
            (say(N_("pairs")), "n"),
            (say(N_("Among instructors, weighted kappa")), "n"),
        ),
        rows,
    )
    look.lead(
        say(
            N_(
                "1 is perfect agreement, 0 what chance gives. Where nearly all marks are alike there is no kappa, or a "
                "low one, however well raters agree: look at the equal marks beside it."
            )
        ),
        "mc-quiet",
    )
