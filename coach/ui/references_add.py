"""Add a reference: from a video or a recording, cut to the good passes, judged, named."""

from __future__ import annotations

import html
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from coach import palette
from coach.errors import CoachError, RecordingError
from coach.export.words import Words
from coach.i18n import N_
from coach.motion.measures import analyse_motion
from coach.motion.recording import Recording
from coach.scoring.adding import ORIGIN_LENGTH, add_reference
from coach.scoring.quality import ROOM_S, Quality, assess, passes_of, trimmed
from coach.settings import load_settings
from coach.ui import look, references_camera, references_draft
from coach.ui.job import SUFFIXES, Job, Options
from coach.ui.references_kept import FORMS, verdict

_JOB, _FAILED = "references_job", "references_failed"
Done = Callable[[str, str], None]


def page(say: Words, who: str, done: Done) -> None:
    """Choosing, measuring, or cutting and naming."""
    if _JOB in st.session_state:
        _measuring(say, who)
    elif (found := references_draft.recording(who)) is not None:
        references_camera.let_go()
        _cutting(say, who, found, done)
    elif references_draft.session(who) is not None:
        references_camera.go_back(say, who)
    else:
        _choosing(say, who)


def _choosing(say: Words, who: str) -> None:
    ways = {"file": say(N_("From a video or a recording")), "camera": say(N_("In front of the camera"))}
    way = st.segmented_control(
        say(N_("How")),
        list(ways),
        default="camera" if references_camera.was_on() else "file",
        format_func=ways.__getitem__,
        key="references_way",
        label_visibility="collapsed",
        required=True,
    )
    if way == "camera":
        references_camera.set_up(say, who, _height(say))
    else:
        _from_file(say, who)


def _height(say: Words) -> float:
    return float(
        st.number_input(
            say(N_("Her height in cm (for the centimetres on the back)")),
            120.0,
            210.0,
            references_camera.height_before() or float(load_settings().receiver_height_cm),
            1.0,
            format="%.0f",
            key="references_height",
            width=420,
        )
    )


def _from_file(say: Words, who: str) -> None:
    look.lead(
        say(
            N_(
                "A video of an instructor at work, or a recording that was saved here. The video is deleted "
                "after it was measured."
            )
        )
    )
    failure = st.session_state.get(_FAILED)  # stays until the next attempt
    if isinstance(failure, CoachError):
        st.error(failure.text(say.translate))
    look.uploader_word(say, "references_source", say(N_("Choose a file")))
    file = st.file_uploader(
        say(N_("Video or recording")),
        type=[*SUFFIXES, "parquet"],
        label_visibility="collapsed",
        key="references_source",
    )
    height = _height(say)
    if st.button(say(N_("Measure")), type="primary", disabled=file is None, key="references_measure"):
        assert file is not None
        st.session_state.pop(_FAILED, None)
        try:
            if file.name.lower().endswith(".parquet"):
                references_draft.hold(who, _uploaded(file.getvalue()))
            else:
                st.session_state[_JOB] = Job(file.getbuffer(), file.name, Options(None, height, None))
        except CoachError as error:
            st.session_state[_FAILED] = error
        st.rerun()


def _uploaded(data: bytes) -> Recording:
    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / "recording.parquet"
        path.write_bytes(data)
        try:
            return Recording.from_parquet(path)
        except RecordingError as error:
            # The temporary folder says nothing to the user.
            raise RecordingError(error.template, **{**error.values, "path": path.name}) from error


@st.fragment(run_every=0.5)
def _measuring(say: Words, who: str) -> None:
    job: Job | None = st.session_state.get(_JOB)
    if job is None:
        return
    if st.button(say(N_("Cancel")), key="references_cancel"):
        _end(job)
        st.rerun()
    state = job.poll()
    if state == "running":
        share = min(job.done / job.total, 1.0) if job.total else 0.0
        st.progress(share, text=say.percent(share) if job.done else say(N_("Looking for the back …")))
        return
    try:
        if state == "done":
            references_draft.hold(who, job.recording())
        elif state == "failed":
            st.session_state[_FAILED] = job.failure
    except CoachError as error:
        st.session_state[_FAILED] = error
    finally:
        _end(job)
    st.rerun()


