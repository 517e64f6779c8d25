"""The video of a practice that she agreed to: beside the replay, or by itself; and its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.settings import Settings, load_settings
from coach.store.models import Practice
from coach.store.removal import delete_film
from coach.ui import gate, look
from coach.ui.assets import asset
from coach.ui.film_routes import ADDRESS, PASS_HEADER
from coach.ui.practice_table import day
from coach.ui.records import records

_ALONE = st.components.v2.component(
    "massage_coach.film",
    html='<div class="film" hidden><video controls muted playsinline></video></div>',
    css=asset("film_alone.css"),
    js=asset("film.js") + asset("film_alone.js"),
)


def of(say: Words, practice: Practice) -> dict[str, Any] | None:
    """What the page needs to show the video of a practice; None when there is none."""
    if records().film(practice) is None:
        return None
    return {
        "sha": practice.film,
        "url": f"{ADDRESS}{practice.film}",
        "header": PASS_HEADER,
        "pass": gate.pass_(),
        "title": say(N_("Video of her back")),
        "over": say(N_("The video ends here.")),
    }


def alone(say: Words, practice: Practice) -> None:
    """The video of a practice without a replay, if there is one."""
    if found := of(say, practice):
        _ALONE(key=f"film_{practice.id}", data={"film": found})


def ending(say: Words, practice: Practice, who: str) -> None:
    """Until when the video is kept, and a button that deletes it now; nothing when there is none."""
    if records().film(practice) is None:
        return
    told, button = st.columns([4, 1.2], vertical_alignment="center")
    with told:
        until = say(
            N_("She agreed to the video. It is deleted by itself after {day}; it is in no backup."),
            day=day(say, kept_until(practice, load_settings()).astimezone()),
        )
        look.lead(until, "mc-quiet")
    with button.popover(say(N_("Delete the video …")), width="stretch"):
        st.markdown(say(N_("The video alone is deleted; movement and result stay. It cannot be undone.")))
        if st.button(say(N_("Delete the video")), key=f"practice_film_delete_{practice.id}", width="stretch"):
            delete_film(records(), practice.key, who)
            st.rerun()


def kept_until(practice: Practice, settings: Settings) -> datetime:
    """When the video goes by itself (`coach.store.removal.expire`)."""
    latest = practice.started_utc + timedelta(days=settings.keep_movement_days)
    if practice.reviewed_utc is None:
        return latest
    days = min(settings.keep_video_days, settings.keep_movement_days)
    return min(latest, practice.reviewed_utc + timedelta(days=days))
