"""Every result that a practice ever got, side by side, and scoring it again by other rules."""

from __future__ import annotations

import html
from collections.abc import Iterable

import streamlit as st

from coach.errors import CoachError
from coach.export.reasons import versions
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.reference import list_references
from coach.store import access
from coach.store.models import Practice, Result
from coach.store.rescoring import reference_with, score_again
from coach.ui import look
from coach.ui.choices import reference_choice
from coach.ui.practice_table import moment
from coach.ui.records import records

MOST = 4
"""Results that stand side by side; with more the columns get too narrow to read (our own choice)."""
_SAID = "practice_rescored"


def choose(say: Words, practice: Practice) -> Result:
    """The result that is shown: the one that counts, or another one that is chosen."""
    results = {result.id: result for result in _in_order(practice)}
    if len(results) == 1:
        return practice.result
    key = _shown(practice)
    if st.session_state.get(key) not in results:
        st.session_state[key] = practice.result_id
    chosen = st.selectbox(
        say(N_("Result")), list(results), format_func=lambda i: _name(say, practice, results[i]), key=key
    )
    return results[chosen]


def panel(say: Words, practice: Practice, shown: Result, who: str) -> None:
    """The results side by side, which of them counts, and the form for a further one."""
    several = len(practice.results) > 1
    said = st.session_state.pop(_SAID, None)
    with st.expander(say(N_("Results side by side, scoring again")), expanded=several):
        if said:
            st.success(said)
        if several:
            _side_by_side(say, practice)
            _counting(say, practice, who)
        if practice.recording is None:
            look.lead(
                say(N_("The movement of this practice is kept no longer: it cannot be scored again.")),
                "mc-quiet",
            )
        else:
            _again(say, practice, shown, who)


def _in_order(practice: Practice) -> list[Result]:
    """The one that counts, then the others, the newest first."""
    return sorted(practice.results, key=lambda r: (r.id != practice.result_id, -r.id))


def _name(say: Words, practice: Practice, result: Result) -> str:
    return say(
        N_("{score} points, scored {when} ({which})"),
        score=say.number(result.overall, 0),
        when=moment(say, result.made_utc),
        which=say(N_("counts")) if result.id == practice.result_id else say(N_("kept as it was")),
    )


def _shown(practice: Practice) -> str:
    return f"practice_result_{practice.id}"


def _side_by_side(say: Words, practice: Practice) -> None:
    results = _in_order(practice)
    counts, columns = results[0], results[:MOST]
    made = [versions(say, result.report) for result in columns]

    def line(name: str, cells: Iterable[str]) -> str:
        return f"<tr><td>{html.escape(name)}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in cells)

    def named(name: str, version: str) -> str:
        told = say(N_("version {version}"), version=version)
        return f'{html.escape(name)}<br><span class="quiet">{html.escape(told)}</span>'

    lines = [
        line(say(N_("Scored")), (html.escape(moment(say, result.made_utc)) for result in columns)),
        line(say(N_("Reference")), (named(one.reference, one.reference_version) for one in made)),
        line(say(N_("Technique profile")), (named(one.profile, one.profile_version) for one in made)),
        line(say(N_("Program")), (html.escape(one.program) for one in made)),
        line(say(N_("In all")), (f"<b>{_points(say, r.overall, counts.overall)}</b>" for r in columns)),
    ]
    scores = [{c["id"]: c["score"] for c in result.report["score"]["criteria"]} for result in columns]
    for row, criterion in zip(say.rows(counts.report), scores[0], strict=True):
        lines.append(line(row.name, (_points(say, s.get(criterion), scores[0][criterion]) for s in scores)))
    heads = [say(N_("counts") if r is counts else N_("kept as it was")) for r in columns]
    look.rows([("", ""), *((head, "n") for head in heads)], lines, "mc-sides")
    if len(results) > MOST:
        look.lead(say(N_("and {count} more"), count=len(results) - MOST), "mc-quiet")


def _points(say: Words, points: float | None, before: float | None) -> str:
    """Points, and how far they differ from those of the result that counts."""
    text = html.escape(say.number(points, 0))
    if points is None or before is None or round(points) == round(before):
        return text
    sign = "+" if points > before else "−"
    return f'<span class="quiet">({sign}{say.number(abs(round(points) - round(before)), 0)})</span> {text}'


def _counting(say: Words, practice: Practice, who: str) -> None:
    look.lead(
        say(
            N_(
                "An old result is never written over. The list, the program's proposals and the tables take the one "
                "that counts."
            )
        ),
        "mc-quiet",
    )
    results = {result.id: result for result in _in_order(practice)}
    key = f"practice_counting_{practice.id}"
    st.session_state[key] = practice.result_id  # whatever was done elsewhere: what counts is in the records

    def changed() -> None:
        chosen = st.session_state[key]
        records().count_result(practice.id, chosen)
        access.log(records(), who, "result chosen", f"practice {practice.id}")
        st.session_state[_shown(practice)] = chosen

    st.selectbox(
        say(N_("The result that counts")),
        list(results),
        format_func=lambda i: _name(say, practice, results[i]),
        key=key,
        on_change=changed,
    )


def _again(say: Words, practice: Practice, shown: Result, who: str) -> None:
    with st.form("practice_again", border=False):
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
        reference = reference_choice(
            say, left, f"practice_again_reference_{practice.id}", start=shown.reference
        )
        own = say(N_("the reference's own"))
        titles = {
            listed.name: (listed.title or {}).get(say.language, listed.name)
            for listed in list_references()
            if listed.problem is None
        }
        profile = middle.selectbox(
            say(N_("Technique profile")),
            ["", *titles],
            format_func=lambda name: titles[name] if name else own,
            key=f"practice_again_profile_{practice.id}",
        )
        if right.form_submit_button(say(N_("Score again")), width="stretch"):
            with st.spinner(say(N_("Scoring …"))):
                _score(say, practice, reference, profile or None, who)


def _score(say: Words, practice: Practice, reference: str, profile: str | None, who: str) -> None:
    try:
        new = score_again(records(), practice.id, reference_with(reference, profile))
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    now = records().practice(practice.id).result
    access.log(records(), who, "scored again", f"practice {practice.id}")
    text = (
        N_("Scored again: {now} points, before {before}. The old result stays.")
        if new
        else N_("By just these rules there is a result already, of {now} points: it counts now.")
    )
    st.session_state[_SAID] = say(
        text, now=say.number(now.overall, 0), before=say.number(practice.overall, 0)
    )
    # The box above, drawn before this form, shows the new one from the next drawing on.
    st.session_state.pop(_shown(practice), None)
    st.rerun()
