"""The report's charts on the screen: paths on the back beside the reference's, linked to the tempo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from coach import palette
from coach.export.outline import back_outline, blades
from coach.export.tracks import Tracks
from coach.export.words import Words
from coach.i18n import N_
from coach.motion.recording import LEFT, RIGHT

MOST_MOMENTS = 3000
"""Moments drawn per hand; a longer practice is thinned evenly (our own choice: 2.5 minutes)."""
HEIGHT = 270
"""Of the charts, in pixels: three beside each other fill the page's 1056."""
_LOCALES = {
    "id": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""]},
}


def movement(report: Mapping[str, Any], mine: Tracks, reference: Tracks, say: Words) -> alt.HConcatChart:
    """Both paths to the same scale, and the tempo; a stretch marked on the tempo shows its path alone.

    Parameters
    ----------
    report : mapping
        The report's plain values (`Report.to_json`).
    mine, reference : Tracks
        The practice, and what it is compared with.
    say : Words
    """
    hands = [say(N_("left hand")), say(N_("right hand"))]
    brush = alt.selection_interval(encodings=["x"], name="stretch")
    box = _box(mine, reference)
    yours = _back(mine, box, hands, say(N_("Your hands")), brush)
    model = _back(reference, box, hands, say(N_("Reference")), None)
    tempo = _tempo(report, mine, hands, say, brush)
    chart = (
        alt.hconcat(yours, model, tempo, spacing=30)
        .properties(autosize="pad")
        .resolve_scale(color="shared", strokeDash="shared")
    )
    return (
        chart.configure(
            font="Source Sans, sans-serif",
            background="#FFFFFF",
            locale={"number": _LOCALES[say.language], "time": _TIMES},
        )
        .configure_view(stroke=None)
        .configure_title(anchor="start", fontSize=16, fontWeight=600, color=palette.INK, offset=8)
        .configure_axis(
            labelFontSize=13,
            titleFontSize=13,
            labelColor=palette.MUTED,
            titleColor=palette.MUTED,
            titleFontWeight=400,
            gridColor="#EDF1F1",
            domain=False,
            ticks=False,
        )
        .configure_legend(orient="bottom", labelFontSize=14, symbolStrokeWidth=3, symbolSize=500, title=None)
    )


_TIMES = {
    "dateTime": "%x, %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["AM", "PM"],
    "days": list("0123456"),
    "shortDays": list("0123456"),
    "months": [str(i) for i in range(1, 13)],
    "shortMonths": [str(i) for i in range(1, 13)],
}


def _box(mine: Tracks, reference: Tracks) -> tuple[float, float, float]:
    """(half width, top, bottom) in cm: the same for both backs."""
    length = mine.back_length_cm
    deepest = max(
        float(np.nanpercentile(t.u_cm, 99.5)) if np.isfinite(t.u_cm).any() else 0.0 for t in (mine, reference)
    )
    return 0.44 * length, -0.18 * length, min(max(deepest + 2, 0.62 * length), 1.1 * length)


def path_frame(tracks: Tracks, hands: list[str]) -> pd.DataFrame:
    """One row per hand and moment seen, with the number of the unbroken piece it belongs to."""
    step = max(1, int(np.ceil(len(tracks.t_s) / MOST_MOMENTS)))
    parts = []
    for hand in (LEFT, RIGHT):
        seen = np.isfinite(tracks.u_cm[:, hand]) & np.isfinite(tracks.v_cm[:, hand])
        piece = np.cumsum(~seen)
        table = pd.DataFrame(
            {
                "t_s": tracks.t_s,
                "u_cm": tracks.u_cm[:, hand],
                "v_cm": tracks.v_cm[:, hand],
                "piece": piece,
                "hand": hands[hand],
            }
        )
        parts.append(table[seen].iloc[::step])
    return pd.concat(parts, ignore_index=True).round(3)


def _colour(hands: list[str]) -> dict[str, Any]:
    # One legend for all three charts: they share these scales.
    shown = alt.Legend(title=None)
    return {
        "color": alt.Color(
            "hand:N", scale=alt.Scale(domain=hands, range=list(palette.HAND_COLOURS)), legend=shown
        ),
        "strokeDash": alt.StrokeDash(
            "hand:N", scale=alt.Scale(domain=hands, range=[[1, 0], [5, 2]]), legend=shown
        ),
    }


