"""What can be counted of a programme: one object, from which page, paper and table are made in either language.

Only participants who agreed to be in the report are counted; how many did not is told. The indicators are those of the
domain notes, section 4: input and process, output, and, by people's own word, outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coach.programme.criteria import Criteria
from coach.programme.facts import Asked, Facts, Gathering, Member, Round
from coach.programme.levels import LEVELS, Standing, standings
from coach.programme.statistics import SMALL, Paired, Share, Spread, hide_small, paired, spread
from coach.store.enrolments import OCCASIONS
from coach.store.entries import AGE_BANDS, MODES, ROLES, STATUS_BANDS
from coach.teach.quiz import ITEMS

HOME_DAYS, HOME_MINUTES = 3, 15
"""Practice at home that a Hong Kong sub-study called good: 15 minutes and more on 3 days a week and more."""
WINDOW_DAYS = (14, 28)
"""Two to four weeks after the lesson."""


@dataclass(frozen=True)
class Held:
    """A session, and how many who are counted came."""

    meeting: Gathering
    present: int


@dataclass(frozen=True)
class Knowledge:
    """The ten questions at one occasion; percent of right answers.

    Attributes
    ----------
    good, fair, weak : int
    mean : float or None
    """

    spread: Spread
    mean: float | None
    good: int
    fair: int
    weak: int


@dataclass(frozen=True)
class ByMode:
    """Rounds of one kind."""

    mode: str
    rounds: int
    people: int
    score: Spread


@dataclass(frozen=True)
class Target:
    """What the programme aims at, and what is reached; `name` is a setting's."""

    name: str
    wanted: float
    reached: Share


@dataclass(frozen=True)
class Line:
    """One participant, by code."""

    code: str
    role: str | None
    present: int
    quiz: tuple[float | None, ...]
    rounds: int
    first: float | None
    test: float | None
    comfort: float | None
    standing: Standing
    trained_by: str | None


@dataclass(frozen=True)
class Replies:
    """A question of the interview; by answer how many, None where few would point to somebody.

    Attributes
    ----------
    number : Spread or None
        Of a question for a number; None where so few answered that it would be somebody's answer.
    """

    asked: Asked
    n: int
    counts: Mapping[str, int | None]
    number: Spread | None = None


@dataclass(frozen=True)
class Findings:
    """All that the report says, without a word in any language.

    Attributes
    ----------
    people, left_out : int
        Participants who are counted, and who did not agree to it.
    taught : int
        Sessions of the implementation.
    ages, statuses : dict
        By band; None where few would point to somebody.
    items : dict
        By question of the ten: right answers on this program's screen, (before, after).
    """

    facts: Facts
    made_on: date
    people: int
    left_out: int
    held: Sequence[Held]
    roles: Mapping[str, int]
    ages: Mapping[str, int | None]
    statuses: Mapping[str, int | None]
    couples: Share
    attendance: Share
    interviewed: Share
    replies: Sequence[Replies]
    knowledge: Mapping[str, Knowledge]
    before_after: Paired
    after_later: Paired
    sure: Paired
    in_window: Share
    items: Mapping[str, tuple[Share, Share]]
    modes: Sequence[ByMode]
    rounds: int
    scored: Share
    skill: Paired
    faults: Mapping[str, Share]
    on_spine: Share
    reviewed: int
    critical: Share
    checklist: Spread
    passed: Share
    comfort: Spread
    pain: Share
    home: Share
    taught_others: Share
    people_taught: int
    levels: Mapping[str, Share]
    targets: Sequence[Target]
    lines: Sequence[Line]
    adverse: Sequence[tuple[date, str]]
    versions: Sequence[tuple[str, str]]

    @property
    def taught(self) -> int:
        return sum(h.meeting.stage == "implementation" for h in self.held)


