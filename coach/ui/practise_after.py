"""After a round: how she felt, one thing that was good, one to try, and the score in parts."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from coach import palette
from coach.errors import CoachError
from coach.export.tracks import tracks
from coach.export.words import Words
from coach.i18n import N_
from coach.live import keeping
from coach.live.coaching import GUIDED, QUIET, TEST
from coach.live.session import Outcome
from coach.scoring.cues import Sentence, sentences
from coach.scoring.reference import load_reference
from coach.scoring.tracked import shown
from coach.store import access
from coach.store.entries import MODES
from coach.store.inbox import take_in
from coach.store.listing import rounds
from coach.store.models import Practice
from coach.store.removal import delete_film
from coach.ui import charts, look
from coach.ui.records import records
from coach.vision.filming import TROUBLES

STYLE = f"""<style>
.mc-rounds {{ display: flex; gap: 1.6rem; align-items: flex-end; margin: .2rem 0 1rem; }}
.mc-rounds div {{ text-align: center; color: {palette.MUTED}; font-size: .95rem; }}
.mc-rounds b {{ display: block; font-size: 1.7rem; color: {palette.INK}; font-weight: 600; }}
.mc-rounds i {{ display: block; width: 4.6rem; margin: 0 auto .3rem; border-radius: 4px; background: #BFD3D3; }}
.mc-rounds .now i {{ background: {palette.ACCENT}; }} .mc-rounds .now b {{ color: {palette.ACCENT}; }}
</style>"""
_LARGE = """<style>
[class*="st-key-practise_answer"] button { min-height: 3rem; min-width: 3rem; }
[class*="st-key-practise_answer"] button p { font-size: 1.15rem; font-weight: 700; }
</style>"""  # for oily fingers
_MOST_ROUNDS = 6
_NEXT: dict[str, str] = {
    GUIDED: N_("A quiet round: cues only for what is clearly off."),
    QUIET: N_("A test round, without cues."),
    TEST: N_("The same once more on another day."),
}
"""What to try where nothing is to be mended: with less and less help (domain notes, 2.3)."""


def show(say: Words, outcome: Outcome, kept: Sequence[str]) -> str | None:
    """The page; gives 'again' or 'finish' once one of them is pressed.

    Parameters
    ----------
    say : Words
    outcome : Outcome
    kept : sequence of str
        Keys of this visit's rounds in the records, the newest last.
    """
    st.title(say(N_("How was it for her?")), anchor=False)
    st.html(_LARGE)
    if outcome.unkept is not None:
        _unkept(say, outcome, outcome.unkept)
    hurt = _answers(say, outcome)
    _words(say, outcome, hurt=hurt)
    pressed = _further(say, hurt=hurt)
    mine = _this_visit_s(say, outcome, kept)
    if len(mine) > 1:
        _compared(say, mine[-_MOST_ROUNDS:], len(mine))
    _score(say, outcome, mine[-2].result.report if len(mine) > 1 and outcome.folder is not None else None)
    _movement(say, outcome)
    return pressed


def _unkept(say: Words, outcome: Outcome, why: CoachError) -> None:
    text = say(N_("This round could not be kept; its result is on this page only."))
    if outcome.practice.consent.movement:
        text += " " + say(N_("Its movement is offered to you again when you next start to practise."))
    st.warning(f"{text}\n\n{why.text(say.translate)}")


def _answers(say: Words, outcome: Outcome) -> bool:
    """Comfort and pain, asked of the mother: the camera sees neither. Whether it hurt, as far as she has said."""
    key = f"practise_answer_{id(outcome)}"
    left, right, kept = st.columns([2.2, 1, 0.9], vertical_alignment="bottom")
    comfort = left.segmented_control(
        say(N_("How comfortable was it? (1 not at all, 5 very)")),
        range(1, 6),
        key=f"{key}_comfort",
    )
    pain = right.segmented_control(
        say(N_("Did it hurt?")),
        [False, True],
        format_func=lambda yes: say(N_("Yes")) if yes else say(N_("No")),
        key=f"{key}_pain",
    )
    if comfort is not None and pain is not None:
        if outcome.folder is not None and st.session_state.get(f"{key}_told") != (comfort, pain):
            keeping.answer(outcome.folder, int(comfort), bool(pain))
            st.session_state[f"{key}_told"] = comfort, pain
        noted = html.escape(say(N_("Noted")))
        kept.html(f'<p class="mc-quiet" style="padding-bottom:.6rem">✓ {noted}</p>')
    if pain:
        st.warning(say(N_("Please stop for today and tell the midwife. Lighter next time.")))
    return bool(pain)


def _words(say: Words, outcome: Outcome, *, hurt: bool) -> None:
    told = sentences(outcome.report)
    good = next((s for s in told if s.kind == "good"), None)
    change = next((s for s in told if s.kind != "good"), None)
    if outcome.report.tracking.rated and change is not None and change.kind == "note":
        change = None if hurt else Sentence(_NEXT[outcome.practice.mode], kind="good")
    overall = outcome.report.overall
    left, right = st.columns([3, 1])
    blocks = [
        _block(say, title, sentence, kind)
        for title, sentence, kind in (
            (N_("This was good"), good, "good"),
            (N_("Try this next"), change, change.kind if change is not None else ""),
        )
        if sentence is not None
    ]
    left.html("".join(blocks))
    if overall is None:
        right.html(f'<div class="mc-score none"><b>{html.escape(say(N_("Not scored")))}</b></div>')
    else:
        right.html(
            f'<div class="mc-score"><b>{say.number(overall, 0)}</b>'
            f"<span>{html.escape(say(N_('points out of 100')))}</span></div>"
        )


def _block(say: Words, title: str, sentence: Sentence, kind: str) -> str:
    if sentence.kind == "note":  # not rated: no advice to try
        return f'<div class="mc-say first">{html.escape(say.sentence(sentence))}</div>'
    return (
        f'<p class="mc-quiet" style="margin:0">{html.escape(say(title))}</p>'
        f'<div class="mc-say {kind} first">{html.escape(say.sentence(sentence))}</div>'
    )


def _further(say: Words, *, hurt: bool) -> str | None:
    again, finish, _ = st.columns([1, 1, 2])
    if again.button(
        say(N_("Another round")),
        type="secondary" if hurt else "primary",
        width="stretch",
        key="practise_again",
    ):
        return "again"
    if finish.button(
        say(N_("Finish")), type="primary" if hurt else "secondary", width="stretch", key="practise_finish"
    ):
        return "finish"
    return None


def _this_visit_s(say: Words, outcome: Outcome, kept: Sequence[str]) -> list[Practice]:
    """The rounds of this visit in the records, the one that is over now among them."""
    if len(kept) < 2 or outcome.folder is None:
        return []
    try:
        if not all(records().knows(key) for key in kept):
            take_in(records())
        return rounds(records(), outcome.practice.code, kept)
    except CoachError as error:  # the round itself is shown all the same
        st.warning(error.text(say.translate))
        return []


def _compared(say: Words, mine: Sequence[Practice], count: int) -> None:
    """This round beside the earlier ones of this visit."""
    st.header(say(N_("Your rounds today")), anchor=False)
    columns = []
    for number, practice in enumerate(mine, count - len(mine) + 1):
        points = "–" if practice.overall is None else say.number(practice.overall, 0)
        height = 0.05 * (practice.overall or 0.0)
        label = html.escape(say(N_("Round {number}"), number=number))
        kind = html.escape(say(MODES[practice.mode]))
        now = ' class="now"' if practice is mine[-1] else ""
        columns.append(
            f'<div{now}><b>{points}</b><i style="height:{height + 0.2:.2f}rem"></i>{label}<br>{kind}</div>'
        )
    st.html(f'<div class="mc-rounds">{"".join(columns)}</div>{STYLE}')


def _score(say: Words, outcome: Outcome, before: dict[str, Any] | None) -> None:
    """The score in parts, and how many points each part had in the round `before`."""
    if not outcome.report.tracking.rated:
        return
    st.header(say(N_("The score in parts")), anchor=False)
    earlier = {} if before is None else {c["id"]: c["score"] for c in before["score"]["criteria"]}
    heads = [(N_("Criterion"), ""), (N_("Measured"), "n"), (N_("Target"), "n"), ("", ""), (N_("Points"), "n")]
    if earlier:
        heads.append((N_("Round before"), "n"))
    lines = []
    for row in say.rows(outcome.report.to_json()):
        bar = "" if row.score is None else f'<div><div style="width:{row.score:.0f}%">&nbsp;</div></div>'
        points = "–" if row.score is None else say.number(row.score, 0)
        last = f'<td class="n quiet">{_change(say, row.score, earlier.get(row.id))}</td>' if earlier else ""
        lines.append(
            f'<tr><td>{html.escape(row.name)}</td><td class="n">{html.escape(row.value)}</td>'
            f'<td class="n quiet">{html.escape(row.target)}</td><td class="bar">{bar}</td>'
            f'<td class="n"><b>{points}</b></td>{last}</tr>'
        )
    look.rows([(say(text) if text else "", kind) for text, kind in heads], lines)


def _change(say: Words, now: float | None, before: float | None) -> str:
    """Points of the round before, with an arrow where that has changed by more than a point."""
    if before is None:
        return "–"
    arrow = "" if now is None or abs(now - before) <= 1.0 else "▲ " if now > before else "▼ "
    return arrow + say.number(before, 0)


def _movement(say: Words, outcome: Outcome) -> None:
    reference = load_reference(outcome.practice.reference)
    mine = tracks(shown(outcome.recording, seen=outcome.report.tracking))
    model = tracks(reference.motion, mine.back_length_cm, passes=1)
    st.header(say(N_("The movement")), anchor=False)
    values: dict[str, Any] = outcome.report.to_json()
    st.altair_chart(
        charts.movement(values, mine, model, say), width="content", theme=None, key="practise_movement"
    )
    seen = values["tracking"]
    parts = {part: say.percent(seen[part]) for part in ("back", "left", "right")}
    look.lead(
        say(N_("Seen: back {back}, left hand {left}, right hand {right} of the time"), **parts), "mc-quiet"
    )
    if outcome.folder is None and outcome.unkept is None:
        look.lead(say(N_("Nothing of this round is kept.")), "mc-quiet")
    elif outcome.folder is not None:
        _kept(say, outcome, outcome.folder.name)


def _kept(say: Words, outcome: Outcome, key: str) -> None:
    """What is kept of the round, and a button that deletes the video."""
    gone = f"practise_film_deleted_{key}"
    filmed = outcome.film is not None and not st.session_state.get(gone)
    kept = (
        N_("Kept on this computer: {what}, and a video of her back.")
        if filmed
        else N_("Kept on this computer: {what}. No picture.")
    )
    text = say(
        kept,
        what=say(N_("movement and result")) if outcome.practice.consent.movement else say(N_("the result")),
    )
    if st.session_state.get(gone):
        text += " " + say(N_("The video was deleted."))
    elif outcome.film is None and outcome.practice.consent.picture:
        text += " " + say(N_("The video could not be kept."))
    elif outcome.film in TROUBLES:
        text += " " + say(N_("It ends before the round does, since the disk had no room for it."))
    look.lead(text, "mc-quiet")
    if filmed and st.button(say(N_("Delete the video")), key="practise_film_delete"):
        delete_film(records(), key, access.COUPLE)
        st.session_state[gone] = True
        st.rerun()
