"""Bands from several recordings: which are taken, what comes out, and what each number was derived from."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.adding import ORIGIN_LENGTH
from coach.scoring.bands import Band
from coach.scoring.deriving import Derived, Origin, add_derived, derive
from coach.scoring.profile import CRITERIA
from coach.scoring.reference import list_references
from coach.ui import look
from coach.ui.references_kept import FORMS, Kept, kept


def page(say: Words, done: Callable[[str, str], None]) -> None:
    """Choose references, see the bands, keep them under a name."""
    look.lead(
        say(
            N_(
                "Different instructors massage a little differently. The bands are set so that all of them are right."
            )
        )
    )
    usable = _usable(say)
    chosen = st.multiselect(
        say(N_("Recordings of these references")),
        list(usable),
        format_func=lambda name: usable[name].title(say),
        key="derive_chosen",
        placeholder=say(N_("Choose two or more")),
    )
    if len(chosen) < 2:
        look.lead(say(N_("Bands are derived from at least two recordings.")), "mc-quiet")
        return
    titles = {name: usable[name].title(say) for name in chosen}
    left, right = st.columns(2)
    title = left.text_input(say(N_("Name of the new reference")), max_chars=80, key="derive_title")
    model = right.selectbox(
        say(N_("Shown is the movement of")), chosen, format_func=titles.__getitem__, key="derive_model"
    )
    form = usable[model].reference.profile.form
    recordings = {titles[name]: usable[name].reference.recording for name in chosen}
    try:
        derived = derive(recordings, form if form in FORMS else "other", title.strip() or "-")
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    st.html(_table(say, derived))
    shown_by = st.text_input(say(N_("Who decided on it")), max_chars=ORIGIN_LENGTH, key="derive_by")
    if st.button(say(N_("Keep as a reference")), type="primary", key="derive_keep"):
        if not title.strip():
            st.error(say(N_("Give it a name.")))
            return
        try:
            reference = add_derived(derived, recordings, titles[model], title, shown_by=shown_by)
        except CoachError as error:
            st.error(error.text(say.translate))
        else:
            text = say(
                N_("“{title}” is a reference now, with bands from {count} recordings."),
                title=title,
                count=len(chosen),
            )
            done(text, reference.name)


def _usable(say: Words) -> dict[str, Kept]:
    found = {}
    for listed in list_references():
        try:
            one = kept(listed.name)
        except CoachError:
            continue  # the list tells what is wrong with it
        if one.quality.fit:
            found[listed.name] = one
    return found


def _table(say: Words, derived: Derived) -> str:
    heads = (N_("Criterion"), N_("Standard band"), N_("Now"), N_("Derived from"))
    head = "".join(f"<th>{html.escape(say(text))}</th>" for text in heads)
    rows = "".join(_row(say, origin) for origin in derived.origins)
    return f'<table class="mc-rows mc-derived"><tr>{head}</tr>{rows}</table>'


def _row(say: Words, origin: Origin) -> str:
    name, unit = CRITERIA[origin.id]
    share = unit == "share"

    def number(value: float | None) -> str:
        return say.percent(value) if share else say.number(value, 0 if unit in ("s", "circles/min") else 1)

    def full(band: Band) -> str:
        if band.b == float("inf") or (share and band.b >= 1):
            return f"≥ {number(band.a)}"
        return f"≤ {number(band.b)}" if band.a == band.a0 else f"{number(band.a)} – {number(band.b)}"

    def measured(title: str) -> str:
        # The band holds each hand; the tempo's is set around the mean of both.
        left, right = map(number, origin.hands.get(title, (None, None)))
        if title not in origin.hands or origin.id == "tempo" or left == right:
            return number(origin.values[title])
        return say(N_("L {left}, R {right}"), left=left, right=right)

    values = "; ".join(f"{title}: {measured(title)}" for title in origin.values)
    if origin.id == "tempo":
        why = say(N_("around the middle one of {values}"), values=values)
    elif origin.moved_by:
        why = say(N_("widened for {names} ({values})"), names=", ".join(origin.moved_by), values=values)
    else:
        why = say(N_("unchanged: all lie inside"))
    before, now = html.escape(full(origin.before)), html.escape(full(origin.after))
    title = say(name) + (f", {say.unit(unit)}" if say.unit(unit) else "")
    return (
        f"<tr><td>{html.escape(title)}</td><td>{before}</td>"
        f"<td>{f'<b>{now}</b>' if now != before else now}</td><td>{html.escape(why)}</td></tr>"
    )
