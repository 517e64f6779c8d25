"""What the live session adds to following: where the back is now, and what a recording says of how it was made."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from coach import __version__
from coach.motion.recording import SCHEMA, Observation
from coach.settings import Settings
from coach.vision.anthropometry import back_length_cm
from coach.vision.back import Back
from coach.vision.models import model_hashes
from coach.vision.tracker import Tracker


class LiveTracker(Tracker):
    """A tracker that also says where the back is, for drawing it while it is followed."""

    @property
    def back(self) -> Back:
        """The back as it lies in the newest frame."""
        return self._back


def recording_meta(
    frame_size: tuple[int, int], settings: Settings, started: datetime, *, back_by_hand: bool
) -> dict[str, Any]:
    """The metadata of a recording from a camera, as `coach.analysis` writes them for a video."""
    return {
        "schema": SCHEMA,
        "source": {"kind": "camera", "name": "live"},
        "frame_size": list(frame_size),
        "app_version": __version__,
        "models": model_hashes(),
        "settings": {
            **asdict(settings),
            "back_length_cm": back_length_cm(settings.receiver_height_cm),
            "back_by_hand": back_by_hand,
        },
        "started_utc": started.isoformat(timespec="seconds"),
    }


def in_original_pixels(seen: Observation, scale: float) -> Observation:
    """An observation of a reduced picture, `scale` times as large."""
    return replace(seen, thumb_px=seen.thumb_px * scale, c7_px=seen.c7_px * scale, l5_px=seen.l5_px * scale)
