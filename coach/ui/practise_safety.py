"""Before a practice: what would make the massage wrong for her today."""

from __future__ import annotations

import html

import streamlit as st

from coach.export.words import Words
from coach.i18n import N_
from coach.ui import look, practise_place

RED_FLAGS = (
    N_("Bleeding, or fluid that leaks"),
    N_("Cramps, or pain in the belly or the pelvis"),
    N_("Fever or an infection"),
    N_("High blood pressure with headache or swelling"),
    N_("One leg hot, swollen or painful"),
    N_("The baby moves less than usual"),
    N_("The midwife or doctor speaks of a high risk"),
    N_("Wounds, burns or a rash on the back"),
    N_("An injury or operation of the back, or pain where an injection was given there"),
)


def ask(say: Words, *, early: bool) -> bool | None:
    """The questions; True once none of the flags holds and a midwife has agreed, False once one does.

    `early`: before 37 weeks of pregnancy only a demonstration is allowed.
    """
    st.title(say(N_("Is the massage right for her today?")), anchor=False)
    look.lead(say(N_("Ask her. One “yes” is enough to leave it for today.")))
    items = "".join(f"<li>{html.escape(say(flag))}</li>" for flag in RED_FLAGS)
    st.html(f'<ul class="mc-flags">{items}</ul>{practise_place.STYLE}')
    midwife = st.toggle(say(N_("A midwife is here, or has agreed")), key="practise_midwife")
    if not midwife:
        look.lead(say(N_("Without the agreement of a midwife there is no massage.")), "mc-quiet")
    if early:
        st.warning(
            say(
                N_(
                    "Before 37 weeks only a demonstration with a light touch, or somebody else sits in for her. "
                    "No breast, no belly, no lower back."
                )
            )
        )
    none, some, _ = st.columns([1.2, 1.2, 1])
    if none.button(
        say(N_("None of these")), type="primary", disabled=not midwife, width="stretch", key="practise_none"
    ):
        return True
    if some.button(say(N_("At least one of these")), width="stretch", key="practise_some"):
        return False
    return None


def not_today(say: Words) -> bool:
    """A polite end; True once they want to go back to the start."""
    st.title(say(N_("Not today")), anchor=False)
    look.lead(
        say(
            N_(
                "Thank you for telling. Please talk to the midwife first; the massage can wait. "
                "You can still watch and learn."
            )
        )
    )
    return st.button(say(N_("Back to the start")), key="practise_restart")
