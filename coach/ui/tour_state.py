"""How far the tour was taken on this laptop, in ``tour.json`` of the data folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from coach.atomic import write_bytes
from coach.settings import data_folder

FILE = "tour.json"


@dataclass(frozen=True)
class Progress:
    """What was done of the tour.

    Attributes
    ----------
    done : tuple of str
        Steps, by name.
    ended : bool
        It was finished, or is not wanted.
    """

    done: tuple[str, ...] = ()
    ended: bool = False


def read() -> Progress:
    """Where the tour stands; one that cannot be read begins anew, which loses nothing."""
    try:
        values = json.loads((data_folder() / FILE).read_bytes())
        return Progress(tuple(str(step) for step in values["done"]), bool(values["ended"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


def write(progress: Progress) -> None:
    """Keep where it stands."""
    data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    write_bytes(data_folder() / FILE, json.dumps(asdict(progress)).encode())


def mark(step: str) -> None:
    """One step is done."""
    now = read()
    if step not in now.done:
        write(replace(now, done=(*now.done, step)))


def end() -> None:
    """It is finished, or not wanted."""
    write(replace(read(), ended=True))


def begin() -> None:
    """From the start."""
    write(Progress())
