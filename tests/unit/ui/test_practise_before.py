"""The way to the camera: what is asked, what each answer leads to, and when nothing goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coach.live.keeping import Consent
from coach.ui import practise
from coach.ui.practise_safety import RED_FLAGS

ITEMS = {f"agree_{item}": item for item in ("practice", "movement", "picture", "report")}


def _page() -> None:
    from coach.export.words import Words
    from coach.ui import practise

    practise.page(Words("en"))


@pytest.fixture(autouse=True)
def opened(coach_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was asked of the camera; none is opened, and none is free."""
    asked: list[dict[str, Any]] = []

    class Hub:
        current = None

        def open(self, make: Any, *, take_over: bool = False) -> None:
            make()

        def get(self, token: str) -> None:
            return None

    def session(source: Any, practice: Any, *_: Any, **how: Any) -> None:
        asked.append({"practice": practice, **how})

    monkeypatch.setattr(practise, "HUB", Hub())
    monkeypatch.setattr(practise, "LiveSession", session)
    return asked


def begin(
    *agreed: str, code: str = "A-07", status: str = "postpartum", grown_up: bool | None = True
) -> AppTest:
    """The first page, filled in."""
    app = AppTest.from_function(_page, default_timeout=60).run()
    app.text_input(key="practise_code").input(code)
    app.radio(key="practise_status").set_value(status)
    app.radio(key="practise_grown_up").set_value(grown_up).run()
    for item in agreed:
        app.checkbox(key=item).check()
    return app.run()


def on(app: AppTest) -> AppTest:
    """Through the questions of safety, to the camera's button and on it."""
    app.button(key="practise_next").click().run()
    app.toggle(key="practise_midwife").set_value(True).run()
    app.button(key="practise_none").click().run()
    app.button(key="practise_on").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("further", [None, "agree_movement", "agree_picture", "agree_report"])
def test_each_item_of_the_consent_stands_by_itself(opened: list[dict[str, Any]], further: str | None):
    app = begin()
    assert {box.key for box in app.checkbox} == set(ITEMS)
    assert not any(box.value for box in app.checkbox)  # nothing is agreed to beforehand
    items = ["agree_practice", *([further] if further else [])]
    on(begin(*items))
    (asked,) = opened
    assert asked["practice"].consent == Consent(**{ITEMS[item]: True for item in items})
    assert asked["keep"] is True


def test_without_the_agreement_to_practise_nothing_goes_on():
    app = begin("agree_movement", "agree_picture", "agree_report")
    assert app.button(key="practise_next").disabled
    assert "that she agrees to practise" in texts(app)
    assert not begin("agree_practice").button(key="practise_next").disabled


@pytest.mark.parametrize(
    "missing", [{"code": " "}, {"status": None}, {"grown_up": None}], ids=["code", "status", "age"]
)
def test_nothing_goes_on_before_all_is_answered(missing: dict[str, Any]):
    assert begin("agree_practice", **missing).button(key="practise_next").disabled


def test_under_18_nothing_is_agreed_to_but_the_practice_and_nothing_is_kept(opened: list[dict[str, Any]]):
    app = begin("agree_practice", "agree_movement", "agree_picture", "agree_report")
    app.radio(key="practise_grown_up").set_value(False).run()  # only now it is said
    assert [box.key for box in app.checkbox] == ["agree_practice"]
    assert "Under 18 nothing is recorded." in texts(app)
    on(app)
    (asked,) = opened
    assert asked["keep"] is False
    assert asked["practice"].consent == Consent(practice=True)


def test_the_questions_of_safety_are_all_asked_and_one_yes_ends_politely(opened: list[dict[str, Any]]):
    app = begin("agree_practice")
    app.button(key="practise_next").click().run()
    asked = texts(app)
    assert all(flag in asked for flag in RED_FLAGS)
    assert app.button(key="practise_none").disabled  # without a midwife
    assert "Without the agreement of a midwife there is no massage." in asked
    app.button(key="practise_some").click().run()
    assert [title.value for title in app.title] == ["Not today"]
    assert "Thank you for telling." in texts(app)
    assert {button.key for button in app.button} == {"practise_restart"}
    app.button(key="practise_restart").click().run()
    assert app.text_input(key="practise_code").value == ""
    assert opened == []


@pytest.mark.parametrize(("status", "warned"), [("early", True), ("pregnant", False)])
def test_before_37_weeks_it_is_a_demonstration(status: str, warned: bool):
    app = begin("agree_practice", status=status)
    app.button(key="practise_next").click().run()
    assert ("Before 37 weeks only a demonstration" in texts(app)) == warned


def test_a_camera_that_somebody_else_has_can_be_taken_over():
    app = on(begin("agree_practice"))
    assert "The camera is used in another window." in texts(app)
    assert app.button(key="practise_take_over").label == "Take the camera over"


def test_the_rounds_of_a_visit_go_from_guided_to_quiet_to_a_test():
    for rounds, mode in enumerate(("guided", "quiet", "test", "test")):
        app = AppTest.from_function(_page, default_timeout=60)
        app.session_state["practise_step"] = "place"
        app.session_state["practise_visit"] = practise.Visit(code="A-07", status="volunteer", rounds=rounds)
        assert app.run().radio(key=f"practise_mode_{rounds}").value == mode


def texts(app: AppTest) -> str:
    assert not app.exception
    parts = (*app.markdown, *app.title, *app.info, *app.warning, *app.error, *app.get("html"))
    return " ".join(str(part.value) for part in parts)
