"""What remains of earlier years: a line for each kind of round, and all figures as a table to take along."""

from __future__ import annotations

import html
from itertools import groupby

import streamlit as st

from coach.export.tables import to_csv
from coach.export.words import Words
from coach.i18n import N_
from coach.store import access, yearly
from coach.store.entries import MODES
from coach.ui import look
from coach.ui.records import records

_SHOWN = (
    ("practices", N_("Practices")),
    ("participants", N_("Participants")),
    ("median_score", N_("Median score")),
    ("passed", N_("Passed")),
)


def show(say: Words, who: str) -> None:
    """The years that were summed up; nothing while there is none."""
    figures = yearly.years(records())
    if not figures:
        return
    st.subheader(say(N_("Earlier years")), anchor=False)
    look.lead(
        say(
            N_(
                "Single results of these years are deleted. What remains belongs to nobody: a number of fewer than "
                "{count} participants is not kept."
            ),
            count=yearly.FEWEST,
        ),
        "mc-quiet",
    )
    lines = []
    for (year, mode), group in groupby(figures, key=lambda f: (f.year, f.mode)):
        values = {f.figure: f.value for f in group}
        name = say(N_("all kinds")) if mode == yearly.ALL else say(MODES[mode])
        cells = "".join(f'<td class="n">{html.escape(say.number(values.get(f), 0))}</td>' for f, _ in _SHOWN)
        lines.append(f"<tr><td>{year}</td><td>{html.escape(name)}</td>{cells}</tr>")
    look.rows(
        [(say(N_("Year")), ""), (say(N_("Practice")), ""), *((say(head), "n") for _, head in _SHOWN)], lines
    )

    def table() -> bytes:
        access.log(records(), who, "export", "years")
        names = ("year", "mode", "figure", "value", "participants")
        return to_csv([{name: getattr(f, name) for name in names} for f in figures])

    name = say(N_("years"))
    st.download_button(
        say(N_("All figures (CSV)")),
        table,
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        key="review_years",
    )
