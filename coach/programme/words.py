"""Names and numbers of a programme, as a person reads them, on the page and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date

from coach.export.words import Words
from coach.i18n import N_
from coach.programme.criteria import BY_NAME, Criteria
from coach.programme.facts import Asked, Facts
from coach.programme.questions import BY_ID, YES_NO
from coach.programme.statistics import Paired, Share, Spread

ROLES = {
    "mother": N_("mother"),
    "partner": N_("partner (husband)"),
    "family": N_("of the family"),
    "cadre": N_("health cadre"),
    "midwife": N_("midwife"),
    "": N_("not written down"),
}
AGES = {
    "under 18": N_("under 18"),
    "18-24": N_("18–24"),
    "25-34": N_("25–34"),
    "35-44": N_("35–44"),
    "45 or more": N_("45 or more"),
    "": N_("not written down"),
}
STATUSES = {
    "postpartum": N_("has given birth"),
    "pregnant": N_("pregnant, 37 weeks or more"),
    "early": N_("pregnant, before 37 weeks"),
    "volunteer": N_("neither pregnant nor after birth"),
    "": N_("not written down"),
}
CONSENTS = {
    "practice": N_("practice: measured, result kept"),
    "movement": N_("movement data until the review"),
    "picture": N_("a video of her back and the hands"),
    "report": N_("counted in the report"),
}
NO_DATA = N_("no data yet")
FEW = N_("fewer than 5, or hidden with them")


def day(say: Words, when: date | None) -> str:
    """A date as it is written: 2 November 2026."""
    return "–" if when is None else str(format_date(when, "d MMMM y", locale=say.language))


def short_day(say: Words, when: date | None) -> str:
    """A date for a table: 2 Nov 2026."""
    return "–" if when is None else str(format_date(when, "d MMM y", locale=say.language))


def span(say: Words, facts: Facts) -> str:
    """From when to when; what is open is left out."""
    if facts.starts_on and facts.ends_on:
        return f"{day(say, facts.starts_on)} – {day(say, facts.ends_on)}"
    if facts.starts_on:
        return say(N_("since {day}"), day=day(say, facts.starts_on))
    if facts.ends_on:
        return say(N_("until {day}"), day=day(say, facts.ends_on))
    return say(NO_DATA)


def share(say: Words, found: Share) -> str:
    """So many of so many, with the percentage where there are enough to have one."""
    if not found.n:
        return say(NO_DATA)
    text = say(N_("{count} of {n}"), count=found.count, n=found.n)
    return text if found.percent is None else f"{text} ({say.number(found.percent, 0)} %)"


def middle(say: Words, found: Spread, unit: str = "") -> str:
    """Median and quartiles, with how many there are."""
    if found.median is None:
        return say(NO_DATA)
    return say(
        N_("median {median}{unit} (quartiles {low} to {high}; n = {n})"),
        median=say.number(found.median), low=say.number(found.low), high=say.number(found.high), unit=unit, n=found.n,
    )  # fmt: skip


def test(say: Words, found: Paired) -> str:
    """What the signed-rank test says, or why there is none."""
    if found.p is None:
        return say(found.why_not or NO_DATA)
    changed = found.rose + found.fell
    if found.p < 0.001:
        return say(N_("Wilcoxon signed-rank test: p < 0.001 ({n} pairs that differ)"), n=changed)
    return say(
        N_("Wilcoxon signed-rank test: p = {p} ({n} pairs that differ)"), p=say.number(found.p, 3), n=changed
    )


def difference(say: Words, found: Paired, unit: str = "") -> str:
    """The median of the differences, and how many rose and fell."""
    if found.difference.median is None:
        return say(NO_DATA)
    return say(
        N_("median difference {difference}{unit} in {n} pairs: {rose} higher, {same} the same, {fell} lower"),
        difference=signed(say, found.difference.median), unit=unit, n=found.n, rose=found.rose, same=found.same,
        fell=found.fell,
    )  # fmt: skip


def signed(say: Words, value: float) -> str:
    """A number with its sign."""
    return ("+" if value > 0 else "−" if value < 0 else "±") + say.number(abs(value))


def question(say: Words, asked: Asked) -> str:
    """The text of an interview question: an instructor's own, else ours in this language."""
    if asked.text or asked.standard not in BY_ID:
        return asked.text
    return say(BY_ID[str(asked.standard)].text)


def choices(asked: Asked) -> tuple[str, ...]:
    """The answers to choose from, as they are stored; see `answer` for what is shown."""
    if asked.kind == "yesno":
        return tuple(YES_NO)
    if asked.choices or asked.standard not in BY_ID:
        return asked.choices
    return BY_ID[str(asked.standard)].choices


def in_order(asked: Asked, given: Iterable[str]) -> list[str]:
    """Answers in the order in which they are offered, then those that are not offered any more.

    By how often they were given, the order would say more of hidden counts than that they are hidden.
    """
    offered = {value: place for place, value in enumerate(choices(asked))}
    return sorted(given, key=lambda value: (offered.get(value, len(offered)), value))


def answer(say: Words, asked: Asked, value: str) -> str:
    """A stored answer as it is read; those of our own questions are marked texts."""
    return say(YES_NO[value]) if asked.kind == "yesno" and value in YES_NO else say.translate(value)


def setting(say: Words, name: str, criteria: Criteria) -> str:
    """A criterion with its number."""
    return say(BY_NAME[name].text, value=f"{criteria[name]:g}")
