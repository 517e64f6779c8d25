"""Follow-up: a couple's rounds over time, a group's scores, and what most people get wrong."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from coach import palette
from coach.export.reasons import FAULT_NAMES
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.profile import CRITERIA
from coach.store.entries import MODES
from coach.store.following import MOST, Round, common_faults, rounds
from coach.store.listing import Filter
from coach.ui import look, practice_list
from coach.ui.practice_table import moment
from coach.ui.records import records

_SHAPES = {"guided": "circle", "quiet": "diamond", "test": "square", "video": "triangle-up"}
_COLOURS = {"guided": "#9AA8AD", "quiet": "#5B8F8F", "test": palette.ACCENT, "video": palette.MUTED}

_ABREAST = 3  # criteria beside one another; on a phone they stand below one another


def show(say: Words) -> None:
    """The filters of the list; with one participant chosen the couple's way, else the group."""
    wanted = practice_list.filters(say)
    found = rounds(records(), wanted)
    if not found:
        look.lead(say(N_("No practice fits these choices.")))
    elif wanted.code is not None:
        _couple(say, wanted.code, found)
    else:
        _group(say, wanted, found)


def _couple(say: Words, code: str, found: list[Round]) -> None:
    st.header(say(N_("{code}, round by round"), code=code), anchor=False)
    look.lead(
        say(
            N_(
                "What counts is the test round: without cues, on another day. A guided round is expected to be better."
            )
        ),
        "mc-quiet",
    )
    table = pd.DataFrame(
        [
            {
                "n": n,
                "points": points,
                "what": say.criterion(key) if key else say(N_("Score")),
                "mode": say(MODES[r.mode]),
                "day": _day(say, r),
            }
            for n, r in enumerate(found, 1)
            for key, points in [("", r.overall), *((k, r.criteria.get(k)) for k in CRITERIA)]
        ]
    )
    st.altair_chart(_styled(_steps(say, table, say(N_("Score")), 220)), width="stretch", theme=None)
    st.header(say(N_("Criteria")), anchor=False)
    names = [say.criterion(key) for key in CRITERIA]
    for i in range(0, len(names), _ABREAST):
        for column, name in zip(st.columns(_ABREAST), names[i : i + _ABREAST], strict=False):
            chart = _styled(_steps(say, table, name, 150, small=True))
            column.altair_chart(chart, width="stretch", theme=None)


def _steps(say: Words, table: pd.DataFrame, name: str, height: int, *, small: bool = False) -> Any:
    shown = table[table["what"] == name]
    modes = [say(mode) for mode in MODES.values()]
    x = alt.X("n:O", title=None if small else say(N_("round")), axis=alt.Axis(labelAngle=0, grid=False))
    y = alt.Y(
        "points:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=[0, 50, 80, 100])
    )
    base = alt.Chart(shown, title=name, height=height)
    line = base.mark_line(color=palette.FAINT, strokeWidth=2).encode(x, y)
    points = base.mark_point(size=45 if small else 130, filled=True, opacity=1).encode(
        x,
        y,
        shape=alt.Shape(
            "mode:N",
            scale=alt.Scale(domain=modes, range=list(_SHAPES.values())),
            legend=None if small else alt.Legend(title=None, orient="top", columns=2),
        ),
        color=alt.Color(
            "mode:N",
            scale=alt.Scale(domain=modes, range=list(_COLOURS.values())),
            legend=None if small else alt.Legend(title=None, orient="top", columns=2),
        ),
        tooltip=[
            alt.Tooltip("day:N", title=say(N_("Date"))),
            alt.Tooltip("mode:N", title=say(N_("Practice"))),
            alt.Tooltip("points:Q", title=say(N_("Points")), format=".0f"),
        ],
    )
    return alt.layer(line, points)


def _group(say: Words, wanted: Filter, found: list[Round]) -> None:
    scored = [r for r in found if r.overall is not None]
    st.header(say(N_("The group")), anchor=False)
    look.lead(
        say(
            N_(
                "{rounds} rounds of {people} participants, {scored} scored. Choose a participant to see one "
                "couple's way."
            ),
            rounds=len(found),
            people=len({r.code for r in found}),
            scored=len(scored),
        ),
        "mc-quiet",
    )
    if len(found) == MOST:
        look.lead(say(N_("The newest {count} rounds are shown."), count=MOST), "mc-quiet")
    if not scored:
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.altair_chart(_styled(_distribution(say, scored)), width="stretch", theme=None)
    with right:
        st.altair_chart(_styled(_faults(say, scored)), width="stretch", theme=None)


def _distribution(say: Words, scored: list[Round]) -> Any:
    table = pd.DataFrame([{"points": r.overall, "mode": say(MODES[r.mode])} for r in scored])
    modes = [say(mode) for mode in MODES.values()]
    return alt.layer(
        alt.Chart(table, title=say(N_("Scores")), height=260)
        .mark_bar()
        .encode(
            x=alt.X("points:Q", bin=alt.Bin(step=10, extent=[0, 100]), title=say(N_("points out of 100"))),
            y=alt.Y("count():Q", title=None, axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "mode:N",
                scale=alt.Scale(domain=modes, range=list(_COLOURS.values())),
                legend=alt.Legend(title=None, orient="bottom", columns=2),
            ),
            tooltip=[
                alt.Tooltip("mode:N", title=say(N_("Practice"))),
                alt.Tooltip("count():Q", title=say(N_("rounds"))),
            ],
        )
    )


def _faults(say: Words, scored: list[Round]) -> Any:
    shares = common_faults(scored)
    table = pd.DataFrame(
        [
            {"fault": say(FAULT_NAMES.get(f, f)), "share": share, "text": say.percent(share)}
            for f, share in shares
        ]
        or [{"fault": say(N_("no fault")), "share": 0.0, "text": say.percent(0.0)}]
    )
    base = alt.Chart(table, title=say(N_("What goes wrong most often")), height=alt.Step(34)).encode(
        y=alt.Y("fault:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, labelFontSize=14)),
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.4])),  # room for the words
    )
    return alt.layer(
        base.mark_bar(color=palette.ACCENT, height={"band": 0.6}),
        base.mark_text(align="left", dx=6, fontSize=14, color=palette.INK).encode(text="text:N"),
    )


def _day(say: Words, found: Round) -> str:
    return moment(say, found.started_utc)


def _styled(chart: Any) -> Any:
    return (
        chart.configure(font="Source Sans, sans-serif", background="#FFFFFF")
        .configure_view(stroke=None)
        .configure_title(anchor="start", fontSize=15, fontWeight=600, color=palette.INK, offset=8)
        .configure_axis(
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight=400,
            labelColor=palette.MUTED,
            titleColor=palette.MUTED,
            gridColor="#EDF1F1",
            domain=False,
            ticks=False,
        )
        .configure_legend(labelFontSize=14, symbolSize=130)
    )
