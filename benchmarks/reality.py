"""How the detectors and the back finder do on photographs of real people, which a person has marked.

    python benchmarks/reality.py PICTURES_DIR MARKS.json [--network models/keypoints.onnx] [--drawn DIR]

Neither the photographs nor the marks are part of the project: they show people who did not ask for it. MARKS.json lies
beside them and is a list with one object for each picture:

    {"picture": "a.jpg",                   a file in PICTURES_DIR
     "c7": [x, y], "l5": [x, y],           ends of the spine on the skin, pixels; may lie outside of the picture
     "c7_seen": true, "l5_seen": false,    false: guessed (hidden, under cloth, outside)
     "px_per_cm": 12.1,                    only where the back is foreshortened: the scale of what faces the camera,
                                           otherwise the marked length over the back's
     "grip": "fist",                       fist, thumbs (they lead, fingers spread), open (fingers lead), pinch;
                                           own (only her own hands), nobody
     "giver_skin": "light", "receiver_skin": "light", "clothing": "bare",
     "view": "behind",                     behind (she sits or stands); head, foot, side (she lies): where the camera is
     "hands": {"left": {"visible": true,   the giver's own left hand; a hand that is not there is left out
                        "thumb_tip": [x, y], "wrist": [x, y]},       the wrist may be left out
               "right": {"visible": false}}}                         there, but its thumb is hidden

Every picture is turned upright by the marked spine and brought to scale as the product does with the back it finds, so
the detectors are judged without the back finder, and that one by itself. A still picture is shown to the product's
tracker for half a second, in which the whole back is looked over for hands; in a video that takes some seconds. Lengths
are centimetres at the back: the marked spine has the length that the program
assumes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from reality_tables import (
    AROUND_HAND,
    FOLLOWED,
    NETWORK,
    POSE_ALONE,
    PRODUCT,
    WITH_NETWORK,
    against_table,
    backs_table,
    confidence_table,
    false_table,
    groups_table,
    taught_table,
    thumbs_table,
)

from coach.motion.recording import LEFT, RIGHT
from coach.settings import Settings
from coach.vision.anthropometry import HIP_JOINTS, SHOULDER_JOINTS, back_length_cm
from coach.vision.back import Back
from coach.vision.backfinder import BackFinder
from coach.vision.evidence import Detector, SpineEnds
from coach.vision.hands import HandReader, HandReading, Region
from coach.vision.keypoints import KeypointNetwork, Keypoints
from coach.vision.mediapipe_hands import MediaPipeHands
from coach.vision.models import member_path, network_path
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame
from coach.vision.spineends import SpineCorrection
from coach.vision.torso import U_GRID, V_GRID
from coach.vision.tracker import Tracker

SIDES = {"left": LEFT, "right": RIGHT}
LENGTH_CM = back_length_cm(Settings().receiver_height_cm)
TRACKED = {"MediaPipe alone, tracked": (1,), PRODUCT: (0, 1)}

SPINE = slice(12, 14)  # C7 and L5 among the network's points
_STILL_LOOKS = 75  # at fifteen a second
_BACK_TOLD = 0.25  # a back less sure gives no back coordinates (`coach.vision.tracker`)
_TOLD = 0.3  # the network's candidates are taken from here on (`coach.vision.keypoints`)
_STILL_FRAMES, _RATE = 8, 15.0  # enough for a hand to be believed and for every look that the detectors vary
_HAND_CROP_CM = 30.0  # three times a hand's reach of 10 cm, as `Region.around` takes it
_TURNS = np.linspace(0, 2 * np.pi, 12, endpoint=False)
_PRESENT = 0.5  # MediaPipe's own threshold
_STEPS, _STEP_SHARE = 10, 0.25  # pictures for which a reading is followed, and how far it leads the next one


@dataclass(frozen=True)
class Marked:
    """One photograph's marks; see the head of this file.

    Attributes
    ----------
    ends : ndarray [shape=(2, 2)]
        C7 and L5, pixels.
    seen : tuple of bool
        Whether each end is in sight.
    px_per_cm : float
    tips, wrists : dict of str to ndarray [shape=(2,)]
        By side; tips of thumbs in sight, wrists where they are marked.
    about : dict of str to str
        Grip, skins, clothing and view.
    """

    picture: str
    ends: np.ndarray
    seen: tuple[bool, bool]
    px_per_cm: float
    tips: dict[str, np.ndarray]
    wrists: dict[str, np.ndarray]
    about: dict[str, str]

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Marked:
        """One object of the file."""
        ends = np.array([entry["c7"], entry["l5"]], float)
        hands = {side: hand for side, hand in entry["hands"].items() if hand["visible"]}
        if not set(entry["hands"]) <= set(SIDES):
            raise ValueError(f"{entry['picture']}: hands are left and right")
        return cls(
            picture=entry["picture"],
            ends=ends,
            seen=(entry["c7_seen"], entry["l5_seen"]),
            px_per_cm=entry.get("px_per_cm") or float(np.hypot(*(ends[1] - ends[0]))) / LENGTH_CM,
            tips={side: np.array(hand["thumb_tip"], float) for side, hand in hands.items()},
            wrists={side: np.array(hand["wrist"], float) for side, hand in hands.items() if "wrist" in hand},
            about={k: entry[k] for k in ("grip", "giver_skin", "receiver_skin", "clothing", "view")},
        )

    def back(self) -> Back:
        """A flat back that lies as marked."""
        down = self.ends[1] - self.ends[0]
        unit = down / np.hypot(*down)
        right = np.array([unit[1], -unit[0]]) * self.px_per_cm * LENGTH_CM

        def at(u: np.ndarray, v: np.ndarray) -> np.ndarray:
            return self.ends[0] + u[..., None] * down + v[..., None] * right

        u, v = np.meshgrid(U_GRID, V_GRID, indexing="ij")
        half = np.array([-SHOULDER_JOINTS, SHOULDER_JOINTS, HIP_JOINTS, -HIP_JOINTS]) / 2
        corners = at(np.array([0.1, 0.1, 1.1, 1.1]), half)
        return Back(at(u, v), np.zeros((*u.shape, 2)), corners, LENGTH_CM)

    def arm(self, side: str) -> str:
        """From where the giver's arm comes when the back is upright."""
        if side not in self.wrists:
            return "not marked"
        aside, down = self.back().upright()[:, :2] @ (self.wrists[side] - self.tips[side])
        if abs(down) <= abs(aside):
            return "aside"
        return "below" if down > 0 else "above"


