"""MediaPipe's hand networks as a detector of thumb tips."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from coach.motion.recording import LEFT, RIGHT
from coach.vision import scanning
from coach.vision.evidence import SAME_HAND_CM, Candidate, Proposal, Scene
from coach.vision.hands import (
    INDEX_MCP,
    PALM,
    PINKY_MCP,
    WRIST,
    HandReader,
    HandReading,
    PalmDetector,
    Region,
)

# Further looks at a hand, in this order: the network errs differently on each, so that what two agree on is worth
# more than one. The order never changes: looks that took turns would put a rhythm of their own into the thumb.
# Turn in radians, shift in crop sides towards the thumb, mirrored; our own choice.
_LOOKS = ((0.0, 0.0, False), (0.0, 0.0, True), (-0.35, 0.0, False), (0.0, 0.10, False))
_PALM_SCORE = 0.25  # low, since every palm must still convince the landmark network
_PRESENT = 0.5  # MediaPipe's own threshold for hand presence
_SEARCH_EVERY = 2  # frames between searches while a hand is missing
_RECHECK_EVERY = 4  # frames between searches while a followed hand may not be the right one
_ENOUGH = 2  # readings of a followed hand: of the picture and of its mirror image, if both succeed
# Standing below which the hand that is followed may not be the right one (docs/accuracy.md).
_DOUBTFUL = 0.75
# A hand that others see this surely, averaged so slowly that a circle does not switch it, needs no look from here.
_OTHERS_SURE, _OTHERS_SHARE = 0.6, 0.05
_MOST_PALMS = 4
# Where a hand may lie otherwise than the other one mirrored at the spine: turn in radians, then centimetres in the
# picture to the right and down; tried in turn.
_PLACES = (
    *((turn, 0.0, 0.0) for turn in (0.0, 0.5, -0.5)),
    *((turn, right, down) for turn in (0.3, -0.3) for right in (-4.0, 4.0) for down in (-3.0, 3.0)),
)
_SURE_CHIRALITY = 0.12  # a hand turned edge-on shows less; half of a flat hand's value of about 0.25
# Once a hand has been searched for in vain so many times (at 15 pictures a second, two seconds), so many places of the
# whole back are looked at in every search: all of them in six seconds or so.
_SCAN_AFTER, _SCANNED = 15, 4
_SCAN_PRESENT = 0.9  # where nothing else speaks for a hand (docs/model-card.md)
_SAME_THUMB_CM = 2.0  # a thumb's breadth: readings of a picture and of its mirror image that agree
_ACROSS_SHARE = (
    0.05  # how slowly it is averaged on which side of the spine a hand works: no circle may switch it
)
_LEAST = 0.05  # readings less sure than this say nothing
_WANDER = 0.35  # of the hand's reach: how far a hand moves or is misread between frames (standard deviation)


class MediaPipeHands:
    """Follows the hands it is told to expect, and searches the back for those that are missing.

    Parameters
    ----------
    palm_file, hand_file : Path
        The two network files.
    at_once : bool
        Look the whole back over in the first search, for still pictures.
    """

    def __init__(self, palm_file: Path, hand_file: Path, *, at_once: bool = False) -> None:
        self._at_once = at_once
        self._palms = PalmDetector(palm_file, threads=2)
        self._readers = (HandReader(hand_file), HandReader(hand_file))
        self._others = [0.0, 0.0]
        self._searches = self._scanned = 0
        self._missing = False
        self._promising: list[np.ndarray] = []
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="hand")

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def propose(self, image: np.ndarray, scene: Scene) -> Proposal:
        """See `coach.vision.evidence.Detector`; looks only for the hands that nobody before it sees surely."""
        unsure = [side for side in (LEFT, RIGHT) if not self._seen_by_others(scene, side)]
        jobs = [
            self._pool.submit(self._follow, image, scene, side)
            for side in unsure
            if scene.hands_px[side] is not None
        ]
        missing = len(jobs) < len(unsure)
        doubtful = any(scene.standing[side] < _DOUBTFUL for side in unsure)
        searching = (missing and scene.number % _SEARCH_EVERY == 0) or (
            doubtful and scene.number % _RECHECK_EVERY == 0
        )
        if missing != self._missing or not (missing or doubtful):
            self._searches = 0
        self._missing = missing
        self._searches += searching
        places = self._places(image, scene) if searching else []  # while the hands are being read
        found = [candidate for job in jobs for candidate in job.result()]
        if searching:
            scanned = self._scan(image, scene)
            halves = [
                self._pool.submit(self._search, image, scene, places[k::2], scanned[k::2], reader)
                for k, reader in enumerate(self._readers)
            ]
            other = [candidate for half in halves for candidate in half.result()]
            # The scan comes back to a place after seconds, but a hand has to be seen again at once to be believed.
            sure = [c.hand_px for c in other if c.hand_px is not None and c.side_weighed]
            self._promising = sure[:_MOST_PALMS]
            found += other
        return Proposal(tuple(found))

    def _seen_by_others(self, scene: Scene, side: int) -> bool:
        """Whether the detectors before this one have been seeing a hand surely for a while."""
        now = max((c.confidence for c in scene.said if c.side == side), default=0.0)
        self._others[side] += _OTHERS_SHARE * (now - self._others[side])
        return self._others[side] > _OTHERS_SURE

    def _follow(self, image: np.ndarray, scene: Scene, side: int) -> list[Candidate]:
        expected = scene.hands_px[side]
        assert expected is not None
        reader = self._readers[side]
        found: list[Candidate] = []
        both_ways = set()
        for attempt, (region, mirrored) in enumerate(_looks(expected, scene, side)):
            if len(found) == _ENOUGH or (found and attempt > _ENOUGH):
                break
            candidate = _candidate(reader(image, region, mirrored), expected, side)
            if candidate is not None:
                found.append(candidate)
                both_ways.add(mirrored)
        if len(both_ways) == 2 and _near(found[0].thumb_px, found[-1].thumb_px, scene):
            found = [replace(candidate, side_weighed=True) for candidate in found]
        return found

    def _guesses(self, mirrored: np.ndarray, scene: Scene) -> list[Region]:
        """Places for a hand that the palm detector does not see, another few on every call."""
        start = Region.around(mirrored, scene.px_per_cm)
        step = 2 * scene.number // _SEARCH_EVERY
        regions = []
        for k in (step, step + 1):
            turn, right, down = _PLACES[k % len(_PLACES)]
            moved = Region(start.centre + scene.px_per_cm * np.array([right, down]), start.side, start.angle)
            regions.append(moved.varied(turn=turn))
        return regions

    def _places(self, image: np.ndarray, scene: Scene) -> list[Region]:
        """Where a hand may be that is not followed, or not rightly."""
        regions = [palm.region for palm in self._palms(image, scene.square, _PALM_SCORE)[:_MOST_PALMS]]
        for hand, known in zip(scene.mirrored_px, scene.hands_px, strict=True):
            if hand is not None and known is None:
                regions += self._guesses(hand, scene)
        return regions

    def _scan(self, image: np.ndarray, scene: Scene) -> list[Region]:
        """A few places of the whole back, and those where the scan saw a hand a moment ago."""
        if scene.upright is None or not (self._at_once or self._searches > _SCAN_AFTER):
            return []
        count = len(scanning.PLACES) if self._at_once and self._scanned == 0 else _SCANNED
        size = image.shape[1], image.shape[0]
        places = scanning.regions(self._scanned, count, scene.upright, scene.px_per_cm, size)
        self._scanned += count
        return [*(Region.around(hand, scene.px_per_cm) for hand in self._promising), *places]

    @staticmethod
    def _search(
        image: np.ndarray, scene: Scene, places: list[Region], scanned: list[Region], reader: HandReader
    ) -> list[Candidate]:
        """What is read in `places`, and in `scanned` if it is read surely and alike in a mirror."""
        followed = [
            (hand[PALM].mean(0), standing < _DOUBTFUL)
            for hand, standing in zip(scene.hands_px, scene.standing, strict=True)
            if hand is not None
        ]
        same_hand = SAME_HAND_CM * scene.px_per_cm
        found: list[Candidate] = []
        for number, region in enumerate((*places, *scanned)):
            reading = reader(image, region)
            if reading.presence < _PRESENT:
                continue
            # Once more on the crop that following will use, so that both speak of the same hand.
            region = Region.around(reading.landmarks, scene.px_per_cm)
            reading = reader(image, region)
            chirality = reading.chirality()
            if reading.presence < _PRESENT or chirality == 0.0:
                continue
            middle = reading.landmarks[PALM].mean(0)
            near = [doubtful for palm, doubtful in followed if np.hypot(*(middle - palm)) < same_hand]
            if not all(near):
                continue  # followed already, perhaps read as its own mirror image now
            mirror = reader(image, region, True)
            told_apart = (
                min(reading.presence, mirror.presence) > _SCAN_PRESENT
                and mirror.chirality() * chirality > 0
                and _near(reading.thumb_px, mirror.thumb_px, scene)
            )
            if not told_apart and (near or number >= len(places)):
                continue
            confidence = reading.presence * min(1.0, abs(chirality) / _SURE_CHIRALITY)
            side = LEFT if chirality > 0 else RIGHT
            found.append(
                Candidate(reading.thumb_px, confidence, side, reading.landmarks, "mediapipe", told_apart)
            )
        return found


def _looks(expected: np.ndarray, scene: Scene, side: int) -> list[tuple[Region, bool]]:
    """Regions to read a followed hand in, and whether mirrored, in the order of their promise."""
    region = Region.around(expected, scene.px_per_cm)
    towards_thumb = 1.0 if side == LEFT else -1.0
    looks = [
        (region.varied(turn=turn, sideways=towards_thumb * sideways), mirrored)
        for turn, sideways, mirrored in _LOOKS
    ]
    like_other = scene.mirrored_px[side]
    if like_other is not None:
        # Where the other hand is and how it lies, at this hand's place: the size and turn of a hand that is seen well.
        moved = like_other + expected[PALM].mean(0) - like_other[PALM].mean(0)
        looks.insert(2, (Region.around(moved, scene.px_per_cm), False))
    return looks


def _candidate(reading: HandReading, expected: np.ndarray, side: int) -> Candidate | None:
    if reading.presence < _PRESENT:
        return None
    turned = reading.chirality() * (1 if side == LEFT else -1)
    if turned <= 0:  # read as its own mirror image, the network's commonest error on hands seen from behind
        return None
    off = _distance(reading.landmarks, expected)
    confidence = (
        reading.presence * min(1.0, turned / _SURE_CHIRALITY) * float(np.exp(-0.5 * (off / _WANDER) ** 2))
    )
    if confidence < _LEAST:
        return None
    return Candidate(reading.thumb_px, confidence, side, reading.landmarks, "mediapipe")


def _near(thumb: np.ndarray, other: np.ndarray, scene: Scene) -> bool:
    return bool(np.hypot(*(thumb - other)) < _SAME_THUMB_CM * scene.px_per_cm)


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    """How far two sets of landmarks lie apart (wrist and knuckle row), in the first's reach."""
    reach = max(float(np.hypot(*(a[INDEX_MCP] + a[PINKY_MCP] - 2 * a[WRIST]))) / 2, 1.0)
    return float(np.linalg.norm(a[PALM] - b[PALM], axis=1).mean()) / reach
