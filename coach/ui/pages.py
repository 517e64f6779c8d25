"""Going to another page from anywhere: the navigation of this run, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st

_PAGES = "pages"


def remember(pages: Mapping[str, st.Page]) -> None:
    """Keep the pages of this run."""
    st.session_state[_PAGES] = dict(pages)


def names() -> list[str]:
    """The pages there are."""
    return list(st.session_state.get(_PAGES, ()))


def go(name: str) -> NoReturn:
    """Show the page of that name."""
    st.switch_page(st.session_state[_PAGES][name])
