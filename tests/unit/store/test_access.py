"""Only the right password opens, and not after too many wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from coach.errors import AccessError
from coach.store import access
from coach.store.models import Instructor
from coach.store.repository import Store

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hash with little work: it is told apart from the real one by its parameters only."""
    monkeypatch.setattr(access, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def ani(store: Store) -> str:
    access.add(store, "Bidan  Ani", "rahasia-12")
    return "Bidan Ani"


def test_the_right_password_opens(store: Store, ani: str):
    assert access.names(store) == [ani]
    assert access.sign_in(store, ani, "rahasia-12") == ani
    with store.reading() as session:
        hashed = session.scalar(select(Instructor.password))
    assert hashed.startswith("$argon2id$")
    assert "rahasia" not in hashed


@pytest.mark.parametrize(
    ("name", "password"), [("Bidan Ani", "rahasia-13"), ("Budi", "rahasia-12"), ("", "")]
)
def test_a_wrong_one_does_not(store: Store, ani: str, name, password):
    with pytest.raises(AccessError, match="do not match"):
        access.sign_in(store, name, password)


def test_five_wrong_ones_lock_for_a_quarter_of_an_hour(store: Store, ani: str):
    for _ in range(access.TRIES):
        with pytest.raises(AccessError, match="do not match"):
            access.sign_in(store, ani, "wrong", now=NOW)
    with pytest.raises(AccessError, match="Try again in 15 minutes"):
        access.sign_in(store, ani, "rahasia-12", now=NOW + timedelta(seconds=30))
    later = Store(store.home)  # a restart gives no further tries
    with pytest.raises(AccessError, match="Try again"):
        access.sign_in(later, ani, "rahasia-12", now=NOW + timedelta(minutes=14))
    later.close()
    assert access.sign_in(store, ani, "rahasia-12", now=NOW + timedelta(minutes=15)) == ani


def test_a_right_one_forgives_the_wrong_ones_before(store: Store, ani: str):
    for _ in range(2):
        for _ in range(access.TRIES - 1):
            with pytest.raises(AccessError, match="do not match"):
                access.sign_in(store, ani, "wrong")
        assert access.sign_in(store, ani, "rahasia-12")


def test_only_an_instructor_adds_another(store: Store, ani: str):
    for by in (None, "Budi"):
        with pytest.raises(AccessError, match="signed in"):
            access.add(store, "Budi", "rahasia-34", by=by)
    access.add(store, "Budi", "rahasia-34", by=ani)
    assert access.names(store) == [ani, "Budi"]
    with pytest.raises(AccessError, match="already"):
        access.add(store, "bidan ani", "rahasia-56", by=ani)


@pytest.mark.parametrize(("name", "password"), [("A", "rahasia-12"), (" ", "rahasia-12"), ("Ani", "short")])
def test_a_name_and_a_password_need_a_length(store: Store, name, password):
    with pytest.raises(AccessError):
        access.add(store, name, password)
    assert access.names(store) == []


def test_a_password_can_be_changed(store: Store, ani: str):
    with pytest.raises(AccessError):
        access.change_password(store, ani, "wrong", "rahasia-99")
    with pytest.raises(AccessError):
        access.change_password(store, ani, "rahasia-12", "short")
    access.change_password(store, ani, "rahasia-12", "rahasia-99")
    assert access.sign_in(store, ani, "rahasia-99")


def test_the_trail_tells_who_and_what_but_no_password(store: Store, ani: str):
    access.sign_in(store, ani, "rahasia-12")
    with pytest.raises(AccessError):
        access.sign_in(store, "rahasia-12", ani)  # the fields mixed up
    lines = [(line.who, line.what) for line in access.trail(store)]
    assert lines == [("-", "wrong password"), (ani, "signed in"), (ani, "instructor added")]


def test_a_forgotten_password_is_replaced_at_the_computer_and_that_is_written_down(store: Store, ani: str):
    for _ in range(access.TRIES):
        with pytest.raises(AccessError):
            access.sign_in(store, ani, "forgotten")
    assert access.reset_password(store, "bidan ani", "rahasia-99") == ani
    assert access.sign_in(store, ani, "rahasia-99") == ani  # the door is open again, too
    with pytest.raises(AccessError):
        access.sign_in(store, ani, "rahasia-12")
    lines = [(line.who, line.what, line.detail) for line in access.trail(store)]
    assert (access.COMMAND, "password reset", ani) in lines
    with pytest.raises(AccessError, match="Known are: Bidan Ani"):
        access.reset_password(store, "Budi", "rahasia-99")
    with pytest.raises(AccessError, match="at least"):
        access.reset_password(store, ani, "short")


def test_the_trail_is_read_page_by_page(store: Store, ani: str):
    for i in range(5):
        access.log(store, ani, "export", f"practice {i}")
    first = access.trail(store, 3)
    assert [line.detail for line in first] == ["practice 4", "practice 3", "practice 2"]
    assert [line.detail for line in access.trail(store, 2, before=first[-1].id)] == [
        "practice 1",
        "practice 0",
    ]
