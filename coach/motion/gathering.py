"""Observations of a practice under way, packed: an hour of them weighs a few megabytes."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from coach.motion.recording import Observation, Recording

_WIDTH = 16  # numbers of one observation


class Gathering:
    """Takes observations one by one and gives them as a `Recording` in the end.

    An `Observation` itself weighs a kilobyte, nearly all of it the six arrays' own; twenty minutes of them would be
    thirty megabytes.
    """

    def __init__(self) -> None:
        self._values = array("d")

    def __len__(self) -> int:
        return len(self._values) // _WIDTH

    def add(self, seen: Observation) -> None:
        """Take the next observation; times rise."""
        self._values.append(seen.t_s)
        for part in (seen.u, seen.v_cm, seen.confidence, seen.thumb_px, seen.c7_px, seen.l5_px):
            self._values.extend(np.ravel(part).tolist())
        self._values.append(seen.back_confidence)

    @property
    def last_s(self) -> float:
        """Time of the newest observation; 0 before the first."""
        return self._values[-_WIDTH] if self._values else 0.0

    def recording(self, meta: dict[str, Any]) -> Recording:
        """All that was taken so far."""
        table = np.array(self._values).reshape(-1, _WIDTH)
        small = table.astype(np.float32)
        return Recording(
            t_s=table[:, 0],
            u=small[:, 1:3],
            v_cm=small[:, 3:5],
            confidence=small[:, 5:7],
            thumb_px=small[:, 7:11].reshape(-1, 2, 2),
            c7_px=small[:, 11:13],
            l5_px=small[:, 13:15],
            back_confidence=small[:, 15],
            meta=dict(meta),
        )
