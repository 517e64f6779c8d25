"""Several laptops, one programme: take data in, send them, know other laptops, decide where they disagree."""

from __future__ import annotations

import html
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import streamlit as st
from sqlalchemy import select

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.store import access
from coach.store.exchange import conflicts as undecided
from coach.store.exchange import keys, parcel
from coach.store.exchange.keys import Card, Keys
from coach.store.exchange.merging import Merged, merge
from coach.store.exchange.parcel import UnknownSenderError
from coach.store.programme_tables import Meeting, Site
from coach.ui import exchange_decide, look
from coach.ui.practice_table import day
from coach.ui.records import records

_TURN, _SAID = "review_exchange_turn", "review_exchange_said"
_MADE, _STRANGER = "review_exchange_made", "review_exchange_stranger"


def show(say: Words, who: str) -> None:
    """The part of the review, for the instructor `who`."""
    own = keys.own_keys(records().home)
    if own is None:
        _name(say)
        return
    waiting = undecided.count(records())
    tasks = {"take": say(N_("Take in")), "send": say(N_("Send")), "laptops": say(N_("Laptops"))}
    if waiting:
        tasks["decide"] = say(N_("Decide ({count})"), count=waiting)
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    task = st.segmented_control(
        say(N_("Task")),
        list(tasks),
        default="decide" if waiting else "take",
        format_func=tasks.__getitem__,
        key=f"review_exchange_task-{st.session_state.get(_TURN, 0)}",
        label_visibility="collapsed",
        required=True,
    )
    if task == "send":
        _send(say, who, own)
    elif task == "laptops":
        _laptops(say, who, own)
    elif task == "decide":
        exchange_decide.show(say, who, done)
    else:
        _take(say, who, own)


def done(text: str) -> None:
    """Say what was done, on the page drawn anew."""
    st.session_state[_SAID] = text
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.rerun()


def _name(say: Words) -> None:
    st.subheader(say(N_("What is this laptop called?")), anchor=False)
    look.lead(
        say(
            N_(
                "Other laptops will know it by this name. Take the place or the group that it belongs to, not a "
                "person's name."
            )
        )
    )
    with st.form("review_exchange_naming", border=False):
        name = st.text_input(
            say(N_("Name of this laptop")),
            max_chars=keys.LONGEST_NAME,
            placeholder=say(N_("Posyandu Melati")),
            key="review_exchange_name",
        )
        if st.form_submit_button(say(N_("Go on")), type="primary"):
            _try(say, lambda: keys.make_keys(records().home, name), say(N_("This laptop has a name now.")))


def _try(say: Words, what: Callable[[], object], text: str) -> None:
    try:
        what()
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        done(text)


# --- take in ----------------------------------------------------------------------------------------


def _take(say: Words, who: str, own: Keys) -> None:
    look.lead(
        say(
            N_(
                "Choose a file that another laptop made for this one. It is checked as a whole before anything "
                "changes; the same file twice does no harm."
            )
        )
    )
    look.uploader_word(say, "review_exchange_file", say(N_("Choose a file")))
    file = st.file_uploader(
        say(N_("File of another laptop")),
        type=[parcel.SUFFIX.removeprefix(".")],
        label_visibility="collapsed",
        key="review_exchange_file",
    )
    if file is None:
        st.session_state.pop(_STRANGER, None)
        return
    stranger: tuple[str, Card] | None = st.session_state.get(_STRANGER)
    if stranger is not None and stranger[0] == file.file_id:
        _stranger(say, who, own, file.getbuffer(), stranger[1])
    elif st.button(say(N_("Check and take in")), type="primary", key="review_exchange_take"):
        _merge(say, who, own, file.getbuffer(), file.file_id)


def _merge(say: Words, who: str, own: Keys, data: memoryview, file_id: str) -> None:
    store = records()
    try:
        with (
            st.spinner(say(N_("Checking and taking in …"))),
            tempfile.TemporaryDirectory(prefix="massage-coach-") as folder,
        ):
            path = Path(folder) / f"a{parcel.SUFFIX}"
            path.write_bytes(data)
            with parcel.opened(path, own, keys.known(store.home)) as whole:
                merged = merge(store, whole, who)
    except UnknownSenderError as error:
        st.session_state[_STRANGER] = file_id, error.card
        st.rerun()
    except CoachError as error:
        st.error(error.text(say.translate))
        look.lead(say(N_("Nothing was changed.")), "mc-quiet")
    else:
        st.session_state.pop(_STRANGER, None)
        st.session_state.pop("review_exchange_file", None)
        done(told(say, merged))


