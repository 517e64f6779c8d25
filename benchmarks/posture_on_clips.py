"""How well it can be told from the fitted torso whether she leans forward, on clips with known truth.

    python benchmarks/posture_on_clips.py CLIPS_DIR --models DIR [--only SUBSTRING]

Degrees. `true` is the line from L5 to C7 against the vertical, forward positive; `camera` how far the camera looks
down, from points whose places in the room and in the picture are both known; `seen` is what of her lean is left for
such a camera (true less camera); `fitted` is that lean as the torso of the product's back finder has it. So `fitted -
seen` is the fit's own error, `fitted - true` that of a program that takes its camera for level. No network is
asked for more than the product asks.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from back_on_clips import frames_of

from coach.vision.anthropometry import back_length_cm
from coach.vision.backfinder import BackFinder
from coach.vision.landmarks import torso_points
from coach.vision.pose import PoseNetworks
from coach.vision.torso import Torso, fit_torso, landmarks_of

LEANS_FROM = 20.0
"""Degrees from which she leans forward in the summary; the clips have 6 to 15 and 31 to 43."""


def fitted_lean(torso: Torso) -> float:
    """Degrees that the line from L5 to C7 leans away from the camera."""
    c7, l5 = landmarks_of(torso.shape)[4:]
    _, up, away = c7 - l5
    return float(np.degrees(torso.lean + np.arctan2(away, -up)))


def true_lean(points: dict) -> float:
    """Degrees that the line from L5 to C7 leans forward; she looks along -y, z is up."""
    up = np.array(points["receiver_C7"]["xyz"]) - np.array(points["receiver_L5"]["xyz"])
    return float(np.degrees(np.arctan2(-up[1], up[2])))


def looks_down(truth: dict) -> float:
    """Degrees that the clip's camera looks down, from the points of all frames."""
    width, height = truth["width"], truth["height"]
    focal = 0.5 * height / np.tan(np.radians(truth["scene"]["fov_y"]) / 2)
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]], float)
    points = [p for frame in truth["frames"][::10] for p in frame["points"].values()]
    places, pixels = (np.array([p[key] for p in points], float) for key in ("xyz", "px"))
    _, turn, _ = cv2.solvePnP(places, pixels, camera, None)
    ahead = cv2.Rodrigues(turn)[0][2]
    return float(np.degrees(-np.arcsin(ahead[2])))


def measure(clip: Path, networks: PoseNetworks) -> tuple[float, float, float] | None:
    """True lean, the camera's, and the fitted one; None where the back is not found."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    frames = frames_of(clip, truth["fps"])
    finder = BackFinder(networks, back_length_cm(155.0))
    count = len(frames)
    for k in sorted({*range(0, min(30, count), 6), *np.linspace(0, count - 1, 25).astype(int).tolist()}):
        finder.add(frames[k])
    if finder.estimate() is None or finder.pose is None or finder.reference is None:
        return None
    size = finder.reference.image.shape[1], finder.reference.image.shape[0]
    torso = fit_torso(torso_points(finder.pose, size)[0], size)
    true = float(np.median([true_lean(frame["points"]) for frame in truth["frames"]]))
    return true, looks_down(truth), fitted_lean(torso)


def main() -> None:
    """Measure all clips and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="folder with the two pose .tflite files")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    networks = PoseNetworks(
        options.models / "pose_detector.tflite", options.models / "pose_landmarks_detector.tflite"
    )
    rows = []
    for clip in sorted(options.clips.glob("*.mp4")):
        if options.only not in clip.stem:
            continue
        found = measure(clip, networks)
        if found is None:
            print(f"{clip.stem}  not found")
            continue
        true, camera, fitted = found
        rows.append(found)
        print(
            f"{clip.stem}  true {true:5.1f}  camera {camera:5.1f}  seen {true - camera:6.1f}  fitted {fitted:6.1f}"
            f"  fitted - seen {fitted - true + camera:+6.1f}  fitted - true {fitted - true:+6.1f}",
            flush=True,
        )
    if len(rows) < 2:
        return
    true, camera, fitted = np.array(rows).T
    leans = true >= LEANS_FROM
    for name, off in (
        ("fit's own error", fitted - true + camera),
        ("taking the camera for level", fitted - true),
    ):
        size = np.abs(off)
        print(f"{name}: median {np.median(size):.1f}, worst {size.max():.1f}")
    for name, told in (("camera not known", fitted), ("camera known", fitted + camera)):
        for who, which in (("upright", ~leans), ("leaning", leans)):
            if which.any():
                print(f"{name}, {who}: {told[which].min():.1f} to {told[which].max():.1f}")


if __name__ == "__main__":
    main()
