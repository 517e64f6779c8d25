"""The list shows what is asked for, in the order asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from store_given import START, entry_of, round_of

from coach.store.listing import SORTS, Filter, find, ids, rounds
from coach.store.models import Practice
from coach.store.repository import Store

DAY = timedelta(days=1)


@pytest.fixture
def filled(store: Store) -> Store:
    """Three rounds of A-07 and one of B-02, on four days; the second was passed, the third is not scored."""
    recording, report = round_of()
    modes = ("guided", "quiet", "test", "video")
    for i, mode in enumerate(modes):
        code = "B-02" if mode == "video" else "A-07"
        store.keep(
            entry_of(report, key=f"round-{i}", code=code, mode=mode, started_utc=START + i * DAY), recording
        )
    with store.writing() as session:
        for number, overall in ((1, 40.0), (2, 80.0), (3, None), (4, 60.0)):
            session.execute(update(Practice).where(Practice.id == number).values(overall=overall))
        session.execute(
            update(Practice).where(Practice.id == 2).values(decision="pass", reviewed_utc=START + 9 * DAY)
        )
    return store


def numbers(store: Store, wanted: Filter = Filter(), **how) -> list[int]:  # noqa: B008 - frozen
    return [line.id for line in find(store, wanted, **how).lines]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), [4, 3, 2, 1]),
        (Filter(code="A-07"), [3, 2, 1]),
        (Filter(since=START + DAY), [4, 3, 2]),
        (Filter(until=START + DAY), [1]),
        (Filter(since=START + DAY, until=START + 2 * DAY), [2]),
        (Filter(mode="test"), [3]),
        (Filter(outcome="pass"), [2]),
        (Filter(outcome="repeat"), []),
        (Filter(outcome="open"), [4, 3, 1]),
        (Filter(outcome="unscored"), [3]),
        (Filter(reviewed=True), [2]),
        (Filter(reviewed=False), [4, 3, 1]),
        (Filter(code="A-07", reviewed=False, mode="guided"), [1]),
        (Filter(code="'; DROP TABLE practice; --"), []),
    ],
)
def test_filters(filled: Store, wanted, expected):
    assert numbers(filled, wanted) == expected
    assert find(filled, wanted).total == len(expected)
    assert ids(filled, wanted) == expected[::-1]


@pytest.mark.parametrize(
    ("sort", "descending", "expected"),
    [
        ("started", False, [1, 2, 3, 4]),
        ("overall", True, [2, 4, 1, 3]),  # what is not scored comes last, both ways
        ("overall", False, [1, 4, 2, 3]),
        ("code", False, [3, 2, 1, 4]),
        ("mode", False, [1, 2, 3, 4]),
        ("decision", True, [2, 4, 3, 1]),
        ("reviewed", True, [2, 4, 3, 1]),
    ],
)
def test_orders(filled: Store, sort, descending, expected):
    assert sort in SORTS
    assert numbers(filled, sort=sort, descending=descending) == expected


def test_pages(filled: Store):
    first = find(filled, Filter(), limit=3)
    second = find(filled, Filter(), limit=3, offset=3)
    assert (first.total, second.total) == (4, 4)
    assert [line.id for line in (*first.lines, *second.lines)] == [4, 3, 2, 1]


def test_the_sparkline_ends_with_the_round_itself(filled: Store):
    trails = {line.id: list(line.trail) for line in find(filled, Filter()).lines}
    assert trails == {1: [40.0], 2: [40.0, 80.0], 3: [40.0, 80.0, None], 4: [60.0]}


def test_rounds_are_found_by_code_and_key_together(filled: Store):
    found = rounds(filled, "A-07", ["round-2", "round-0", "round-3", "unknown"])
    assert [practice.key for practice in found] == ["round-0", "round-2"]  # round-3 is another couple's
    assert all(practice.result.report["score"] for practice in found)
    assert rounds(filled, "A-07", []) == []