def _stranger(say: Words, who: str, own: Keys, data: memoryview, card: Card) -> None:
    """A whole file of a laptop that is not known: a person has to compare."""
    st.warning(
        say(
            N_("The file comes from a laptop that is not known here; it calls itself “{name}”."),
            name=card.name,
        )
    )
    typed = _fingerprint(say, "review_exchange_typed")
    if st.button(say(N_("Know it and take the file in")), type="primary", key="review_exchange_know"):
        try:
            _pair(who, card, typed)
        except CoachError as error:
            st.error(error.text(say.translate))
            return
        _merge(say, who, own, data, "")


def told(say: Words, merged: Merged) -> str:
    """What a file brought, in a sentence or two."""
    if merged.nothing:
        return say(N_("From “{sender}”: nothing new, all of it was here."), sender=merged.sender)
    parts = [
        say(
            N_("From “{sender}”: {practices} new practices, {others} other new entries, {changed} changed."),
            sender=merged.sender,
            practices=merged.new.get("practice", 0),
            others=sum(merged.new.values()) - merged.new.get("practice", 0),
            changed=sum(merged.changed.values()),
        )
    ]
    if merged.withdrawn:
        parts.append(
            say(
                N_("{count} participants withdrew consent there and were deleted here."),
                count=merged.withdrawn,
            )
        )
    if merged.conflicts:
        parts.append(
            say(N_("On {count} entries the laptops disagree: please decide."), count=merged.conflicts)
        )
    return " ".join(parts)


# --- send -------------------------------------------------------------------------------------------


def _send(say: Words, who: str, own: Keys) -> None:
    store = records()
    cards = keys.known(store.home)
    if not cards:
        look.lead(say(N_("First let this laptop know the one that is to get the file, under Laptops.")))
        return
    left, right = st.columns(2, gap="large")
    to = left.selectbox(
        say(N_("For which laptop")),
        cards,
        format_func=lambda card: f"{card.name} ({card.fingerprint[:4]} …)",
        key="review_exchange_to",
    )
    since, until = _span(say, right)
    look.lead(
        say(
            N_(
                "The file can be opened on that laptop only. Recordings go along where the participant agreed to it."
            )
        ),
        "mc-quiet",
    )
    if st.button(say(N_("Make the file")), type="primary", key="review_exchange_make"):
        st.session_state.pop(_MADE, None)
        try:
            with (
                st.spinner(say(N_("Writing …"))),
                tempfile.TemporaryDirectory(prefix="massage-coach-") as folder,
            ):
                path = Path(folder) / f"a{parcel.SUFFIX}"
                sent = parcel.send(store, path, own, to, since=since, until=until)
                st.session_state[_MADE] = sent, path.read_bytes(), to.name
            access.log(store, who, "data sent", to.name)
        except CoachError as error:
            st.error(error.text(say.translate))
    if _MADE in st.session_state:
        sent, data, name = st.session_state[_MADE]
        st.success(
            say(
                N_("For “{name}”: {practices} practices, {recordings} recordings. Save it on the USB stick."),
                name=name,
                practices=sent.practices,
                recordings=sent.recordings,
            )
        )
        stem = "".join(c if c.isalnum() else "-" for c in own.card.name.lower())
        st.download_button(
            say(N_("Save the file")),
            data,
            f"{stem}-{datetime.now(UTC):%Y%m%d-%H%M}{parcel.SUFFIX}",
            "application/octet-stream",
            on_click="ignore",
            key="review_exchange_save",
        )


def _span(say: Words, where: st.delta_generator.DeltaGenerator) -> tuple[datetime | None, datetime | None]:
    """Of the practices, which are sent."""
    sessions = _sessions()
    kinds = {"all": say(N_("Everything")), "since": say(N_("Practices since a day"))}
    if sessions:
        kinds["session"] = say(N_("Practices of one session"))
    kind = where.selectbox(
        say(N_("What is sent")), list(kinds), format_func=kinds.__getitem__, key="review_exchange_what"
    )
    if kind == "since":
        first = where.date_input(
            say(N_("Since")),
            date.today() - timedelta(days=7),
            format="DD/MM/YYYY",
            key="review_exchange_since",
        )
        return _start(first), None
    if kind == "session":
        on, _ = where.selectbox(
            say(N_("Session")),
            sessions,
            format_func=lambda one: " · ".join(filter(None, (day(say, one[0]), one[1]))),
            key="review_exchange_session",
        )
        return _start(on), _start(on + timedelta(days=1))
    return None, None


