"""References: recordings of the technique to compare with, each in a folder of its own.

A folder holds ``recording.parquet``, ``profile.toml`` (what full marks mean) and ``README.md`` (where it
comes from). Those that ship with the project lie in ``reference_poses``, a user's own in ``references`` of
the data folder.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from coach.atomic import output_error, write_bytes
from coach.errors import InputError, ReferenceError  # noqa: A004 - the field's word
from coach.i18n import N_
from coach.motion.measures import Measures, Motion, analyse_motion, measure
from coach.motion.recording import Recording
from coach.scoring.compare import mean_pass, pass_tracks, spread
from coach.scoring.profile import Profile, load_profile
from coach.scoring.profile_text import profile_text
from coach.scoring.versions import DIGITS, movement_hash
from coach.settings import data_folder, resource_folder

DEFAULT = "fists"
"""The published form, used where no other is asked for and none was made the programme's own."""
MARGIN_CM = 1.5
"""How far below the reference's end a learner's path is still compared: about a finger's width (our own
choice)."""
NAME_LENGTH = 48
_DEFAULT_FILE = "default.txt"


@dataclass(frozen=True, eq=False)
class Reference:
    """A recording to compare with and the profile that says what full marks are.

    Its own analysis is made once, on first use, and kept.

    Attributes
    ----------
    name : str
    recording : Recording
    profile : Profile
    origin : str
        'generated' for one made from the published description, else what it was recorded from.
    folder : Path or None
    """

    name: str
    recording: Recording
    profile: Profile
    origin: str = "unknown"
    folder: Path | None = field(default=None, compare=False)

    @property
    def shown_by(self) -> str:
        """Who showed it, in the words of whoever added it; empty when nobody said."""
        return str(self.recording.meta.get("shown_by", ""))

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with its movement; the profile has a version of its own."""
        return movement_hash(self.recording)[:DIGITS]

    @cached_property
    def motion(self) -> Motion:
        """Its smoothed movement, passes and tempo."""
        return analyse_motion(self.recording)

    @cached_property
    def measures(self) -> Measures:
        """Its measures, up to its own profile's end level."""
        return measure(self.recording, end_u=self.profile.path.end_u, motion=self.motion)

    @cached_property
    def mean_pass(self) -> np.ndarray | None:
        """Mean macro path of its passes, (POINTS, 2, 2) in cm; None without passes."""
        return mean_pass(pass_tracks(self.motion))

    @cached_property
    def spread_cm(self) -> float | None:
        """Mean distance of its passes to their mean; None for fewer than two passes."""
        return spread(pass_tracks(self.motion), self.mean_pass)

    def model(self, back_length_cm: float) -> np.ndarray | None:
        """`mean_pass` on a back of another length: levels stay with the vertebrae, widths stay in cm."""
        if self.mean_pass is None:
            return None
        scaled = self.mean_pass.copy()
        scaled[:, :, 0] *= back_length_cm / self.motion.back_length_cm
        return scaled

    def end_cm(self, back_length_cm: float) -> float:
        """How far down a back of that length a path is compared with this reference."""
        model = self.model(back_length_cm)
        return np.inf if model is None else float(np.nanmax(model[:, :, 0])) + MARGIN_CM


@dataclass(frozen=True)
class Listed:
    """A line of the list of references.

    Attributes
    ----------
    name : str
    title : dict or None
        By language; None when the profile cannot be read.
    own : bool
        The user's own, not one that ships with the project.
    folder : Path
    problem : InputError or None
        Why it cannot be used.
    """

    name: str
    title: Mapping[str, str] | None
    own: bool
    folder: Path
    problem: InputError | None = None


def own_folder() -> Path:
    """Where the user's references lie; it need not exist."""
    return data_folder() / "references"


def list_references() -> list[Listed]:
    """All references by name, those of the project first; a damaged one is listed with its problem."""
    listed = []
    for own, parent in ((False, resource_folder("reference_poses")), (True, own_folder())):
        if not parent.is_dir():
            continue
        for folder in sorted(parent.iterdir()):
            if folder.name.startswith(".") or not (folder / "recording.parquet").is_file():
                continue
            try:
                listed.append(Listed(folder.name, load_profile(folder).title, own, folder))
            except InputError as error:
                listed.append(Listed(folder.name, None, own, folder, error))
    return listed


