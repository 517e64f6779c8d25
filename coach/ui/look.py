"""What every page shares: the look, the language, and what is said when something fails."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

import streamlit as st

from coach import palette
from coach.console import write_log
from coach.errors import CoachError
from coach.export.words import CLAIM, Words
from coach.i18n import LANGUAGES, N_
from coach.serve import UPLOAD_LIMIT_MB
from coach.settings import load_settings

TITLE = N_("Oxytocin massage practice")
_NAMES = {"id": "Indonesia", "en": "English"}

_STYLE = f"""
<style>
.stMainBlockContainer {{ max-width: 1120px; padding: 4rem 2rem 2rem; }}
[data-testid="stHeader"] {{ height: 3.2rem; min-height: 3.2rem; background: #FFFFFF;
  border-bottom: 1px solid #EDF1F1; }}
[data-testid="stTopNav"] {{ max-width: 1056px; margin: 0 auto; }}
[data-testid="stTopNavLink"] p {{ font-size: 1.05rem; }}
h1 {{ font-size: 2.3rem !important; letter-spacing: -0.02em; padding: 0 0 .3rem !important; }}
h2 {{ font-size: 1.5rem !important; padding: 1.6rem 0 .4rem !important; }}
.mc-lead {{ font-size: 1.15rem; color: {palette.MUTED}; max-width: 44rem; margin: 0 0 .8rem;
  line-height: 1.5; }}
.mc-brand {{ font-weight: 600; color: {palette.ACCENT}; padding-top: .45rem; }}
.mc-say {{ border-left: 5px solid {palette.FAINT}; padding: .35rem 0 .35rem 1rem; margin: 0 0 .75rem;
  font-size: 1.25rem; line-height: 1.4; }}
.mc-say.first {{ font-size: 1.6rem; font-weight: 600; line-height: 1.3; }}
.mc-say.change {{ border-color: {palette.RIGHT}; }} .mc-say.good {{ border-color: {palette.ACCENT}; }}
.mc-score {{ text-align: right; line-height: 1; }}
.mc-score b {{ font-size: 5.4rem; color: {palette.ACCENT}; letter-spacing: -0.04em; font-weight: 700; }}
.mc-score span {{ display: block; color: {palette.MUTED}; margin-top: .5rem; }}
.mc-score.none b {{ font-size: 1.9rem; color: {palette.MUTED}; letter-spacing: 0; }}
.mc-points {{ font-size: 3.4rem; font-weight: 700; color: {palette.ACCENT}; margin: 0; text-align: right;
  letter-spacing: -0.03em; line-height: 1.1; white-space: nowrap; }}
.mc-points small {{ font-size: 1rem; font-weight: 400; color: {palette.MUTED}; letter-spacing: 0; }}
.mc-item {{ margin: 0; line-height: 1.35; padding-left: 1.9rem; }}
.mc-item span:first-child {{ display: inline-block; width: 1.65rem; margin-left: -1.9rem; color: {palette.MUTED}; }}
.mc-why {{ display: block; color: {palette.MUTED}; }}
.mc-star {{ color: {palette.RIGHT}; }}
.mc-chip {{ display: inline-block; border: 1px solid {palette.FAINT}; border-radius: 1rem; padding: .1rem .6rem;
  font-size: .85rem; color: {palette.MUTED}; white-space: nowrap; }}
.mc-chip.differs {{ border-color: {palette.RIGHT}; color: #7A3200; background: #FBEFE6; }}
.mc-chip.none {{ border-style: dashed; white-space: normal; line-height: 1.3; }}
.mc-rows {{ width: 100%; border-collapse: collapse; }}
.mc-rows td, .mc-rows th {{ border: 0 !important; border-bottom: 1px solid #EDF1F1 !important;
  padding: .55rem .6rem .55rem 0; text-align: left; vertical-align: middle; }}
.mc-rows th {{ font-size: .85rem; font-weight: 400; color: {palette.MUTED}; }}
.mc-rows td.n, .mc-rows th.n {{ text-align: right; white-space: nowrap; }}
.mc-rows td.bar {{ width: 30%; }}
.mc-rows td.bar div {{ background: #E9EDED; border-radius: 4px; height: .7rem; }}
.mc-rows td.bar div div {{ background: {palette.ACCENT}; }}
.mc-sides {{ table-layout: fixed; }}
.mc-sides td, .mc-sides th {{ padding: .3rem .6rem .3rem 0; }}
.mc-sides td.n {{ white-space: normal; vertical-align: top; }}
.mc-sides .quiet {{ font-size: .85rem; }}
.mc-rows .quiet, .mc-quiet {{ color: {palette.MUTED}; }}
.mc-quiet {{ font-size: .9rem; }}
.mc-steps {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: 1.4rem; margin: 1.4rem 0 .5rem; }}
.mc-steps p {{ margin: .15rem 0 0; color: {palette.MUTED}; font-size: .95rem; line-height: 1.45; }}
/* On its own shade the accent is 4.49 to 1 where the pointer rests; 4.5 is asked for. */
[data-testid="stButtonGroup"] [data-selected="true"] p {{ color: #084F4F; }}
[role="dialog"] h2 {{ padding: 1.2rem 1.5rem .2rem !important; }}
/* Streamlit cuts the words of a tick off where the screen is narrow. */
[data-testid="stWidgetLabel"] .stMarkdownEllipsis, [data-testid="stWidgetLabel"] .stMarkdownEllipsis p {{
  white-space: normal; overflow: visible; }}
/* Charts side by side are wider than a phone. */
[data-testid="stVegaLiteChart"] {{ max-width: 100%; overflow-x: auto; }}
/* Streamlit says in English that Enter submits. */
[data-testid="InputInstructions"] {{ display: none; }}
.mc-scroll {{ overflow-x: auto; }}
@media (max-width: 700px) {{
  .mc-steps {{ grid-template-columns: 1fr; }}
  .mc-rows th.n {{ white-space: normal; }}
  .mc-why-rows tr {{ display: grid; grid-template-columns: 9.5rem 4.5rem 1fr 2.5rem; border-bottom: 1px solid #EDF1F1;
    padding: .4rem 0; }}
  .mc-why-rows tr:first-child {{ display: none; }}
  .mc-why-rows td {{ border: 0 !important; padding: .1rem .5rem .1rem 0; width: auto !important; }}
  .mc-why-rows td:first-child, .mc-why-rows td:last-child {{ grid-column: 1 / -1; }}
  .mc-why-rows td.n {{ text-align: left; }}
}}
</style>
"""


def begin() -> Words:
    """Set the page up; gives the words of the visitor's language."""
    say = Words(_language())
    st.set_page_config(page_title=say(TITLE), layout="wide", initial_sidebar_state="collapsed")
    st.html(_STYLE + _uploader_words(say))
    brand, switch = st.columns([4, 1])
    brand.html(f'<div class="mc-brand">{html.escape(say(TITLE))}</div>')
    chosen = switch.segmented_control(
        say(N_("Language")),
        LANGUAGES,
        default=say.language,
        format_func=_NAMES.__getitem__,
        key="language_switch",
        label_visibility="collapsed",
    )
    if chosen and chosen != say.language:
        st.session_state["language"] = chosen
        st.rerun()
    return say


def step(name: str) -> None:
    """Tell which of its steps a page is in; whenever that has changed, the page is shown from its top."""
    _top()(key="step", data={"step": name})


@st.cache_resource(show_spinner=False)
def _top() -> Any:
    script = resources.files("coach.ui").joinpath("assets", "top.js").read_text(encoding="utf-8")
    return st.components.v2.component("massage_coach_top", js=script)


def _language() -> str:
    known = st.session_state.get("language")
    if known in LANGUAGES:
        return str(known)
    wanted = os.environ.get("COACH_LANG")
    if wanted not in LANGUAGES:
        try:
            wanted = load_settings().language
        except CoachError:
            wanted = LANGUAGES[0]
    st.session_state["language"] = wanted
    return str(wanted)


def _uploader_words(say: Words) -> str:
    """Streamlit's uploader speaks English only: its words are hidden and ours are set in their place."""
    drop, browse = _drop(say, UPLOAD_LIMIT_MB), say(N_("Choose a video"))
    return f"""<style>
[data-testid="stFileUploaderDropzone"] {{ padding: 1.5rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0 !important; white-space: normal;
  overflow: visible; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::before {{
  content: "{_css(drop)}"; font-size: 1.05rem; color: {palette.INK}; }}
[data-testid="stFileUploaderDropzone"] > span button p {{ font-size: 0 !important; }}
[data-testid="stFileUploaderDropzone"] > span button p::after {{
  content: "{_css(browse)}"; font-size: 1rem; }}
</style>"""


def uploader_word(say: Words, key: str, browse: str, limit_mb: int = UPLOAD_LIMIT_MB) -> None:
    """Another word on the button of the uploader called `key`, where it is no video that is chosen; and what is the
    most that is taken there.
    """
    st.html(
        f"""<style>.st-key-{key} [data-testid="stFileUploaderDropzone"] > span button p::after {{
  content: "{_css(browse)}" !important; }}
.st-key-{key} [data-testid="stFileUploaderDropzoneInstructions"] span::before {{
  content: "{_css(_drop(say, limit_mb))}" !important; }}</style>"""
    )


def _drop(say: Words, limit_mb: int) -> str:
    return say(N_("or drop it here, up to {size} MB"), size=limit_mb)


def _css(text: str) -> str:
    return text.replace("\\", "").replace('"', "'")


def rows(heads: Sequence[tuple[str, str]], lines: Iterable[str], kind: str = "") -> None:
    """A table: (text, class) of each column's head, and the rows as HTML that the caller has escaped.

    `kind` "mc-sides" sets columns of equal width, low rows and texts that wrap, for comparing; "mc-why-rows" puts the
    first and the last cell of a row into lines of their own on a phone.
    """
    head = "".join(f'<th class="{kind}">{html.escape(text)}</th>' for text, kind in heads)
    table = f'<table class="mc-rows {kind}"><tr>{head}</tr>{"".join(lines)}</table>'
    st.html(f'<div class="mc-scroll">{table}</div>')  # on a phone the table moves, not the page


def lead(text: str, kind: str = "mc-lead") -> None:
    """A paragraph under a heading; `kind` "mc-quiet" for an aside."""
    st.html(f'<p class="{kind}">{html.escape(text)}</p>')


@contextmanager
def sentences_for_errors(say: Words) -> Iterator[None]:
    """Say what failed in one sentence; details go to a file in the data folder."""
    try:
        yield
    except CoachError as error:
        st.error(error.text(say.translate))
    except Exception as error:
        write_log(error)
        st.error(say(N_("Something went wrong inside the program. Reload the page and try again.")))


def end(say: Words) -> None:
    """The line under every page: what this is, and what it is not."""
    st.html(f'<p class="mc-quiet" style="margin-top:2.5rem">{html.escape(say(CLAIM))}</p>')
