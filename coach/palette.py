"""The colours of everything drawn, on paper, on the screen and into the video.

Left and right are Okabe and Ito's blue and vermillion (jfly.uni-koeln.de/color), which colour-blind people
tell apart; their greys are close, so every drawing also sets the hands apart by line style, side or letter.
"""

from __future__ import annotations

LEFT = "#0072B2"
RIGHT = "#D55E00"
HAND_COLOURS = (LEFT, RIGHT)
"""By the index of the hands axis."""

INK = "#22333B"
MUTED = "#64737A"
"""Reads on white at 4.9 to 1; 4.5 is what WCAG asks of small text."""
FAINT = "#C9D2D4"
SKIN = "#F6F1EA"
"""Fill of the drawn back: lighter than every line on it."""
BAND = "#DCEBDD"
"""Where a value should lie."""
NEAR_BAND = "#F1F6F1"
"""Where it earns part of the points."""
ACCENT = "#0B6E6E"


def rgb(colour: str) -> tuple[int, int, int]:
    """``"#RRGGBB"`` as three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
