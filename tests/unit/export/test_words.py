"""Names and numbers as people read them."""

from __future__ import annotations

import pytest

from coach.export.terminal import render
from coach.export.words import Words


@pytest.mark.parametrize(
    ("language", "value", "digits", "written"),
    [
        ("id", 3.14159, 1, "3,1"),
        ("en", 3.14159, 1, "3.1"),
        ("id", 1234.5, 1, "1.234,5"),
        ("en", 36.0, 1, "36"),
        ("id", -0.04, 1, "0"),  # never a negative zero
        ("id", None, 1, "–"),
        ("en", float("nan"), 1, "–"),
    ],
)
def test_numbers(language, value, digits, written):
    assert Words(language).number(value, digits) == written


@pytest.mark.parametrize(
    ("id_", "unit", "value", "target", "shown", "aim"),
    [
        ("tempo", "circles/min", 41.2, [15, 30, 60, 90], "41 circles/min", "30 – 60"),
        ("coverage", "share", 0.78, [0.3, 0.95, 1, 1], "78 %", "≥ 95 %"),
        ("regularity", "share", 0.21, [0, 0, 0.1, 0.3], "± 21 %", "± 10 %"),
        ("duration", "s", None, [45, 120, None, None], "–", "≥ 120"),
        ("offset", "cm", 2.94, [1, 1.5, 4, 6.5], "2.9 cm", "1.5 – 4"),
    ],
)
def test_rows(id_, unit, value, target, shown, aim):
    row = Words("en").row({"id": id_, "unit": unit, "value": value, "target": target, "score": 50.0})
    assert (row.value, row.target) == (shown, aim)


@pytest.mark.parametrize(
    ("language", "id_", "unit", "hands", "score", "shown"),
    [
        ("en", "offset", "cm", (3.4, 4.4), 90.0, "L 3.4, R 4.4 cm"),  # their mean lies in the band
        ("id", "offset", "cm", (3.4, 4.4), 90.0, "ki 3,4, ka 4,4 cm"),
        ("en", "offset", "cm", (3.4, 3.9), 100.0, "3.9 cm"),
        ("en", "offset", "cm", (4.41, 4.42), 90.0, "3.9 cm"),
        ("en", "offset", "cm", (4.4, None), 90.0, "3.9 cm"),
        ("en", "regularity", "share", (0.08, 0.21), 70.0, "± L 8 %, R 21 %"),
    ],
)
def test_where_one_hand_costs_points_both_are_told(language, id_, unit, hands, score, shown):
    criterion = {
        "id": id_, "unit": unit, "value": 3.9, "target": [1, 1.5, 4, 6.5], "score": score,
        "hands": {"left": hands[0], "right": hands[1]},
    }  # fmt: skip
    assert Words(language).row(criterion).value == shown


def report(rated: bool = True) -> dict:
    return {
        "source": {"name": "a" * 200 + ".mp4", "duration_s": 21.9},
        "tracking": {
            "back": 0.98,
            "left": 0.5,
            "right": 0.9,
            "rated": rated,
            "reason": None if rated else "Too dark.",
        },
        "reference": {"name": "fists"},
        "score": {
            "overall": 86.4 if rated else None,
            "criteria": [
                {"id": "tempo", "unit": "circles/min", "value": 41, "target": [15, 30, 60, 90], "score": 100},
                {
                    "id": "duration",
                    "unit": "s",
                    "value": None,
                    "target": [45, 120, None, None],
                    "score": None,
                },
            ],
            "profile": "fists",
        },
    }


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_terminal_report_fits_eighty_columns(language):
    text = render(report(), ["A long sentence. " * 12, "Another.", "A third.", "A fourth."], language)
    assert max(map(len, text.splitlines())) <= 80
    assert "A fourth" not in text


def test_what_was_not_scored_is_said():
    assert "Tidak dinilai: Durasi" in render(report(), ["x"], "id")


def test_what_was_measured_of_a_practice_that_is_not_rated_stays_unsaid():
    words = Words("id")
    assert words.rows(report())[0].value.startswith("41")
    assert [row.value for row in words.rows(report(rated=False))] == ["–", "–"]


def test_a_report_that_is_not_rated_has_no_table():
    text = render(report(rated=False), ["Terlalu gelap."], "id")
    assert "tidak dinilai" in text
    assert "Kriteria" not in text
    assert "Terlalu gelap." in text
