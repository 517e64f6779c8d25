"""A round that is switched off is looked at, wherever the view's own wish for a new run cuts the run off."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from coach.live.hub import Hub
from coach.live.session import CLOSED, ROUND, SETUP
from coach.ui import practise


class CutOffError(Exception):
    """A new run was asked for."""


class State(dict):
    """The page's state; like Streamlit's it is where a run is cut off, once, before its `at`-th use."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def used(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise CutOffError

    def __getitem__(self, key):
        self.used()
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.used()
        return super().get(key, default)

    def __setitem__(self, key, value):
        self.used()
        super().__setitem__(key, value)

    def pop(self, key, *default):
        self.used()
        return super().pop(key, *default)


class Session:
    """A live session whose round, if it is under way, is kept when it ends."""

    failure = None
    outcome: SimpleNamespace | None = None
    alive = True

    @property
    def ended(self) -> bool:
        return self.phase == CLOSED or not self.alive

    def __init__(self, phase: str) -> None:
        self.phase, self.practice = phase, SimpleNamespace(round=3)

    def start(self) -> None:
        pass

    def close(self) -> None:
        self.alive = False
        if self.phase == ROUND:
            self.outcome = SimpleNamespace(folder=Path("practices/third"))


def switched_off(phase: str, at: int, monkeypatch: pytest.MonkeyPatch) -> tuple[State, Hub]:
    """The state after the camera was switched off; the run is cut off before the `at`-th use of the state."""

    def rerun() -> None:
        raise CutOffError

    hub, session, state = Hub(), Session(phase), State(0)
    opened = hub.open(lambda: session)
    assert opened is not None
    state[practise._TOKEN] = opened[0]
    state[practise._VISIT] = practise.Visit(rounds=2, kept=("first", "second"))
    state[practise._STEP] = "live"
    state.left = at
    monkeypatch.setattr(practise, "HUB", hub)
    monkeypatch.setattr(practise, "st", SimpleNamespace(session_state=state, rerun=rerun))
    with pytest.raises(CutOffError):
        practise._switch_off(session)
    state.left = 0
    for _ in range(3):
        if dict.get(state, practise._STEP) == "live" and not session.alive:
            with pytest.raises(CutOffError):
                practise._live(None)
    return state, hub


@pytest.mark.parametrize("at", range(1, 9))
def test_a_round_is_looked_at_and_counted_once(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    state, hub = switched_off(ROUND, at, monkeypatch)
    assert state[practise._STEP] == "after"
    assert state["practise_outcome"].folder.name == "third"
    assert (state[practise._VISIT].rounds, state[practise._VISIT].kept) == (3, ("first", "second", "third"))
    assert "practise_failure" not in state
    assert hub.current is None


@pytest.mark.parametrize("at", range(2, 6))
def test_before_a_round_the_place_is_shown_again_and_nothing_is_wrong(
    at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, hub = switched_off(SETUP, at, monkeypatch)
    assert state[practise._STEP] == "place"
    assert "practise_failure" not in state
    assert hub.current is None


def test_a_view_that_says_it_is_over_is_left_though_the_session_is_tidying_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The view asks nothing more: what is shown again now would stand there for ever."""
    hub, session, state = Hub(), Session(CLOSED), State(0)
    opened = hub.open(lambda: session)
    assert opened is not None
    assert session.alive
    dict.__setitem__(state, practise._TOKEN, opened[0])

    def rerun() -> None:
        raise CutOffError

    monkeypatch.setattr(practise, "HUB", hub)
    monkeypatch.setattr(practise, "st", SimpleNamespace(session_state=state, rerun=rerun))
    with pytest.raises(CutOffError):
        practise._live(None)
    assert state[practise._STEP] == "place"
    assert "nobody was there" in str(state["practise_failure"])
