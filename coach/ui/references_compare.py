"""Two references beside each other on the drawn back, and in numbers."""

from __future__ import annotations

import html

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.reference import list_references
from coach.scoring.report import score_recording
from coach.teach.lesson import Figure
from coach.ui import look
from coach.ui.lesson import lesson
from coach.ui.references_kept import Kept, kept


def page(say: Words) -> None:
    """Choose two, see both at work and their numbers."""
    usable: dict[str, Kept] = {}
    for listed in list_references():
        try:
            usable[listed.name] = kept(listed.name)
        except CoachError as error:
            st.warning(f"{listed.name}: {error.text(say.translate)}")
    if len(usable) < 2:
        look.lead(say(N_("There is only one reference.")))
        return
    names = list(usable)
    left, right = st.columns(2, gap="large")
    chosen = []
    for i, column in enumerate((left, right)):
        with column:
            name = st.selectbox(
                say(N_("Reference {number}"), number=i + 1),
                names,
                min(i, len(names) - 1),
                format_func=lambda name: usable[name].title(say),
                key=f"compare-{i}",
            )
            chosen.append(usable[name])
            lesson(
                say,
                f"compare-{name}",
                [],
                scene=usable[name].scene,
                figure=Figure(near=True, marks=("way",)),
                key=f"compare-figure-{i}",
            )
    st.html(_table(say, *chosen))
    _distance(say, *chosen)


def _table(say: Words, one: Kept, other: Kept) -> str:
    def pair(value: float | None, digits: int = 1) -> str:
        return say.number(value, digits)

    rows = []
    for text, take, digits, unit in (
        (N_("Circles a minute"), lambda k: k.quality.tempo_cpm, 0, ""),
        (N_("Width of the circles"), lambda k: _mean(k.quality.measures.circle_diameter_cm), 1, " cm"),
        (N_("Distance from the spine"), lambda k: _mean(k.quality.measures.lateral_offset_cm), 1, " cm"),
        (N_("Begins below the neck bump"), lambda k: _cm(k, k.quality.measures.start_u), 1, " cm"),
        (N_("Ends below the neck bump"), lambda k: _cm(k, k.quality.measures.end_u), 1, " cm"),
        (N_("Seconds for a pass"), lambda k: k.quality.measures.pass_s, 0, " s"),
    ):
        cells = "".join(
            f'<td class="n">{html.escape(pair(take(k), digits))}{unit if take(k) is not None else ""}</td>'
            for k in (one, other)
        )
        rows.append(f"<tr><td>{html.escape(say(text))}</td>{cells}</tr>")
    heads = "".join(f'<th class="n">{html.escape(k.title(say))}</th>' for k in (one, other))
    return f'<table class="mc-rows"><tr><th></th>{heads}</tr>{"".join(rows)}</table>'


def _mean(pair: object) -> float | None:
    values = [v for v in (getattr(pair, "left", None), getattr(pair, "right", None)) if v is not None]
    return sum(values) / len(values) if values else None


def _cm(found: Kept, level: float | None) -> float | None:
    return None if level is None else level * found.reference.motion.back_length_cm


def _distance(say: Words, one: Kept, other: Kept) -> None:
    report = score_recording(one.reference.recording, other.reference, motion=one.reference.motion)
    distance = report.comparison.trajectory_distance_cm
    if distance is None:
        return
    look.lead(
        say(N_("Their ways lie {distance} cm apart on average."), distance=say.number(distance))
        + " "
        + say(
            N_("By the bands of the second, the first has {points} points."),
            points=say.number(report.overall, 0),
        )
    )
