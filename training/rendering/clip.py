"""Render a clip, or one still, with the truth of every frame.

    python -m training.rendering.clip --seed 7 --out clip.mp4 --truth clip.json --seconds 30 --view behind

The same options give the same pictures and the same truth (the video encoder may differ in a grey level).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from training.rendering import truth
from training.rendering.anatomy import LEVELS
from training.rendering.cameras import Camera
from training.rendering.giver import GRIPS, STANCES
from training.rendering.gl import Renderer
from training.rendering.motion import STYLES, Style, random_style, simulate
from training.rendering.people import TOPS
from training.rendering.scene import VIEWS, Scene, SceneOptions
from training.rendering.sensor import as_webcam
from training.rendering.shapes import load_bodies

# Added to the seed, so that scene, style, motion and noise do not depend on how much another of them draws.
_STYLE_SEED, _MOTION_SEED, _NOISE_SEED = 1000, 2000, 3

_BREATHS_S = 4.2
_LEAN_SMOOTHING_STEPS = 30  # the trunk follows the hands over half a second
_NOTHING_DRAWN_M = 9.0
_SHAKE_HZ = np.array([0.9, 1.3, 1.7])  # of a camera held in the hand, per axis

_STYLE_OPTIONS: dict[str, type] = {
    "cpm": float,
    "cpm-left": float,
    "cpm-right": float,
    "radius-cm": float,
    "offset-cm": float,
    "start": str,
    "end": str,
    "descent-s": float,
    "return-s": float,
    "lr-phase-deg": float,
    "thumb-share": float,
    "pause-rate": float,
    "speed-jitter": float,
    "stepwise": float,
}


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line; `argv` defaults to those given to the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--seed", type=int, default=7)
    add("--out", default="clip.mp4", help="the video, or the picture (.png) of a still")
    add("--truth", help="where the truth goes (.json)")
    add("--seconds", type=float, default=30)
    add("--fps", type=float, default=15)
    add("--size", default="640x480")
    add("--view", choices=VIEWS, default="behind")
    add("--style", choices=STYLES, default="good")
    add("--skin", type=float, help="the receiver's, 0 light to 1 dark")
    add("--giver-skin", type=float)
    add("--grip", choices=GRIPS)
    add("--giver-shape", help="a name in assets/bodies.npz, for instance m_slim")
    add("--stance", choices=STANCES, help="the giver's")
    add("--receiver-top", choices=TOPS)
    add("--noise", type=float, default=1.0, help="of the sensor: 0 none, 1 indoor webcam, 3 dark room")
    add("--jpeg", type=int, default=78, help="quality; 0: no JPEG pass")
    add("--blur", type=float, default=0.55, help="standard deviation, pixels")
    add("--shake", type=float, default=0.0, help="centimetres that a camera held in the hand moves")
    add("--crf", type=int, default=27, help="of H.264: higher is coarser")
    add("--ss", type=float, default=1.5, help="pictures are rendered this much larger and scaled down")
    add("--lead-alone", type=float, default=0.0, help="seconds at the start with the receiver alone")
    add("--lean", type=float, help="degrees that she leans onto a table (default: nearly upright, no table)")
    add("--no-giver", action="store_true", help="leave the giver out of the picture")
    add("--truth-only", action="store_true", help="no pictures (fast); `vis` means nothing then")
    add("--still", type=float, help="render only the picture at this time to --out")
    for name, kind in _STYLE_OPTIONS.items():
        add(f"--{name}", type=kind, help="of the style; default: drawn at random")
    return parser.parse_args(argv)


class Clip:
    """One scene and one performance.

    Parameters
    ----------
    options : Namespace
        See `arguments`; what is drawn at random (skins, the receiver's top) is filled in.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.width, self.height = map(int, options.size.split("x"))
        rng = np.random.default_rng(options.seed)
        if options.skin is None:
            options.skin = float(rng.uniform(0, 0.8))
        self.style = _style(options)
        self.renderer = Renderer(self.width, self.height, options.ss)
        self.scene = Scene(
            self.renderer,
            load_bodies(),
            SceneOptions(
                view=options.view,
                skin=options.skin,
                giver_skin=options.giver_skin,
                receiver_top=options.receiver_top,
                giver_shape=options.giver_shape,
                stance=options.stance,
                grip=options.grip,
                lean=options.lean,
            ),
            rng,
        )
        options.receiver_top, options.giver_skin = self.scene.receiver_top, self.scene.giver_skin
        self.scene.giver.thumb_share = self.style.thumb_share
        self._everybody, self._alone = self.renderer.items, self.scene.items_without_giver()
        motion = np.random.default_rng(options.seed + _MOTION_SEED)
        self.performance = simulate(self.style, options.seconds, motion)

    def frame(self, t_s: float) -> tuple[np.ndarray | None, dict[str, Any]]:
        """Picture [shape=(height, width, 3), dtype=uint8] (None with --truth-only) and truth at a time."""
        options, scene, performance = self.options, self.scene, self.performance
        step = performance.step_at(t_s - options.lead_alone)
        alone = options.no_giver or t_s < options.lead_alone
        items = self._alone if alone else self._everybody
        if items is not self.renderer.items:
            self.renderer.show(items)
        receiver = scene.pose_receiver(t_s, 0.5 * np.sin(2 * np.pi * t_s / _BREATHS_S))
        hands = {side: track.goal(step) for side, track in performance.hands.items()}
        around = slice(max(0, step - _LEAN_SMOOTHING_STEPS), step + _LEAN_SMOOTHING_STEPS)
        giver, wanted = scene.pose_giver(t_s, hands, float(performance.u[around].mean()))
        camera = self._camera(t_s)
        if options.truth_only:
            image, depth = None, np.full((self.height, self.width), _NOTHING_DRAWN_M)
        else:
            image, depth = self.renderer.render(camera, scene.light), self.renderer.depth()
        picture = (lambda points: camera.pixels(points, self.width, self.height)), depth
        return image, truth.of_frame(t_s, scene, performance, step, (receiver, giver), wanted, picture, alone)

    def as_filmed(self, image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """`image` as the clip's webcam gives it."""
        return as_webcam(image, rng, self.options.blur, self.options.noise, self.options.jpeg)

    def truth(self, frames: list[dict[str, Any]]) -> dict[str, Any]:
        """The whole truth file."""
        scene, options = self.scene, self.options
        return {
            "generator": "synth 1",
            "fps": options.fps,
            "width": self.width,
            "height": self.height,
            "frames_n": len(frames),
            "style": asdict(self.style),
            "levels_u": LEVELS,
            "back_length_cm": round(scene.back.length * 100, 2),
            "options": {key: value for key, value in vars(options).items() if key not in ("out", "truth")},
            "scene": {
                "giver_azimuth_deg": scene.giver.azimuth,
                "camera_azimuth_deg": scene.camera_azimuth,
                "camera_distance": scene.camera_distance,
                "camera_height": scene.camera_height,
                "fov_y": scene.fov_deg,
                "stance": scene.giver.stance,
                "grip": scene.giver.grip,
                "receiver_top": scene.receiver_top,
                "receiver_lean": scene.receiver.lean,
            },
            "notes": truth.NOTES,
            "frames": frames,
        }

    def _camera(self, t_s: float) -> Camera:
        shake = None
        if self.options.shake:
            shake = self.options.shake / 100 * np.sin(2 * np.pi * _SHAKE_HZ * t_s)
            self.renderer.forget_room()
        return self.scene.clip_camera(self.width / self.height, shake)


def main(argv: list[str] | None = None) -> None:
    options = arguments(argv)
    start = time.perf_counter()
    clip = Clip(options)
    noise = np.random.default_rng(options.seed + _NOISE_SEED)
    print(f"set up in {time.perf_counter() - start:.1f} s")
    if options.still is not None:
        image, frame = clip.frame(options.still)
        if image is not None and not cv2.imwrite(options.out, clip.as_filmed(image, noise)[..., ::-1]):
            raise SystemExit(f"{options.out} cannot be written")
        if options.truth:
            Path(options.truth).write_text(json.dumps(frame), encoding="utf-8")
        return
    start, frames = time.perf_counter(), []
    n = round(options.seconds * options.fps)
    with _video(clip) as write:
        for i in range(n):
            image, frame = clip.frame(i / options.fps)
            frames.append(frame | {"i": i})
            if image is not None:
                write(clip.as_filmed(image, noise))
    if options.truth:
        text = json.dumps(clip.truth(frames), separators=(",", ":"))
        Path(options.truth).write_text(text, encoding="utf-8")
    took = time.perf_counter() - start
    worst = max(hand["ik_err_mm"] for frame in frames for hand in frame["back"].values())
    print(
        f"{options.out}: {n} frames in {took:.1f} s; thumbs at most {worst:.1f} mm from where they should be"
    )


def _style(options: argparse.Namespace) -> Style:
    """A random style with what `options` fix."""
    style = random_style(options.style, np.random.default_rng(options.seed + _STYLE_SEED))
    for name in asdict(style):
        given = getattr(options, name, None)
        if given is not None:
            setattr(style, name, given)
    if options.cpm is not None:
        style.set_tempo(options.cpm)
    style.set_levels(options.start, options.end)
    return style


@contextmanager
def _video(clip: Clip) -> Iterator[Any]:
    """Gives a function that adds a picture to the clip's video."""
    options = clip.options
    if options.truth_only:
        yield None
        return
    with av.open(options.out, "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(options.fps).limit_denominator(1001))
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        stream.options = {"crf": str(options.crf), "preset": "medium"}

        def write(image: np.ndarray) -> None:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            container.mux(stream.encode(frame))

        yield write
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
