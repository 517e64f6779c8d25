"""Tables of `benchmarks/reality.py`: what was found, with the interval that so few pictures leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import binomtest

NETWORK = "network alone"
AROUND_HAND = "MediaPipe around the marked hand"
FOLLOWED = "the same, followed for ten pictures"
PRODUCT = "both, as the product does"
POSE_ALONE, WITH_NETWORK = "the pose networks alone", "with our own network, as the product does"

_NEAR_CM, _ROUGHLY_CM, _CRUDELY_CM = 2.0, 4.0, 8.0
_BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 1.01)


def share(count: int, of: int) -> str:
    """A share with its interval of 95 % (Wilson), for small numbers say little."""
    if not of:
        return "—"
    z, p = 1.96, count / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{count} of {of}: {100 * p:.0f} % ({100 * max(middle - half, 0):.0f} to {100 * min(middle + half, 1):.0f})"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def thumbs_table(rows: pd.DataFrame) -> str:
    """What each way finds of the thumbs in sight."""
    out = []
    for way, of_way in rows[rows.visible].groupby("way", sort=False):
        told = of_way[of_way.told]
        right, roughly = told.off_cm < _NEAR_CM, told.off_cm < _ROUGHLY_CM
        swapped = ~right & (told.off_other_cm < _NEAR_CM)
        median = f"{told.off_cm[roughly].median():.1f}" if roughly.any() else "—"
        n = len(of_way)
        shares = (share(count, n) for count in (len(told), right.sum(), roughly.sum()))
        out.append((way, *shares, median, swapped.sum()))
    head = ("way", "told", "within 2 cm", "within 4 cm", "median of those, cm", "left and right swapped")
    return table(head, out)


def groups_table(rows: pd.DataFrame, by: str) -> str:
    """Thumbs in sight found within 2 cm, group by group."""
    seen = rows[rows.visible]
    ways = list(dict.fromkeys(seen.way))
    out = []
    for name, group in seen.groupby(by):
        hit = group.told & (group.off_cm < _NEAR_CM)
        out.append((name, *(share(hit[group.way == way].sum(), (group.way == way).sum()) for way in ways)))
    return table((by, *ways), out)


def taught_table(rows: pd.DataFrame) -> str:
    """Two ways to be near to what is taught: arms from below, and she sits. Hands whose thumbs lead, fists and spread
    fingers, apart from the others.
    """
    hands = np.where(rows.grip.isin(("fist", "thumbs")), "thumbs lead", "fingers lead")
    near = {"arms from below": rows.arm == "below", "she sits or stands": rows.view == "behind"}
    return "\n\n".join(groups_table(rows.assign(**{name: hands})[kept], name) for name, kept in near.items())


def against_table(rows: pd.DataFrame) -> str:
    """Thumb by thumb, what only the product finds within 2 cm, what only another way does, and the sign test."""
    seen = rows[rows.visible].assign(hit=lambda r: r.told & (r.off_cm < _NEAR_CM))
    hits = seen.pivot_table(index=["picture", "side"], columns="way", values="hit", aggfunc="any")
    product = hits[PRODUCT].astype(bool)
    out = []
    for way in hits.columns.drop(PRODUCT):
        other = hits[way].astype(bool)
        won, lost = int((product & ~other).sum()), int((other & ~product).sum())
        chance = binomtest(won, won + lost).pvalue if won + lost else 1.0
        out.append((way, won, lost, f"{chance:.2g}"))
    return table(("against", "only the product", "only the other", "p, two-sided"), out)


def false_table(rows: pd.DataFrame) -> str:
    """Hands told where no giver is."""
    out = []
    nobody = rows[rows.grip.isin(("own", "nobody")) & ~rows.way.isin((AROUND_HAND, FOLLOWED))]
    for way, of_way in nobody.groupby("way", sort=False):
        counts = [of_way[of_way.grip == grip] for grip in ("nobody", "own")]
        out.append((way, *(share(group.told.sum(), len(group)) for group in counts)))
    return table(("way", "nobody's hands: told", "only her own hands: told"), out)


def confidence_table(rows: pd.DataFrame) -> str:
    """What a confidence is worth: thumbs in sight, and those where no giver is; hidden ones may be guessed rightly."""
    judged = rows[rows.visible | rows.grip.isin(("own", "nobody"))]
    out = []
    for way, of_way in judged[~judged.way.isin((AROUND_HAND, FOLLOWED))].groupby("way", sort=False):
        for low, high in pairwise(_BINS):
            sure = of_way.confidence
            some = of_way[(sure >= low) & (sure < high) & (sure > 0)]
            if len(some):
                right = share((some.off_cm < _NEAR_CM).sum(), len(some))
                out.append((way, f"{low:.1f} to {min(high, 1):.1f}", f"{some.confidence.mean():.2f}", right))
    return table(("way", "confidence", "said", "within 2 cm"), out)


def backs_table(rows: pd.DataFrame) -> str:
    """The back finder, by how she sits or lies and whether a giver is there; guessed marks apart and included."""
    return "\n\n".join(f"{way}:\n\n{_backs(of_way)}" for way, of_way in rows.groupby("way", sort=False))


def _backs(rows: pd.DataFrame) -> str:
    alone = rows.grip.isin(("own", "nobody"))
    sits = rows.view == "behind"
    groups = {
        "sits or stands, nobody else's hands": sits & alone,
        "sits or stands, with a giver": sits & ~alone,
        "lies": ~sits,
    }
    out = []
    for name, those in groups.items():
        group = rows[those]
        cells: list[object] = [f"{name} ({len(group)})", int(group.told.sum())]
        for end in ("c7", "l5"):
            told = group[f"{end}_cm"][group.told]
            for off in (told[group[f"{end}_seen"]], told):
                few = f"{off.median():.1f}" if len(off) else "—"
                cells += [len(off), few, *(f"{(off < limit).sum()}" for limit in (_ROUGHLY_CM, _CRUDELY_CM))]
        out.append(cells)
    heads = ["she", "told"]
    for end in ("C7", "L5"):
        for which in ("in sight", "at all, guessed marks too"):
            within = (f"within {limit:.0f} cm" for limit in (_ROUGHLY_CM, _CRUDELY_CM))
            heads += [f"{end} {which}", "median, cm", *within]
    return table(tuple(heads), out)
