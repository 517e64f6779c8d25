"""A video stream that browsers play, in whatever container is being written."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import cast

import av

from coach.errors import OutputError
from coach.i18n import N_

TIME_BASE = Fraction(1, 90_000)
"""Fine enough for every camera's own times."""
Choices = Sequence[tuple[str, dict[str, str]]]


def add_stream(
    container: av.container.OutputContainer, width: int, height: int, choices: Choices
) -> av.VideoStream:
    """Add a stream by the first of the encoders (name, options) that PyAV has; frames carry their own times.

    Raises
    ------
    OutputError
        There is none of them.
    """
    for codec, options in choices:
        try:
            stream = cast(av.VideoStream, container.add_stream(codec, rate=30, options=options))
        except (av.error.FFmpegError, ValueError):
            continue
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = stream.time_base = TIME_BASE
        return stream
    raise OutputError(N_("No video encoder was found. Install the project's own dependencies again."))
