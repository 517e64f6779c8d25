"""The door of the review: what is drawn for whom, and that it falls shut."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from streamlit.testing.v1 import AppTest

from coach.store import access
from coach.store.repository import Store

NAME, PASSWORD = "Bidan Ani", "rahasia-12"


def _page() -> None:
    import streamlit as st

    from coach.export.words import Words
    from coach.ui import gate

    who = gate.instructor(Words("en"))
    if who is not None:
        st.write(f"secret of {who}")


@pytest.fixture
def home(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("COACH_DATABASE_URL", raising=False)
    monkeypatch.setattr(access, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return coach_home


@pytest.fixture
def known(home: Path) -> Path:
    store = Store(home)
    access.add(store, NAME, PASSWORD)
    store.close()
    return home


def visit() -> AppTest:
    return AppTest.from_function(_page, default_timeout=30).run()


def texts(app: AppTest) -> str:
    assert not app.exception
    return " ".join(str(part.value) for part in (*app.markdown, *app.error, *app.info, *app.title))


def test_the_first_visit_makes_the_first_instructor(home: Path):
    app = visit()
    assert [box.label for box in app.text_input] == [
        "Your name",
        "Password, at least 8 characters",
        "The password once more",
    ]
    app.text_input[0].input(NAME)
    app.text_input[1].input(PASSWORD)
    app.text_input[2].input("another-one")
    app.button[0].click().run()
    assert "The two passwords are not the same." in texts(app)
    app.text_input[2].input(PASSWORD)
    app.button[0].click().run()
    assert f"secret of {NAME}" in texts(app)
    assert "gate_password" not in app.session_state  # nothing keeps it
    # From now on nobody makes a first one.
    assert [box.label for box in visit().text_input] == ["Password"]


def test_without_the_password_nothing_is_drawn(known: Path):
    app = visit()
    app.text_input[0].input("wrong")
    app.button[0].click().run()
    assert "Name and password do not match." in texts(app)
    assert "secret" not in texts(app)


def test_after_a_while_without_a_touch_it_is_locked(known: Path):
    app = visit()
    app.text_input[0].input(PASSWORD)
    app.button[0].click().run()
    assert "secret" in texts(app)
    app.session_state["review_code"] = "A-07"
    app.session_state["instructor_touched"] = time.monotonic() - 14 * 60
    app.run()
    assert "secret" in texts(app)  # and this was a touch
    app.session_state["instructor_touched"] = time.monotonic() - 16 * 60
    app.run()
    assert "secret" not in texts(app)
    assert "Locked after a while without a touch." in texts(app)
    assert "review_code" not in app.session_state
    assert "instructor" not in app.session_state


def test_the_time_is_what_the_settings_say(known: Path):
    (known / "settings.toml").write_text("idle_minutes = 1\n")
    app = visit()
    app.text_input[0].input(PASSWORD)
    app.button[0].click().run()
    app.session_state["instructor_touched"] = time.monotonic() - 61
    app.run()
    assert "secret" not in texts(app)


def test_a_password_that_is_reset_ends_the_visits_that_came_in_by_it(known: Path):
    app = visit()
    app.text_input[0].input(PASSWORD)
    app.button[0].click().run()
    assert "secret" in texts(app)
    app.session_state["review_code"] = "A-07"
    store = Store(known)
    access.reset_password(store, NAME, "rahasia-34")
    store.close()
    app.run()
    assert "secret" not in texts(app)
    assert "What you sign in by was changed meanwhile." in texts(app)
    assert "review_code" not in app.session_state
    app.text_input[0].input("rahasia-34")
    app.button[0].click().run()
    assert "secret" in texts(app)