def load_reference(name_or_path: str | Path | None = None) -> Reference:
    """A reference by its name, or by the path of its folder; without either the programme's default.

    Raises
    ------
    ReferenceError
        There is none of that name.
    ProfileError, RecordingError
        It is damaged.
    """
    folder = _find(default_name() if name_or_path is None else name_or_path)
    recording = Recording.from_parquet(folder / "recording.parquet")
    source = recording.meta.get("source")
    origin = str(source.get("kind", "unknown")) if isinstance(source, dict) else "unknown"
    return Reference(folder.name, recording, load_profile(folder / "profile.toml"), origin, folder)


def default_name() -> str:
    """The reference that is used where no other is asked for.

    The published form, until `set_default` chose another one; also when that one is gone.
    """
    try:
        name = clean_name((own_folder() / _DEFAULT_FILE).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError, ReferenceError):
        return DEFAULT
    return name if any(_has(parent, name) for parent in _parents()) else DEFAULT


def set_default(name: str) -> None:
    """Make a reference the programme's default.

    Raises
    ------
    ReferenceError
        There is none of that name.
    OutputError
        When the system refuses to write.
    """
    name = _find(clean_name(name)).name
    try:
        own_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(own_folder(), error) from error
    write_bytes(own_folder() / _DEFAULT_FILE, name.encode())


def _parents() -> tuple[Path, Path]:
    return resource_folder("reference_poses"), own_folder()


def _has(parent: Path, name: str) -> bool:
    return (parent / name / "recording.parquet").is_file()


def _find(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    path = Path(name_or_path)
    if len(path.parts) > 1 or path.is_absolute():
        if (path / "recording.parquet").is_file():
            return path
        raise ReferenceError(
            N_("{path} is not a reference: a folder with recording.parquet and profile.toml is expected."),
            path=path,
        )
    try:
        name = clean_name(text)
    except ReferenceError:
        name = ""
    for parent in _parents():
        if name and _has(parent, name):
            return parent / name
    known = ", ".join(listed.name for listed in list_references()) or "-"
    raise ReferenceError(N_("There is no reference “{name}”. Known are: {known}."), name=text, known=known)


_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{k}" for d in ("com", "lpt") for k in range(1, 10))}


def clean_name(name: str) -> str:
    """The folder name for a reference: lower-case letters, digits and hyphens, so it cannot leave its folder.

    Raises
    ------
    ReferenceError
        When nothing usable is left, or it holds what could be a path.
    """
    if re.search(r"[/\\:\0]|\.\.", name):
        raise ReferenceError(
            N_("“{name}” cannot be the name of a reference: use letters, digits, spaces and hyphens only."),
            name=name,
        )
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    clean = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_LENGTH].strip("-")
    if not clean or clean in _RESERVED:
        raise ReferenceError(
            N_("“{name}” cannot be the name of a reference: use letters, digits, spaces and hyphens only."),
            name=name,
        )
    return clean


def free_folder(name: str) -> Path:
    """The folder for a new reference of the user's own, under a clean name that nobody has.

    Raises
    ------
    ReferenceError
        When there is one of that name, of the user's or of the project's.
    """
    name = clean_name(name)
    for parent in _parents():
        if (parent / name).exists():
            raise _taken(parent / name)
    return own_folder() / name


def _taken(folder: Path) -> ReferenceError:
    return ReferenceError(
        N_("There is already a reference “{name}” ({folder}). Choose another name."),
        name=folder.name,
        folder=folder,
    )


def write_folder(folder: Path, recording: Recording, profile: Profile, origin: str, readme: str) -> None:
    """Write a reference's folder, whole or not at all; it must not exist.

    Raises
    ------
    ReferenceError
        A reference of that name exists.
    OutputError
        When the system refuses to write.
    """
    if folder.exists():
        raise _taken(folder)
    temporary = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        temporary.chmod(0o755)
        recording.to_parquet(temporary / "recording.parquet")
        (temporary / "profile.toml").write_text(profile_text(profile, origin), encoding="utf-8")
        (temporary / "README.md").write_text(readme, encoding="utf-8")
        for file in temporary.iterdir():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
        try:
            temporary.rename(folder)  # refused by the system when the name was taken meanwhile
        except OSError as error:
            if folder.exists():
                raise _taken(folder) from error
            raise
    except OSError as error:
        raise output_error(folder, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
