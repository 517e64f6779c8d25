"""The review: for instructors only. The list of practices, or one of them."""

from __future__ import annotations

import html

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.settings import load_settings
from coach.store import inbox, removal
from coach.store.exchange import conflicts
from coach.ui import agreement, exchange, follow, gate, keepers, practice_list, practice_view, tour
from coach.ui.records import records

_PARTS = {
    "list": N_("Practices"),
    "follow": N_("Follow-up"),
    "agreement": N_("Agreement"),
    "records": N_("Records"),
    "exchange": N_("Several laptops"),
}
_OPEN, _TIDIED = "review_open", "review_tidied"


def page(say: Words) -> None:
    """The whole page, behind its door."""
    who = gate.instructor(say)
    if who is None:
        return
    tour.note(say, who)
    if number := st.session_state.get(_OPEN):
        practice_view.show(say, number, who)
        return
    _head(say, who)
    _take_in(say)
    waiting = conflicts.count(records())
    part = st.segmented_control(
        say(N_("Part of the review")),
        list(_PARTS),
        default="list",
        format_func=lambda name: (
            say(_PARTS[name]) + (f" ({waiting})" if waiting and name == "exchange" else "")
        ),
        key="review_part",
        label_visibility="collapsed",
        required=True,
    )
    if part == "follow":
        follow.show(say)
    elif part == "agreement":
        agreement.show(say)
    elif part == "records":
        keepers.show(say, who)
    elif part == "exchange":
        exchange.show(say, who)
    else:
        practice_list.show(say, who)


def _head(say: Words, who: str) -> None:
    title, name, out = st.columns([4, 1.6, 1], vertical_alignment="bottom")
    title.title(say(N_("Review")), anchor=False)
    name.html(f'<p class="mc-quiet" style="text-align:right;margin:0 0 .6rem">{html.escape(who)}</p>')
    out.button(say(N_("Sign out")), key="gate_out", width="stretch", on_click=gate.leave)


def _take_in(say: Words) -> None:
    """Finished rounds come in, and what is past its time goes, whenever the list is drawn."""
    taken = inbox.take_in(records())
    for _, error in taken.problems:
        st.warning(error.text(say.translate))
    if not st.session_state.get(_TIDIED):
        try:
            removal.expire(records(), load_settings())
        except CoachError as error:
            st.warning(error.text(say.translate))
        st.session_state[_TIDIED] = True
