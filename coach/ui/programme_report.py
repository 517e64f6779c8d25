"""The report of a programme: what it shows at a glance, its texts, and the files to take along."""

from __future__ import annotations

import html
from datetime import datetime
from functools import partial

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import LANGUAGES, N_
from coach.programme.blocks import Picture
from coach.programme.facts import Facts
from coach.programme.figures import ON_THE_PAGE_IN, pictures
from coach.programme.findings import Findings, findings
from coach.store import access
from coach.store.programmes import LONGEST_TEXT, change
from coach.ui import look
from coach.ui.records import records

_TEXTS = {
    "background": N_("Background"),
    "aims": N_("Aims"),
    "audience": N_("For whom"),
    "obstacles": N_("Obstacles"),
    "follow_up": N_("What comes next"),
}
_KINDS = {
    "pdf": (N_("To print (PDF)"), "application/pdf"),
    "docx": (
        N_("To go on writing (Word)"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (N_("Tables (Excel)"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_NAMES = {"id": "Bahasa Indonesia", "en": "English"}


def show(say: Words, facts: Facts, who: str) -> None:
    """The part."""
    found = findings(facts, datetime.now().astimezone().date())
    look.lead(
        say(
            N_(
                "Counted are {people} participants who agreed to be in the report; {left_out} did not agree and are in "
                "no number of it."
            ),
            people=found.people,
            left_out=found.left_out,
        ),
        "mc-quiet",
    )
    _files(say, found, who)
    _pictures(say, found)
    with st.expander(say(N_("Texts of the report")), expanded=not any(facts.texts.values())):
        _texts(say, facts, who)


def made(found: Findings, say: Words, kind: str) -> bytes:
    """The report as a file: 'pdf', 'docx' or 'xlsx'."""
    from coach.programme.docx import to_docx
    from coach.programme.pdf import to_pdf
    from coach.programme.report import document
    from coach.programme.xlsx import to_xlsx

    return {"pdf": to_pdf, "docx": to_docx, "xlsx": to_xlsx}[kind](document(found, say))


def _files(say: Words, found: Findings, who: str) -> None:
    """One button for each kind of file, in either language whatever the page speaks."""
    choice, *buttons = st.columns([1.5, 1, 1, 1], vertical_alignment="bottom")
    language = choice.segmented_control(
        say(N_("Language of the report")), LANGUAGES, default=say.language, format_func=_NAMES.__getitem__,
        key="programme_report_language", required=True,
    )  # fmt: skip
    paper = Words(language or say.language)
    name = paper(N_("report"))

    def maker(kind: str) -> bytes:
        access.log(records(), who, "export", f"report {kind}")
        return made(found, paper, kind)

    for button, (kind, (text, mime)) in zip(buttons, _KINDS.items(), strict=True):
        button.download_button(
            say(text), partial(maker, kind), f"{name}-{found.made_on:%Y%m%d}-{paper.language}.{kind}", mime,
            on_click="ignore", key=f"programme_report_{kind}", width="stretch",
        )  # fmt: skip


def _pictures(say: Words, found: Findings) -> None:
    kept = st.session_state.get("programme_pictures")
    if kept is None or kept[:2] != (say.language, found):  # drawing takes a second or two
        with st.spinner(say(N_("Drawing"))):
            kept = (say.language, found, pictures(found, say, ON_THE_PAGE_IN))
        st.session_state["programme_pictures"] = kept
    drawn: dict[str, Picture] = kept[2]
    if not drawn:
        look.lead(say(N_("There is nothing to draw yet: no data yet.")))
        return
    left, right = st.columns(2, gap="large")
    for column, names in ((left, ("knowledge", "attendance", "faults")), (right, ("skill", "levels"))):
        with column:
            for name in names:
                if name in drawn:
                    _picture(drawn[name])


def _picture(picture: Picture) -> None:
    st.html(f'<p style="font-weight:600;margin:.8rem 0 .2rem">{html.escape(picture.title)}</p>')
    st.image(picture.png, width="stretch", alt=picture.alt)
    if picture.note:
        look.lead(picture.note, "mc-quiet")


def _texts(say: Words, facts: Facts, who: str) -> None:
    with st.form("programme_texts", border=False):
        values = {
            name: st.text_area(
                say(text),
                facts.texts.get(name, ""),
                height=110,
                max_chars=LONGEST_TEXT,
                key=f"programme_text_{name}_{facts.id}",
            )
            for name, text in _TEXTS.items()
        }
        look.lead(say(N_("No names here, either: the report goes to other people.")), "mc-quiet")
        if st.form_submit_button(say(N_("Save")), type="primary"):
            try:
                change(records(), facts.id, who, **values)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                st.session_state["programme_said"] = say(N_("Saved."))
                st.rerun()
