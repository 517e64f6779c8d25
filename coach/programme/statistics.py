"""Numbers of a small group, said honestly: how many, the middle, and no test where none applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coach.i18n import N_

SMALL = 5
"""Below this a cell of a table could point to somebody, and a percentage says more than is known."""
FEWEST_CHANGED = 6
"""Pairs that differ, from which on the signed-rank test can fall below 0.05 at all: 2 / 2^6 = 0.03, 2 / 2^5 = 0.06."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    n: int

    @property
    def percent(self) -> float | None:
        """None below `SMALL`: three of four are not 75 %."""
        return 100.0 * self.count / self.n if self.n >= SMALL else None


@dataclass(frozen=True)
class Spread:
    """The middle of some values: median and quartiles, None when there are none."""

    n: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Paired:
    """The same people twice.

    Attributes
    ----------
    n : int
        Pairs: people with both values.
    before, after, difference : Spread
    rose, same, fell : int
    p : float or None
        Of Wilcoxon's signed-rank test, two-sided; None where it does not apply.
    why_not : str or None
        Marked text: why there is no test.
    """

    n: int
    before: Spread
    after: Spread
    difference: Spread
    rose: int
    same: int
    fell: int
    p: float | None = None
    why_not: str | None = None


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles (linear between the two nearest values)."""
    if not values:
        return Spread(0)
    low, middle, high = (float(x) for x in np.percentile(values, (25, 50, 75)))
    return Spread(len(values), middle, low, high)


def paired(before: Mapping[str, float], after: Mapping[str, float]) -> Paired:
    """Compare the same people twice, by code; who has only one value is left out.

    The test is Wilcoxon's signed-rank test on the differences, pairs without a difference left out (Wilcoxon 1945), as
    `scipy.stats.wilcoxon` chooses: exact for up to 50 pairs without ties, by permutation for up to 13 with ties, else
    asymptotic.
    """
    codes = sorted(before.keys() & after.keys())
    first, second = [before[c] for c in codes], [after[c] for c in codes]
    # Rounded, so that differences that are the same on paper are ties here as well.
    differences = [round(b - a, 6) for a, b in zip(first, second, strict=True)]
    changed = [d for d in differences if d]
    p, why = _wilcoxon(changed, len(codes))
    return Paired(
        len(codes),
        spread(first),
        spread(second),
        spread(differences),
        rose=sum(d > 0 for d in differences),
        same=sum(d == 0 for d in differences),
        fell=sum(d < 0 for d in differences),
        p=p,
        why_not=why,
    )


def _wilcoxon(changed: list[float], pairs: int) -> tuple[float | None, str | None]:
    if not pairs:
        return None, N_("There are no pairs yet.")
    if len(changed) < FEWEST_CHANGED:
        return None, N_("No test: fewer than six pairs differ, so none could tell anything.")
    from scipy.stats import wilcoxon

    return float(wilcoxon(changed).pvalue), None


def hide_small(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts of a table that could point to people: below `SMALL` they are hidden (None), zeros are not.

    When only one would be hidden, or the hidden together are fewer than `SMALL`, the total would give them away: then
    the next smallest is hidden as well.
    """
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    others = sorted(
        (name for name, count in counts.items() if count >= SMALL), key=lambda name: -counts[name]
    )
    while others and hidden and (len(hidden) == 1 or sum(counts[name] for name in hidden) < SMALL):
        hidden.add(others.pop())
    return {name: None if name in hidden else count for name, count in counts.items()}
