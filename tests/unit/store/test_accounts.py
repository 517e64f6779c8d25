"""Accounts of a campus open the review for the instructors they were linked with, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from coach.errors import AccessError
from coach.store import access, accounts
from coach.store.repository import Store

ANI, RINA = "Bidan Ani", "Bidan Rina"


@pytest.fixture
def store(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    monkeypatch.setattr(access, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    store = Store(coach_home)
    access.add(store, ANI, "rahasia-12")
    access.add(store, RINA, "rahasia-34", by=ANI)
    yield store
    store.close()


def test_by_a_verified_address_or_by_the_subject(store: Store):
    assert accounts.link(store, "bidan  ani", email=" Ani@Kampus.example ") == ANI
    accounts.link(store, RINA, subject="20")
    assert accounts.sign_in(store, {"sub": "1", "email": "ani@kampus.EXAMPLE", "email_verified": True}) == ANI
    assert accounts.sign_in(store, {"sub": "20"}) == RINA
    assert [(line.who, line.what) for line in access.trail(store, 2)] == [
        (RINA, "signed in by account"),
        (ANI, "signed in by account"),
    ]


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": "21"},
        {"sub": "1", "email": "ani@kampus.example"},
        {"sub": "1", "email": "ani@kampus.example", "email_verified": False},
        {"sub": "1", "email": "ani@kampus.example", "email_verified": "true"},
        {"sub": "1", "email": "ani@kampus.example.evil", "email_verified": True},
        {"sub": "email:ani@kampus.example"},
        {"sub": None, "email": None, "email_verified": True},
    ],
)
def test_anybody_else_is_refused_and_nobody_is_made(store: Store, claims: dict):
    accounts.link(store, ANI, email="ani@kampus.example")
    accounts.link(store, RINA, subject="20")
    with pytest.raises(AccessError, match="no instructor"):
        accounts.sign_in(store, claims)
    assert access.names(store) == [ANI, RINA]
    (line,) = access.trail(store, 1)
    assert (line.who, line.what, line.detail) == ("-", "account refused", None)


def test_an_account_is_one_instructor_s(store: Store):
    accounts.link(store, ANI, email="ani@kampus.example")
    with pytest.raises(AccessError, match=ANI):
        accounts.link(store, RINA, email="ANI@kampus.example")
    accounts.link(store, ANI, email="ani@kampus.example")  # again
    with pytest.raises(AccessError, match="not an e-mail address"):
        accounts.link(store, RINA, email="rina")
    with pytest.raises(AccessError, match="not an e-mail address"):
        accounts.link(store, RINA, subject="x" * 400)
    with pytest.raises(AccessError, match="no instructor called"):
        accounts.link(store, "Budi", subject="3")


def test_what_is_taken_away_opens_nothing_and_ends_visits(store: Store):
    accounts.link(store, RINA, subject="20")
    mark = access.mark_of(store, RINA)
    accounts.unlink(store, RINA)
    assert access.mark_of(store, RINA) != mark
    with pytest.raises(AccessError):
        accounts.sign_in(store, {"sub": "20"})
    assert access.sign_in(store, RINA, "rahasia-34") == RINA
