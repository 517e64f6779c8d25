"""The page: `massage-coach app`, or `streamlit run app.py`.

The server imports this file once, for the routes of the live view; then Streamlit runs it as a script for every visit.
"""

from __future__ import annotations

import streamlit as st
from streamlit.starlette import App

from coach.export.words import Words
from coach.i18n import N_
from coach.ui import analyse, learn, live_routes, look
from coach.ui.job import sweep


@st.cache_resource
def _once() -> None:
    """What is done when the server starts, not for every visitor."""
    sweep()


def _practise(say: Words) -> None:
    from coach.ui import practise  # loads what sees: only for those who go there

    if "instructor" in st.session_state:  # the laptop is handed to a couple now
        from coach.ui import gate

        gate.leave()
    practise.page(say)


def _review(say: Words) -> None:
    from coach.ui import review  # loads the database's libraries: only for those who go there

    review.page(say)


def _references(say: Words) -> None:
    from coach.ui import references  # behind the same door as the review

    references.page(say)


def _visit() -> None:
    _once()
    say = look.begin()
    pages = [
        st.Page(lambda: learn.page(say), title=say(N_("Learn")), url_path="learn"),
        st.Page(lambda: _practise(say), title=say(N_("Practise")), default=True),
        st.Page(lambda: analyse.page(say), title=say(N_("Analyse a video")), url_path="analyse"),
        st.Page(lambda: _review(say), title=say(N_("Review")), url_path="review"),
        st.Page(lambda: _references(say), title=say(N_("References")), url_path="references"),
    ]
    current = st.navigation(pages, position="top")
    with look.sentences_for_errors(say):
        current.run()
    look.end(say)


if __name__ == "__main__":
    _visit()
else:
    app = App(__file__, routes=live_routes.routes())
