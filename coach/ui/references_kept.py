"""References as the studio shows them: read and judged once, and again when their files change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.quality import Quality, assess
from coach.scoring.reference import Reference, list_references, load_reference
from coach.teach.views import scene

FORMS = {
    "fists": N_("Fists, thumbs forward"),
    "both-thumbs": N_("Both thumbs, hands open"),
    "other": N_("Another form"),
}
"""The forms that can be named; the drawing knows the first two."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A reference with what was found out about it."""

    reference: Reference
    quality: Quality
    scene: dict[str, Any]

    def title(self, say: Words) -> str:
        return str(self.reference.profile.title.get(say.language, self.reference.name))


def kept(name: str) -> Kept:
    """The reference called `name`.

    Raises
    ------
    ReferenceError, ProfileError, RecordingError
        There is none, or it is damaged.
    """
    stamps = tuple(
        (listed.folder / file).stat().st_mtime_ns
        for listed in list_references()
        if listed.name == name
        for file in ("recording.parquet", "profile.toml")
    )
    return _kept(name, stamps)


@st.cache_resource(show_spinner=False, max_entries=24)
def _kept(name: str, stamps: tuple[int, ...]) -> Kept:
    reference = load_reference(name)
    return Kept(reference, assess(reference.recording), scene(reference))


def origin_of(say: Words, found: Kept) -> str:
    """Form and origin in one line."""
    form = say(FORMS.get(found.reference.profile.form, FORMS["other"]))
    if found.reference.shown_by:
        return f"{form} · {found.reference.shown_by}"
    origin = (
        say(N_("computed from the published description"))
        if found.reference.origin == "generated"
        else say(N_("recorded"))
    )
    return f"{form} · {origin}"


def facts(say: Words, found: Kept) -> list[str]:
    """Some sentences on a reference: verdict, movement, bands."""
    return [verdict(say, found.quality), *_movement(say, found.quality), _bands(say, found.reference)]


def verdict(say: Words, quality: Quality) -> str:
    """Is it fit to be a reference, and why not."""
    why = quality.why_not(say.translate)
    return say(N_("Fit to be a reference.")) if why is None else why


def _movement(say: Words, quality: Quality) -> list[str]:
    measures = quality.measures
    lines = [
        say(
            N_("Back seen {back}, left hand {left}, right hand {right} of the time."),
            back=say.percent(quality.seen.back),
            left=say.percent(quality.seen.left),
            right=say.percent(quality.seen.right),
        )
    ]
    if quality.tempo_cpm is not None:
        lines.append(
            say(
                N_(
                    "{tempo} circles a minute, {steadiness}; {passes} passes in {seconds} s; {coverage} circled."
                ),
                tempo=say.number(quality.tempo_cpm, 0),
                steadiness=say(quality.steadiness),
                passes=measures.passes,
                seconds=say.number(quality.seen.span_s, 0),
                coverage=say.percent(quality.coverage),
            )
        )
    return lines


def _bands(say: Words, reference: Reference) -> str:
    tempo, offset = (reference.profile.criteria[key].band for key in ("tempo", "offset"))
    return say(
        N_("Full points from {slow} to {fast} circles a minute, {near} to {far} cm beside the spine."),
        slow=say.number(tempo.a, 0),
        fast=say.number(tempo.b, 0),
        near=say.number(offset.a),
        far=say.number(offset.b),
    )
