"""What an instructor sets: when a level is reached, what the programme aims at, where knowledge is good.

No published standard for these levels was found. The defaults are proposals; each says where it comes from, and an
instructor's own word replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.errors import EntryError
from coach.i18n import N_
from coach.store.programmes import set_criterion
from coach.store.repository import Store


@dataclass(frozen=True)
class Setting:
    """One number that can be set.

    Attributes
    ----------
    name : str
    group : str
        A level, 'targets' or 'knowledge'.
    unit : str
        'percent', 'points', 'count', 'scale' (1 to 5) or 'yes' (0 or 1).
    default : float
    text : str
        Marked text with ``{value}``; of a yes, without.
    source : str
        Marked text: where the default comes from.
    """

    name: str
    group: str
    unit: str
    default: float
    text: str
    source: str

    @property
    def range(self) -> tuple[float, float]:
        """Least and most."""
        return {
            "percent": (0, 100),
            "points": (0, 100),
            "count": (0, 20),
            "scale": (1, 5),
            "yes": (0, 1),
        }[self.unit]


_OURS = N_("our own proposal")
_GOOD = N_("“good” begins at 76 % in Indonesian reports; cut-offs differ between them")
SETTINGS = (
    Setting(
        "learned_present",
        "learned",
        "count",
        1,
        N_("was at {value} or more sessions of the implementation"),
        _OURS,
    ),
    Setting(
        "learned_percent",
        "learned",
        "percent",
        76,
        N_("at least {value} % of the ten questions right after the lesson"),
        _GOOD,
    ),
    Setting(
        "practised_rounds",
        "practised",
        "count",
        3,
        N_("at least {value} rounds that could be scored"),
        N_("up to three repetitions are taught (Depkes 2007)"),
    ),
    Setting(
        "passed_score",
        "passed",
        "points",
        75,
        N_("a test round without cues with at least {value} points"),
        N_("pass marks of 75 or 80 are usual in midwifery skills tests"),
    ),
    Setting(
        "passed_comfort",
        "passed",
        "scale",
        3,
        N_("comfort of at least {value} of 5 in it, where she was asked, and no pain"),
        N_("the middle of the scale; our own proposal"),
    ),
    Setting(
        "passed_reviewed",
        "passed",
        "yes",
        1,
        N_("an instructor passed it in the review"),
        N_("the instructor's word is final"),
    ),
    Setting(
        "guide_days",
        "may_guide",
        "count",
        2,
        N_("test rounds passed on at least {value} different days"),
        N_("a skill is learned when it holds on another day without cues"),
    ),
    Setting(
        "guide_percent",
        "may_guide",
        "percent",
        76,
        N_("at least {value} % of the ten questions right after 2–4 weeks"),
        _GOOD,
    ),
    Setting(
        "guide_checklist",
        "may_guide",
        "percent",
        80,
        N_("checklist of a passed test round at least {value} %"),
        N_("trained health cadres reached 82.6 % on average in one report"),
    ),
    Setting("guide_word", "may_guide", "yes", 1, N_("an instructor says so"), _OURS),
    Setting(
        "guides_people",
        "guides",
        "count",
        1,
        N_("has trained at least {value} people who have practised"),
        _OURS,
    ),
    Setting(
        "target_interviewed", "targets", "percent", 100, N_("participants interviewed at the start: {value} %"), _OURS,
    ),
    Setting("target_attendance", "targets", "percent", 80, N_("attendance at the implementation: {value} %"), _OURS),
    Setting("target_couples", "targets", "percent", 80, N_("couples of whom both came: {value} %"), _OURS),
    Setting("target_good", "targets", "percent", 80, N_("good knowledge after the lesson: {value} %"), _OURS),
    Setting("target_passed", "targets", "percent", 75, N_("participants who passed the test round: {value} %"), _OURS),
    Setting("good_from", "knowledge", "percent", 76, N_("knowledge counts as good from {value} %"), _GOOD),
    Setting("fair_from", "knowledge", "percent", 56, N_("knowledge counts as fair from {value} %"), _GOOD),
)  # fmt: skip
BY_NAME = {setting.name: setting for setting in SETTINGS}
GROUPS = {
    "learned": N_("learned"),
    "practised": N_("practised"),
    "passed": N_("passed the test round"),
    "may_guide": N_("may guide others"),
    "guides": N_("guides others"),
    "targets": N_("What the programme aims at"),
    "knowledge": N_("What counts as good knowledge"),
}


class Criteria:
    """The numbers of one programme: what was set, else the defaults.

    Parameters
    ----------
    given : mapping of str to float
    """

    def __init__(self, given: Mapping[str, float] | None = None) -> None:
        self._given = {name: value for name, value in (given or {}).items() if name in BY_NAME}

    def __getitem__(self, name: str) -> float:
        return self._given.get(name, BY_NAME[name].default)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Criteria) and all(self[s.name] == other[s.name] for s in SETTINGS)

    __hash__ = None  # type: ignore[assignment]

    def is_set(self, name: str) -> bool:
        """Whether an instructor's number differs from the default."""
        return self[name] != BY_NAME[name].default


def put(store: Store, programme_id: str, name: str, value: float, who: str) -> None:
    """Set a number.

    Raises
    ------
    EntryError
        It is out of range.
    """
    least, most = BY_NAME[name].range
    if not least <= value <= most:
        raise EntryError(
            N_("This number is between {least} and {most}."), least=f"{least:g}", most=f"{most:g}"
        )
    set_criterion(store, programme_id, name, value, who)
