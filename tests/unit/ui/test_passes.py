"""A visit's pass: it opens the records as long as the visit is signed in, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from coach.store import access
from coach.store.repository import Store
from coach.ui import passes

NAME, PASSWORD = "Bidan Ani", "rahasia-12"
IDLE_S = 900.0


@pytest.fixture
def store(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    monkeypatch.setattr(access, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    monkeypatch.setattr(passes, "_PASSES", {})
    store = Store(coach_home)
    access.add(store, NAME, PASSWORD)
    yield store
    store.close()


def signed_in(store: Store) -> str:
    return passes.give(store, NAME, access.mark_of(store, NAME))


def test_it_opens_until_the_visit_is_over(store: Store):
    token, other = signed_in(store), signed_in(store)
    assert token != other
    assert passes.opened_by(token, IDLE_S) is store
    passes.take_back(token)
    assert passes.opened_by(token, IDLE_S) is None
    assert passes.opened_by(other, IDLE_S) is store


@pytest.mark.parametrize("wrong", ["", "guess"])
def test_nothing_else_opens(store: Store, wrong: str):
    signed_in(store)
    assert passes.opened_by(wrong, IDLE_S) is None


def test_after_a_while_without_a_touch_it_opens_nothing(store: Store, monkeypatch: pytest.MonkeyPatch):
    now = 1000.0
    monkeypatch.setattr(passes.time, "monotonic", lambda: now)
    token = signed_in(store)
    now += IDLE_S - 1
    passes.touch(token)
    now += IDLE_S - 1
    assert passes.opened_by(token, IDLE_S) is store
    now += 2
    assert passes.opened_by(token, IDLE_S) is None
    now += 2 * 86400
    signed_in(store)
    assert len(passes._PASSES) == 1  # windows that were closed are forgotten


def test_a_password_that_was_changed_elsewhere_ends_it(store: Store):
    token = signed_in(store)
    access.reset_password(store, NAME, "rahasia-34")
    assert passes.opened_by(token, IDLE_S) is None


def test_without_the_password_s_mark_nothing_opens(store: Store):
    token = passes.give(store, "Nobody", None)
    assert passes.opened_by(token, IDLE_S) is None
