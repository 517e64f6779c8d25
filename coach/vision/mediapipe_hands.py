"""MediaPipe's hand networks as a detector of thumb tips."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from coach.motion.recording import LEFT, RIGHT
from coach.vision.evidence import Candidate, Scene
from coach.vision.hands import (
    INDEX_MCP,
    PINKY_MCP,
    THUMB_TIP,
    WRIST,
    HandReader,
    HandReading,
    PalmDetector,
    Region,
)

# Second looks at a hand, taken in turn: the network errs differently on each, so that what they agree on is
# worth more than one look. Turns in radians, shifts in crop sides towards the thumb; our own choice.
_LOOKS = (
    {"mirrored": True},
    {"turn": 0.35},
    {"sideways": 0.10},
    {"turn": -0.35},
    {"turn": -0.35, "mirrored": True},
    {"turn": 0.35, "mirrored": True},
)
_PALM_SCORE = 0.25  # low, since every palm must still convince the landmark network
_PRESENT = 0.5  # MediaPipe's own threshold for hand presence
_SEARCH_EVERY = 2  # frames between searches while a hand is missing
_SAME_HAND = 0.5  # of the hand's reach: closer wrists-and-knuckles are the same hand


class MediaPipeHands:
    """Follows the hands it is told to expect, and searches the back for those that are missing.

    Parameters
    ----------
    palm_file, hand_file : Path
        The two network files.
    """

    def __init__(self, palm_file: Path, hand_file: Path) -> None:
        self._palms = PalmDetector(palm_file, threads=2)
        self._readers = (HandReader(hand_file), HandReader(hand_file))
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="hand")

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def propose(self, image: np.ndarray, scene: Scene) -> list[Candidate]:
        """See `coach.vision.evidence.Detector`."""
        jobs = [
            self._pool.submit(self._follow, image, scene, side)
            for side in (LEFT, RIGHT)
            if scene.hands_px[side] is not None
        ]
        found = [candidate for job in jobs for candidate in job.result()]
        if len(jobs) < 2 and scene.number % _SEARCH_EVERY == 0:
            found += self._search(image, scene)
        return found

    def _follow(self, image: np.ndarray, scene: Scene, side: int) -> list[Candidate]:
        expected = scene.hands_px[side]
        assert expected is not None
        region = Region.around(expected)
        reader = self._readers[side]
        thumb_is_right = 1.0 if side == LEFT else -1.0
        looks = [{}, _LOOKS[scene.number % len(_LOOKS)]]
        found = []
        for attempt in range(4):
            look = looks[attempt] if attempt < 2 else _LOOKS[(scene.number + attempt - 1) % len(_LOOKS)]
            varied = region.varied(
                turn=look.get("turn", 0.0), sideways=thumb_is_right * look.get("sideways", 0.0)
            )
            reading = reader(image, varied, mirrored=bool(look.get("mirrored", False)))
            candidate = _candidate(reading, expected, side)
            if candidate is not None:
                found.append(candidate)
            if attempt >= 1 and found:
                break
        return found

    def _search(self, image: np.ndarray, scene: Scene) -> list[Candidate]:
        found = []
        for palm in self._palms(image, scene.square, _PALM_SCORE)[:4]:
            first = self._readers[0](image, palm.region)
            if first.presence < _PRESENT:
                continue
            reading = self._readers[0](
                image, Region.around(first.landmarks)
            )  # on the crop that following uses
            if reading.presence < _PRESENT:
                continue
            followed = [h for h in scene.hands_px if h is not None]
            if any(_distance(reading.landmarks, hand) < _SAME_HAND for hand in followed):
                continue
            side = LEFT if reading.chirality() > 0 else RIGHT
            confidence = reading.presence * min(1.0, abs(reading.chirality()) / 0.2)
            found.append(
                Candidate(reading.landmarks[THUMB_TIP], confidence, side, reading.landmarks, "mediapipe")
            )
        return found


def _candidate(reading: HandReading, expected: np.ndarray, side: int) -> Candidate | None:
    if reading.presence < _PRESENT:
        return None
    turned = reading.chirality() * (1 if side == LEFT else -1)
    if turned <= 0:  # read as its own mirror image, the network's commonest error on hands seen from behind
        return None
    off = _distance(reading.landmarks, expected)
    confidence = reading.presence * min(1.0, turned / 0.2) * float(np.exp(-0.5 * (off / 0.35) ** 2))
    if confidence < 0.1:
        return None
    return Candidate(reading.landmarks[THUMB_TIP], confidence, side, reading.landmarks, "mediapipe")


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    """How far two sets of landmarks lie apart (wrist and knuckle row), in the first's reach."""
    palm = [WRIST, INDEX_MCP, PINKY_MCP]
    reach = max(float(np.hypot(*(a[INDEX_MCP] + a[PINKY_MCP] - 2 * a[WRIST]))) / 2, 1.0)
    return float(np.linalg.norm(a[palm] - b[palm], axis=1).mean()) / reach
