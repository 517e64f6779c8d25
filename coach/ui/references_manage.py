"""What can be done with one reference: make it the default, practise against it, carry it, rename it, remove it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.scoring import own_references
from coach.scoring.exchange import export_reference
from coach.scoring.reference import set_default
from coach.store import access
from coach.store.rescoring import referring
from coach.ui import look, pages
from coach.ui.records import records
from coach.ui.references_kept import Kept

Done = Callable[[str, str], None]


def actions(say: Words, who: str, found: Kept, *, own: bool, default: str, done: Done) -> None:
    """The buttons under a reference."""
    name, title = found.reference.name, found.title(say)
    with st.container(horizontal=True, key="references_actions"):
        if st.button(say(N_("Practise against it now")), type="primary", key="references_practise"):
            from coach.ui import practise

            practise.choose_reference(name)
            pages.go("practise")
        if st.button(say(N_("Make it the default")), disabled=name == default, key="references_default"):
            _try(
                say, lambda: set_default(name),
                say(N_("From now on every practice is compared with “{title}”."), title=title), name, done,
            )  # fmt: skip
        file, data = export_reference(name)
        st.download_button(
            say(N_("Save as a file")),
            data,
            file,
            "application/zip",
            on_click="ignore",
            key="references_export",
        )
        if own and st.button(say(N_("Rename")), key="references_rename"):
            st.dialog(say(N_("Rename")))(_rename)(say, name, title, done)
        if own and st.button(say(N_("Remove")), key="references_remove"):
            st.dialog(say(N_("Remove")))(_remove)(say, who, name, title, default, done)


def _rename(say: Words, name: str, title: str, done: Done) -> None:
    new = st.text_input(say(N_("New name")), title, max_chars=80, key=f"references_rename_to-{name}")
    if st.button(say(N_("Rename")), type="primary", key="references_rename_sure"):
        _try(
            say,
            lambda: own_references.rename(name, new),
            say(N_("It is called “{title}” now."), title=new.strip()),
            name,
            done,
        )


def _remove(say: Words, who: str, name: str, title: str, default: str, done: Done) -> None:
    if name == default:
        look.lead(say(N_("It is the programme's default. Make another one the default first.")))
        return
    used = referring(records(), name)
    if used:
        look.lead(
            say(
                N_(
                    "{count} practices were compared with it. Their results stay, but they cannot be scored by it "
                    "again. Save it as a file first if you are not sure."
                ),
                count=used,
            )
        )
    sure = st.checkbox(
        say(N_("Remove “{title}” from this laptop"), title=title), key=f"references_remove_sure-{name}"
    )
    if st.button(say(N_("Remove")), type="primary", disabled=not sure, key="references_remove_now"):

        def gone() -> None:
            own_references.remove(name)
            access.log(records(), who, "reference removed", name)

        _try(say, gone, say(N_("“{title}” was removed."), title=title), default, done)


def _try(say: Words, what: Callable[[], None], text: str, name: str, done: Done) -> None:
    try:
        what()
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        done(text, name)