def read_marks(file: Path) -> list[Marked]:
    """All pictures of a file."""
    return [Marked.from_json(entry) for entry in json.loads(file.read_text())]


def read_picture(file: Path) -> np.ndarray:
    """RGB."""
    image = cv2.imread(str(file))
    if image is None:
        raise SystemExit(f"{file} is no picture that can be read.")
    return np.ascontiguousarray(image[..., ::-1])


# --- what is told of one picture: per side the tip in pixels and the confidence -----------------------

Told = dict[str, tuple[np.ndarray, float]]


def by_network(network: KeypointNetwork, image: np.ndarray, back: Back) -> Told:
    """The network's own opinion, however unsure."""
    points, confidence = network(image, back.upright())
    return {side: (points[6 * k], float(confidence[6 * k])) for side, k in SIDES.items()}


def by_tracker(detectors: Sequence[Detector], image: np.ndarray, back: Back) -> Told:
    """What the product's tracker writes down after half a second of the still picture."""
    tracker = Tracker(back, Frame(0.0, image), detectors, back_by_hand=True)
    for k in range(_STILL_FRAMES):
        seen = tracker.observe(Frame(k / _RATE, image))
    return {
        side: (seen.thumb_px[k], float(seen.confidence[k]))
        for side, k in SIDES.items()
        if np.isfinite(seen.thumb_px[k]).all()
    }


