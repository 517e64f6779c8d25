"""Choices that more than one page offers, and the words that go with them."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from coach.export.words import Words
from coach.i18n import N_
from coach.scoring.reference import DEFAULT, default_name, list_references
from coach.settings import load_settings


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


def film_days() -> tuple[float, float]:
    """How many days after the review a video of her back is kept, and how many at most after the practice."""
    settings = load_settings()
    return min(settings.keep_video_days, settings.keep_movement_days), settings.keep_movement_days


def film_terms(say: Words) -> str:
    """What she agrees to with a video of her back."""
    days, most = film_days()
    return say(
        N_(
            "Whatever is beside her back is left out of it, faces too. Only the instructor sees it, on "
            "this computer, until {days} days after the review, {most} days at most. She can have it "
            "deleted at any time."
        ),
        days=say.number(days, 0),
        most=say.number(most, 0),
    )
