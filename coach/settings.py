"""Where things lie, and what a user can set: frozen dataclasses read from TOML.

The data folder is ``COACH_HOME`` when that is set, else the system's place for an application's data
(``~/.local/share/massage-coach`` on Linux). It holds ``settings.toml``, ``models/`` and ``references/``.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

from coach.errors import InputError
from coach.i18n import LANGUAGES, N_

_PACKAGE = Path(__file__).resolve().parent


def data_folder() -> Path:
    """The folder for everything this program keeps; it need not exist yet."""
    home = os.environ.get("COACH_HOME")
    if home:
        return Path(home).expanduser()
    return Path(platformdirs.user_data_dir("massage-coach", appauthor=False))


def resource_folder(name: str) -> Path:
    """A folder that ships with the project: ``reference_poses``, ``models`` or ``samples``.

    In a checkout (also an editable install) it lies at the top; a wheel carries it in ``coach/_data``.
    """
    return _shipped(name)


def app_script() -> Path:
    """The Streamlit entry, ``app.py``."""
    return _shipped("app.py")


def _shipped(name: str) -> Path:
    top = _PACKAGE.parent
    return top / name if (top / "pyproject.toml").is_file() else _PACKAGE / "_data" / name


@dataclass(frozen=True)
class Settings:
    """What a user can set in ``settings.toml``.

    Attributes
    ----------
    receiver_height_cm : float
        The receiver's height in cm. Centimetres on the back come from it by way of the back length. The
        default, 155, is our own choice.
    language : str
        'id' or 'en'.
    keep_movement_days : float
        Days after the instructor's review for which movement data are kept (domain knowledge, section 5).
    keep_video_days : float
        Days after the instructor's review for which a video of her back is kept, where she agreed to one; never longer
        than movement data, and as many days as those after a practice that nobody reviews. Our own choice: a week.
    keep_scores_days : float
        Days after the practice for which its scores and checklist are kept.
    pass_mark : float
        Points of the checklist, of 100, from which on a practice is passed; 75 is common.
    idle_minutes : float
        After so long without a touch the review is locked again.
    """

    receiver_height_cm: float = 155.0
    language: str = LANGUAGES[0]
    keep_movement_days: float = 30.0
    keep_video_days: float = 7.0
    keep_scores_days: float = (
        366.0  # a leap year, too, must be over before its first round goes (see store/yearly.py)
    )
    pass_mark: float = 75.0
    idle_minutes: float = 15.0

    def __post_init__(self) -> None:
        # Our own choice: wide enough for any grown woman, narrow enough to catch metres and inches.
        if not 120.0 <= self.receiver_height_cm <= 210.0:
            raise InputError(
                N_("The receiver's height must be between 120 and 210 cm, not {value}."),
                value=self.receiver_height_cm,
            )
        for key, low, high in (
            ("keep_movement_days", 0.0, 365.0),
            ("keep_video_days", 0.0, 365.0),
            ("keep_scores_days", 1.0, 3650.0),
            ("pass_mark", 50.0, 100.0),
            ("idle_minutes", 1.0, 240.0),
        ):
            if not low <= getattr(self, key) <= high:
                raise InputError(
                    N_("“{key}” must be between {low} and {high}, not {value}."),
                    key=key,
                    low=low,
                    high=high,
                    value=getattr(self, key),
                )
        if self.language not in LANGUAGES:
            raise InputError(
                N_("The language must be one of {known}, not “{value}”."),
                known=", ".join(LANGUAGES),
                value=self.language,
            )


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; a file that does not exist gives the defaults.

    Parameters
    ----------
    path : Path, optional
        Default: ``settings.toml`` in the data folder.

    Raises
    ------
    InputError
        The file cannot be read, or has a mistake in it; file and line are named.
    """
    path = path if path is not None else data_folder() / "settings.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            N_("The settings file {file} cannot be read ({why})."), file=path, why=_why(error)
        ) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        # Without a line number TOML means the end of the file.
        line = int(found[1]) if found else text.count("\n") + 1
        raise InputError(
            N_("{file}, line {line}: this is not valid TOML ({why})."), file=path, line=line, why=error
        ) from error

    known = {f.name: f for f in fields(Settings)}
    given: dict[str, float | str] = {}
    for key, value in table.items():
        line = _line_of(key, text)
        if key not in known:
            raise InputError(
                N_("{file}, line {line}: “{key}” is not a setting; known are {known}."),
                file=path,
                line=line,
                key=key,
                known=", ".join(known),
            )
        wants_number = isinstance(known[key].default, float)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if wants_number and not is_number:
            raise InputError(
                N_("{file}, line {line}: “{key}” must be a number."), file=path, line=line, key=key
            )
        if not wants_number and not isinstance(value, str):
            raise InputError(
                N_("{file}, line {line}: “{key}” must be a text."), file=path, line=line, key=key
            )
        given[key] = float(value) if wants_number else value
        try:
            Settings(**{key: given[key]})  # type: ignore[arg-type]
        except InputError as error:
            raise InputError(
                N_("{file}, line {line}: {why}"), file=path, line=line, why=error.text()
            ) from error
    return Settings(**given)  # type: ignore[arg-type]


def _line_of(key: str, text: str) -> int:
    found = re.search(rf"^\s*\[?[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
