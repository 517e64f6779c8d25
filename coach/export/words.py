"""Names and numbers of a report, as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel.numbers import format_decimal

from coach.i18n import N_, translator
from coach.scoring.cues import Sentence
from coach.scoring.profile import CRITERIA

_UNIT_NAMES = {"circles/min": N_("circles/min"), "cm": N_("cm"), "s": N_("s")}
_FULL = 99.5  # points that are written as 100
CLAIM = N_(
    "A training aid for massage skills. It does not diagnose, does not treat and does not promise more milk."
)
"""What the program claims, and no more."""


@dataclass(frozen=True)
class Row:
    """One criterion, in words.

    Attributes
    ----------
    id, name : str
    value, target : str
        With their unit; an en dash where there is none.
    unit : str
        The unit's name; empty for shares.
    score : float or None
        0 to 100; None where it was not scored.
    """

    id: str
    name: str
    value: str
    target: str
    unit: str
    score: float | None


class Words:
    """The words and the way of writing numbers of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._translate = translator(language)

    def __call__(self, text: str, **values: object) -> str:
        """A marked text in this language, with numbers written its way."""
        shown = {k: self.number(v) if isinstance(v, float) else v for k, v in values.items()}
        return self._translate(text).format(**shown)

    @property
    def translate(self) -> Callable[[str], str]:
        return self._translate

    def sentence(self, sentence: Sentence) -> str:
        """One of the report's sentences; values that are marked texts are translated, too."""
        values = {k: self.translate(v) if isinstance(v, str) else v for k, v in sentence.values.items()}
        return self(sentence.template, **values)

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number with at most `digits` decimals; an en dash for what is missing."""
        if value is None or not math.isfinite(value):
            return "–"
        pattern = "#,##0." + "#" * digits if digits else "#,##0"
        return str(format_decimal(round(value, digits) + 0.0, pattern, locale=self.language))

    def percent(self, share: float | None) -> str:
        return "–" if share is None or not math.isfinite(share) else f"{self.number(100 * share, 0)} %"

    def criterion(self, id_: str) -> str:
        return self(CRITERIA[id_][0]) if id_ in CRITERIA else id_

    def unit(self, unit: str) -> str:
        """The name of a criterion's unit; empty for shares, which are written in percent."""
        return self(_UNIT_NAMES[unit]) if unit in _UNIT_NAMES else ""

    def rows(self, report: Mapping[str, Any]) -> list[Row]:
        """The report's criteria in words; what was measured of a practice that is not rated may be a guess, and
        stays unsaid.
        """
        rows = [self.row(criterion) for criterion in report["score"]["criteria"]]
        return rows if report["tracking"]["rated"] else [replace(row, value="–") for row in rows]

    def row(self, criterion: Mapping[str, Any]) -> Row:
        """One criterion in words."""
        id_, unit = criterion["id"], criterion["unit"]
        write = self._writer(unit)
        value = self._measured(criterion, write)
        name = self.unit(unit)
        if name and value != "–":
            value = f"{value} {name}"
        target = self._target(criterion["target"], write)
        if id_ == "regularity":  # the spread of the cycle time as a share of it
            value, target = f"± {value}", target.replace("≤", "±")
        return Row(id_, self.criterion(id_), value, target, name, criterion["score"])

    def _measured(self, criterion: Mapping[str, Any], write: Callable[[float | None], str]) -> str:
        """The value; of both hands where they differ and points are lost: their mean might lie in the band."""
        hands = criterion.get("hands") or {}
        left, right = (write(hands.get(side)) for side in ("left", "right"))
        full = criterion["score"] is None or criterion["score"] >= _FULL
        if full or left == right or "–" in (left, right):
            return write(criterion["value"])
        return self(N_("L {left}, R {right}"), left=left, right=right)

    def _writer(self, unit: str) -> Callable[[float | None], str]:
        if unit == "share":
            return self.percent
        return lambda x: self.number(x, 0 if unit in ("s", "circles/min") else 1)

    def _target(self, target: Sequence[float | None] | None, write: Callable[[float | None], str]) -> str:
        """The band that earns full points; of one with an open end only the end that can be missed."""
        if not target:
            return "–"
        outer_low, low, high, outer_high = target
        open_low = low is None or low == outer_low
        open_high = high is None or high == outer_high
        if open_low and not open_high:
            return f"≤ {write(high)}"
        if open_high and not open_low:
            return f"≥ {write(low)}"
        return f"{write(low)} – {write(high)}"
