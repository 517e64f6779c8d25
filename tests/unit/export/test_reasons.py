"""Why a criterion has its points, in words."""

from __future__ import annotations

import pytest

from coach.export.reasons import FAULT_NAMES, reason, total_reason
from coach.export.words import Words
from coach.scoring.profile import FAULTS

EN, ID = Words("en"), Words("id")


def criterion(id_="tempo", value=41.0, score=100.0, target=(15.0, 30.0, 60.0, 90.0), hands=None):
    return {
        "id": id_,
        "value": value,
        "score": score,
        "target": list(target),
        "unit": "circles/min",
        "hands": hands,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (criterion(), "within the target"),
        (criterion(value=70.0, score=66.7), "a little above the target"),
        (criterion(value=85.0, score=16.7), "well above the target"),
        (criterion(value=29.0, score=93.3), "a little below the target"),
        (criterion(value=20.0, score=33.3), "well below the target"),
        (
            criterion(value=None, score=None),
            "Not scored: it could not be measured, or does not count in a short clip.",
        ),
        (criterion(value=None, score=0.0), "No points: nothing to measure was seen."),
        (
            criterion(value=70.0, score=66.7, hands={"left": 58.2, "right": 81.9}),
            "a little above the target; left 58, right 82",
        ),
        (
            criterion(value=45.0, score=75.0, hands={"left": 15.0, "right": 75.0}),
            "within the target on average, but not with each hand; left 15, right 75",
        ),
        (criterion("reach", 0.5, 20.0, (0.4, 0.85, None, None)), "well below the target"),
    ],
)
def test_reasons(given, expected):
    assert reason(EN, given) == expected
    assert reason(ID, given) != expected


def test_what_lowered_the_total():
    report = {
        "score": {"gate": 1.0, "faults": []},
        "measures": {"spine_contact": 0.0},
        "settings": {"profile": {"faults": {"critical": ["on_spine"], "critical_factor": 0.7}}},
    }
    assert total_reason(EN, report) is None
    report["score"] = {"gate": 0.62, "faults": ["on_spine", "too_fast"]}
    report["measures"]["spine_contact"] = 0.18
    assert total_reason(EN, report) == (
        "Thumbs on the spine for 18 % of the circling: the total is multiplied by 0.62. "
        "A critical fault (on the spine): the total is multiplied by 0.7."
    )


def test_every_fault_has_a_name():
    assert set(FAULT_NAMES) == set(FAULTS)
