"""Whether the working hands are fists or open: now and then MediaPipe's hand network looks at a hand that is followed.

Our own network knows thumb, two knuckles and wrist, but no fingers. MediaPipe's reads them, where it reads the hand at
all: the tip of an open finger lies far beyond its knuckle, seen from the wrist, that of a bent one does not. A look
counts only if it tells the same hand and the same thumb as the tracker; what the looks add up to is judged in
`coach.scoring.hand_form` (measured: docs/measures.md).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from coach.motion.recording import HANDS, LEFT, Observation
from coach.vision.hands import INDEX_MCP, MIDDLE_MCP, PINKY_MCP, WRIST, HandReader, HandReading, Region
from coach.vision.sources import Frame
from coach.vision.tracker import Tracker

EVERY_S = 1.0
"""Seconds between two looks, left and right in turn; our own choice: seldom enough to cost little."""
ENOUGH = 20
"""Looks that counted, after which a hand is not looked at any more."""
OPEN_FROM = 1.25
"""Wrist to fingertip over wrist to knuckle, median of four fingers, from which a hand counts as open: between
most readings of open hands (1.3 to 2.2) and of fists (0.4 to 1.2) on rendered clips; docs/measures.md."""
_PRESENT = 0.5  # MediaPipe's own threshold for hand presence
_SAME_THUMB_CM = 2.0  # a thumb's breadth
_KNUCKLES = np.array([INDEX_MCP, MIDDLE_MCP, 13, PINKY_MCP])
_TO_TIP = 3  # from a finger's knuckle to its tip in MediaPipe's order


class HandForms:
    """Counts what the looks at both hands say.

    Parameters
    ----------
    hand_file : Path
        MediaPipe's hand landmark network.
    """

    def __init__(self, hand_file: Path) -> None:
        self._reader = HandReader(hand_file)
        self._counts = {name: [0, 0] for name in ("looks", "read", "open")}
        self._next_s, self._side = -np.inf, LEFT

    def look(self, frame: Frame, seen: Observation, tracker: Tracker) -> None:
        """Look at a hand of the newest frame that `tracker` has `seen`, if it is time to."""
        if frame.t_s < self._next_s:
            return
        side = self._side
        self._next_s, self._side = frame.t_s + EVERY_S, 1 - side
        hand, thumb = tracker.hands_px[side], seen.thumb_px[side]
        if hand is not None and np.isfinite(thumb).all() and self._counts["read"][side] < ENOUGH:
            self.read(frame.image, side, hand, thumb, tracker.back.px_per_cm)

    def read(
        self, image: np.ndarray, side: int, hand_px: np.ndarray, thumb_px: np.ndarray, px_per_cm: float
    ) -> None:
        """Look at one hand, and count what it says.

        Parameters
        ----------
        image : ndarray [shape=(height, width, 3), dtype=uint8]
            RGB.
        side : int
            0 the giver's left hand, 1 the right.
        hand_px : ndarray [shape=(21, 2)]
            Where it is, in MediaPipe's order; of fingers nothing need be known.
        thumb_px : ndarray [shape=(2,)]
            Its thumb's tip.
        px_per_cm : float
            Scale of the picture at the back.
        """
        reading = self._reader(image, Region.around(hand_px, px_per_cm))
        self._counts["looks"][side] += 1
        turned = reading.chirality() * (1 if side == LEFT else -1)
        off_cm = float(np.hypot(*(reading.thumb_px - thumb_px))) / px_per_cm
        if reading.presence >= _PRESENT and turned > 0 and off_cm < _SAME_THUMB_CM:
            self._counts["read"][side] += 1
            self._counts["open"][side] += finger_reach(reading) >= OPEN_FROM

    def counts(self) -> dict[str, dict[str, int]]:
        """For the recording's metadata: hand by hand the looks, those that counted, and those that saw it open."""
        return {
            hand: {name: int(count[side]) for name, count in self._counts.items()}
            for side, hand in enumerate(HANDS)
        }


def finger_reach(reading: HandReading) -> float:
    """Wrist to fingertip over wrist to knuckle, median of the four fingers: above 1 straight, below it bent."""
    points = reading.landmarks
    reach = np.linalg.norm(points[_KNUCKLES + _TO_TIP] - points[WRIST], axis=1)
    knuckles = np.linalg.norm(points[_KNUCKLES] - points[WRIST], axis=1)
    return float(np.median(reach / np.maximum(knuckles, 1.0)))
