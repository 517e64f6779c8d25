"""Make pictures to learn from, and read them.

    python -m training.dataset training/output/pictures --scenes 2000
    python -m training.dataset training/output/pictures --scenes 40 --validation

A file per scene, named after its seed, with eight pictures. A file appears when it is whole; one that is there is not
made again, so a run that was stopped goes on when it is started again, and two runs with other first seeds share a
folder.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import cv2
import numpy as np

from coach.atomic import check_folder, replacing
from training.bodies import MANY_BODIES
from training.layout import LEARNT, VALIDATION, VALIDATION_SEED, Mixture

FIRST_SEED = 1000
PICTURES_PER_SCENE = 8
_JPEG_QUALITY = 95
_REPORT_EVERY = 10

_FILES = "s" + "[0-9]" * 6 + ".npz"
_SCENE_FIELDS = ("grip", "skin", "giver_skin", "top", "lean", "stance", "seed")


@dataclass(frozen=True)
class About:
    """What is known of a picture besides its points.

    Attributes
    ----------
    grip, top, stance : str
    skin, giver_skin : float
        0 light to 1 dark.
    lean : float
        Degrees that the receiver leans forward.
    azimuth : float
        Of the camera, degrees from straight behind her.
    seed : int
        Of the scene.
    """

    grip: str
    skin: float
    giver_skin: float
    top: str
    lean: float
    stance: str
    seed: int
    azimuth: float


class Pictures:
    """The pictures of a folder, held in memory as JPEG.

    Parameters
    ----------
    validation : bool
        Read those for validation, or the others.

    Attributes
    ----------
    coded : list of ndarray
    points : list of ndarray [shape=(18, 2)]
    visible, exists : list of ndarray of bool [shape=(18,)]
    about : list of About
    """

    def __init__(self, folder: Path, validation: bool) -> None:
        self._folder, self._validation = folder, validation
        self._read: set[Path] = set()
        self.coded: list[np.ndarray] = []
        self.points: list[np.ndarray] = []
        self.visible: list[np.ndarray] = []
        self.exists: list[np.ndarray] = []
        self.about: list[About] = []
        self.refresh()

    def __len__(self) -> int:
        return len(self.coded)

    def refresh(self) -> int:
        """Take in files that have come since; the number of pictures."""
        for path in sorted(self._folder.glob(_FILES)):
            seed = int(path.stem[1:])
            if path not in self._read and (seed >= VALIDATION_SEED) == self._validation:
                self._add(path)
                self._read.add(path)
        return len(self)

    def image(self, index: int) -> np.ndarray:
        """[shape=(336, 256, 3), dtype=uint8], BGR."""
        return cv2.imdecode(self.coded[index], cv2.IMREAD_COLOR)

    def _add(self, path: Path) -> None:
        with np.load(path) as stored:
            scene = {field: stored[field].item() for field in _SCENE_FIELDS}
            ends = np.cumsum(stored["lens"])
            self.coded += [one.copy() for one in np.split(stored["jpg"], ends[:-1])]
            self.points += list(stored["px"])
            self.visible += list(stored["vis"])
            self.exists += list(stored["exists"])
            self.about += [About(**scene, azimuth=float(azimuth)) for azimuth in stored["psi"]]


def file_of(folder: Path, seed: int) -> Path:
    """Where the pictures of a scene lie."""
    return folder / f"s{seed:06d}.npz"


def build(
    folder: Path, seeds: Iterable[int], make: Callable[[int], dict[str, np.ndarray]]
) -> tuple[int, int]:
    """Write the scenes that are not there yet.

    Parameters
    ----------
    make : callable
        From a seed to the arrays of its file.

    Returns
    -------
    made, there : int
        Scenes made now and before.
    """
    check_folder(folder)
    made = there = 0
    for seed in seeds:
        path = file_of(folder, seed)
        if path.exists():
            there += 1
            continue
        start = time.perf_counter()
        arrays = make(seed)
        with replacing(path) as temporary:
            np.savez(temporary, **arrays)
        made += 1
        if made % _REPORT_EVERY == 1:
            print(f"scene {seed}: {time.perf_counter() - start:.1f} s", flush=True)
    return made, there


def render(seed: int, bodies_file: Path, mixture: Mixture) -> dict[str, np.ndarray]:
    """The arrays of one scene's file, see `training.pictures.RandomScene`."""
    # Here, so that pictures can be read where no scene can be rendered.
    from training.pictures import RandomScene
    from training.rendering.shapes import load_bodies

    random_scene = RandomScene(seed, load_bodies(bodies_file), mixture)
    try:
        pictures = [random_scene.draw() for _ in range(PICTURES_PER_SCENE)]
        scene = random_scene.scene
        coded = [_jpeg(picture.image) for picture in pictures]
        return {
            "jpg": np.concatenate(coded),
            "lens": np.array([len(one) for one in coded]),
            "px": np.array([picture.pixels for picture in pictures], np.float32),
            "vis": np.array([picture.visible for picture in pictures]),
            "exists": np.array([picture.exists for picture in pictures]),
            "psi": np.array([picture.azimuth for picture in pictures]),
            "grip": np.array(scene.giver.grip),
            "skin": np.array(random_scene.options.skin),
            "giver_skin": np.array(scene.giver_skin),
            "top": np.array(scene.receiver_top),
            "lean": np.array(scene.receiver.lean),
            "stance": np.array(scene.giver.stance),
            "seed": np.array(seed),
        }
    finally:
        random_scene.close()


def _jpeg(image: np.ndarray) -> np.ndarray:
    return cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].ravel()


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scenes", type=int, default=2000, help=f"each gives {PICTURES_PER_SCENE} pictures")
    parser.add_argument(
        "--first",
        type=int,
        help=f"seed of the first scene; the others count on from it (default {FIRST_SEED}; 0 for validation)",
    )
    parser.add_argument(
        "--validation",
        action="store_true",
        help=f"scenes with the bodies held back; their seeds begin {VALIDATION_SEED} later",
    )
    parser.add_argument("--bodies", type=Path, default=MANY_BODIES, help="what training.bodies wrote")
    parser.add_argument(
        "--fists", type=int, choices=range(6), help=f"scenes with fists of five (default {LEARNT.fists})"
    )
    parser.add_argument(
        "--at-neck", type=float, help=f"share of pictures of the upper back (default {LEARNT.at_neck})"
    )
    parser.add_argument(
        "--otherwise",
        type=float,
        help=f"share of scenes whose arms do not come from below (default {LEARNT.otherwise}; 0 for validation)",
    )
    parser.add_argument(
        "--waists",
        type=float,
        help=f"share of scenes with waistbands and hems anywhere (default {LEARNT.waists}; 0 for validation)",
    )
    parser.add_argument(
        "--own-hands",
        type=float,
        help=f"share of scenes with her own hands on her (default {LEARNT.own_hands}; 0 for validation)",
    )
    options = parser.parse_args(argv)
    if not options.bodies.exists():
        raise SystemExit(f"{options.bodies} is missing: make it with  python -m training.bodies")
    first, mixture = FIRST_SEED if options.first is None else options.first, LEARNT
    if options.validation:
        first, mixture = VALIDATION_SEED + (options.first or 0), VALIDATION
    given = {field.name: getattr(options, field.name) for field in fields(Mixture)}
    mixture = replace(mixture, **{name: value for name, value in given.items() if value is not None})
    made, there = build(
        options.folder,
        range(first, first + options.scenes),
        lambda seed: render(seed, options.bodies, mixture),
    )
    print(f"{made} scenes made, {there} were there")


if __name__ == "__main__":
    main()
