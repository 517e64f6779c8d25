"""First steps: a short tour over every page, with sample data that go again with one action."""

from __future__ import annotations

import html
from dataclasses import dataclass

import streamlit as st

from coach import palette
from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme.sample import PEOPLE, ROUNDS, load
from coach.store import access, samples
from coach.store.samples import Removed
from coach.ui import gate, look, pages, tour_state
from coach.ui.records import records

ON, _RECEIPT = "tour_on", "tour_receipt"


@dataclass(frozen=True)
class Step:
    """One step: what to try, in a sentence, and on which page; `page` None for what is done here."""

    name: str
    title: str
    text: str
    page: str | None = None


STEPS = (
    Step(
        "sample",
        N_("Load the sample"),
        N_(
            "A made-up programme with {people} participants and {rounds} rounds, so that no page is empty. Its codes "
            "begin with CONTOH; it never comes into a real report."
        ),
    ),
    Step(
        "learn",
        N_("See what couples learn"),
        N_("Go through a few screens, and tap the rhythm with the space bar."),
        "learn",
    ),
    Step(
        "analyse",
        N_("Let a video be measured"),
        N_("Press “Try it with the sample video” and read the result."),
        "analyse",
    ),
    Step(
        "practise",
        N_("See how a practice begins"),
        N_(
            "Type the code CONTOH-01, tick what she agrees to, and go as far as the drawing of the place. You are "
            "signed out there, as with every couple: sign in again to go on."
        ),
        "practise",
    ),
    Step(
        "review",
        N_("Judge a round"),
        N_("Open a round, let it be replayed, and mark the checklist; look at Follow-up, too."),
        "review",
    ),
    Step(
        "references",
        N_("Look at the references"),
        N_("Choose “Compare two” and see both at work."),
        "references",
    ),
    Step(
        "programme",
        N_("Look at the programme"),
        N_("See who has reached which level, and make the report of the sample."),
        "programme",
    ),
    Step(
        "clear",
        N_("Take the sample away"),
        N_(
            "Then the records are yours. Everything made up is deleted, and it is looked whether all is gone."
        ),
    ),
)


def steps() -> list[Step]:
    """The steps whose pages there are."""
    known = pages.names()
    return [step for step in STEPS if step.page is None or step.page in known]


def page(say: Words) -> None:
    """The whole page, behind the door."""
    who = gate.instructor(say, N_("First steps"))
    if who is None:
        return
    st.session_state[ON] = True
    st.html(_STYLE)
    st.title(say(N_("First steps")), anchor=False)
    tell_removed(say)
    progress = tour_state.read()
    if progress.ended:
        look.lead(say(N_("You have been through the tour. You can take it again at any time.")))
        if st.button(say(N_("From the beginning")), key="tour_again"):
            tour_state.begin()
            st.rerun()
        return
    look.lead(say(N_("Ten minutes, without a couple: a look at every page. You can stop and go on later.")))
    todo = [step for step in steps() if step.name not in progress.done]
    for number, step in enumerate(steps(), 1):
        if todo and step == todo[0]:
            _now(say, who, number, step)
        else:
            _line(say, number, step, done=step.name in progress.done)
    if not todo:
        tour_state.end()
        st.rerun()
    if st.button(say(N_("I do not need the tour")), type="tertiary", key="tour_skip"):
        leave()
        tour_state.end()
        st.rerun()


def bar(say: Words) -> None:
    """A line above another page while the tour is under way: what to try here, and the way back."""
    progress = tour_state.read()
    if progress.ended:
        leave()
        return
    here = [step for step in steps() if step.name == st.session_state.get("tour_step")]
    with st.container(horizontal=True, vertical_alignment="center", key="tour_bar"):
        text = say(here[0].text) if here else say(N_("Have a look around."))
        st.html(_labelled("mc-tour", say(N_("Tour")), text))
        if st.button(say(N_("Back to the tour")), key="tour_back"):
            for step in here:
                tour_state.mark(step.name)
            pages.go("tour")


def leave() -> None:
    """No line above the pages any more."""
    for key in (ON, "tour_step"):
        st.session_state.pop(key, None)


