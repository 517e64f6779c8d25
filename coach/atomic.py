"""Whole files or none: results appear under their name only when they are complete."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coach.errors import OutputError
from coach.i18n import N_

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def output_error(path: Path, error: OSError) -> OutputError:
    """The sentence for a file that could not be written."""
    if error.errno in _FULL:
        return OutputError(
            N_("The disk is full: {path} was not written. Free some space and try again."), path=path
        )
    if error.errno in _FORBIDDEN:
        return OutputError(N_("No permission to write {path}. Choose another folder with --out."), path=path)
    reason = error.strerror or str(error)
    return OutputError(
        N_("{path} cannot be written ({reason}). Choose another folder."), path=path, reason=reason
    )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, of the same suffix, and move it into place once the block is done.

    When the block raises, whatever it raises, the temporary file is removed and `path` is as it was.

    Raises
    ------
    OutputError
        When the system refuses to write.
    """
    path = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise output_error(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes the file private; a result has the permissions that any other new file has.
        temporary.chmod(0o666 & ~_umask())
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def check_folder(folder: Path) -> None:
    """Make sure that `folder` exists (it is made) and takes files, before any long work.

    Raises
    ------
    OutputError
        When it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".massage-coach-"):
            pass
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTDIR):
            raise OutputError(
                N_("{path} is not a folder. Choose another one with --out."), path=folder
            ) from error
        raise output_error(folder, error) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
