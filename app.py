"""The page: `massage-coach app`, or `streamlit run app.py`."""

from __future__ import annotations

import streamlit as st

from coach.ui import look
from coach.ui.analyse import page
from coach.ui.job import sweep


@st.cache_resource
def _once() -> None:
    """What is done when the server starts, not for every visitor."""
    sweep()


_once()
say = look.begin()
pages = [st.Page(lambda: page(say), title=say(look.TITLE), url_path="analyse", default=True)]
current = st.navigation(pages, position="hidden")
with look.sentences_for_errors(say):
    current.run()
look.end(say)
