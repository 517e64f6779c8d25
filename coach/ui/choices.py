"""Choices that more than one page offers."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.reference import DEFAULT, default_name, list_references


def reference_choice(
    say: Words,
    where: DeltaGenerator,
    key: str,
    start: str | None = None,
    label: str | None = None,
) -> str:
    """A box with the references that can be used; gives the chosen one's name. `label` is a marked text."""
    usable = {
        r.name: (r.title or {}).get(say.language, r.name) for r in list_references() if r.problem is None
    }
    names = list(usable) or [DEFAULT]
    wanted = start if start in names else default_name()
    return str(
        where.selectbox(
            say(label or N_("Compare with")),
            names,
            names.index(wanted) if wanted in names else 0,
            format_func=lambda name: usable.get(name, name),
            key=key,
        )
    )
