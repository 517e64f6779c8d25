"""The report's drawings, the same on paper and on the page: told apart by shape and hatching, never by colour alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coach import palette
from coach.export.reasons import FAULT_NAMES
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.blocks import Picture
from coach.programme.criteria import GROUPS
from coach.programme.findings import Findings
from coach.programme.levels import LEVELS
from coach.store.enrolments import OCCASIONS

ON_PAPER_IN, ON_THE_PAGE_IN = 6.6, 4.4
"""Widths: the letters keep their size, so half a page of a laptop, or a phone, needs a narrower drawing."""
_DPI = 170
_BAR, _EDGE, _LINE, _MARK = "#D9DEDE", "#22333B", "#9AA8AD", "#22333B"


def pictures(found: Findings, say: Words, width_in: float = ON_PAPER_IN) -> dict[str, Picture]:
    """The drawings for which there are data, by name; `width_in` inches wide."""
    made = {
        "attendance": _attendance(found, say, width_in),
        "knowledge": _knowledge(found, say, width_in),
        "skill": _skill(found, say, width_in),
        "faults": _faults(found, say, width_in),
        "levels": _levels(found, say, width_in),
    }
    return {name: picture for name, picture in made.items() if picture is not None}


def _drawn(
    title: str, alt: str, size_in: tuple[float, float], draw: Callable[[Axes], None], note: str = ""
) -> Picture:
    figure = Figure(figsize=size_in, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_LINE)
    axes.tick_params(colors=palette.INK, labelsize=9, length=0)
    draw(axes)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    return Picture(title, alt, file.getvalue(), note)


def _bars(
    names: Sequence[str], values: Sequence[int], texts: Sequence[str], most: float
) -> Callable[[Axes], None]:
    """Bars to the right, each with its number."""

    def draw(axes: Axes) -> None:
        places = np.arange(len(names))[::-1]
        axes.barh(places, values, height=0.62, color=_BAR, edgecolor=_EDGE, linewidth=0.8, hatch="////")
        for place, value, text in zip(places, values, texts, strict=True):
            axes.text(value + most * 0.012, place, text, va="center", fontsize=9, color=palette.INK)
        axes.set_yticks(places, names)
        axes.set_xlim(0, most * 1.34)
        axes.spines["bottom"].set_visible(False)
        axes.set_xticks([])

    return draw


def _attendance(found: Findings, say: Words, width_in: float) -> Picture | None:
    if not found.held or not found.people:
        return None
    names = [
        " · ".join(
            filter(None, (words.short_day(say, h.meeting.on_date), found.facts.site(h.meeting.site_id)))
        )
        for h in found.held
    ]
    values = [h.present for h in found.held]
    title = say(N_("Present at each session, of {n} who are counted"), n=found.people)
    return _drawn(
        title,
        "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True)),
        (width_in, 0.5 + 0.34 * len(names)),
        _bars(names, values, [str(v) for v in values], max(values) or 1),
    )


def _knowledge(found: Findings, say: Words, width_in: float) -> Picture | None:
    people = [m for m in found.facts.members if m.in_report]
    at = [{m.code: m.quiz[o].percent for m in people if o in m.quiz} for o in OCCASIONS]
    if not any(at):
        return None
    criteria = found.facts.criteria

    def draw(axes: Axes) -> None:
        _twice(axes, at)
        for name in ("good_from", "fair_from"):
            axes.axhline(criteria[name], color=_LINE, linewidth=0.8, linestyle=(0, (4, 3)))
            text = say(N_("good")) if name == "good_from" else say(N_("fair"))
            axes.text(2.62, criteria[name] + 1, text, fontsize=8.5, color=palette.INK, ha="right")
        labels = [
            f"{say(name)}\nn = {len(values)}" for name, values in zip(OCCASIONS.values(), at, strict=True)
        ]
        axes.set_xticks(range(3), labels)
        axes.set_ylabel(say(N_("% right")), fontsize=9)

    title = say(N_("The ten questions: each line is one person, the bar the median"))
    note = words.difference(say, found.before_after)
    return _drawn(title, note, (width_in, 3.0), draw, note)


def _skill(found: Findings, say: Words, width_in: float) -> Picture | None:
    both = [line for line in found.lines if line.first is not None and line.test is not None]
    if not both:
        return None
    at = [{x.code: float(x.first or 0) for x in both}, {x.code: float(x.test or 0) for x in both}]

    def draw(axes: Axes) -> None:
        _twice(axes, at)
        mark = found.facts.criteria["passed_score"]
        axes.axhline(mark, color=_LINE, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.text(1.62, mark + 1, say(N_("pass mark")), fontsize=8.5, color=palette.INK, ha="right")
        names = (say(N_("first round")), say(N_("last test round")))
        axes.set_xticks(range(2), [f"{name}\nn = {len(both)}" for name in names])
        axes.set_ylabel(say(N_("points out of 100")), fontsize=9)

    title = say(N_("Skill: each line is one person, the bar the median"))
    note = words.difference(say, found.skill)
    return _drawn(title, note, (width_in, 3.0), draw, note)


def _twice(axes: Axes, at: Sequence[dict[str, float]]) -> None:
    """Everybody's values at each occasion, joined where both are there; a little apart, so that none hides another."""
    rng = np.random.default_rng(0)
    codes = sorted({code for values in at for code in values})
    shift = dict(zip(codes, rng.uniform(-0.13, 0.13, len(codes)), strict=True))
    for i in range(len(at) - 1):
        for code in at[i].keys() & at[i + 1].keys():
            axes.plot(
                [i + shift[code], i + 1 + shift[code]],
                [at[i][code], at[i + 1][code]],
                color=_LINE,
                linewidth=0.6,
                zorder=1,
            )
    for i, values in enumerate(at):
        x = [i + shift[code] for code in values]
        axes.plot(
            x, list(values.values()), "o", color=_MARK, markersize=3.6, markerfacecolor="white", zorder=2
        )
        if values:
            axes.plot(
                [i - 0.24, i + 0.24],
                [float(np.median(list(values.values())))] * 2,
                color=_MARK,
                linewidth=3,
                zorder=3,
            )
    axes.set_xlim(-0.4, len(at) - 0.38)
    axes.set_ylim(-3, 104)


def _faults(found: Findings, say: Words, width_in: float) -> Picture | None:
    if not found.faults:
        return None
    names = [say(FAULT_NAMES.get(name, name)) for name in found.faults]
    shares = list(found.faults.values())
    title = say(N_("What went wrong, in {n} rounds that could be scored"), n=shares[0].n)
    texts = [words.share(say, s) for s in shares]
    return _drawn(
        title,
        "; ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True)),
        (width_in, 0.5 + 0.34 * len(names)),
        _bars(names, [s.count for s in shares], texts, max(s.count for s in shares)),
    )


def _levels(found: Findings, say: Words, width_in: float) -> Picture | None:
    if not found.people:
        return None
    shares = [found.levels[name] for name in LEVELS]
    texts = [words.share(say, s) for s in shares]
    names = [say(GROUPS[name]) for name in LEVELS]
    return _drawn(
        say(N_("Levels reached, of {n} participants"), n=found.people),
        "; ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True)),
        (width_in, 2.2),
        _bars(names, [s.count for s in shares], texts, found.people),
    )
