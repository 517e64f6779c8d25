"""Upload a video, watch it being measured, read what was found."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import streamlit as st

from coach.errors import CoachError, InputError
from coach.export.words import Words
from coach.i18n import N_
from coach.settings import load_settings, resource_folder
from coach.ui import corners, look, result
from coach.ui.choices import film_days, reference_choice
from coach.ui.job import SUFFIXES, Job, Options

_STEPS = (
    (
        N_("Film from behind"),
        N_("Camera behind her, straight or a little to the side. Neck to hips in the picture."),
    ),
    (N_("Start before the hands do"), N_("Let the camera run for some seconds while she sits alone.")),
    (N_("At least half a minute"), N_("Good light, a camera that stands still, nothing in between.")),
)


def page(say: Words) -> None:
    """The whole page, in the state that the visit is in: choosing, measuring or reading."""
    if "job" in st.session_state:
        _measuring(say)
    elif "result" in st.session_state:
        result.show(say, st.session_state["result"], on_again=_again)
    else:
        _choosing(say)


def _again() -> None:
    for key in ("result", "film", "no_film", "reports", "pictures", "shown_reference", "failure"):
        st.session_state.pop(key, None)
    # A new key gives an empty uploader: the bytes of the last video are let go.
    st.session_state["round"] = st.session_state.get("round", 0) + 1
    corners.forget()


def _choosing(say: Words) -> None:
    st.title(say(N_("How is the massage?")), anchor=False)
    look.lead(
        say(
            N_(
                "Choose a video of the practice. It is measured on this computer and deleted right after; "
                "no picture is kept unless she agrees."
            )
        )
    )
    failure = st.session_state.get("failure")
    if isinstance(failure, CoachError):
        st.error(failure.text(say.translate))
    video = st.file_uploader(
        say(N_("Video of the practice")),
        type=list(SUFFIXES),
        label_visibility="collapsed",
        key=f"video-{st.session_state.get('round', 0)}",
    )
    film = _film(say)
    with st.expander(say(N_("More choices"))):
        options = replace(_options(say, video), film=film)
    go, sample = st.columns([1, 1], vertical_alignment="center")
    if go.button(say(N_("Measure")), type="primary", disabled=video is None, width="stretch", key="measure"):
        assert video is not None
        _start(video.getbuffer(), video.name, options)
    if sample.button(say(N_("Try it with the sample video")), width="stretch", key="sample"):
        _start(
            resource_folder("samples") / "sample.mp4",
            "sample.mp4",
            replace(options, back=None),
        )
    st.html(
        '<div class="mc-steps">'
        + "".join(
            f"<div><b>{html.escape(say(head))}</b><p>{html.escape(say(text))}</p></div>"
            for head, text in _STEPS
        )
        + "</div>"
    )


def _film(say: Words) -> bool:
    """Whether a video of her back is wanted, for an instructor to look at."""
    wanted = st.checkbox(
        say(N_("Also make a video of her back and the hands, for the instructor")), key="make_film"
    )
    look.lead(
        say(
            N_(
                "Nothing else is on it: whatever is beside her back is painted over, faces too. It is kept only if she "
                "agrees when you keep the result, until {days} days after the review. Without it no picture is kept."
            ),
            days=say.number(film_days()[0], 0),
        ),
        "mc-quiet",
    )
    return wanted


def _options(say: Words, video: object) -> Options:
    left, right = st.columns(2)
    reference = reference_choice(say, left, "reference")
    settings = load_settings()
    height = right.number_input(
        say(N_("Her height in cm (for the centimetres on the back)")),
        120.0,
        210.0,
        float(settings.receiver_height_cm),
        1.0,
        format="%.0f",
        key="height",
    )
    back = corners.choose(say, video)
    return Options(reference, float(height), back)


def _start(video: memoryview | Path, name: str, options: Options) -> None:
    st.session_state.pop("failure", None)
    try:
        st.session_state["job"] = Job(video, name, options)
    except CoachError as error:
        st.session_state["failure"] = error
    st.session_state["chosen_reference"] = options.reference
    st.rerun()


def _measuring(say: Words) -> None:
    st.title(say(N_("Measuring …")), anchor=False)
    look.lead(say(N_("The back is found first, then both hands are followed picture by picture.")))
    _progress(say)


@st.fragment(run_every=0.5)
def _progress(say: Words) -> None:
    job: Job | None = st.session_state.get("job")
    if job is None:
        return
    # The button stands before what changes, inside the fragment, so that it is there on every run.
    if st.button(say(N_("Cancel")), key="cancel"):
        _end(job)
        st.rerun()
    state = job.poll()
    if state == "running":
        share = min(job.done / job.total, 1.0) if job.total else 0.0
        text = say.percent(share) if job.done else say(N_("Looking for the back …"))
        st.progress(share, text=text)
        return
    try:
        if state == "done":
            st.session_state["result"] = job.recording()
            st.session_state["reports"] = {}
            # In this visit alone, until she agrees to more.
            st.session_state["film"], st.session_state["no_film"] = job.film(), job.no_film
        elif state == "failed":
            st.session_state["failure"] = job.failure
    except InputError as error:
        st.session_state["failure"] = error
    finally:
        _end(job)
    # An empty uploader for the next one: the uploaded bytes are let go as well.
    st.session_state["round"] = st.session_state.get("round", 0) + 1
    st.rerun()


def _end(job: Job) -> None:
    job.close()
    st.session_state.pop("job", None)