def around_hands(reader: HandReader, image: np.ndarray, marked: Marked) -> dict[str, HandReading]:
    """More than fair to MediaPipe: crops around the marked hand, turned all ways, the best of all readings."""
    readings: dict[str, HandReading] = {}
    for side, tip in marked.tips.items():
        centre = (tip + marked.wrists[side]) / 2 if side in marked.wrists else tip
        region = Region(centre, _HAND_CROP_CM * marked.px_per_cm, 0.0)
        best = _PRESENT
        for turn in _TURNS:
            for mirrored in (False, True):
                reading = reader(image, region.varied(turn=turn), mirrored)
                right_hand = reading.chirality() * (1 if side == "left" else -1) > 0
                if right_hand and reading.presence > best:
                    best = reading.presence
                    readings[side] = reading
    return readings


def followed(reader: HandReader, image: np.ndarray, marked: Marked, first: HandReading) -> HandReading:
    """What is read at last where each reading says where to look next, as for a hand that is followed."""
    landmarks, reading = first.landmarks, first
    for _ in range(_STEPS):
        reading = reader(image, Region.around(landmarks, marked.px_per_cm))
        landmarks = landmarks + _STEP_SHARE * (reading.landmarks - landmarks)
    return reading


def measure(pictures: Path, marks: Iterable[Marked], network_file: Path) -> pd.DataFrame:
    """A row for every picture, way and hand: what was told, and how far it is off."""
    network = KeypointNetwork(network_file, threads=1)
    palms, hand_file = member_path("hand_detector.tflite"), member_path("hand_landmarks_detector.tflite")
    reader = HandReader(hand_file)
    rows = []
    for marked in marks:
        image, back = read_picture(pictures / marked.picture), marked.back()
        around = around_hands(reader, image, marked)
        on = {side: followed(reader, image, marked, first) for side, first in around.items()}
        ways = {
            NETWORK: by_network(network, image, back),
            AROUND_HAND: _told(around),
            FOLLOWED: _told(on),
        }
        for way, chosen in TRACKED.items():
            hands = MediaPipeHands(palms, hand_file, at_once=True)  # anew, for it remembers
            both = (Keypoints(network_file, threads=1), hands)
            ways[way] = by_tracker([both[k] for k in chosen], image, back)
            hands.close()
        for way, told in ways.items():
            rows += [_row(marked, way, side, told.get(side)) for side in SIDES]
    return pd.DataFrame(rows)


def _told(readings: Mapping[str, HandReading]) -> Told:
    return {side: (r.thumb_px, float(r.presence)) for side, r in readings.items() if r.presence > _PRESENT}


def _row(marked: Marked, way: str, side: str, told: tuple[np.ndarray, float] | None) -> dict[str, Any]:
    tip, confidence = told if told is not None else (np.full(2, np.nan), 0.0)
    other = "right" if side == "left" else "left"
    visible = side in marked.tips
    return {
        "picture": marked.picture,
        "way": way,
        "side": side,
        **marked.about,
        "arm": marked.arm(side) if visible else "",
        "visible": visible,
        "told": told is not None and (way != NETWORK or confidence >= _TOLD),
        "confidence": confidence,
        "off_cm": _distance(tip, marked.tips.get(side)) / marked.px_per_cm,
        "off_other_cm": _distance(tip, marked.tips.get(other)) / marked.px_per_cm,
    }


def _distance(a: np.ndarray, b: np.ndarray | None) -> float:
    return float("nan") if b is None else float(np.hypot(*(a - b)))


