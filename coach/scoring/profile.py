"""Technique profiles: what full marks mean, in a TOML file that an instructor can edit."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn

from coach.errors import ProfileError
from coach.i18n import N_
from coach.scoring.bands import Band
from coach.scoring.versions import profile_version
from coach.settings import resource_folder

SCHEMA = 1

CRITERIA: dict[str, tuple[str, str]] = {
    "offset": (N_("Distance from the spine"), "cm"),
    "reach": (N_("From the neck to the shoulder blades"), "share"),
    "coverage": (N_("All levels massaged"), "share"),
    "direction": (N_("From top to bottom"), "share"),
    "balance": (N_("Both hands equally busy"), "share"),
    "together": (N_("Both hands together"), "share"),
    "tempo": (N_("Tempo"), "circles/min"),
    "regularity": (N_("Steady rhythm"), "share"),
    "circles": (N_("Size of the circles"), "cm"),
    "duration": (N_("Duration"), "s"),
}
"""The criteria a profile weighs: name for people and unit of the value, in the order in which cues take
them."""

FAULTS = (
    "not_circling",
    "on_spine",
    "one_sided",
    "wrong_direction",
    "incomplete_path",
    "too_wide",
    "too_fast",
    "too_slow",
    "irregular",
    "too_short",
)
"""Every fault id, the most serious first (safety, path, both hands, tempo, the rest)."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """How one measure is turned into points: its four-point band and its weight in the total."""

    band: Band
    weight: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """The stretch of the spine that a pass covers, in `u` (0 at C7, 1 at L5), and the way it goes."""

    start_u: float
    end_u: float
    direction: str = "down"


@dataclass(frozen=True, slots=True)
class Gate:
    """The spine keep-off gate: a factor on the total, not a weight.

    The factor is 1 while the share of circling time within 1 cm of the spine is at most `free`, falls
    linearly and stays at `floor` from the share `full` on.
    """

    free: float
    full: float
    floor: float

    def factor(self, share: float) -> float:
        """What the total is multiplied with, for a share of 0 to 1."""
        if share <= self.free:
            return 1.0
        if share >= self.full:
            return self.floor
        ramp = (share - self.free) / (self.full - self.free)
        return 1.0 - (1.0 - self.floor) * ramp


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a shortfall is called a fault, in the unit that the name ends with."""

    too_fast_cpm: float
    too_slow_cpm: float
    irregular_cv: float
    uneven_cv: float
    uneven_regularity: float
    steady_regularity: float
    one_sided_ratio: float
    not_circling_share: float
    on_spine_share: float
    on_spine_cm: float
    too_wide_cm: float
    late_start_u: float
    early_end_u: float
    too_short_s: float
    critical: tuple[str, ...]
    critical_factor: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A technique profile.

    Attributes
    ----------
    form : str
        Short name of the technique.
    title : dict
        Its name for people, by language ('id', 'en').
    path : Stretch
    criteria : dict of str to Criterion
        All of `CRITERIA`.
    gate : Gate
    faults : Thresholds
    file : str
        Where it was read from; empty for one made in memory.
    """

    form: str
    title: Mapping[str, str]
    path: Stretch
    criteria: Mapping[str, Criterion]
    gate: Gate
    faults: Thresholds
    file: str = field(default="", compare=False)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with any of its numbers."""
        return profile_version(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values, to travel with a report."""
        return {
            "schema": SCHEMA,
            "form": self.form,
            "title": dict(self.title),
            "path": asdict(self.path),
            "criteria": {k: {"weight": c.weight, "band": c.band.to_list()} for k, c in self.criteria.items()},
            "gate": asdict(self.gate),
            "faults": {**asdict(self.faults), "critical": list(self.faults.critical)},
        }


def load_profile(name_or_path: str | Path) -> Profile:
    """Read a technique profile.

    Parameters
    ----------
    name_or_path : str or Path
        A TOML file, a folder with a ``profile.toml``, or the name of a reference that ships with the project.

    Raises
    ------
    ProfileError
        Not readable, not TOML, or a wrong value; the sentence names file and line and says what to do.
    """
    path = Path(name_or_path)
    if not path.exists() and path.name == str(name_or_path):
        path = resource_folder("reference_poses") / path
    if path.is_dir():
        path = path / "profile.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ProfileError(
            N_("The technique profile {file} cannot be read ({why})."), file=path, why=why
        ) from error
    return parse_profile(text, str(path))


def parse_profile(text: str, file: str) -> Profile:
    """`load_profile` for TOML that is already in memory; `file` is the name used in errors."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1  # without a number TOML means the end
        raise ProfileError(
            N_(
                "{file}, line {line}: this is not valid TOML ({why}). Check quotes, brackets and commas "
                "there."
            ),
            file=file,
            line=line,
            why=str(error).split(" (at")[0],
        ) from error
    return _Reader(text, file).profile(table)


class _Reader:
    """Checks a parsed table and knows the line of every key."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = _lines_of_keys(text)

    def fail(self, where: str, template: str, **values: object) -> NoReturn:
        while where and where not in self.lines:  # a missing key is shown at its table's heading
            where = where.rpartition(".")[0]
        raise ProfileError(template, file=self.file, line=self.lines.get(where, 1), **values)

    def keys(self, table: Mapping[str, Any], where: str, known: list[str]) -> None:
        for key in table:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                full = f"{where}.{key}" if where else key
                if close:
                    self.fail(
                        full,
                        N_("{file}, line {line}: “{key}” is not known here; do you mean “{close}”?"),
                        key=key,
                        close=close[0],
                    )
                self.fail(
                    full,
                    N_("{file}, line {line}: “{key}” is not known here; known are {known}."),
                    key=key,
                    known=", ".join(known),
                )
        for key in known:
            if key not in table:
                self.fail(
                    f"{where}.{key}" if where else key,
                    N_("{file}, line {line}: “{key}” is missing; add it."),
                    key=f"{where}.{key}" if where else key,
                )

    def table(self, parent: Mapping[str, Any], where: str, key: str, known: list[str]) -> Mapping[str, Any]:
        full = f"{where}.{key}" if where else key
        value = parent[key]
        if not isinstance(value, dict):
            self.fail(full, N_("{file}, line {line}: “{key}” must be a section, [{key}]."), key=full)
        self.keys(value, full, known)
        return value

    def number(self, value: Any, where: str, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
            self.fail(where, N_("{file}, line {line}: “{key}” must be a number."), key=where)
        if not low <= value <= high:
            self.fail(
                where,
                N_("{file}, line {line}: “{key}” must lie between {low} and {high}, not {value}."),
                key=where,
                low=low,
                high=high,
                value=value,
            )
        return float(value)

    def string(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fail(where, N_("{file}, line {line}: “{key}” must be a text in quotes."), key=where)
        return value

    def band(self, value: Any, where: str) -> Band:
        if not isinstance(value, list) or len(value) != 4:
            self.fail(
                where, N_("{file}, line {line}: “{key}” must be four numbers, [a0, a, b, b0]."), key=where
            )
        points = [self.number(x, where, -math.inf, math.inf) for x in value]
        try:
            return Band(*points)
        except ValueError:
            self.fail(
                where,
                N_(
                    "{file}, line {line}: the four numbers of “{key}” must rise from left to right, "
                    "not {value}."
                ),
                key=where,
                value=value,
            )

    def profile(self, table: Mapping[str, Any]) -> Profile:
        self.keys(table, "", ["schema", "form", "title", "path", "criteria", "gate", "faults"])
        if table["schema"] != SCHEMA:
            self.fail(
                "schema",
                N_("{file}, line {line}: schema {value} is not known; this program reads {known}."),
                value=table["schema"],
                known=SCHEMA,
            )
        form = self.string(table["form"], "form")
        title = self.table(table, "", "title", ["id", "en"])
        titles = {k: self.string(title[k], f"title.{k}") for k in ("id", "en")}
        return Profile(
            form,
            titles,
            self._path(table),
            self._criteria(table),
            self._gate(table),
            self._faults(table),
            self.file,
        )

    def _path(self, table: Mapping[str, Any]) -> Stretch:
        path = self.table(table, "", "path", ["start_u", "end_u", "direction"])
        start = self.number(path["start_u"], "path.start_u", -0.1, 1.0)
        end = self.number(path["end_u"], "path.end_u", 0.0, 1.0)
        if not start + 0.05 <= end:
            self.fail(
                "path.end_u",
                N_(
                    "{file}, line {line}: “{key}” must lie at least 0.05 below path.start_u "
                    "(0 is the neck bump, 1 the lowest lumbar vertebra)."
                ),
                key="path.end_u",
            )
        if path["direction"] not in ("down", "up"):
            self.fail(
                "path.direction",
                N_('{file}, line {line}: “{key}” must be "down" or "up".'),
                key="path.direction",
            )
        return Stretch(start, end, path["direction"])

    def _criteria(self, table: Mapping[str, Any]) -> dict[str, Criterion]:
        sections = self.table(table, "", "criteria", list(CRITERIA))
        criteria = {}
        for key in CRITERIA:
            where = f"criteria.{key}"
            section = self.table(sections, "criteria", key, ["weight", "band"])
            criteria[key] = Criterion(
                self.band(section["band"], f"{where}.band"),
                self.number(section["weight"], f"{where}.weight", 0, 1000),
            )
        if not sum(c.weight for c in criteria.values()) > 0:
            self.fail("criteria", N_("{file}, line {line}: at least one weight must be above 0."))
        return criteria

    def _gate(self, table: Mapping[str, Any]) -> Gate:
        gate = self.table(table, "", "gate", ["free", "full", "floor"])
        free, full, floor = (self.number(gate[k], f"gate.{k}", 0, 1) for k in ("free", "full", "floor"))
        if full < free:
            self.fail(
                "gate.full", N_("{file}, line {line}: “{key}” must not be below gate.free."), key="gate.full"
            )
        return Gate(free, full, floor)

    def _faults(self, table: Mapping[str, Any]) -> Thresholds:
        names = [f.name for f in fields(Thresholds)]
        faults = self.table(table, "", "faults", names)
        values: dict[str, Any] = {}
        for name in names:
            where = f"faults.{name}"
            if name == "critical":
                given = faults[name]
                if not isinstance(given, list) or any(x not in FAULTS for x in given):
                    self.fail(
                        where,
                        N_("{file}, line {line}: “{key}” must be a list of these names: {known}."),
                        key=where,
                        known=", ".join(FAULTS),
                    )
                values[name] = tuple(given)
            else:
                share = name.endswith(("_share", "_ratio", "_u", "_cv", "_regularity", "_factor"))
                values[name] = self.number(faults[name], where, 0, 1 if share else 10_000)
        if values["too_slow_cpm"] >= values["too_fast_cpm"]:
            self.fail(
                "faults.too_slow_cpm",
                N_("{file}, line {line}: “{key}” must be below faults.too_fast_cpm."),
                key="faults.too_slow_cpm",
            )
        return Thresholds(**values)


_HEADING = re.compile(r"\s*\[\s*([A-Za-z0-9_.\- ]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-]+|\"[^\"]*\"|'[^']*')((?:\s*\.\s*[A-Za-z0-9_\-]+)*)\s*=")


def _lines_of_keys(text: str) -> dict[str, int]:
    """Dotted key to line number, for sections and keys that start a line: all that a profile needs.

    tomllib gives a line for broken syntax only; a full TOML editor library for this alone would be a
    dependency that does little.
    """
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(line):
            section = heading[1].replace(" ", "")
            parts = section.split(".")
            for k in range(1, len(parts) + 1):
                lines.setdefault(".".join(parts[:k]), number)
        elif key := _KEY.match(line):
            name = key[1].strip("\"'") + key[2].replace(" ", "")
            full = f"{section}.{name}" if section else name
            lines.setdefault(full, number)
            for inner in re.finditer(r"[{,]\s*([A-Za-z0-9_\-]+)\s*=", line[key.end() :]):  # an inline table
                lines.setdefault(f"{full}.{inner[1]}", number)
    return lines
