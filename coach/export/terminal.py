"""The report as plain text of at most 80 columns: sentences first, then the numbers they rest on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from coach.export.words import CLAIM, Row, Words
from coach.i18n import N_

WIDTH = 80


def render(report: Mapping[str, Any], sentences: Sequence[str], language: str) -> str:
    """The report for a terminal or a printer, readable without colour.

    Parameters
    ----------
    report : mapping
        The contract's report.
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