def _end(job: Job) -> None:
    job.close()
    st.session_state.pop(_JOB, None)


def _cutting(say: Words, who: str, whole: Recording, done: Done) -> None:
    if _not_this_one(say, whole):
        references_draft.drop(who)
        st.session_state.pop(_FAILED, None)
        st.rerun()
    above = st.container()  # the verdict, seen before anything else
    try:
        start, end = _part(say, whole)
        part = trimmed(whole, start, end)
        quality = _judged(whole, part)
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    (above.success if quality.fit else above.warning)(verdict(say, quality))
    _numbers(say, quality)
    if quality.fit:
        _naming(say, who, part, done)


def _not_this_one(say: Words, whole: Recording) -> bool:
    """Whether it is thrown away; of a massage before the camera there is no second copy, so it is asked twice."""
    other = say(N_("Another video or recording"))
    if whole.meta.get("source", {}).get("kind") != "camera":
        return st.button(other, key="references_other", type="tertiary")
    with st.popover(other, type="tertiary", key="references_sure"):
        look.lead(say(N_("What was just recorded is not kept yet, and is gone then.")), "mc-quiet")
        return st.button(say(N_("Throw it away")), key="references_other")


def _judged(whole: Recording, part: Recording) -> Quality:
    """Judged once for every cut: the same one is shown on every run of the page."""
    cut = tuple(part.meta["cut_s"])
    known: tuple[Recording, Any, Quality] | None = st.session_state.get("references_judged")
    if known is None or known[0] is not whole or known[1] != cut:
        known = whole, cut, assess(part)
        st.session_state["references_judged"] = known
    return known[2]


def _part(say: Words, whole: Recording) -> tuple[float, float]:
    """The chosen part, by passes or by time."""
    passes = passes_of(whole)
    last = float(whole.t_s[-1])
    st.altair_chart(_way(say, whole, passes), width="stretch", theme=None)
    by = "time"
    if len(passes) > 1:
        by = (
            st.segmented_control(
                say(N_("Cut by")),
                ["passes", "time"],
                default="passes",
                format_func=lambda key: say(N_("passes")) if key == "passes" else say(N_("seconds")),
                key="references_cut",
            )
            or "passes"
        )
    if by == "passes":
        numbers = range(1, len(passes) + 1)
        first, final = st.select_slider(
            say(N_("From pass … to pass …")), numbers, (1, len(passes)), key="references_passes"
        )
        return max(passes[first - 1][0] - ROOM_S, 0.0), min(passes[final - 1][1] + ROOM_S, last)
    chosen = st.slider(
        say(N_("From second … to second …")),
        0.0,
        round(last, 1),
        (0.0, round(last, 1)),
        0.5,
        key="references_span",
    )
    return float(chosen[0]), float(chosen[1])


