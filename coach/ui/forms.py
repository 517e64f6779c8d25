"""Forms that are emptied once what they hold was taken in, and not when it was refused.

Streamlit's own ``clear_on_submit`` empties them either way: a list of forty codes with one that is refused would have
to be typed again.
"""

from __future__ import annotations

import streamlit as st


def key_of(form: str) -> str:
    """Beginning of the keys of the form's fields; another one, and so empty fields, after `taken_in`."""
    return f"{form}_{st.session_state.get(_count(form), 0)}"


def taken_in(form: str) -> None:
    """What the form holds is kept: the next run shows it empty."""
    st.session_state[_count(form)] = st.session_state.get(_count(form), 0) + 1


def _count(form: str) -> str:
    return f"{form}_times"