def _back(
    tracks: Tracks, box: tuple[float, float, float], hands: list[str], title: str, brush: alt.Parameter | None
) -> alt.LayerChart | alt.FacetChart:
    half, top, bottom = box
    x = alt.X("v_cm:Q", scale=alt.Scale(domain=[-half, half], nice=False), axis=None)
    y = alt.Y("u_cm:Q", scale=alt.Scale(domain=[top, bottom], reverse=True, nice=False), axis=None)
    order = alt.Order("n:Q")

    def line(points: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame({"v_cm": points[:, 0], "u_cm": points[:, 1], "n": range(len(points))})

    shape = alt.Chart(line(back_outline(tracks.back_length_cm, bottom / tracks.back_length_cm)))
    layers: list[alt.Chart] = [
        shape.mark_line(stroke=palette.FAINT, strokeWidth=1.5, fill=palette.SKIN, clip=True).encode(
            x, y, order
        )
    ]
    layers += [
        alt.Chart(line(blade)).mark_line(stroke=palette.FAINT, strokeWidth=1, clip=True).encode(x, y, order)
        for blade in blades(tracks.back_length_cm)
    ]
    edge = line(np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, bottom], [-1.0, bottom]]))
    layers.append(alt.Chart(edge).mark_line(strokeWidth=0, fill="#E9DED0", clip=True).encode(x, y, order))
    path = (
        alt.Chart(path_frame(tracks, hands))
        .mark_line(strokeWidth=1.5, clip=True, opacity=0.9)
        .encode(x, y, order=alt.Order("t_s:Q"), detail="piece:N", **_colour(hands))
    )
    layers.append(path.transform_filter(brush) if brush is not None else path)
    return alt.layer(*layers).properties(
        width=round(HEIGHT * 2 * half / (bottom - top)), height=HEIGHT, title=title
    )


def _tempo(
    report: Mapping[str, Any], tracks: Tracks, hands: list[str], say: Words, brush: alt.Parameter
) -> alt.LayerChart | alt.FacetChart:
    target = next((c["target"] for c in report["score"]["criteria"] if c["id"] == "tempo"), None)
    table = pd.concat(
        [
            pd.DataFrame({"t_s": tracks.tempo_t_s, "cpm": tracks.tempo_cpm[:, hand], "hand": hands[hand]})
            for hand in (LEFT, RIGHT)
        ],
        ignore_index=True,
    )  # rows without a tempo stay: the line is broken there
    end = float(tracks.t_s[-1]) if len(tracks.t_s) else 1.0
    measured = tracks.tempo_cpm[np.isfinite(tracks.tempo_cpm)]
    highest = max([60.0, *measured, 1.25 * (target[2] or 0.0) if target else 0.0])
    x = alt.X(
        "t_s:Q",
        scale=alt.Scale(domain=[0, end], nice=False),
        title=say(N_("seconds")),
        axis=alt.Axis(grid=False, tickMinStep=1, format="d"),
    )
    y = alt.Y(
        "cpm:Q",
        scale=alt.Scale(domain=[0, highest * 1.1]),
        title=None,
        axis=alt.Axis(format="d", tickCount=5),
    )
    layers: list[alt.Chart] = []
    if target:
        low, high = target[1] or 0.0, target[2] or highest * 1.1
        band = pd.DataFrame(
            {"low": [low], "high": [high], "from": [0.0], "to": [end], "text": [say(N_("target"))]}
        )
        layers.append(
            alt.Chart(band)
            .mark_rect(fill=palette.BAND)
            .encode(x=alt.X("from:Q"), x2="to:Q", y=alt.Y("low:Q"), y2="high:Q")
        )
        layers.append(
            alt.Chart(band)
            .mark_text(
                align="right",
                baseline="top",
                dx=-6,
                dy=5,
                fontSize=13,
                color="#5B7F5E",
            )
            .encode(x=alt.X("to:Q"), y=alt.Y("high:Q"), text="text:N")
        )
    lines = (
        alt.Chart(table)
        .mark_line(strokeWidth=2.5, invalid="break-paths-show-path-domains")
        .encode(
            x,
            y,
            **_colour(hands),
            tooltip=[
                alt.Tooltip("hand:N", title=say(N_("Hand"))),
                alt.Tooltip("t_s:Q", title=say(N_("seconds")), format=".0f"),
                alt.Tooltip("cpm:Q", title=say(N_("circles/min")), format=".1f"),
            ],
        )
        .add_params(brush)
    )
    layers.append(lines)
    return alt.layer(*layers).properties(width=350, height=HEIGHT, title=say(N_("Tempo, circles per minute")))