def note(say: Words, who: str) -> None:
    """A line above an instructor's page while there is a sample in the records, with the way to be rid of it."""
    tell_removed(say)
    if not samples.present(records()):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sample_note"):
        text = say(N_("Everything under a code that begins with CONTOH is made up."))
        st.html(_labelled("mc-sample", say(N_("Sample")), text))
        with st.popover(say(N_("Take the sample away"))):
            look.lead(say(N_("All of it is deleted, also what you judged of it.")), "mc-quiet")
            if st.button(say(N_("Delete the sample")), type="primary", key="sample_remove"):
                remove(say, who)


def remove(say: Words, who: str) -> None:
    """Delete the sample, and let the page tell what was found afterwards."""
    try:
        with st.spinner(say(N_("Deleting, and looking whether all is gone …"))):
            st.session_state[_RECEIPT] = samples.remove(records())
        access.log(records(), who, "sample removed")
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    for key in ("review_open", "replay_data"):  # what was open may have been of the sample
        st.session_state.pop(key, None)
    st.rerun()


def tell_removed(say: Words) -> None:
    """What was deleted in the run before, if anything was."""
    if receipt := st.session_state.pop(_RECEIPT, None):
        tell(say, receipt)


def tell(say: Words, receipt: Removed) -> None:
    """What was deleted, and whether anything is left."""
    text = say(
        N_("Deleted: {participants} made-up participants, {practices} practices, {recordings} recordings."),
        participants=receipt.participants,
        practices=receipt.practices,
        recordings=receipt.recordings,
    )
    if receipt.left:
        text += " " + say(N_("Of the sample something is left in: {places}."), places=", ".join(receipt.left))
        st.error(text)
    else:
        text += " " + say(
            N_("All tables and {searched} files were searched: nothing of the sample is left."),
            searched=receipt.searched,
        )
        st.success(text)


def _now(say: Words, who: str, number: int, step: Step) -> None:
    """The step that is next."""
    with st.container(border=True, key="tour_now"):
        st.subheader(f"{number} {say(step.title)}", anchor=False)
        look.lead(say(step.text, people=PEOPLE, rounds=ROUNDS))
        with st.container(horizontal=True, key="tour_actions"):
            if step.name == "sample":
                _sample(say, who)
            elif step.name == "clear":
                if st.button(say(N_("Delete the sample")), type="primary", key="tour_clear"):
                    tour_state.mark(step.name)
                    tour_state.end()
                    leave()
                    remove(say, who)
            elif st.button(say(N_("Go there")), type="primary", key="tour_go"):
                st.session_state["tour_step"] = step.name
                pages.go(str(step.page))
            later = N_("Keep it for now") if step.name == "clear" else N_("Next step")
            if st.button(say(later), key="tour_next"):
                tour_state.mark(step.name)
                st.rerun()


def _sample(say: Words, who: str) -> None:
    if samples.present(records()):
        look.lead(say(N_("The sample is there.")), "mc-quiet")
    elif st.button(say(N_("Load the sample")), type="primary", key="tour_load"):
        try:
            with st.spinner(say(N_("Making up {rounds} rounds …"), rounds=ROUNDS)):
                load(records(), say)
            access.log(records(), who, "sample loaded")
        except CoachError as error:
            st.error(error.text(say.translate))
            return
        tour_state.mark("sample")
        st.rerun()


def _line(say: Words, number: int, step: Step, *, done: bool) -> None:
    mark = "✓" if done else str(number)
    kind = "mc-step done" if done else "mc-step"
    st.html(f'<p class="{kind}"><span>{mark}</span>{html.escape(say(step.title))}</p>')


def _labelled(kind: str, label: str, text: str) -> str:
    return f'<p class="{kind}"><b>{html.escape(label)}</b> {html.escape(text)}</p>{_STYLE}'


_STYLE = f"""<style>
.mc-step {{ margin: 0; font-size: 1.1rem; color: {palette.MUTED}; padding-left: 1rem; }}
.mc-step span {{ display: inline-block; min-width: 1.7rem; }}
.mc-step.done span {{ color: {palette.ACCENT}; font-weight: 700; }}
.mc-tour, .mc-sample {{ margin: 0; font-size: 1rem; line-height: 1.4; max-width: 44rem; }}
.mc-tour b, .mc-sample b {{ color: #fff; border-radius: 4px; padding: .1rem .5rem; margin-right: .5rem; }}
.mc-tour b {{ background: {palette.ACCENT}; }} .mc-sample b {{ background: #9A4300; }}
</style>"""
