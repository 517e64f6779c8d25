"""The report as plain text of at most 80 columns: sentences first, then the numbers they rest on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from coach.export.words import CLAIM, Row, Words
from coach.i18n import N_
from coach.scoring.profile import CRITERIA
from coach.scoring.reference import Reference

WIDTH = 80


def render(report: Mapping[str, Any], sentences: Sequence[str], language: str) -> str:
    """The report for a terminal or a printer, readable without colour.

    Parameters
    ----------
    report : mapping
        The report's plain values (`Report.to_json`).
    sentences : sequence of str
        What to say, most useful first; three are shown.
    language : str
        'id' or 'en'.
    """
    say = Words(language)
    parts = [_title(report, say), *_sentences(sentences)]
    rows = say.rows(report)
    if report["tracking"]["rated"]:
        parts += ["", *_table([row for row in rows if row.score is not None], report, say)]
        missing = [row.name for row in rows if row.score is None]
        if missing:
            parts += ["", *_wrapped(say(N_("Not scored: {names}"), names=", ".join(missing)))]
    parts += [
        "",
        *_wrapped(
            say(
                N_("Seen: back {back}, left hand {left}, right hand {right} of the time"),
                **{part: say.percent(report["tracking"][part]) for part in ("back", "left", "right")},
            )
        ),
    ]
    parts += _wrapped(
        say(
            N_("Reference: {reference}. Technique profile: {profile}"),
            reference=report["reference"]["name"],
            profile=report["score"]["profile"],
        )
    )
    return "\n".join([*parts, *_wrapped(say(CLAIM))])


def reference_card(reference: Reference, language: str) -> str:
    """A reference in a few lines: what it is, where it comes from, and what it asks for."""
    say = Words(language)
    profile, measures = reference.profile, reference.measures
    origin = (
        say(N_("generated from the published description"))
        if reference.origin == "generated"
        else say(N_("recorded"))
    )
    origin_word, folder_word = say(N_("Origin")), say(N_("Folder"))
    lines = [f"{reference.name}: {profile.title[language]}", f"{origin_word}: {origin}"]
    if reference.folder is not None:
        lines.append(f"{folder_word}: {reference.folder}")
    lines.append(
        say(
            N_("{passes} passes, {seconds} s"),
            passes=measures.passes or 0,
            seconds=say.number(measures.duration_s, 0),
        )
    )
    rows = []
    for key, c in profile.criteria.items():
        asked = {
            "id": key,
            "unit": CRITERIA[key][1],
            "value": None,
            "score": None,
            "target": c.band.to_list(),
        }
        rows.append((say.row(asked), say.number(c.weight)))
    head = (say(N_("Criterion")), say(N_("Target")), say(N_("Weight")))
    cells = [head, *((row.name, f"{row.target} {row.unit}".strip(), weight) for row, weight in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(3)]
    table = [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}" for a, b, c in cells]
    return "\n".join([*lines, "", table[0], "-" * len(table[0]), *table[1:]])


def _title(report: Mapping[str, Any], say: Words) -> str:
    source = report["source"]
    overall = report["score"]["overall"]
    length = say(N_("{seconds} s"), seconds=say.number(source["duration_s"], 0))
    result = (
        say(N_("not scored"))
        if overall is None
        else say(N_("score {overall} of 100"), overall=say.number(overall, 0))
    )
    end = f" ({length}): {result}"
    name = str(source["name"] or say(N_("recording")))
    room = WIDTH - len(end)
    return (name if len(name) <= room else name[: room - 3] + "...") + end


def _sentences(sentences: Sequence[str]) -> list[str]:
    lines = []
    for sentence in sentences[:3]:
        lines += ["", *textwrap.wrap(sentence, WIDTH, initial_indent="* ", subsequent_indent="  ")]
    return lines


def _table(rows: Sequence[Row], report: Mapping[str, Any], say: Words) -> list[str]:
    head = (say(N_("Criterion")), say(N_("Measured")), say(N_("Target")), say(N_("Points")))
    cells = [(row.name, row.value, row.target, say.number(row.score, 0)) for row in rows]
    widths = [max(len(line[i]) for line in [head, *cells]) for i in range(4)]
    lines = [
        f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}".rstrip()
        for a, b, c, d in [head, *cells]
    ]
    return [lines[0], "-" * len(lines[0]), *lines[1:]]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)
