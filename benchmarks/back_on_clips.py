"""How well the back is found and followed on clips with known truth.

    python benchmarks/back_on_clips.py CLIPS_DIR --models DIR [--correct] [--only SUBSTRING] [--pictures DIR]

Maps the true pixel of every touching thumb to back coordinates and compares with the truth; so this is the
back's own error, without the hands'. Centimetres; C7 and L5 are errors in the picture. With `--correct` the ends are
moved to where our own network sees them, as the product does; what it sees by itself is told as well. "aside" is how
far the whole back lies to one side: what brings one hand nearer to the spine and takes the other farther away.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np

from coach.vision.anthropometry import back_length_cm
from coach.vision.back import Back
from coach.vision.backfinder import BackFinder
from coach.vision.backfollower import BackFollower
from coach.vision.evidence import SpineEnds
from coach.vision.keypoints import KeypointNetwork
from coach.vision.models import network_path
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame
from coach.vision.spineends import SpineCorrection

SEEN = ("c7_seen", "l5_seen", "left_shoulder_seen", "right_shoulder_seen")
"""Median errors of our own network alone, where it is surer than a half, cm in the picture."""


def frames_of(clip: Path, rate: float) -> list[Frame]:
    """Every frame of a short clip."""
    video = cv2.VideoCapture(str(clip))
    frames: list[Frame] = []
    while True:
        more, image = video.read()
        if not more:
            return frames
        frames.append(Frame(len(frames) / rate, np.ascontiguousarray(image[..., ::-1])))


def draw(image: np.ndarray, back: Back, spine: np.ndarray) -> np.ndarray:
    """The back found (yellow, red spine) and the true spine (green) on a picture."""
    out = image[..., ::-1].copy()
    cv2.polylines(out, [np.round(back.outline_px).astype(np.int32)], True, (0, 255, 255), 1, cv2.LINE_AA)
    cv2.polylines(out, [np.round(back.corners_px).astype(np.int32)], True, (255, 160, 0), 1, cv2.LINE_AA)
    for points, colour in ((spine, (0, 255, 0)), (back.spine_px, (0, 0, 255))):
        for point in points:
            cv2.circle(out, np.round(point).astype(int).tolist(), 2, colour, -1, cv2.LINE_AA)
    return out


def measure(
    clip: Path, networks: PoseNetworks, keypoints: KeypointNetwork | None, pictures: Path | None
) -> dict | None:
    """One row of the table."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    frames = frames_of(clip, truth["fps"])
    finder = BackFinder(networks, back_length_cm(155.0), keypoints)
    count = len(frames)
    chosen = sorted({*range(0, min(30, count), 6), *np.linspace(0, count - 1, 25).astype(int).tolist()})
    began = time.perf_counter()
    for k in chosen:
        finder.add(frames[k])
    back = finder.estimate()
    seconds = time.perf_counter() - began
    if back is None or finder.reference is None:
        print(f"{clip.stem}: not found")
        return None
    follower, correction = BackFollower(back, finder.reference.image), SpineCorrection()
    along, across, ends, seen, confidence, spent = [], [], [], [], [], []
    for frame, true in zip(frames, truth["frames"], strict=False):
        thumbs = {h: true["points"][f"giver_{h}_thumb_tip"]["px"] for h in ("left", "right")}
        spine = np.array(true["spine_px"])
        scale = np.linalg.norm(np.diff(spine, axis=0), axis=1).sum() / truth["back_length_cm"]
        hands = [(*px, 9 * scale) for px in thumbs.values()] if true["giver_present"] else []
        began = time.perf_counter()
        followed = follower.update(frame.image, hands)
        now = correction.corrected(followed)
        if keypoints is not None:
            points, sure = keypoints(frame.image, now.upright())
            correction.take(followed, SpineEnds(points[12:14], sure[12:14]))
            joints = [true["points"][f"receiver_{side}_shoulder"]["px"] for side in ("left", "right")]
            off = np.linalg.norm(points[12:16] - [spine[0], spine[-1], *joints], axis=1) / scale
            seen.append(np.where(sure[12:16] >= 0.5, off, np.nan))
        spent.append(time.perf_counter() - began)
        confidence.append(now.confidence)
        ends.append(np.linalg.norm(np.array([now.c7_px, now.l5_px]) - spine[[0, -1]], axis=1) / scale)
        for hand, px in thumbs.items():
            where = true["back"][hand]
            if where["contact"]:
                u, v = now.thumb_to_back(np.array(px))
                along.append((u - where["u"]) * truth["back_length_cm"])
                across.append(v - where["v_cm"])
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(pictures / f"{clip.stem}.png"), draw(frames[-1].image, now, spine))
    a, c, e = np.abs(along), np.abs(across), np.array(ends)
    row = {
        "along": np.nanmedian(a),
        "across": np.nanmedian(c),
        "aside": abs(np.nanmedian(across)),
        "p90": np.nanquantile(np.hypot(a, c), 0.9),
        "c7": np.median(e[:, 0]),
        "l5": np.median(e[:, 1]),
        "confidence": np.mean(confidence),
        "lost": np.isnan(a).mean(),
        "find_s": seconds,
        "ms": 1000 * np.median(spent),
    }
    row |= dict(zip(SEEN, np.nanmedian(seen, axis=0), strict=True)) if seen else {}
    print(
        f"{clip.stem} {'alone' if finder.alone else '     '} "
        + " ".join(f"{name} {value:.2f}" for name, value in row.items())
        + f"  (bias {np.nanmedian(along):+.2f} {np.nanmedian(across):+.2f})",
        flush=True,
    )
    return row


def main() -> None:
    """Measure all clips and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="folder with the two pose .tflite files")
    parser.add_argument("--correct", action="store_true", help="as the product does, with our own network")
    parser.add_argument("--only", default="")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    networks = PoseNetworks(
        options.models / "pose_detector.tflite", options.models / "pose_landmarks_detector.tflite"
    )
    keypoints = KeypointNetwork(network_path()) if options.correct else None
    rows = [
        row
        for clip in sorted(options.clips.glob("*.mp4"))
        if options.only in clip.stem and clip.with_suffix(".json").exists()
        if (row := measure(clip, networks, keypoints, options.pictures)) is not None
    ]
    for name in rows[0] if rows else ():
        values = np.array([row[name] for row in rows])
        print(f"{name:19} mean {np.nanmean(values):.2f}  worst {np.nanmax(values):.2f}")


if __name__ == "__main__":
    main()