def findings(facts: Facts, made_on: date) -> Findings:
    """Count."""
    people = [m for m in facts.members if m.in_report]
    where = standings(facts)
    rounds = [r for m in people for r in m.rounds]
    rated = [r for r in rounds if r.rated]
    decided = [r for r in rounds if r.critical is not None]
    taught = {m.id for m in facts.meetings if m.stage == "implementation"}
    asked = [m.home for m in people if m.home is not None]
    tried = [m for m in people if any(r.mode == "test" for r in m.rounds)]
    counts = {
        "interviewed": Share(sum(bool(m.answers) for m in people), len(people)),
        "attendance": _attendance(people, facts.meetings),
        "couples": _couples(people, taught),
        "passed": Share(sum(where[m.code].reached("passed") for m in people), len(people)),
    }
    knowledge = {o: _knowledge(people, o, facts.criteria) for o in OCCASIONS}
    return Findings(
        facts=facts,
        made_on=made_on,
        people=len(people),
        left_out=len(facts.members) - len(people),
        held=[Held(s, sum(s.id in m.present for m in people)) for s in facts.meetings],
        roles=_counts((m.role for m in people), ROLES),
        ages=hide_small(_counts((m.age_band for m in people), AGE_BANDS)),
        statuses=hide_small(_counts((m.status_band for m in people), STATUS_BANDS)),
        couples=counts["couples"],
        attendance=counts["attendance"],
        interviewed=counts["interviewed"],
        replies=[_replies(question, people) for question in facts.questions],
        knowledge=knowledge,
        before_after=_twice(people, "before", "after", lambda t: t.percent),
        after_later=_twice(people, "after", "later", lambda t: t.percent),
        sure=_twice(people, "before", "after", lambda t: t.confidence),
        in_window=_in_window(people),
        items=_items(people),
        modes=[_by_mode(people, mode) for mode in MODES],
        rounds=len(rounds),
        scored=Share(len(rated), len(rounds)),
        skill=_skill(people),
        faults=_faults(rated),
        on_spine=Share(sum("on_spine" in r.faults for r in rated), len(rated)),
        reviewed=len(decided),
        critical=Share(sum(bool(r.critical) for r in decided), len(decided)),
        checklist=spread([r.checklist for r in decided if r.checklist is not None]),
        passed=Share(sum(where[m.code].reached("passed") for m in tried), len(tried)),
        comfort=spread([float(r.comfort) for r in rounds if r.comfort is not None]),
        pain=Share(sum(r.pain is True for r in rounds), sum(r.pain is not None for r in rounds)),
        home=Share(sum(h.days_a_week >= HOME_DAYS and h.minutes >= HOME_MINUTES for h in asked), len(asked)),
        taught_others=Share(sum(h.taught > 0 for h in asked), len(asked)),
        people_taught=sum(h.taught for h in asked),
        levels={
            name: Share(sum(where[m.code].reached(name) for m in people), len(people)) for name in LEVELS
        },
        targets=_targets(facts.criteria, counts, knowledge["after"]),
        lines=[_line(m, where[m.code], people) for m in people],
        adverse=[(s.on_date, s.adverse) for s in facts.meetings if s.adverse],
        versions=sorted({(r.profile, r.app_version) for r in rounds}),
    )


def _counts(values: Iterable[str | None], known: Sequence[str]) -> dict[str, int]:
    """How many of each, in the order of `known`; what is not written down under an empty name, the last."""
    counted = Counter(value or "" for value in values)
    return {name: counted[name] for name in (*known, "") if counted[name]}


def _attendance(people: Sequence[Member], meetings: Sequence[Gathering]) -> Share:
    """Of the sessions of the implementation that were held for somebody, at their site or for all sites."""
    came = expected = 0
    for m in people:
        for meeting in meetings:
            here = meeting.site_id is None or m.site_id is None or meeting.site_id == m.site_id
            if meeting.stage == "implementation" and (here or meeting.id in m.present):
                expected += 1
                came += meeting.id in m.present
    return Share(came, expected)


def _couples(people: Sequence[Member], taught: set[str]) -> Share:
    """Couples of whom both came to a session of the implementation."""
    by_code = {m.code: m for m in people}
    pairs = {
        tuple(sorted((m.code, m.partner)))
        for m in people
        if m.partner in by_code and by_code[m.partner].partner == m.code
    }
    both = sum(all(by_code[code].present & taught for code in pair) for pair in pairs)
    return Share(both, len(pairs))


