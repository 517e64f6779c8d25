"""Texts in two languages: English in the source, Indonesian from the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po

LANGUAGES = ("id", "en")
"""Languages a user can choose; the first is the default."""


def N_(text: str) -> str:
    """Mark `text` for the catalogue; it is returned unchanged and translated where it is shown."""
    return text


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = resources.files("coach") / "locales" / language / "LC_MESSAGES" / "coach.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}


def translator(language: str = LANGUAGES[0]) -> Callable[[str], str]:
    """A function that gives a marked text in `language` ('id' or 'en').

    A text without a translation is given in English; a test keeps that from happening.
    """
    if language == "en":
        return lambda text: text
    texts = _catalogue(language)
    return lambda text: texts.get(text, text)
