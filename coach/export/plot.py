"""The report on one page: the hands' path beside the reference's, the tempo over time, the criteria."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from coach import palette
from coach.atomic import replacing
from coach.export.outline import BLADE_TIP_U, back_outline, blades
from coach.export.tracks import Tracks
from coach.export.words import CLAIM, Words
from coach.i18n import N_
from coach.motion.recording import HANDS, LEFT, RIGHT
from coach.motion.smoothing import RATE_HZ

_STYLES = ("-", (0, (4, 1.4)))
"""Line style by hand: the picture is read on grey paper, too."""
HAND_NAMES = {"left": N_("left hand"), "right": N_("right hand")}
_RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": palette.INK,
    "axes.labelcolor": palette.MUTED,
    "axes.edgecolor": palette.FAINT,
    "xtick.color": palette.MUTED,
    "ytick.color": palette.MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": palette.INK,
    "axes.unicode_minus": False,
}


def write_plot(
    path: Path,
    report: Mapping[str, Any],
    mine: Tracks,
    reference: Tracks,
    language: str,
    lead: str = "",
) -> None:
    """Draw the report and write it to `path`, whole or not at all; the suffix gives the format.

    Parameters
    ----------
    path : Path
        A .png, .pdf or .svg file.
    report : mapping
        The report's plain values (`Report.to_json`).
    mine, reference : Tracks
        The practice and what it is compared with.
    language : str
        'id' or 'en'.
    lead : str
        The most useful sentence, under the title.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    figure = draw_report(report, mine, reference, language, lead)
    with replacing(path) as temporary, mpl.rc_context({"svg.hashsalt": "massage-coach"}):
        figure.savefig(temporary, dpi=150)


def draw_report(
    report: Mapping[str, Any],
    mine: Tracks,
    reference: Tracks,
    language: str,
    lead: str = "",
) -> Figure:
    """The report as a figure of 11 by 7.8 inches."""
    say = Words(language)
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(11, 7.8), facecolor="white")
        FigureCanvasAgg(figure)
        grid = figure.add_gridspec(
            2,
            3,
            left=0.045,
            right=0.975,
            top=0.815,
            bottom=0.135,
            hspace=0.33,
            wspace=0.12,
            width_ratios=(1, 1, 1.3),
            height_ratios=(1.75, 1),
        )
        yours, model = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
        box = _box(mine, reference)
        _draw_back(yours, mine, box, say, say(N_("Your hands")))
        _draw_back(model, reference, box, say, say(N_("Reference")), labels=False)
        _legend(figure, say)
        _draw_tempo(figure.add_subplot(grid[1, :2]), report, mine, say)
        _draw_criteria(figure.add_subplot(grid[:, 2]), report, say)
        _head(figure, report, say, lead)
    return figure


def _head(figure: Figure, report: Mapping[str, Any], say: Words, lead: str) -> None:
    name = report["source"]["name"] or ""
    figure.text(0.045, 0.945, say(N_("Oxytocin massage")), fontsize=17, fontweight="bold")
    figure.text(0.045, 0.905, lead or _shorten(name, 70), fontsize=11.5, color=palette.INK)
    overall = report["score"]["overall"]
    if overall is not None:
        figure.text(
            0.975,
            0.925,
            say.number(overall, 0),
            fontsize=30,
            fontweight="bold",
            ha="right",
            color=palette.ACCENT,
        )
        figure.text(0.975, 0.900, say(N_("points out of 100")), fontsize=9.5, ha="right", color=palette.MUTED)
    else:
        figure.text(
            0.975,
            0.925,
            say(N_("not scored")),
            fontsize=17,
            fontweight="bold",
            ha="right",
            color=palette.MUTED,
        )
    foot = say(
        N_(
            "{name} · {seconds} s · seen: back {back}, left hand {left}, right hand {right} · "
            "reference: {reference} · profile: {profile}"
        ),
        name=_shorten(name, 40),
        seconds=say.number(report["source"]["duration_s"], 0),
        back=say.percent(report["tracking"]["back"]),
        left=say.percent(report["tracking"]["left"]),
        right=say.percent(report["tracking"]["right"]),
        reference=report["reference"]["name"],
        profile=report["score"]["profile"],
    )
    figure.text(0.045, 0.043, foot, fontsize=8, color=palette.MUTED)
    figure.text(0.045, 0.018, say(CLAIM), fontsize=8, color=palette.MUTED, style="italic")


def _box(mine: Tracks, reference: Tracks) -> tuple[float, float, float]:
    """(half width, top, bottom) in cm that hold both paths and the upper back."""
    length = max(mine.back_length_cm, reference.back_length_cm)
    deepest = max(_largest(mine.u_cm), _largest(reference.u_cm), 0.62 * length)
    widest = max(_largest(np.abs(mine.v_cm)), _largest(np.abs(reference.v_cm)), 0.42 * length)
    return min(widest, length) + 1, -0.19 * length, min(deepest, 1.1 * length) + 2


def _largest(values: np.ndarray) -> float:
    # The 99.5th percentile: a single outlier must not shrink the drawing.
    return float(np.nanpercentile(values, 99.5)) if np.isfinite(values).any() else 0.0