def measure_backs(pictures: Path, marks: Iterable[Marked], network_file: Path) -> pd.DataFrame:
    """Two rows for every picture: whether the back finder is sure enough of her, and how far C7 and L5 are off.

    One by the pose networks alone; one as the product does it, with our own network as the finder's witness and
    moving the spine's ends while the picture stands still for five seconds.
    """
    rows = []
    network = KeypointNetwork(network_file, threads=1)
    with PoseNetworks(
        member_path("pose_detector.tflite"), member_path("pose_landmarks_detector.tflite")
    ) as networks:
        for marked in marks:
            image, ends = upright_by_quarters(read_picture(pictures / marked.picture), marked.ends)
            for way, look in ((POSE_ALONE, None), (WITH_NETWORK, network)):
                finder = BackFinder(networks, LENGTH_CM, look)
                finder.add(Frame(0.0, image))
                back = finder.estimate(by_herself=marked.about["grip"] in ("own", "nobody"))
                if back is not None and look is not None:
                    back = followed_back(back, image, look)
                off = [np.nan, np.nan]
                if back is not None:
                    off = [
                        _distance(found, true) / marked.px_per_cm
                        for found, true in zip((back.c7_px, back.l5_px), ends, strict=True)
                    ]
                rows.append(
                    {
                        "picture": marked.picture, "way": way, **marked.about,
                        "told": back is not None and back.confidence >= _BACK_TOLD,
                        "c7_cm": off[0], "l5_cm": off[1], "c7_seen": marked.seen[0], "l5_seen": marked.seen[1],
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def followed_back(back: Back, image: np.ndarray, network: KeypointNetwork) -> Back:
    """Where the back lies after five seconds in which nothing moves."""
    points, confidence = network(image, back.upright())
    correction = SpineCorrection()
    for _ in range(_STILL_LOOKS):
        correction.take(back, SpineEnds(points[SPINE], confidence[SPINE]))
    return correction.corrected(back)


def upright_by_quarters(image: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture turned by quarters until the spine points upwards most, as if the camera had been held so."""
    aside, down = points[1] - points[0]
    turns = int(np.round(np.arctan2(aside, down) / (np.pi / 2))) % 4  # clockwise
    points = points.copy()
    for _ in range(turns):
        height = image.shape[0]
        image = np.rot90(image, -1)
        points = np.stack([height - 1 - points[:, 1], points[:, 0]], 1)
    return np.ascontiguousarray(image), points


def draw(image: np.ndarray, marked: Marked, told: Told) -> np.ndarray:
    """The upright crop with the marks (crosses) and what was told (circles); left magenta, right green. BGR."""
    to_crop = marked.back().upright() / 0.15
    to_crop[:, 2] += 160, 224
    picture = cv2.warpAffine(image[..., ::-1], to_crop, (320, 448), flags=cv2.INTER_AREA)
    for side, colour in (("left", (255, 0, 255)), ("right", (0, 255, 0))):
        for points, kind in (
            (marked.tips.get(side), "mark"),
            (told[side][0] if side in told else None, "told"),
        ):
            if points is None:
                continue
            x, y = np.round(to_crop[:, :2] @ points + to_crop[:, 2]).astype(int).tolist()
            if kind == "mark":
                cv2.drawMarker(picture, (x, y), colour, cv2.MARKER_CROSS, 14, 2)
            else:
                cv2.circle(picture, (x, y), 6, colour, 2, cv2.LINE_AA)
    return picture


def main() -> None:
    """Measure all pictures and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("marks", type=Path)
    parser.add_argument("--network", type=Path, help="another network than the product's")
    parser.add_argument("--drawn", type=Path, help="folder for the crops with marks and the network's tips")
    parser.add_argument("--rows", type=Path, help="file for every hand's numbers (CSV)")
    parser.add_argument("--backs", action="store_true", help="measure the back finder alone")
    given = parser.parse_args()
    marks = read_marks(given.marks)
    network_file = given.network or network_path()
    if given.backs:
        print(backs_table(measure_backs(given.pictures, marks, network_file)))
        return
    rows = measure(given.pictures, marks, network_file)
    if given.rows:
        rows.to_csv(given.rows, index=False)
    print(f"{len(marks)} pictures, {sum(len(m.tips) for m in marks)} thumbs in sight\n")
    groups = [groups_table(rows, by) for by in ("view", "grip", "arm", "giver_skin", "clothing")]
    paired = (against_table(rows), taught_table(rows))
    for part in (thumbs_table(rows), *paired, *groups, false_table(rows), confidence_table(rows)):
        print(part, end="\n\n", flush=True)
    print(backs_table(measure_backs(given.pictures, marks, network_file)))
    if given.drawn:
        given.drawn.mkdir(parents=True, exist_ok=True)
        network = KeypointNetwork(network_file, threads=1)
        for marked in marks:
            image = read_picture(given.pictures / marked.picture)
            told = {s: t for s, t in by_network(network, image, marked.back()).items() if t[1] >= _TOLD}
            cv2.imwrite(str(given.drawn / f"{Path(marked.picture).stem}.png"), draw(image, marked, told))


if __name__ == "__main__":
    main()
