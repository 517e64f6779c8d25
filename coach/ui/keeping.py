"""Keeping a video's result in the records, under a participant's code."""

from __future__ import annotations

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.motion.recording import Recording
from coach.scoring.reference import load_reference
from coach.store.entries import Consent
from coach.ui import look
from coach.ui.choices import film_terms
from coach.ui.records import records


def offer(
    say: Words,
    recording: Recording,
    reference: str | None,
    *,
    film: bytes | None = None,
    no_film: str | None = None,
) -> None:
    """A fold with the code and what was agreed to; nothing is kept before the button is pressed.

    `film` is the video of her back, where one was made; `no_film` tells why there is none although one was wanted.
    """
    if no_film is not None:
        from coach.vision.filming_files import NO_FILM  # brings what sees

        st.warning(say(NO_FILM[no_film]))
    with st.expander(say(N_("Keep this result for the instructor"))):
        look.lead(say(_ONLY_NUMBERS if film is None else _AND_FILM), "mc-quiet")
        left, right = st.columns([1, 2])
        code = left.text_input(
            say(N_("Participant's code")), placeholder="A-07", max_chars=24, key="keep_code"
        )
        agreed = right.checkbox(say(N_("She agrees that the result is kept")), key="keep_agreed")
        movement = right.checkbox(
            say(N_("She agrees that the movement data are kept until the review")),
            key="keep_movement",
            disabled=not agreed,
        )
        picture = film is not None and _picture(say, right, agreed=agreed)
        report = right.checkbox(
            say(N_("She agrees to be counted in the report of the programme")),
            key="keep_report",
            disabled=not agreed,
        )
        ready = agreed and bool(code.strip())
        if left.button(say(N_("Keep")), key="keep", width="stretch", disabled=not ready):
            _keep(say, recording, reference, code, Consent(True, movement, picture, report), film)


_ONLY_NUMBERS = N_(
    "Only numbers are kept, under a code. The sheet with names and codes stays with the instructor, on paper."
)
_AND_FILM = N_(
    "Numbers are kept, under a code, and the video of her back only if she agrees to that as well. The sheet with "
    "names and codes stays with the instructor, on paper."
)


def _picture(say: Words, where: st.delta_generator.DeltaGenerator, *, agreed: bool) -> bool:
    picture = where.checkbox(
        say(N_("She is 18 or older and agrees that the video of her back and the hands is kept")),
        key="keep_picture",
        disabled=not agreed,
    )
    with where.container():
        look.lead(film_terms(say), "mc-quiet")
    return picture


def _keep(
    say: Words,
    recording: Recording,
    reference: str | None,
    code: str,
    consent: Consent,
    film: bytes | None,
) -> None:
    from coach.store.videos import keep_video

    store = records()
    try:
        number = keep_video(
            store, recording, load_reference(reference), code, consent, film if consent.picture else None
        )
        filmed = store.film(store.practice(number)) is not None  # it may have been kept before
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    if filmed:
        st.success(say(N_("Kept, with the video of her back. The instructor finds both in the review.")))
    elif film is not None:
        st.success(say(N_("Kept, without the video. The instructor finds it in the review.")))
    else:
        st.success(say(N_("Kept. The instructor finds it in the review.")))
