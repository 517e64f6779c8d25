"""An identity from the provider opens the door once, and only while it is fresh."""

from __future__ import annotations

import pytest

from coach.ui import account

NOW = 1_800_000_000.0
CLAIMS = {
    "is_logged_in": True,
    "iss": "https://kampus.example",
    "sub": "17",
    "nonce": "n",
    "iat": NOW,
    "exp": NOW + 300,
}


@pytest.fixture(autouse=True)
def a_server_that_has_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_STARTED_S", NOW - 3600)
    monkeypatch.setattr(account, "_USED", set())


def come_back(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    monkeypatch.setattr(account, "_claims", lambda: {**CLAIMS, **changes})
    monkeypatch.setattr(account.time, "time", lambda: NOW + 5)


def test_it_opens_once(monkeypatch: pytest.MonkeyPatch):
    come_back(monkeypatch)
    assert account.waiting()
    assert account.arrived() == CLAIMS
    assert account.arrived() is None
    assert not account.waiting()
    come_back(monkeypatch, nonce="another sign-in")
    assert account.arrived() is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": NOW - 400},
        {"iat": NOW + 400},
        {"exp": NOW - 120},
        {"iat": None},
        {"exp": None},
        {"iat": "1800000000"},
        {"iat": float("nan")},
    ],
)
def test_one_that_is_not_fresh_opens_nothing(monkeypatch: pytest.MonkeyPatch, changes: dict):
    come_back(monkeypatch, **changes)
    assert not account.waiting()
    assert account.arrived() is None


def test_one_from_before_the_server_s_start_opens_nothing(monkeypatch: pytest.MonkeyPatch):
    """What was used then is not remembered."""
    monkeypatch.setattr(account, "_STARTED_S", NOW + 120)
    come_back(monkeypatch)
    monkeypatch.setattr(account.time, "time", lambda: NOW + 125)
    assert account.arrived() is None


def test_nobody_signed_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(account, "_claims", dict)
    assert account.arrived() is None
