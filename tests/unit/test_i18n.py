"""Every marked text has an Indonesian sentence with the same placeholders."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import coach
from coach.i18n import LANGUAGES, N_, translator

PACKAGE = Path(coach.__file__).parent


def marked() -> dict[str, str]:
    """Marked texts and where they stand."""
    found = extract_from_dir(str(PACKAGE), method_map=[("**.py", "python")], keywords={"N_": None})
    texts = {str(text): f"{file}:{line}" for file, line, text, _, _ in found}
    page = PACKAGE.parent / "app.py"
    if page.is_file():
        with page.open("rb") as file:
            from babel.messages.extract import extract

            texts |= {str(m[1]): f"app.py:{m[0]}" for m in extract("python", file, keywords={"N_": None})}
    return texts


def test_no_marked_text_hides_from_the_extraction():
    """Inside an f-string the extraction does not see a mark: the text would stay in English."""
    known, hidden = marked(), []
    for file in [*PACKAGE.rglob("*.py"), PACKAGE.parent / "app.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                text = node.args[0]
                if isinstance(text, ast.Constant) and text.value not in known:
                    hidden.append(f"{file.name}:{node.lineno}: {text.value}")
    assert not hidden, "\n".join(hidden)


def catalogue() -> dict[str, str]:
    with (PACKAGE / "locales/id/LC_MESSAGES/coach.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="id", abort_invalid=True) if m.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_is_translated():
    known = catalogue()
    missing = [f"{where}: {text}" for text, where in marked().items() if not known.get(text)]
    assert not missing, "\n".join(missing)


def test_no_translation_is_left_over():
    left = set(catalogue()) - set(marked())
    assert not left, "\n".join(sorted(left))


def test_placeholders_are_the_same():
    wrong = [text for text, said in catalogue().items() if placeholders(text) != placeholders(said)]
    assert not wrong, "\n".join(wrong)


def test_the_catalogue_has_no_text_twice():
    lines = (PACKAGE / "locales/id/LC_MESSAGES/coach.po").read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']
    assert sorted(ids) == sorted(set(ids))


def test_indonesian_is_the_default():
    text = N_("{file} is empty; copy or record it again.")
    assert LANGUAGES[0] == "id"
    assert translator()(text) == translator("id")(text) == "{file} kosong; salin atau rekam ulang."
    assert translator("en")(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_text_is_given_as_it_is(language: str):
    assert translator(language)("no such text") == "no such text"
