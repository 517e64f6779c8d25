"""Every way the program can refuse, in one tree.

::

    CoachError                  the base: a sentence for the user, exit status 1
    ├── InputError              what was given cannot be used
    │   ├── VideoError          a video that cannot be read
    │   │   └── CameraError     a camera that gives no pictures, or none that are of use
    │   ├── RecordingError      a stored recording that is damaged or of another kind
    │   ├── ReferenceError      a reference that does not exist or is not fit to be one
    │   ├── ProfileError        a technique profile with a mistake in it (names the line)
    │   ├── BackError           the back could not be found or was given wrongly
    │   └── EntryError          something that may not be entered into the records
    ├── ModelError              a model file is missing, damaged or cannot be fetched
    ├── AccessError             a password or a name that does not open the review
    ├── StoreError              the records cannot be opened, or hold something damaged
    └── OutputError             a result cannot be written (disk full, no permission)

An error carries an English template and its values, so that the screen or the terminal can say it in the
user's language; nothing below those translates.
"""

from __future__ import annotations

from collections.abc import Callable


class CoachError(Exception):
    """A sentence for the user: what is wrong and what to do.

    Parameters
    ----------
    template : str
        English text with ``{name}`` placeholders, marked with `coach.i18n.N_` where it is written.
    **values
        What fills the placeholders.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def text(self, translate: Callable[[str], str] | None = None) -> str:
        """The sentence, in the language of `translate` (default: English)."""
        template = translate(self.template) if translate else self.template
        # A reason may be an error of its own.
        values = {k: v.text(translate) if isinstance(v, CoachError) else v for k, v in self.values.items()}
        return template.format(**values)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple:
        # Errors cross a process boundary (videos are opened in a child process): keep the values.
        return _rebuild, (type(self), self.template, self.values)


def _rebuild(kind: type[CoachError], template: str, values: dict) -> CoachError:
    return kind(template, **values)


class InputError(CoachError):
    """What was given cannot be used."""


class VideoError(InputError):
    """A video that cannot be read."""


class CameraError(VideoError):
    """A camera that gives no pictures, or none that are of use."""


class RecordingError(InputError):
    """A stored recording that is damaged or of another kind."""


class ReferenceError(InputError):  # noqa: A001 - the field's word; the built-in of that name concerns weakrefs
    """A reference that does not exist or is not fit to be one."""


class ProfileError(InputError):
    """A technique profile with a mistake in it."""


class BackError(InputError):
    """The back could not be found, or was given wrongly."""


class EntryError(InputError):
    """Something that may not be entered into the records."""


class ModelError(CoachError):
    """A model file is missing, damaged or cannot be fetched."""


class AccessError(CoachError):
    """A password or a name that does not open the review."""


class StoreError(CoachError):
    """The records cannot be opened, or hold something damaged."""


class OutputError(CoachError):
    """A result cannot be written."""
