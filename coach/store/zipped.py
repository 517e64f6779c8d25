"""Reading a zip that comes from outside."""

from __future__ import annotations

import zipfile
import zlib

BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, TypeError,
    AttributeError,
)  # fmt: skip
"""All that is raised by reading a damaged zip and JSON in it that is not what it should be."""