def _sessions() -> list[tuple[date, str]]:
    """Days and sites of the programmes' sessions, the newest first."""
    query = (
        select(Meeting.on_date, Site.name)
        .outerjoin(Site, Site.id == Meeting.site_id)
        .where(~Meeting.removed)
        .order_by(Meeting.on_date.desc())
    )
    with records().reading() as session:
        return [(on, name or "") for on, name in session.execute(query)]


def _start(on: date) -> datetime:
    return datetime.combine(on, time()).astimezone()


# --- laptops ----------------------------------------------------------------------------------------


def _laptops(say: Words, who: str, own: Keys) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(own.card.name, anchor=False)
        look.lead(say(N_("The fingerprint of this laptop; others type it once:")), "mc-quiet")
        st.html(f'<p class="mc-fingerprint">{html.escape(own.card.fingerprint)}</p>{_STYLE}')
        st.download_button(
            say(N_("Save this laptop's card")),
            own.card_bytes(),
            f"{own.card.name}{keys.SUFFIX}",
            "application/json",
            on_click="ignore",
            type="primary",
            key="review_exchange_card",
        )
        look.lead(say(N_("Take the card to the other laptop, on a USB stick or by message.")), "mc-quiet")
        with st.expander(say(N_("Another name"))), st.form("review_exchange_renaming", border=False):
            name = st.text_input(
                say(N_("Name of this laptop")), own.card.name, max_chars=keys.LONGEST_NAME,
                key="review_exchange_rename",
            )  # fmt: skip
            if st.form_submit_button(say(N_("Change"))):
                _try(
                    say, lambda: keys.make_keys(records().home, name), say(N_("This laptop has a name now."))
                )
    with right:
        st.subheader(say(N_("Known laptops")), anchor=False)
        _known(say, who)
        st.subheader(say(N_("Know another one")), anchor=False)
        _add(say, who)


def _known(say: Words, who: str) -> None:
    cards = keys.known(records().home)
    if not cards:
        look.lead(say(N_("None yet.")), "mc-quiet")
    for card in cards:
        text, button = st.columns([3, 1], vertical_alignment="center")
        text.html(
            f'<p style="margin:0"><b>{html.escape(card.name)}</b><br>'
            f'<span class="mc-quiet">{html.escape(card.fingerprint)}</span></p>'
        )
        if button.button(
            say(N_("Forget")), key=f"review_exchange_forget-{card.fingerprint}", width="stretch"
        ):
            keys.unpair(records().home, card.fingerprint)
            access.log(records(), who, "laptop forgotten", card.name)
            done(say(N_("“{name}” is known here no longer."), name=card.name))


def _add(say: Words, who: str) -> None:
    look.uploader_word(say, "review_exchange_cards", say(N_("Choose a card")))
    file = st.file_uploader(
        say(N_("Card of the other laptop")),
        type=[keys.SUFFIX.removeprefix(".")],
        label_visibility="collapsed",
        key="review_exchange_cards",
    )
    if file is None:
        return
    try:
        card = keys.read_card(file.getvalue())
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    typed = _fingerprint(say, "review_exchange_fingerprint")
    if st.button(
        say(N_("Know “{name}” from now on"), name=card.name), type="primary", key="review_exchange_pair"
    ):
        _try(say, lambda: _pair(who, card, typed), say(N_("“{name}” is known here now."), name=card.name))


def _fingerprint(say: Words, key: str) -> str:
    return st.text_input(
        say(N_("Its fingerprint, as the other laptop shows it (look there, or ask by telephone)")),
        placeholder="ABCD EFGH IJKL MNOP",
        max_chars=24,
        key=key,
    )


def _pair(who: str, card: Card, typed: str) -> None:
    keys.pair(records().home, card, typed)
    access.log(records(), who, "laptop known", card.name)


_STYLE = """<style>.mc-fingerprint { font-family: ui-monospace, monospace; font-size: min(1.7rem, 6.2vw);
  font-weight: 600; letter-spacing: .06em; margin: 0 0 1rem; white-space: nowrap; }</style>"""
