"""The ten questions, the same before and after: right or wrong, with an explanation for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.i18n import N_


@dataclass(frozen=True)
class Item:
    """One statement.

    Attributes
    ----------
    id : str
        Stays the same for ever: answers are compared by it.
    statement : str
        Marked text.
    true : bool
    why : str
        Marked text, said after the last answer.
    """

    id: str
    statement: str
    true: bool
    why: str


ITEMS = (
    Item(
        "both_sides",
        N_("The massage is done on both sides of the spine."),
        True,
        N_("One thumb works on each side, one or two finger widths beside the spine."),
    ),
    Item(
        "on_spine",
        N_("The spine itself is pressed."),
        False,
        N_("Never press on the spine itself; the thumbs stay beside it."),
    ),
    Item(
        "downwards",
        N_("The massage goes from the neck down to the shoulder blades."),
        True,
        N_("It begins just below the bump of the neck; the way back up is only a light return."),
    ),
    Item(
        "small_circles",
        N_("The movement is small circles."),
        True,
        N_("Small circles, not rubbing up and down."),
    ),
    Item(
        "together",
        N_("Both hands move at the same time."),
        True,
        N_("Both hands work at the same time and at the same height."),
    ),
    Item(
        "duration",
        N_("One round takes about two to three minutes."),
        True,
        N_("Two to three minutes a round; three rounds are usual."),
    ),
    Item(
        "pain",
        N_("The more it hurts, the better it works."),
        False,
        N_("It should be comfortable. If it hurts: gentler, or stop."),
    ),
    Item(
        "fever",
        N_("It may be done while the mother has a fever or is bleeding."),
        False,
        N_("With a fever or bleeding: do not massage, ask the midwife."),
    ),
    Item(
        "family",
        N_("A husband or someone of the family can do it."),
        True,
        N_("A husband or someone of the family is even preferred, once they have learned it."),
    ),
    Item(
        "midwife",
        N_("This massage replaces the midwife's check-ups."),
        False,
        N_("It replaces no check-up: the midwife's examinations are needed as before."),
    ),
)
"""In the order in which they are asked."""

CONFIDENCE = N_("How sure are you that you could do this massage?")
"""Asked after the ten, 1 (not at all) to 5 (very)."""
LEVELS = (N_("weak"), N_("fair"), N_("good"))
GOOD, FAIR = 76.0, 56.0
"""Percent from which knowledge is called good or fair, as Indonesian reports do; cut-offs differ between them."""


@dataclass(frozen=True)
class Answers:
    """What one person answered, at one time.

    Attributes
    ----------
    given : dict of str to bool or None
        By item; None is "I do not know". Items that were not reached are missing.
    confidence : int or None
        1 to 5.
    """

    given: Mapping[str, bool | None]
    confidence: int | None = None

    @property
    def next_item(self) -> Item | None:
        """The first item without an answer."""
        return next((item for item in ITEMS if item.id not in self.given), None)

    @property
    def complete(self) -> bool:
        return self.next_item is None

    @property
    def right(self) -> int:
        """How many answers are right; not to know is not right."""
        return sum(self.given.get(item.id) is item.true for item in ITEMS)

    @property
    def percent(self) -> float:
        return 100.0 * self.right / len(ITEMS)

    @property
    def level(self) -> str:
        """Marked text: good, fair or weak."""
        return LEVELS[2] if self.percent >= GOOD else LEVELS[1] if self.percent >= FAIR else LEVELS[0]

    def answer(self, item: Item, value: bool | None) -> Answers:
        """These answers and one more; a later answer to the same item replaces the earlier one."""
        return Answers({**self.given, item.id: value}, self.confidence)

    def without_last(self) -> Answers:
        """These answers without the last one given: one step back."""
        kept = list(self.given.items())[:-1]
        return Answers(dict(kept), None)


@dataclass(frozen=True)
class Change:
    """How one item went, before and after."""

    item: Item
    before: bool | None
    """Was it right; None when it was not asked."""
    after: bool


def changes(before: Answers | None, after: Answers) -> list[Change]:
    """Every item with whether it was right before and after."""
    asked = before if before is not None and before.complete else None
    return [
        Change(
            item,
            None if asked is None else asked.given[item.id] is item.true,
            after.given.get(item.id) is item.true,
        )
        for item in ITEMS
    ]
