"""What the pages' tests without a browser share."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's AppTest leaves its script as `__main__`, which processes spawned by later tests would import."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
