"""The records, opened once for the whole server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from coach.settings import data_folder

if TYPE_CHECKING:
    from coach.store.repository import Store


def records() -> Store:
    """The records of the data folder."""
    return _opened(str(data_folder()), os.environ.get("COACH_DATABASE_URL"))


@st.cache_resource(show_spinner=False)
def _opened(home: str, address: str | None) -> Store:
    from pathlib import Path

    from coach.store.repository import Store

    return Store(Path(home), address)
