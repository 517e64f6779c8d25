"""Every text that a user can read exists in both languages, with the same placeholders."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from coach.i18n import N_, translator

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "coach/locales/id/LC_MESSAGES/coach.po"


def marked_texts() -> set[str]:
    """All N_ texts of the source."""
    texts = set()
    for path in [*ROOT.glob("coach/**/*.py"), ROOT / "app.py"]:
        texts |= {found[1] for found in extract_from_file("python", str(path), keywords={"N_": None})}
    return texts


def entries() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="id", abort_invalid=True) if m.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_has_an_indonesian_one():
    known = entries()
    assert sorted(text for text in marked_texts() if not known.get(text)) == []


def test_placeholders_agree():
    wrong = [text for text, other in entries().items() if other and placeholders(text) != placeholders(other)]
    assert wrong == []


def test_no_text_is_entered_twice():
    ids = [line for line in CATALOGUE.read_text(encoding="utf-8").splitlines() if line.startswith("msgid ")]
    assert len(ids) == len(set(ids))


def test_english_is_the_source_and_unknown_texts_stay():
    assert translator("en")("Duration") == "Duration"
    assert translator("id")("Duration") == "Lama latihan"
    assert translator("id")("not in the catalogue") == "not in the catalogue"
    assert N_("x") == "x"


@pytest.mark.parametrize("word", ["vertebra", "scapula", "costae"])
def test_plain_words(word):
    """Words that a village trainer need not know (domain 6)."""
    assert [text for text in entries().values() if word in text.lower()] == []
