"""Renaming and removing references of the user's own; those that ship with the project stay as they are."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from coach.atomic import output_error, write_bytes
from coach.errors import ReferenceError  # noqa: A004 - the field's word
from coach.i18n import N_
from coach.scoring.profile import parse_profile
from coach.scoring.profile_text import quoted
from coach.scoring.reference import clean_name, default_name, load_reference, own_folder

_LONGEST_TITLE = 80


def rename(name: str, title: str) -> None:
    """Give a reference another title, in both languages.

    Its name stays, since practices that were compared with it refer to that; and so do the numbers and comments of
    its profile.

    Raises
    ------
    ReferenceError
        It is not the user's own, or the title cannot be used.
    ProfileError
        Its profile has a mistake in it.
    OutputError
        When the system refuses to write.
    """
    path = _own(name) / "profile.toml"
    title = " ".join(title.split())
    if not 1 <= len(title) <= _LONGEST_TITLE:
        raise ReferenceError(N_("Give the reference a title of 1 to {most} letters."), most=_LONGEST_TITLE)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise output_error(path, error) from error
    parse_profile(text, path.name)
    start, head, rest = re.split(r"^(\[title\][^\n]*\n)", text, maxsplit=1, flags=re.MULTILINE)
    section, *others = re.split(r"^(?=\[)", rest, maxsplit=1, flags=re.MULTILINE)
    line = quoted(title)
    section = re.sub(r"^((?:id|en)\s*=).*$", lambda found: f"{found[1]} {line}", section, flags=re.MULTILINE)
    changed = "".join((start, head, section, *others))
    parse_profile(changed, path.name)
    write_bytes(path, changed.encode())


def remove(name: str) -> None:
    """Delete a reference; whoever asks has to know whether practices refer to it.

    Raises
    ------
    ReferenceError
        It is not the user's own, or it is the programme's default.
    OutputError
        When the system refuses.
    """
    folder = _own(name)
    if default_name() == folder.name:
        raise ReferenceError(
            N_("“{name}” is the programme's default. Make another one the default first."), name=folder.name
        )
    try:
        # Out of the list in one step; what a kill leaves has a name that the list passes over.
        away = Path(tempfile.mkdtemp(prefix=".removed-", dir=folder.parent))
        os.replace(folder, away / folder.name)
        shutil.rmtree(away)
    except OSError as error:
        raise output_error(folder, error) from error


def _own(name: str) -> Path:
    folder = own_folder() / clean_name(name)
    if not folder.is_dir():
        load_reference(name)  # says when there is none at all
        raise ReferenceError(
            N_("“{name}” ships with the program; it cannot be changed or removed."), name=folder.name
        )
    return folder
