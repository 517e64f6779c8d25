"""The records themselves: withdrawal of consent, backup, instructors, and the trail of who did what."""

from __future__ import annotations

import html
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.settings import load_settings
from coach.store import access
from coach.store.backup import SEALED, SHORTEST, backup
from coach.store.models import Access
from coach.store.removal import Receipt, withdraw
from coach.ui import forms, gate, look, pages, tour_state, years
from coach.ui.practice_table import moment
from coach.ui.records import records

_RECEIPT, _SAID = "review_receipt", "review_said"
_PAGES, _LINES = "review_trail_pages", 12
_OTHERS = {access.COMMAND: N_("command line"), access.COUPLE: N_("the couple themselves")}
_TRAIL = {
    "video deleted": N_("a video deleted"),
    "signed in": N_("signed in"),
    "signed in by account": N_("signed in with the campus account"),
    "account refused": N_("campus account refused"),
    "account linked": N_("campus account linked"),
    "account unlinked": N_("campus account taken away"),
    "signed out": N_("signed out"),
    "wrong password": N_("wrong password"),
    "password changed": N_("password changed"),
    "password reset": N_("forgotten password replaced by a new one"),
    "opened": N_("opened"),
    "restored": N_("records replaced by a backup's"),
    "instructor added": N_("instructor added"),
    "withdrawal": N_("a participant's data deleted"),
    "export": N_("results taken out"),
    "backup": N_("backup made"),
    "data sent": N_("data written for another laptop"),
    "data taken in": N_("data of another laptop taken in"),
    "conflict decided": N_("a disagreement between laptops decided"),
    "sample loaded": N_("sample loaded"),
    "sample removed": N_("sample deleted"),
    "reference removed": N_("a reference removed"),
    "laptop known": N_("another laptop known from now on"),
    "laptop forgotten": N_("another laptop known no longer"),
    "scored again": N_("scored again"),
    "result chosen": N_("another result counts"),
}


def show(say: Words, who: str) -> None:
    """The page, for the instructor `who`."""
    if said := st.session_state.pop(_SAID, None):
        st.success(say(said))
    left, right = st.columns(2, gap="large")
    with left:
        _withdrawal(say, who)
        _backup(say, who)
        years.show(say, who)
    with right:
        _instructors(say, who)
        _trail(say)
        if st.button(say(N_("Take the tour (again)")), key="review_tour"):
            tour_state.begin()
            pages.go("tour")


def _withdrawal(say: Words, who: str) -> None:
    st.subheader(say(N_("Withdrawal of consent")), anchor=False)
    if receipt := st.session_state.get(_RECEIPT):
        _proof(say, receipt)
    look.lead(
        say(
            N_(
                "Deletes every practice, score, note, recording and video of a participant, then searches the records "
                "for what is left. It cannot be undone."
            )
        ),
        "mc-quiet",
    )
    with st.form("review_withdraw", border=False):
        key = forms.key_of("review_withdraw")
        code = st.text_input(say(N_("Participant's code")), max_chars=24, key=f"{key}_code")
        sure = st.checkbox(say(N_("Delete everything of this participant")), key=f"{key}_sure")
        if st.form_submit_button(say(N_("Delete"))):
            if not sure:
                st.error(say(N_("Tick the box to delete.")))
                return
            try:
                st.session_state[_RECEIPT] = withdraw(records(), code, who=who)
            except CoachError as error:
                st.error(error.text(say.translate))
            else:
                forms.taken_in("review_withdraw")
                st.session_state.pop("replay_data", None)
                st.rerun()


def _proof(say: Words, receipt: Receipt) -> None:
    text = say(
        N_(
            "Deleted: {practices} practices, {recordings} recordings, {films} videos. {searched} files searched "
            "afterwards."
        ),
        practices=receipt.practices,
        recordings=receipt.recordings,
        films=receipt.films,
        searched=receipt.searched,
    )
    if receipt.proved:
        text += " " + say(N_("Nothing of this participant is left on this computer, apart from backups."))
        st.success(text)
    else:
        places = ", ".join(receipt.left)
        st.error(
            text
            + " "
            + say(N_("The code is still found in: {places}. Delete these yourself."), places=places)
        )


