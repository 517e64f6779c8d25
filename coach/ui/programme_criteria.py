"""When a level is reached, what the programme aims at, what counts as good: the instructor's numbers."""

from __future__ import annotations

import html

import streamlit as st

from coach.errors import CoachError
from coach.export.words import Words
from coach.i18n import N_
from coach.programme.criteria import GROUPS, SETTINGS, Setting, put
from coach.programme.facts import Facts
from coach.ui import look
from coach.ui.records import records


def show(say: Words, facts: Facts, who: str) -> None:
    """The part."""
    look.lead(
        say(
            N_(
                "Levels build on each other. The numbers are proposals, and each says where it comes from; yours count "
                "from the moment they are saved, for everybody."
            )
        ),
        "mc-quiet",
    )
    values: dict[str, float] = {}
    with st.form("programme_criteria", border=False):
        for number, (group, title) in enumerate(GROUPS.items(), 1):
            name = say(title)
            head = name[0].upper() + name[1:] if number > 5 else f"{number}  {name}"
            st.html(f'<h3 style="margin:.9rem 0 .2rem">{html.escape(head)}</h3>')
            for setting in (s for s in SETTINGS if s.group == group):
                values[setting.name] = _field(say, facts, setting)
        save, default = st.columns([1, 3])
        if save.form_submit_button(say(N_("Save")), type="primary", width="stretch"):
            _save(say, facts, who, values)
        if default.form_submit_button(say(N_("Back to the proposals"))):
            _save(say, facts, who, {s.name: s.default for s in SETTINGS})


def _field(say: Words, facts: Facts, setting: Setting) -> float:
    field, text = st.columns([1, 5], vertical_alignment="center")
    least, most = setting.range
    value = facts.criteria[setting.name]
    name = say(setting.text, value="…")
    key = f"programme_set_{setting.name}_{facts.id}"
    if setting.unit == "yes":
        given = float(field.toggle(name, bool(value), key=key, label_visibility="collapsed"))
    else:
        given = float(
            field.number_input(name, int(least), int(most), int(value), key=key, label_visibility="collapsed")
        )
    changed = facts.criteria.is_set(setting.name)
    source = say(setting.source)
    if changed:
        yours = say(N_("proposal: {value}"), value=f"{setting.default:g}")
        source = f"{yours} · {source}"
    text.html(
        f'<p style="margin:0;line-height:1.3">{html.escape(name)}<br>'
        f'<span class="mc-quiet">{html.escape(source)}</span></p>'
    )
    return given


def _save(say: Words, facts: Facts, who: str, values: dict[str, float]) -> None:
    if values["fair_from"] > values["good_from"]:
        st.error(say(N_("Fair knowledge begins below good knowledge.")))
        return
    try:
        for name, value in values.items():
            if value != facts.criteria[name]:
                put(records(), facts.id, name, value, who)
    except CoachError as error:
        st.error(error.text(say.translate))
        return
    for key in list(st.session_state):
        if str(key).startswith("programme_set_"):
            del st.session_state[key]
    st.session_state["programme_said"] = say(N_("The criteria were saved."))
    st.rerun()
