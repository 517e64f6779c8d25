"""How fast pictures come."""

from __future__ import annotations

import pytest

from coach.vision.pace import Pace


def test_it_is_known_once_it_has_been_watched_for_a_while():
    pace = Pace()
    assert pace.per_s is None
    for k in range(15):
        pace.note(k / 10)
    assert pace.per_s is None
    for k in range(15, 20):
        pace.note(k / 10)
    assert pace.per_s == pytest.approx(10.0)


def test_only_the_last_seconds_count_and_a_pause_can_be_forgotten():
    pace = Pace()
    for k in range(100):
        pace.note(k / 20)
    for k in range(40):
        pace.note(5.0 + k / 5)
    assert pace.per_s == pytest.approx(5.0)
    pace.forget()
    assert pace.per_s is None