def _backup(say: Words, who: str) -> None:
    st.subheader(say(N_("Backup")), anchor=False)
    settings = load_settings()
    look.lead(
        say(
            N_(
                "One encrypted file with all records but videos. Without its passphrase nobody can open it, you "
                "neither: write it down and lock it away. Movement data are deleted {movement} days after the review, "
                "scores after {scores} days."
            ),
            movement=say.number(settings.keep_movement_days, 0),
            scores=say.number(settings.keep_scores_days, 0),
        ),
        "mc-quiet",
    )
    first, second = st.columns(2)
    passphrase = first.text_input(
        say(N_("Passphrase, at least {count} characters"), count=SHORTEST),
        type="password",
        key="review_backup_passphrase",
    )
    again = second.text_input(
        say(N_("The passphrase once more")), type="password", key="review_backup_passphrase_again"
    )
    if again and again != passphrase:
        st.error(say(N_("The two are not the same.")))
    st.download_button(
        say(N_("Take a backup")),
        lambda: _made(who, passphrase),
        f"massage-coach-{datetime.now(UTC):%Y%m%d}{SEALED}",
        "application/octet-stream",
        on_click="ignore",
        key="review_backup",
        disabled=len(passphrase) < SHORTEST or again != passphrase,
    )


def _made(who: str, passphrase: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / f"backup{SEALED}"
        backup(records(), path, passphrase)
        access.log(records(), who, "backup")
        return path.read_bytes()


def _instructors(say: Words, who: str) -> None:
    st.subheader(say(N_("Instructors")), anchor=False)
    look.lead(", ".join(access.names(records())), "mc-quiet")
    with st.expander(say(N_("Add an instructor"))), st.form("review_add", border=False):
        name = st.text_input(say(N_("Name")), max_chars=64, key="review_add_name")
        password = st.text_input(
            say(N_("Password, at least {count} characters"), count=access.SHORTEST),
            type="password",
            key="review_add_password",
        )
        if st.form_submit_button(say(N_("Add"))):
            _done(say, lambda: access.add(records(), name, password, by=who), N_("The instructor was added."))
    with st.expander(say(N_("Change my password"))), st.form("review_change", border=False):
        old = st.text_input(say(N_("Password so far")), type="password", key="review_old_password")
        new = st.text_input(
            say(N_("Password, at least {count} characters"), count=access.SHORTEST),
            type="password",
            key="review_new_password",
        )
        if st.form_submit_button(say(N_("Change"))):
            _done(
                say,
                lambda: _changed(who, old, new),
                N_("The password was changed."),
            )


def _changed(who: str, old: str, new: str) -> None:
    access.change_password(records(), who, old, new)
    gate.renew()


def _done(say: Words, change: object, said: str) -> None:
    try:
        change()  # type: ignore[operator]
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        st.session_state[_SAID] = said
        for key in ("review_add_name", "review_add_password", "review_old_password", "review_new_password"):
            st.session_state.pop(key, None)
        st.rerun()


def _trail(say: Words) -> None:
    """What instructors did, the newest first, a page at a time."""
    starts: list[int | None] = st.session_state.setdefault(_PAGES, [None])
    with st.expander(say(N_("Who did what")), expanded=len(starts) > 1):
        lines = access.trail(records(), _LINES + 1, before=starts[-1])
        look.rows(
            ((say(N_("When")), ""), (say(N_("Who")), ""), (say(N_("What")), "")),
            (
                f'<tr><td class="quiet">{html.escape(moment(say, line.at_utc))}</td>'
                f"<td>{html.escape(say(_OTHERS[line.who]) if line.who in _OTHERS else line.who)}</td>"
                f"<td>{html.escape(_told(say, line))}</td></tr>"
                for line in lines[:_LINES]
            ),
        )
        newer, older = st.columns(2)
        newer.button(
            say(N_("Newer")),
            key="review_trail_newer",
            disabled=len(starts) == 1,
            on_click=_back,
            args=(starts,),
            width="stretch",
        )
        older.button(
            say(N_("Older")),
            key="review_trail_older",
            disabled=len(lines) <= _LINES,
            on_click=lambda: starts.append(lines[_LINES - 1].id),
            width="stretch",
        )


def _back(starts: list[int | None]) -> None:
    starts.pop()


def _told(say: Words, line: Access) -> str:
    what = say(_TRAIL.get(line.what, line.what))
    number = (line.detail or "").removeprefix("practice ")
    detail = say(N_("practice {number}"), number=number) if number.isdigit() else line.detail
    return f"{what} ({detail})" if detail else what
