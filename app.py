"""The page: `massage-coach app`, or `streamlit run app.py`.

The server imports this file once, for the routes of the live view and of videos; then Streamlit runs it as a script for
every visit.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st
from streamlit.starlette import App

from coach.export.words import Words
from coach.i18n import N_
from coach.ui import account, film_routes, live_routes, look, pages, tour_state
from coach.ui.job import sweep


@st.cache_resource
def _once() -> None:
    """What is done when the server starts, not for every visitor."""
    sweep()


def _page(name: str, say: Words) -> None:
    """A page whose module is loaded when somebody goes there: what sees, draws and counts takes time to load."""
    if name == "practise" and "instructor" in st.session_state:  # the laptop is handed to a couple now
        import_module("coach.ui.gate").leave()
    import_module(f"coach.ui.{name}").page(say)


def _visit() -> None:
    _once()
    say = look.begin()
    names = {
        "learn": st.Page(lambda: _page("learn", say), title=say(N_("Learn")), url_path="learn"),
        "practise": st.Page(lambda: _page("practise", say), title=say(N_("Practise")), default=True),
        "analyse": st.Page(
            lambda: _page("analyse", say), title=say(N_("Analyse a video")), url_path="analyse"
        ),
        "review": st.Page(lambda: _page("review", say), title=say(N_("Review")), url_path="review"),
        "programme": st.Page(
            lambda: _page("programme", say), title=say(N_("Programme")), url_path="programme"
        ),
        "references": st.Page(
            lambda: _page("references", say), title=say(N_("References")), url_path="references"
        ),
        "tour": st.Page(
            lambda: _page("tour", say),
            title=say(N_("First steps")),
            url_path="tour",
            visibility="hidden" if tour_state.read().ended else "visible",
        ),
    }
    pages.remember(names)
    current = st.navigation(list(names.values()), position="top")
    if "tour_on" in st.session_state and current != names["tour"]:
        import_module("coach.ui.tour").bar(say)
    if current != names["review"] and account.is_set_up() and account.waiting():
        st.switch_page(names["review"])  # the provider sends everybody to the first page
    with look.sentences_for_errors(say):
        current.run()
    look.end(say)


if __name__ == "__main__":
    _visit()
else:
    app = App(__file__, routes=[*live_routes.routes(), *film_routes.routes()])
