"""What was found: sentences first, then the score, the criteria, the movement, and files to take along."""

from __future__ import annotations

import html
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from coach.export.plot import write_plot
from coach.export.tracks import Tracks, tracks
from coach.export.words import Words
from coach.i18n import N_
from coach.motion.measures import Motion, analyse_motion
from coach.motion.recording import Recording
from coach.scoring.cues import sentences
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import Report, score_recording
from coach.scoring.tracked import shown
from coach.ui import charts, keeping, look
from coach.ui.choices import reference_choice


def show(say: Words, recording: Recording, *, on_again: Callable[[], None]) -> None:
    """The report of `recording`, compared with the reference that is chosen on the page."""
    head, again = st.columns([4, 1], vertical_alignment="bottom")
    head.title(say(N_("The result")), anchor=False)
    if again.button(say(N_("Another video")), key="again", width="stretch"):
        on_again()
        st.rerun()
    name = st.session_state.get("shown_reference") or st.session_state.get("chosen_reference")
    report, motion, reference = _scored(recording, name)
    values = report.to_json(say.translate)
    mine = tracks(shown(recording, motion, report.tracking))
    model = tracks(reference.motion, mine.back_length_cm, passes=1)
    said = [say.sentence(sentence) for sentence in sentences(report)]
    _first(say, report, values, said)
    if report.tracking.rated:
        _criteria(say, values)
    _movement(say, values, mine, model)
    _details(say, values, name)
    _downloads(say, recording, values, mine, model, said)
    keeping.offer(
        say, recording, name, film=st.session_state.get("film"), no_film=st.session_state.get("no_film")
    )


def _scored(recording: Recording, name: str | None) -> tuple[Report, Motion, Reference]:
    kept: dict[str | None, tuple[Report, Motion, Reference]] = st.session_state.setdefault("reports", {})
    if name not in kept:
        motion = next(iter(kept.values()))[1] if kept else analyse_motion(recording)
        reference = load_reference(name)
        kept[name] = score_recording(recording, reference, motion=motion), motion, reference
    return kept[name]


def _first(say: Words, report: Report, values: dict[str, Any], said: list[str]) -> None:
    words, score = st.columns([3, 1])
    parts = [
        f'<div class="mc-say {sentence.kind}{" first" if i == 0 else ""}">{html.escape(text)}</div>'
        for i, (sentence, text) in enumerate(zip(sentences(report)[:3], said, strict=False))
    ]
    words.html("".join(parts))
    overall = values["score"]["overall"]
    if overall is None:
        none = say(N_("Not scored"))
        score.html(f'<div class="mc-score none"><b>{html.escape(none)}</b></div>')
    else:
        score.html(
            f'<div class="mc-score"><b>{say.number(overall, 0)}</b>'
            f"<span>{html.escape(say(N_('points out of 100')))}</span></div>"
        )


def _criteria(say: Words, values: dict[str, Any]) -> None:
    st.header(say(N_("Criteria")), anchor=False)
    rows = say.rows(values)
    lines = []
    for row in rows:
        bar = "" if row.score is None else f'<div><div style="width:{row.score:.0f}%">&nbsp;</div></div>'
        points = (
            f'<span class="quiet">{html.escape(say(N_("not scored")))}</span>'
            if row.score is None
            else (f"<b>{say.number(row.score, 0)}</b>")
        )
        lines.append(
            f'<tr><td>{html.escape(row.name)}</td><td class="n">{html.escape(row.value)}</td>'
            f'<td class="n quiet">{html.escape(row.target)}</td><td class="bar">{bar}</td>'
            f'<td class="n">{points}</td></tr>'
        )
    look.rows(
        (
            (say(N_("Criterion")), ""),
            (say(N_("Measured")), "n"),
            (say(N_("Target")), "n"),
            ("", ""),
            (say(N_("Points")), "n"),
        ),
        lines,
    )


def _movement(say: Words, values: dict[str, Any], mine: Tracks, model: Tracks) -> None:
    st.header(say(N_("The movement")), anchor=False)
    st.altair_chart(charts.movement(values, mine, model, say), width="content", theme=None, key="movement")
    look.lead(
        say(
            N_(
                "Drag across the tempo to see the path of that stretch alone; "
                "click beside it to see all again."
            )
        ),
        "mc-quiet",
    )


def _details(say: Words, values: dict[str, Any], name: str | None) -> None:
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    reference_choice(say, left, key="shown_reference", start=name)
    right.html(
        '<p class="mc-quiet">'
        + html.escape(
            say(
                N_("Seen: back {back}, left hand {left}, right hand {right} of the time"),
                **{part: say.percent(values["tracking"][part]) for part in ("back", "left", "right")},
            )
        )
        + "</p>"
    )


def _downloads(
    say: Words, recording: Recording, values: dict[str, Any], mine: Tracks, model: Tracks, said: list[str]
) -> None:
    st.header(say(N_("Take it along")), anchor=False)
    stem = Path(str(values["source"]["name"] or "recording")).stem
    first, second, third = st.columns(3)
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    first.download_button(
        say(N_("Report as a picture")),
        _picture(say, values, mine, model, said),
        f"{stem}.report.png",
        "image/png",
        width="stretch",
        on_click="ignore",
        key="png",
    )
    second.download_button(
        say(N_("Report as data (JSON)")),
        text,
        f"{stem}.report.json",
        "application/json",
        width="stretch",
        on_click="ignore",
        key="json",
    )
    third.download_button(
        say(N_("Recording (no pictures)")),
        _parquet(recording),
        f"{stem}.recording.parquet",
        "application/vnd.apache.parquet",
        width="stretch",
        on_click="ignore",
        key="parquet",
    )


def _parquet(recording: Recording) -> bytes:
    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / "recording.parquet"
        recording.to_parquet(path)
        return path.read_bytes()


def _picture(say: Words, values: dict[str, Any], mine: Tracks, model: Tracks, said: list[str]) -> bytes:
    kept: dict[Any, bytes] = st.session_state.setdefault("pictures", {})
    key = (say.language, values["reference"]["name"])
    if key not in kept:
        with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
            path = Path(folder) / "report.png"
            write_plot(path, values, mine, model, say.language, said[0] if said else "")
            kept[key] = path.read_bytes()
    return kept[key]
