"""What is entered into the records, checked at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from coach.errors import EntryError
from coach.i18n import N_

MODES = {
    "guided": N_("guided round"),
    "quiet": N_("round with few cues"),
    "test": N_("test round"),
    "video": N_("video"),
}
"""How a round was practised (domain knowledge, 2.3: guided, then few cues, then a test), or that it is a video."""
ROLES = ("mother", "partner", "family", "cadre", "midwife")
STATUS_BANDS = ("postpartum", "pregnant", "early", "volunteer")
"""Of whoever receives the massage: after a birth; 37 weeks and more; before; neither."""
AGE_BANDS = ("under 18", "18-24", "25-34", "35-44", "45 or more")
SAMPLE_CODE = "CONTOH"
"""How the codes of what is made up begin ("example")."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,23}")
_LONG_NUMBER = re.compile(r"\d{9,}")


def clean_code(text: str) -> str:
    """A participant's code as it is stored: capitals, digits and hyphens.

    Raises
    ------
    EntryError
        It is not a code, or looks like the number of a person or a telephone.
    """
    code = re.sub(r"[\s_]+", "-", text.strip()).upper()
    if not _CODE.fullmatch(code):
        raise EntryError(
            N_("“{code}” is not a participant's code: use up to 24 letters, digits and hyphens, like A-07."),
            code=text.strip()[:40],
        )
    if _LONG_NUMBER.search(code.replace("-", "")):
        raise EntryError(
            N_(
                "A code must not be the number of an identity card or a telephone. Use a short code, like A-07."
            )
        )
    return code


@dataclass(frozen=True)
class Consent:
    """What a participant agreed to, each by itself (domain knowledge, section 4).

    Attributes
    ----------
    practice : bool
        To be measured and to have the result kept.
    movement : bool
        To have the movement data kept until the instructor's review.
    picture : bool
        To have a video of her back and the hands on it kept until after the review.
    report : bool
        To be counted in the programme's report.
    """

    practice: bool = True
    movement: bool = False
    picture: bool = False
    report: bool = False

    @classmethod
    def read(cls, items: Mapping[str, Any] | Sequence[str]) -> Consent:
        """From ``{"practice": true, …}`` or a list of what was agreed to; anything unknown counts as no."""
        given = {k for k, v in items.items() if v is True} if isinstance(items, Mapping) else set(items)
        return cls(*(name in given for name in ("practice", "movement", "picture", "report")))


@dataclass(frozen=True)
class GivenCue:
    """Something said to the couple."""

    t_s: float
    cue: str


@dataclass(frozen=True)
class Entry:
    """One round to be kept; `report` is what `Report.to_json` gives.

    Attributes
    ----------
    key : str
        Names the round wherever it comes from; one that is known already is not entered twice.
    code : str
        The participant's.
    started_utc : datetime
        With its time zone.
    mode : str
        One of `MODES`.
    source : str
        'camera' or 'video'.
    rules : str
        What the report follows from; see `coach.store.rescoring.rules_of`.
    """

    key: str
    code: str
    started_utc: datetime
    mode: str
    source: str
    report: Mapping[str, Any]
    rules: str
    consent: Consent
    comfort: int | None = None
    pain: bool | None = None
    cues: Sequence[GivenCue] = ()
    role: str | None = None
    age_band: str | None = None
    status_band: str | None = None

    def checked(self) -> Entry:
        """The entry with its code cleaned.

        Raises
        ------
        EntryError
            Something in it may not be kept, or is not what it should be.
        """
        if not self.consent.practice:
            raise EntryError(N_("Without consent to the practice nothing is kept."))
        for value, known, template in (
            (self.mode, MODES, N_("“{value}” is not a kind of practice; known are {known}.")),
            (self.role, ROLES, N_("“{value}” is not a role; known are {known}.")),
            (self.age_band, AGE_BANDS, N_("“{value}” is not an age band; known are {known}.")),
        ):
            if value is not None and value not in known:
                raise EntryError(template, value=value, known=", ".join(known))
        if self.comfort is not None and self.comfort not in range(1, 6):
            raise EntryError(N_("Comfort is a whole number from 1 to 5, not {value}."), value=self.comfort)
        return replace(self, code=clean_code(self.code))

    @property
    def keeps_movement(self) -> bool:
        """Whether the movement data may be kept: with consent, and never of somebody under 18."""
        return self.consent.movement and self.age_band != AGE_BANDS[0]

    @property
    def keeps_film(self) -> bool:
        """Whether a video may be kept: with consent, and never of somebody under 18."""
        return self.consent.picture and self.age_band != AGE_BANDS[0]