def _way(say: Words, whole: Recording, passes: list[tuple[float, float]]) -> alt.LayerChart:
    """Both hands' way along the spine over time, with the passes behind it."""
    motion = analyse_motion(whole)
    step = max(1, len(motion.t_s) // 1500)
    names = [say(N_("left hand")), say(N_("right hand"))]
    table = pd.concat(
        [
            pd.DataFrame({"t": motion.t_s[::step], "u": motion.u_cm[::step, hand], "hand": names[hand]})
            for hand in (0, 1)
        ]
    ).round(2)
    deep = float(table["u"].max()) if table["u"].notna().any() else 0.0
    boxes = pd.DataFrame(
        [{"from": a, "to": b, "deep": deep, "number": str(i)} for i, (a, b) in enumerate(passes, 1)],
        columns=["from", "to", "deep", "number"],
    )
    x = alt.X(
        "from:Q", title=say(N_("seconds")), scale=alt.Scale(domain=[0, float(whole.t_s[-1])], nice=False)
    )
    box = alt.Chart(boxes).mark_rect(fill=palette.BAND, stroke="#FFFFFF").encode(x, x2="to:Q")
    number = (
        alt.Chart(boxes)
        .mark_text(fontSize=16, fontWeight=600, color="#3D6B41", dx=10, align="left", baseline="bottom")
        .encode(x, y="deep:Q", text="number:N")
    )
    way = (
        alt.Chart(table)
        .mark_line(strokeWidth=1.6)
        .encode(
            alt.X("t:Q"),
            alt.Y("u:Q", title=say(N_("cm below the neck")), scale=alt.Scale(reverse=True, nice=False)),
            color=alt.Color(
                "hand:N", scale=alt.Scale(domain=names, range=list(palette.HAND_COLOURS)), title=None
            ),
            strokeDash=alt.StrokeDash(
                "hand:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 2]]), title=None
            ),
        )
    )
    return (
        alt.layer(box, way, number)
        .properties(height=230)
        .configure(font="Source Sans, sans-serif", background="#FFFFFF")
        .configure_axis(
            labelFontSize=14, titleFontSize=14, titleFontWeight=400, labelColor=palette.MUTED,
            titleColor=palette.MUTED, grid=False, domain=False,
        )
        .configure_legend(orient="bottom", labelFontSize=14)
        .configure_view(stroke=None)
    )  # fmt: skip


def _numbers(say: Words, quality: Quality) -> None:
    seen, measures = quality.seen, quality.measures
    cells = "".join(
        f"<div><span>{html.escape(say(name))}</span><b>{html.escape(value)}</b></div>"
        for name, value in (
            (N_("Back seen"), say.percent(seen.back)),
            (N_("Hands seen"), f"{say.percent(seen.left)} / {say.percent(seen.right)}"),
            (N_("Way circled"), say.percent(quality.coverage)),
            (N_("Circles a minute"), say.number(quality.tempo_cpm, 0)),
            (N_("Whole passes"), str(measures.passes)),
        )
    )
    st.html(f'<div class="mc-numbers">{cells}</div>')
    look.lead(
        say(N_("The rhythm is {steadiness} (± {spread} from circle to circle)."),
            steadiness=say(quality.steadiness), spread=say.percent(quality.spread)),
        "mc-quiet",
    )  # fmt: skip


def _naming(say: Words, who: str, part: Recording, done: Done) -> None:
    # As a form, what was typed last counts at once, without leaving its field first.
    with st.form("references_naming", border=False):
        left, right = st.columns(2)
        title = left.text_input(
            say(N_("Name of the reference")), max_chars=80, key="references_title",
            placeholder=say(N_("Our way, Puskesmas …")),
        ).strip()  # fmt: skip
        form = right.selectbox(
            say(N_("Form of the hands")),
            list(FORMS),
            None,  # a form that nobody chose would be told of this reference for good
            format_func=lambda key: say(FORMS[key]),
            placeholder=say(N_("Choose")),
            key="references_form",
        )
        shown_by = st.text_input(
            say(N_("Who showed it, when and where (not the mother's name)")),
            max_chars=ORIGIN_LENGTH,
            key="references_by",
        )
        if not st.form_submit_button(say(N_("Keep as a reference")), type="primary", key="references_keep"):
            return
    if not title or form is None:
        st.error(say(N_("Give it a name, and choose the form of the hands.")))
        return
    try:
        reference = add_reference(part, title, form=form, shown_by=shown_by)
    except CoachError as error:
        st.error(error.text(say.translate))
    else:
        references_draft.drop(who)
        done(say(N_("“{title}” is a reference now. Its own movement has full points."), title=title),
             reference.name)  # fmt: skip
