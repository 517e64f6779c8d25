"""Rendered women seen from behind, alone, as MediaPipe's pose network reads them: what `torso_points.py` learns from.

    python -m training.torso_stills training/output/torso --scenes 400 --models DIR

One file per scene and six pictures in each: what the network read, what is true, and nothing of the pictures, which are
not needed any more. A scene that is there is left alone, so the command can be stopped and started again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from coach.vision.looks import looks_at
from coach.vision.pose import PoseNetworks, median_pose
from coach.vision.torso import FLANKS
from training.bodies import MANY_BODIES
from training.dataset import build
from training.pictures import random_light, random_looks
from training.rendering.cameras import Camera
from training.rendering.gl import Renderer
from training.rendering.people import TOPS
from training.rendering.scene import Scene, SceneOptions
from training.rendering.sensor import as_webcam
from training.rendering.shapes import Bodies, load_bodies

FIRST_SEED = 700_000
PICTURES_PER_SCENE = 6

_SIZES = ((640, 480), (480, 640))
_HANDS = ("rest", "rest", "rest", "beside", "beside", "loins", "shoulders", "crossed", "nape", "above")
_MOST_LEAN, _AT_TABLE_SHARE = 65.0, 0.55
_SEEN = 0.2  # detector score, as `coach.vision.backfinder` takes it
_FINER = 1.3


class Stills:
    """One scene; the same seed gives the same pictures."""

    def __init__(self, seed: int, bodies: Bodies) -> None:
        self._rng = rng = np.random.default_rng(seed)
        self._size = _SIZES[int(rng.random() < 0.2)]
        at_table = rng.random() < _AT_TABLE_SHARE
        options = SceneOptions(
            view="any",
            skin=float(rng.uniform(0, 1)),
            receiver_top=str(rng.choice(list(TOPS))),
            lean=float(rng.uniform(5, _MOST_LEAN)) if at_table else None,
            receiver_looks=random_looks(rng),
            receiver_hands="rest" if at_table and rng.random() < 0.7 else str(rng.choice(_HANDS)),
        )
        self.renderer = Renderer(*self._size, _FINER)
        self.scene = Scene(self.renderer, bodies, options, rng)
        self.renderer.show(self.scene.items_without_giver())

    def draw(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Picture, the ten true points of `coach.vision.torso.Observed` [shape=(10, 2)], and pixels per centimetre."""
        rng, scene = self._rng, self.scene
        width, height = self._size
        pose = scene.pose_receiver(rng.uniform(0, 60), rng.normal(0, 0.4))
        back = scene.back
        centre = back.at(0.45, 0)[0].astype(float)
        azimuth = np.deg2rad(rng.normal(0, 28))
        away = float(rng.uniform(0.9, 2.6))
        eye = centre + np.array([np.sin(azimuth) * away, np.cos(azimuth) * away, 0])
        eye[2] = centre[2] + rng.uniform(-0.2, 0.25 + 0.6 * min(away, 1.5))
        target = centre + rng.normal(0, 0.12 * away, 3) - [0, 0, 0.1]
        camera = Camera.towards(eye, target, float(rng.uniform(38, 62)), width / height)
        image = self.renderer.render(camera, random_light(rng, float(np.rad2deg(azimuth))))
        places = [pose.joint(f"{bone}.{side}") for bone in ("upperarm01", "upperleg01") for side in "LR"]
        length = back.length
        places += [back.at(0, 0)[0], back.at(1, 0)[0]]
        places += [back.at(u, v * length)[0] for u, v in FLANKS]
        points, _ = camera.pixels(np.array(places), width, height)
        image = as_webcam(image, rng, rng.uniform(0.3, 1.5), rng.uniform(0.3, 2.5), int(rng.uniform(55, 95)))
        scale = np.linalg.norm(points[5] - points[4]) / (100 * length)
        return image, points, float(scale)


def read(
    seed: int, bodies: Bodies, networks: PoseNetworks, drawn: Path | None = None
) -> dict[str, np.ndarray]:
    """The arrays of one scene's file; pictures on which nobody was found are left out."""
    stills = Stills(seed, bodies)
    rows = []
    try:
        for k in range(PICTURES_PER_SCENE):
            image, points, scale = stills.draw()
            found = networks.search(image, _SEEN)
            if not found:
                continue
            pose = median_pose(looks_at(networks, image, found[0][1]))
            rows.append((pose.landmarks_px, pose.world, points, scale, image.shape[1::-1], pose.presence))
            if drawn is not None:
                picture = image[..., ::-1].copy()
                for point in points:
                    cv2.circle(picture, np.round(point).astype(int).tolist(), 4, (0, 255, 0), -1)
                for point in pose.torso_px:
                    cv2.circle(picture, np.round(point).astype(int).tolist(), 4, (255, 255, 255), -1)
                cv2.imwrite(str(drawn / f"{seed}_{k}.jpg"), picture)
        names = ("landmarks", "world", "points", "px_per_cm", "size", "presence")
        return {name: np.array([row[i] for row in rows]) for i, name in enumerate(names)}
    finally:
        stills.renderer.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scenes", type=int, default=400)
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="seed of the first scene")
    parser.add_argument("--models", type=Path, required=True, help="folder with the two pose .tflite files")
    parser.add_argument("--bodies", type=Path, default=MANY_BODIES, help="what training.bodies wrote")
    parser.add_argument("--drawn", type=Path, help="pictures with the points go there, for looking")
    options = parser.parse_args()
    networks = PoseNetworks(
        options.models / "pose_detector.tflite", options.models / "pose_landmarks_detector.tflite", threads=1
    )
    bodies = load_bodies(options.bodies)
    if options.drawn:
        options.drawn.mkdir(parents=True, exist_ok=True)
    made, there = build(
        options.folder,
        range(options.first, options.first + options.scenes),
        lambda seed: read(seed, bodies, networks, options.drawn),
    )
    print(f"{made} scenes made, {there} were there")


if __name__ == "__main__":
    main()
