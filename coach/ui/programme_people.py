"""Participants by code: the list, who trained whom as a tree, and one of them."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme import words
from coach.programme.criteria import GROUPS
from coach.programme.facts import Facts, Member
from coach.programme.levels import LEVELS, Branch, Standing, standings, tree
from coach.store.enrolments import Person, enrol
from coach.store.programmes import PROFESSIONS
from coach.ui import look, programme_person
from coach.ui.assets import asset
from coach.ui.records import records

_TABLE = st.components.v2.component(
    "massage_coach.people",
    html='<div id="list"></div>',
    css=asset("table.css"),
    js=asset("table.js"),
)
_COLUMNS = (
    (N_("Participant"), "code", "code"),
    (N_("Role"), "role", "tight"),
    (N_("before"), "before", "n wide"),
    (N_("after"), "after", "n wide"),
    (N_("later"), "later", "n wide"),
    (N_("Rounds"), "rounds", "n wide"),
    (N_("Level"), "level", "state"),
    (N_("Missing for the next level"), None, "quiet wrap wide"),
)
OPEN = "programme_person"
_SORT, _DOWN = "programme_people_sort", "programme_people_down"
_FIRST_UP = ("code", "role")  # columns that begin with the lowest; numbers and levels begin with the highest
_VIEWS = {"list": N_("List"), "tree": N_("Who trained whom"), "new": N_("New participant")}


def show(say: Words, facts: Facts, who: str) -> None:
    """The part."""
    member = facts.member(st.session_state.get(OPEN, ""))
    where = standings(facts)
    if member is not None:
        programme_person.show(say, facts, member, where[member.code], who)
        return
    view = st.segmented_control(
        say(N_("View")), list(_VIEWS), default="list", format_func=lambda v: say(_VIEWS[v]), key="programme_view",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    if view == "new":
        _new(say, facts, who)
    elif not facts.members:
        look.lead(say(N_("There are no participants yet.")))
    elif view == "tree":
        _tree(say, facts, where)
    else:
        _list(say, facts, where)


def _list(say: Words, facts: Facts, where: dict[str, Standing]) -> None:
    look.lead(
        say(
            N_(
                "{count} participants. Press a line to open it. Before, after and later: the ten questions in percent."
            ),
            count=len(facts.members),
        ),
        "mc-quiet",
    )
    state = st.session_state
    sort, descending = state.setdefault(_SORT, "code"), state.setdefault(_DOWN, False)
    members = _sorted(say, facts.members, where, sort, descending=descending)
    key = "programme_people"

    def opened() -> None:
        number = st.session_state[key].open
        if isinstance(number, int) and 0 <= number < len(members):
            st.session_state[OPEN] = members[number].code

    def sorted_by() -> None:
        column = state[key].sort
        if any(column == known for _, known, _ in _COLUMNS if known):
            state[_DOWN] = not state[_DOWN] if column == state[_SORT] else column not in _FIRST_UP
            state[_SORT] = column

    _TABLE(
        key=key,
        data={
            "columns": [{"name": say(name), "sort": by, "kind": kind} for name, by, kind in _COLUMNS],
            "lines": [_line(say, facts, i, m, where[m.code]) for i, m in enumerate(members)],
            "sort": sort,
            "descending": descending,
        },
        on_open_change=opened,
        on_sort_change=sorted_by,
    )


def _sorted(
    say: Words, members: Sequence[Member], where: Mapping[str, Standing], by: str, *, descending: bool
) -> list[Member]:
    """The members by one of the columns; who has nothing there stands last either way, equals by their codes."""

    def value(member: Member) -> Any:
        if by == "code":
            return member.code
        if by == "role":
            return say(words.ROLES[member.role]) if member.role else None
        if by == "rounds":
            return len(member.rounds)
        if by == "level":
            return where[member.code].level
        taken = member.quiz.get(by)
        return taken.percent if taken else None

    have = sorted((m for m in members if value(m) is not None), key=lambda m: m.code)
    have.sort(key=value, reverse=descending)
    return have + sorted((m for m in members if value(m) is None), key=lambda m: m.code)


def _line(say: Words, facts: Facts, i: int, member: Member, standing: Standing) -> dict[str, object]:
    taken = [member.quiz.get(o) for o in ("before", "after", "later")]
    first = words.setting(say, standing.missing[0], facts.criteria) if standing.missing else ""
    more = len(standing.missing) - 1
    if more > 0:
        first += say(N_(" (+{count} more)"), count=more)
    return {
        "id": i,
        "label": member.code,
        "cells": [
            member.code,
            say(words.ROLES[member.role or ""]),
            *(say.number(t.percent, 0) if t else "–" for t in taken),
            str(len(member.rounds)),
            say(GROUPS[standing.name]) if standing.name else say(N_("begun")),
            first,
        ],
        "state": "pass" if standing.reached("passed") else "open",
        "trail": [],
    }


def _tree(say: Words, facts: Facts, where: dict[str, Standing]) -> None:
    legend = " ".join(f"{i} {say(GROUPS[name])} ·" for i, name in enumerate(LEVELS, 1)).rstrip(" ·")
    look.lead(say(N_("The filled dots are the levels reached: {legend}."), legend=legend), "mc-quiet")
    roots = []
    for root in tree(facts):
        if root.staff_id:
            name, what = facts.staff[root.staff_id]
            title = f"{html.escape(name)} <span class='mc-quiet'>{html.escape(say(PROFESSIONS[what]))}</span>"
        else:
            title = html.escape(say(N_("Trainer not written down")))
        count = html.escape(say(N_("{count} people"), count=root.size))
        roots.append(
            f'<li><span class="root">{title}</span> <span class="mc-quiet">· {count}</span>'
            f"{_branches(say, facts, where, root.below)}</li>"
        )
    st.html(f'<ul class="mc-tree">{"".join(roots)}</ul>')


def _branches(say: Words, facts: Facts, where: dict[str, Standing], below: tuple[Branch, ...]) -> str:
    """Those who trained others one a line, all others beside each other."""
    lines = []
    for branch in (b for b in below if b.below):
        member = facts.member(branch.code or "")
        role = say(words.ROLES[member.role or ""]) if member else ""
        count = html.escape(say(N_("trained {count}"), count=len(branch.below)))
        lines.append(
            f'<li><span class="who">{html.escape(branch.code or "")}</span>{_dots(where[branch.code or ""])}'
            f'<span class="mc-quiet">{html.escape(role)} · {count}</span>'
            f"{_branches(say, facts, where, branch.below)}</li>"
        )
    leaves = "".join(
        f'<span class="leaf">{html.escape(b.code or "")}{_dots(where[b.code or ""])}</span>'
        for b in below
        if not b.below
    )
    if leaves:
        lines.append(f'<li><div class="leaves">{leaves}</div></li>')
    return f"<ul>{''.join(lines)}</ul>"


def _dots(standing: Standing) -> str:
    dots = "".join(f'<i class="{"on" if i < standing.level else ""}"></i>' for i in range(len(LEVELS)))
    return f'<span class="mc-dots" role="img" aria-label="{standing.level} / {len(LEVELS)}">{dots}</span>'


def _new(say: Words, facts: Facts, who: str) -> None:
    """A code is enough to begin; all else is on the participant's own page, which opens then."""
    st.header(say(N_("New participant")), anchor=False)
    with st.form("programme_person_new", border=False):
        code = st.text_input(
            say(N_("Code, no name")), max_chars=24, placeholder="A-07", key="programme_person_code"
        )
        if st.form_submit_button(say(N_("Enter")), type="primary"):
            try:
                site = next(iter(facts.sites)) if len(facts.sites) == 1 else None
                new = enrol(records(), facts.id, Person(code, site_id=site), who)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                st.session_state[OPEN] = new
                st.rerun()
    look.lead(
        say(
            N_(
                "Entering somebody says that this person agreed to practise and to have the result kept. Many codes at "
                "once are entered under Sessions."
            )
        ),
        "mc-quiet",
    )
