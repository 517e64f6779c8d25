"""How far the program and several instructors agree: what a programme needs to trust a score.

On the items that both can judge. Over 7 to 13 the intraclass correlation ICC(2,1), absolute agreement of single
raters, with its 95 % interval [1]_; item by item, with the hands' form (6) as well, Cohen's kappa with quadratic
weights. Domain knowledge, section 3.4: below 0.5 is poor, to 0.75 moderate, to 0.9 good, above excellent, judged on
the interval.

.. [1] Shrout & Fleiss (1979), Psychol. Bull. 86:420; computed by pingouin, kappa by scikit-learn.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd
from sqlalchemy import select

from coach.errors import InputError
from coach.i18n import N_
from coach.scoring.checklist import MOST, propose
from coach.store.listing import Filter
from coach.store.models import Mark, Practice, Result
from coach.store.repository import Store
from coach.store.samples import apart

SHARED = (7, 8, 9, 10, 11, 12, 13)
"""Items that program and people both judge."""
ONE_BY_ONE = (6, *SHARED)
"""Items compared one by one: the hands' form as well, which is not told in every practice."""
PROGRAM = "program"
FEWEST = 5
"""Fewer practices give no number (our own choice; 30 and more are advised)."""

Marks = Mapping[int, Mapping[str, Mapping[int, int]]]
"""Practice to rater to item to 0, 1 or 2."""


@dataclass(frozen=True)
class Icc:
    """ICC(2,1) with its 95 % interval, of how many practices and raters."""

    value: float
    low: float
    high: float
    practices: int
    raters: int


@dataclass(frozen=True)
class Kappa:
    """Weighted kappa of an item between program and people, and between people; None where it has none.

    `same` is the share of equal marks: where nearly all marks are alike, kappa is low or undefined however well raters
    agree.
    """

    item: int
    with_program: float | None
    same: float | None
    pairs: int
    between_people: float | None


def marks_of(store: Store) -> dict[int, dict[str, dict[int, int]]]:
    """The program's and every instructor's marks of the practices that an instructor has marked.

    Made-up practices count only where none is real.
    """
    let = select(Practice.id).where(apart(store, Filter()).where())
    found: dict[int, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    with store.reading() as session:
        for mark in session.scalars(select(Mark).where(Mark.item.in_(ONE_BY_ONE), Mark.practice_id.in_(let))):
            found[mark.practice_id][mark.instructor][mark.item] = mark.value
        reports = session.execute(
            select(Practice.id, Result.report)
            .join(Result, Result.id == Practice.result_id)
            .where(Practice.id.in_(select(Mark.practice_id)))
        )
        for number, report in reports.tuples():
            proposed = {item: v for item, v in propose(report).items() if item in ONE_BY_ONE}
            if number in found and proposed:
                found[number][PROGRAM] = proposed
    return {number: {who: dict(m) for who, m in raters.items()} for number, raters in found.items()}


def icc(marks: Marks, *, with_program: bool) -> Icc | None:
    """ICC(2,1) of the shared items' total, over the practices that all of the busiest raters marked in full.

    The raters are the program (when asked for) and the instructors, of whom those are taken that leave the most
    single ratings; None when fewer than two raters or `FEWEST` practices are left.

    Raises
    ------
    InputError
        pingouin is not installed.
    """
    totals = {
        number: {who: _total(m) for who, m in raters.items() if set(m) >= set(SHARED)}
        for number, raters in marks.items()
    }
    counts = Counter(who for raters in totals.values() for who in raters if who != PROGRAM)
    best: tuple[int, list[str], list[int]] | None = None
    people: list[str] = []
    for who, _ in counts.most_common():
        people.append(who)
        raters = [*people, PROGRAM] if with_program else list(people)
        numbers = [number for number, given in totals.items() if set(raters) <= set(given)]
        if len(raters) > 1 and len(numbers) >= FEWEST:
            size = len(raters) * len(numbers)
            if best is None or size > best[0]:
                best = size, raters, numbers
    if best is None:
        return None
    _, raters, numbers = best
    table = pd.DataFrame(
        [{"practice": n, "rater": who, "total": totals[n][who]} for n in numbers for who in raters]
    )
    if table["total"].nunique() == 1:
        return None  # without any difference between practices there is nothing to correlate
    return _icc(table, len(numbers), len(raters))


def _icc(table: pd.DataFrame, practices: int, raters: int) -> Icc | None:
    try:
        import pingouin  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise InputError(
            N_("For the agreement install the statistics: `pip install 'massage-coach[agreement]'`.")
        ) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pingouin 0.7 uses what pandas 3.1 calls old
        found = pingouin.intraclass_corr(table, "practice", "rater", "total").set_index("Type")
    row = found.loc["ICC(A,1)"]  # McGraw and Wong's name of ICC(2,1)
    low, high = (float(x) for x in row["CI95"])
    value = float(row["ICC"])
    if value == 1.0:  # raters who never differ leave no variance to make an interval from
        low = high = 1.0
    return None if math.isnan(value) else Icc(value, low, high, practices, raters)


def kappas(marks: Marks) -> list[Kappa]:
    """Weighted kappa item by item.

    Raises
    ------
    InputError
        scikit-learn is not installed.
    """
    return [_kappa(marks, item) for item in ONE_BY_ONE]


def _kappa(marks: Marks, item: int) -> Kappa:
    ours: list[tuple[int, int]] = []
    theirs: list[tuple[int, int]] = []
    for raters in marks.values():
        given = {who: m[item] for who, m in raters.items() if item in m}
        people = sorted(who for who in given if who != PROGRAM)
        if PROGRAM in given:
            ours += [(given[PROGRAM], given[who]) for who in people]
        theirs += [(given[a], given[b]) for a, b in combinations(people, 2)]
    same = sum(a == b for a, b in ours) / len(ours) if ours else None
    return Kappa(item, _weighted(ours), same, len(ours), _weighted(theirs))


def _weighted(pairs: list[tuple[int, int]]) -> float | None:
    if len(pairs) < FEWEST or len({mark for pair in pairs for mark in pair}) == 1:
        return None
    try:
        from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise InputError(
            N_("For the agreement install the statistics: `pip install 'massage-coach[agreement]'`.")
        ) from error
    first, second = zip(*pairs, strict=True)
    value = float(cohen_kappa_score(first, second, weights="quadratic", labels=list(range(MOST + 1))))
    return None if math.isnan(value) else value


def _total(marks: Mapping[int, int]) -> int:
    return sum(marks[item] for item in SHARED)
