"""Agreement: against published numbers, and with nothing said where there is too little to say."""

from __future__ import annotations

import pytest
from store_given import entry_of, round_of

from coach.store import judgement
from coach.store.agreement import PROGRAM, SHARED, Icc, icc, kappas, marks_of
from coach.store.repository import Store

pytest.importorskip("pingouin", reason="an extra: pip install massage-coach[agreement]")

# Shrout & Fleiss (1979), table 2: six targets, four judges; ICC(2,1) = .29.
PUBLISHED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def spread(total: int) -> dict[int, int]:
    """Marks of the shared items that add up to `total`."""
    marks = dict.fromkeys(SHARED, 0)
    for item in SHARED * 2:
        if total > 0:
            marks[item] += 1
            total -= 1
    return marks


def test_the_published_example():
    judges = ("A", "B", "C", PROGRAM)
    marks = {
        n: {who: spread(t) for who, t in zip(judges, row, strict=True)} for n, row in enumerate(PUBLISHED)
    }
    found = icc(marks, with_program=True)
    assert found is not None
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert (found.practices, found.raters) == (6, 4)
    assert found.low < found.value < found.high


def test_an_instructor_with_few_ratings_does_not_cost_the_others():
    marks = {
        n: {"A": spread(row[0]), "B": spread(row[1]), PROGRAM: spread(row[2])}
        for n, row in enumerate(PUBLISHED)
    }
    marks[0]["C"] = spread(5)
    found = icc(marks, with_program=True)
    assert (found.practices, found.raters) == (6, 3)
    between = icc(marks, with_program=False)
    assert (between.practices, between.raters) == (6, 2)


def test_kappa_by_hand():
    # Program and person over ten practices: equal nine times, once one apart. Marginals 3/3/4 and 3/4/3.
    # Weights (1, 1, 4)/4 off the diagonal. Observed 1 × 1; expected (1·(3·4+3·3+3·3+4·4) + 4·(3·3+4·3)) / 10 = 13.
    pairs = [(0, 0)] * 3 + [(1, 1)] * 3 + [(2, 2)] * 3 + [(2, 1)]
    marks = {n: {PROGRAM: {9: a}, "A": {9: b}} for n, (a, b) in enumerate(pairs)}
    found = next(k for k in kappas(marks) if k.item == 9)
    assert found.with_program == pytest.approx(1 - 1 / 13)
    assert (found.same, found.pairs) == (0.9, 10)
    assert found.between_people is None


@pytest.mark.parametrize("marks", [{}, {1: {"A": spread(5), PROGRAM: spread(6)}}])
def test_too_little_gives_no_number(marks):
    assert icc(marks, with_program=True) is None
    assert all(k.with_program is None for k in kappas(marks))


def test_marks_that_are_all_alike_give_no_number():
    marks = {n: {"A": spread(14), PROGRAM: spread(14)} for n in range(8)}
    assert icc(marks, with_program=True) is None
    assert all(k.with_program is None for k in kappas(marks))
    assert {k.item: k.same for k in kappas(marks)} == {6: None, **dict.fromkeys(SHARED, 1.0)}


def test_the_form_of_the_hands_is_compared_by_itself():
    marks = {n: {"A": spread(n) | {6: 2 * (n % 2)}, PROGRAM: spread(n)} for n in range(8)}
    with_it = {n: raters | {PROGRAM: raters[PROGRAM] | {6: raters["A"][6]}} for n, raters in marks.items()}
    assert icc(marks, with_program=True) == icc(with_it, with_program=True) == Icc(1.0, 1.0, 1.0, 8, 2)
    found = {k.item: (k.with_program, k.pairs) for k in kappas(with_it)}
    assert found[6] == (1.0, 8)
    assert {k.item: k.pairs for k in kappas(marks)}[6] == 0


def test_marks_come_from_the_records(store: Store):
    recording, report = round_of()
    for i in range(2):
        store.keep(entry_of(report, key=f"a-round-no-{i}"), recording)
    judgement.mark(store, 1, "Ani", 9, 1)
    judgement.mark(store, 1, "Ani", 1, 2)  # not one that the program judges
    judgement.mark(store, 1, "Budi", 9, 2)
    marks = marks_of(store)
    assert set(marks) == {1}
    assert marks[1]["Ani"] == {9: 1}
    assert marks[1]["Budi"] == {9: 2}
    assert set(marks[1][PROGRAM]) <= set(SHARED)