def _knowledge(people: Sequence[Member], occasion: str, criteria: Criteria) -> Knowledge:
    percents = [m.quiz[occasion].percent for m in people if occasion in m.quiz]
    good = sum(p >= criteria["good_from"] for p in percents)
    weak = sum(p < criteria["fair_from"] for p in percents)
    mean = sum(percents) / len(percents) if percents else None
    return Knowledge(spread(percents), mean, good, len(percents) - good - weak, weak)


def _twice(people: Sequence[Member], first: str, second: str, value: Callable) -> Paired:
    def at(occasion: str) -> dict[str, float]:
        found = {m.code: value(m.quiz[occasion]) for m in people if occasion in m.quiz}
        return {code: float(x) for code, x in found.items() if x is not None}

    return paired(at(first), at(second))


def _in_window(people: Sequence[Member]) -> Share:
    """Later quizzes that were two to four weeks after the one after the lesson."""
    both = [m.quiz for m in people if {"after", "later"} <= m.quiz.keys()]
    days = [(q["later"].on_date - q["after"].on_date).days for q in both]
    return Share(sum(WINDOW_DAYS[0] <= d <= WINDOW_DAYS[1] for d in days), len(days))


def _items(people: Sequence[Member]) -> dict[str, tuple[Share, Share]]:
    def right(item_id: str, true: bool, occasion: str) -> Share:
        given = [m.quiz[occasion].answers for m in people if occasion in m.quiz]
        known = [answers for answers in given if answers]
        return Share(sum(a.get(item_id) is true for a in known), len(known))

    return {i.id: (right(i.id, i.true, "before"), right(i.id, i.true, "after")) for i in ITEMS}


def _by_mode(people: Sequence[Member], mode: str) -> ByMode:
    rounds = [r for m in people for r in m.rounds if r.mode == mode]
    who = sum(any(r.mode == mode for r in m.rounds) for m in people)
    return ByMode(mode, len(rounds), who, spread([r.overall for r in rounds if r.overall is not None]))


def _first(member: Member) -> float | None:
    """The first round that got a score; a test round is none."""
    return next((r.overall for r in member.rounds if r.mode != "test" and r.overall is not None), None)


def _last_test(member: Member) -> float | None:
    tests = [r.overall for r in member.rounds if r.mode == "test" and r.overall is not None]
    return tests[-1] if tests else None


def _skill(people: Sequence[Member]) -> Paired:
    """The first round and the last test round of the same people."""
    first = {m.code: x for m in people if (x := _first(m)) is not None}
    return paired(first, {m.code: x for m in people if (x := _last_test(m)) is not None})


def _faults(rated: Sequence[Round]) -> dict[str, Share]:
    counted = Counter(fault for r in rated for fault in r.faults)
    return {fault: Share(count, len(rated)) for fault, count in counted.most_common()}


def _replies(question: Asked, people: Sequence[Member]) -> Replies:
    given = [m.answers[question.id] for m in people if question.id in m.answers]
    if question.kind == "number":
        few = 0 < len(given) < SMALL
        return Replies(question, len(given), {}, None if few else spread([float(x) for x in given]))
    return Replies(question, len(given), hide_small(dict(Counter(given).most_common())))


def _targets(criteria: Criteria, counts: Mapping[str, Share], after: Knowledge) -> list[Target]:
    reached = {**counts, "good": Share(after.good, after.spread.n)}
    names = ("interviewed", "attendance", "couples", "good", "passed")
    return [Target(f"target_{name}", criteria[f"target_{name}"], reached[name]) for name in names]


def _line(member: Member, standing: Standing, people: Sequence[Member]) -> Line:
    asked = spread([float(r.comfort) for r in member.rounds if r.comfort is not None])
    return Line(
        code=member.code,
        role=member.role,
        present=len(member.present),
        quiz=tuple(member.quiz[o].percent if o in member.quiz else None for o in OCCASIONS),
        rounds=len(member.rounds),
        first=_first(member),
        test=_last_test(member),
        comfort=asked.median,
        standing=standing,
        trained_by=member.trained_by if any(m.code == member.trained_by for m in people) else None,
    )
