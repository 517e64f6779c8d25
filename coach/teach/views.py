"""A drawn back seen from behind and from the side, and a reference's hands on it: only a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from coach.export.outline import BLADE_TIP_U, back_outline, blades, half_width_cm
from coach.export.tracks import tracks
from coach.motion.measures import Motion
from coach.motion.smoothing import RATE_HZ
from coach.scoring.reference import Reference

YAW_DEG = {"behind": 0.0, "diagonal": 35.0}
"""How far the camera stands to her right."""
_DEPTH, _DEEPEST = 0.62, 0.22
"""Half depth of the drawn trunk as a share of its half width, and at most this share of the back length."""
_STEP = 2
"""Every second moment of the clock is drawn (10 a second); the page draws straight lines between them."""
LONGEST_S = 45.0
"""Of a reference without passes: as much as two passes take."""


@dataclass(frozen=True)
class View:
    """A back of `length_cm` (C7 to L5) seen by a camera that stands `yaw_deg` to her right."""

    length_cm: float
    yaw_deg: float

    def points(self, v_cm: np.ndarray, u_cm: np.ndarray) -> np.ndarray:
        """Places on the skin as they are drawn.

        The trunk is an elliptic cylinder, as wide as the drawn outline at every level.

        Parameters
        ----------
        v_cm, u_cm : ndarray [shape=(n,)]
            Across and along the spine; NaN stays NaN.

        Returns
        -------
        ndarray [shape=(n, 2)]
            To the right and down, in cm; (0, 0) is C7.
        """
        width = half_width_cm(u_cm, self.length_cm)
        out = self._depth(width) * np.sqrt(np.clip(1 - (v_cm / width) ** 2, 0, 1))
        angle = np.radians(self.yaw_deg)
        x = v_cm * np.cos(angle) - (out - self._neck) * np.sin(angle)
        return np.column_stack([x, u_cm])

    def silhouette(self, until_u: float) -> np.ndarray:
        """The trunk's outline down to `until_u`, an open line [shape=(n, 2)]."""
        flat = back_outline(self.length_cm, until_u)
        width = np.abs(flat[:, 0])
        angle = np.radians(self.yaw_deg)
        seen = np.hypot(width * np.cos(angle), self._depth(width) * np.sin(angle))
        return np.column_stack([np.sign(flat[:, 0]) * seen + self._neck * np.sin(angle), flat[:, 1]])

    @property
    def _neck(self) -> float:
        # The spine at the neck stays in the middle of the picture.
        return float(self._depth(half_width_cm(np.zeros(1), self.length_cm))[0])

    def _depth(self, width_cm: np.ndarray) -> np.ndarray:
        return np.minimum(_DEPTH * width_cm, _DEEPEST * self.length_cm)


def scene(reference: Reference) -> dict[str, Any]:
    """All that the page needs to draw `reference` at work, as plain values.

    ``views`` holds for 'behind' and 'diagonal' the outline, the blades, the spine, the strips beside it, the
    hands' positions (``left`` and ``right``: lists of [x, y] or None) and the marks; ``step_s`` is the time between
    two positions. Lengths are centimetres.
    """
    motion = reference.motion
    start, stop = stretch(motion)
    drawn = tracks(motion)
    part = slice(start, stop, _STEP)
    length = motion.back_length_cm
    upper, lower = reference.profile.path.start_u, reference.profile.path.end_u
    band = reference.profile.criteria["offset"].band
    views = {}
    for name, yaw in YAW_DEG.items():
        view = View(length, yaw)
        levels = np.linspace(0.0, lower, 30) * length
        views[name] = {
            "outline": _plain(view.silhouette(1.0)),
            "blades": [_plain(view.points(*blade.T)) for blade in blades(length)],
            "spine": _line(view, 0.0, np.linspace(-0.04, 0.98, 60) * length),
            "keep_off": _strip(view, -1.0, 1.0, levels),
            "strips": [_strip(view, s * band.a, s * band.b, levels) for s in (-1, 1)],
            "start": _line_across(view, upper * length, band.b),
            "end": _line_across(view, lower * length, band.b),
            "neck": _plain(view.points(np.zeros(1), np.zeros(1)))[0],
            **{
                hand: _plain(view.points(drawn.v_cm[part, i], drawn.u_cm[part, i]))
                for i, hand in enumerate(("left", "right"))
            },
        }
    return {
        "name": reference.name,
        "hands": "open" if reference.profile.form == "both-thumbs" else "fist",
        "length": length,
        "tip": round(BLADE_TIP_U * length, 1),
        "step_s": _STEP / RATE_HZ,
        "views": views,
    }


def stretch(motion: Motion) -> tuple[int, int]:
    """First and last sample (excluded) of what is shown over and over: two passes with the ways back."""
    passes = motion.passes
    if len(passes) >= 3:
        return passes[0].start_i, passes[2].start_i
    if passes:
        return passes[0].start_i, passes[-1].end_i + 1
    return 0, min(len(motion.t_s), round(LONGEST_S * RATE_HZ))


def _line(view: View, v_cm: float, levels_cm: np.ndarray) -> list[list[float] | None]:
    return _plain(view.points(np.full(len(levels_cm), v_cm), levels_cm))


def _line_across(view: View, level_cm: float, reach_cm: float) -> list[list[float] | None]:
    v = np.linspace(-reach_cm - 1.5, reach_cm + 1.5, 24)
    return _plain(view.points(v, np.full(len(v), level_cm)))


def _strip(view: View, inner_cm: float, outer_cm: float, levels_cm: np.ndarray) -> list[list[float] | None]:
    """A closed strip along the spine."""
    down, up = _line(view, inner_cm, levels_cm), _line(view, outer_cm, levels_cm[::-1])
    return down + up


def _plain(points: np.ndarray) -> list[list[float] | None]:
    seen = np.isfinite(points).all(axis=1)
    return [[x, y] if ok else None for ok, (x, y) in zip(seen, points.round(2).tolist(), strict=True)]