def _draw_back(
    axes: Axes, tracks: Tracks, box: tuple[float, float, float], say: Words, title: str, labels: bool = True
) -> None:
    half, top, bottom = box
    length = tracks.back_length_cm
    outline = back_outline(length, bottom / length)
    axes.fill(outline[:, 0], outline[:, 1], color=palette.SKIN, zorder=0)
    axes.plot(outline[:, 0], outline[:, 1], color=palette.FAINT, lw=1.4, zorder=1)
    for blade in blades(length):
        axes.plot(blade[:, 0], blade[:, 1], color=palette.FAINT, lw=1.0, zorder=1)
    axes.axvspan(-1, 1, ymax=1 - (0 - top) / (bottom - top), color="#E9DED0", lw=0, zorder=1)
    axes.plot([0, 0], [0, bottom], color="#B9A68C", lw=1.0, ls=(0, (1, 2)), zorder=2)
    # A long practice is drawn over itself many times: finer, so that it stays legible (our own choice).
    weight = float(np.clip((40 / max(len(tracks.t_s) / RATE_HZ, 1)) ** 0.5, 0.45, 0.95))
    for hand in (LEFT, RIGHT):
        axes.plot(
            tracks.v_cm[:, hand],
            tracks.u_cm[:, hand],
            color=palette.HAND_COLOURS[hand],
            lw=1.05 * weight,
            ls=_STYLES[hand],
            alpha=weight,
            solid_capstyle="round",
            zorder=3,
        )
    axes.set(xlim=(-half, half), ylim=(bottom, top), aspect="equal", anchor="N")
    axes.set_title(title, pad=8)
    axes.set_xticks([-10, -5, 0, 5, 10], ["10", "5", "0", "5", "10 cm"])
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([])
    if labels:
        for level, text in ((0.0, say(N_("neck bump"))), (BLADE_TIP_U * length, say(N_("tip of the blade")))):
            axes.plot([-half, -1.2], [level, level], color=palette.FAINT, lw=0.8, ls=(0, (2, 3)), zorder=1)
            axes.text(
                -half, level - 0.4, text, fontsize=8, color=palette.MUTED, va="bottom", ha="left", zorder=4
            )


def _legend(figure: Figure, say: Words) -> None:
    handles = [
        Line2D([], [], color=palette.HAND_COLOURS[i], ls=_STYLES[i], lw=2, label=say(HAND_NAMES[hand]))
        for i, hand in enumerate(HANDS)
    ]
    handles.append(Line2D([], [], color="#E9DED0", lw=7, label=say(N_("keep off the spine"))))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.04, 0.068),
        ncols=3,
        frameon=False,
        fontsize=9,
        handlelength=2.6,
        columnspacing=1.8,
        borderaxespad=0,
    )


def _draw_tempo(axes: Axes, report: Mapping[str, Any], tracks: Tracks, say: Words) -> None:
    target = next((c["target"] for c in report["score"]["criteria"] if c["id"] == "tempo"), None)
    highest = _largest(tracks.tempo_cpm)
    if target:
        outer_low, low, high, outer_high = (1e3 if x is None else x for x in target)
        axes.axhspan(outer_low, outer_high, color=palette.NEAR_BAND, lw=0, zorder=0)
        axes.axhspan(low, high, color=palette.BAND, lw=0, zorder=0)
        highest = max(highest, min(high, 240) * 1.25)
    for hand in (LEFT, RIGHT):
        axes.plot(
            tracks.tempo_t_s,
            tracks.tempo_cpm[:, hand],
            color=palette.HAND_COLOURS[hand],
            lw=1.8,
            ls=_STYLES[hand],
            zorder=3,
        )
    end = float(tracks.t_s[-1]) if len(tracks.t_s) else 1.0
    axes.set(xlim=(0, max(end, 1.0)), ylim=(0, highest * 1.12 or 80))
    axes.set_title(say(N_("Tempo, circles per minute")), pad=8)
    if target:
        axes.text(
            0.995,
            min(high, highest * 1.1) - 0.02 * highest,
            say(N_("target")),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="top",
            fontsize=8,
            color="#5B7F5E",
        )
    if not np.isfinite(tracks.tempo_cpm).any():
        axes.text(
            0.5,
            0.5,
            say(N_("no circling was measured")),
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=palette.MUTED,
        )
    axes.set_xlabel(say(N_("seconds")), loc="right", fontsize=8.5, labelpad=1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)


def _draw_criteria(axes: Axes, report: Mapping[str, Any], say: Words) -> None:
    rows = say.rows(report)
    axes.set_title(say(N_("Criteria")), pad=8)
    axes.set_axis_off()
    axes.set(xlim=(0, 100), ylim=(len(rows) - 0.45, -0.55))
    for y, row in enumerate(rows):
        # Bar and points beside the shorter, second line: the longest name needs the room of the first.
        below = y + 0.14
        axes.text(0, y - 0.2, row.name, va="center", fontsize=9.5)
        axes.text(
            0,
            below,
            say(N_("{value}, target {target}"), value=row.value, target=row.target),
            va="center",
            fontsize=8,
            color=palette.MUTED,
        )
        if row.score is None:
            axes.text(
                100, below, say(N_("not scored")), fontsize=9, color=palette.MUTED, va="center", ha="right"
            )
            continue
        axes.barh(below, 16, left=72, height=0.24, color="#E9EDED", lw=0)
        axes.barh(below, 16 * row.score / 100, left=72, height=0.24, color=palette.ACCENT, lw=0)
        axes.text(
            100, below, say.number(row.score, 0), fontsize=10.5, fontweight="bold", va="center", ha="right"
        )


def _shorten(text: str, length: int) -> str:
    # DejaVu knows most scripts; a dollar sign would start mathematics.
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.replace("$", r"\$")
