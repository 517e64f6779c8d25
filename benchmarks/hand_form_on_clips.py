"""How often fists and open hands are told apart, on clips with known truth.

    python benchmarks/hand_form_on_clips.py CLIPS_DIR [--every SECONDS] [--recordings DIR]

Without `--recordings` our own network says where the hands are, on a back turned upright by the truth, and the looks
of the product (`coach.vision.handform`) are taken once a second at each hand that touches. With it the looks are those
that `massage-coach analyze` wrote into the recordings of the same clips. Both end in the product's own verdict.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from coach.motion.recording import HANDS, Recording
from coach.scoring.hand_form import META_KEY, hand_form
from coach.vision.handform import HandForms
from coach.vision.keypoints import KeypointNetwork, as_landmarks
from coach.vision.models import member_path, network_path


def upright(spine: np.ndarray, px_per_cm: float) -> np.ndarray:
    """As `Scene.upright`, from the true spine [shape=(12, 2)]."""
    down = spine[-1] - spine[0]
    down = down / np.hypot(*down) / px_per_cm
    turn = np.array([[down[1], -down[0]], [down[0], down[1]]])
    return np.hstack([turn, (-turn @ spine[4])[:, None]])


def looks(clip: Path, truth: dict, network: KeypointNetwork, every_s: float) -> dict:
    """The counts of a clip, as the metadata of a recording have them."""
    forms = HandForms(member_path("hand_landmarks_detector.tflite"))
    video = cv2.VideoCapture(str(clip))
    step = max(1, round(every_s * truth["fps"]))
    for number, frame in enumerate(truth["frames"]):
        more, image = video.read()
        if not more:
            break
        if number % step or not frame["giver_present"]:
            continue
        image = np.ascontiguousarray(image[..., ::-1])
        spine = np.array(frame["spine_px"])
        px_per_cm = np.linalg.norm(np.diff(spine, axis=0), axis=1).sum() / truth["back_length_cm"]
        points, sure = network(image, upright(spine, px_per_cm))
        for side, hand in enumerate(HANDS):
            mine = slice(6 * side, 6 * side + 6)
            if frame["back"][hand]["contact"] and sure[mine][0] >= 0.5:
                forms.read(image, side, as_landmarks(points[mine]), points[mine][0], px_per_cm)
    return forms.counts()


def main() -> None:
    """Print a line per clip and the counts by grip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--recordings", type=Path)
    options = parser.parse_args()
    network = None if options.recordings else KeypointNetwork(network_path())
    told: dict[str, list[str | None]] = {"fist": [], "open": []}
    for clip in sorted(options.clips.glob("*.mp4")):
        if not clip.with_suffix(".json").exists():
            continue
        truth = json.loads(clip.with_suffix(".json").read_text())
        if network is None:
            stored = Recording.from_parquet(options.recordings / f"{clip.stem}.recording.parquet")
            counts = stored.meta.get(META_KEY, {})
        else:
            counts = looks(clip, truth, network, options.every)
        found, grip = hand_form({META_KEY: counts}), truth["scene"]["grip"]
        told[grip].append(found.form)
        each = "  ".join(
            f"{hand} {c['looks']:3d} looks, {c['read']:3d} count, {c['open']:3d} open"
            for hand, c in counts.items()
        )
        print(f"{clip.stem}  {grip}  {each}  told {found.form or '-'}", flush=True)
    for grip, verdicts in told.items():
        other = "open" if grip == "fist" else "fist"
        print(
            f"{grip}: {len(verdicts)} clips, told {verdicts.count(grip)}, told wrongly {verdicts.count(other)}, "
            f"not told {verdicts.count(None)}"
        )


if __name__ == "__main__":
    main()
