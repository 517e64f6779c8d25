"""A body with skin, hair and clothes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.rendering.body import ArmGoal, Body, Local
from training.rendering.gl import Item, Mesh, Renderer
from training.rendering.hair import HAIR_COLOURS, Bun, Plait, hair_cut, off_helper, tied
from training.rendering.shapes import Bodies
from training.rendering.surfaces import Colour, Material, Surface, linear

CLOTH_COLOURS = [
    (188, 60, 60),
    (70, 92, 140),
    (60, 120, 90),
    (220, 214, 204),
    (44, 46, 54),
    (156, 130, 170),
    (214, 160, 80),
    (120, 120, 124),
    (36, 52, 84),
    (232, 190, 196),
]
TROUSER_COLOURS = [(40, 44, 60), (60, 70, 96), (30, 30, 32), (90, 84, 76)]
SKIN_TONES = [
    (236, 196, 175),
    (224, 172, 142),
    (198, 140, 106),
    (150, 98, 68),
    (98, 62, 44),
    (66, 42, 32),
]
"""From light to dark."""

TOPS = {"bare": 0, "tshirt": 1, "tank": 2, "bra": 3, "longsleeve": 5, "towel": 6}
"""Clothes of the upper body and their numbers in `shaders/depth.frag.glsl`."""

_LIPS_OF_SKIN = np.array([0.88, 0.58, 0.56])
_FITTED_TOPS = (TOPS["tank"], TOPS["bra"])
_FITTED_OFF_SKIN_M, _LOOSE_OFF_SKIN_M = (
    0.0025,
    -0.001,
)  # of the helper mesh, which stands off the skin by itself


def skin_colours(tone: float) -> tuple[Colour, Colour]:
    """Skin and lips for a tone from 0 (light) to 1 (dark)."""
    tones = np.array(SKIN_TONES, float)
    place = np.clip(tone, 0, 1) * (len(tones) - 1)
    i = min(int(place), len(tones) - 2)
    skin = tones[i] + (tones[i + 1] - tones[i]) * (place - i)
    return linear(skin), linear(skin * _LIPS_OF_SKIN)


@dataclass(frozen=True)
class Looks:
    """What does not come from the body's shape.

    Parameters
    ----------
    skin : float
        0 light to 1 dark.
    top : str
        One of `TOPS`.
    hair : str
        up, plait, short, bob, long, bald, or a scarf over it.
    sleeve : float
        Length of short sleeves: 0 shoulder, 1 elbow.
    oil : float
        Gloss of the skin: 0 dry to 1 oiled.
    on_wrist : tuple of 3
        Where a watch or bracelet begins and ends, see `Body.along_arm`, and on which side: 1 left, -1 right, 0 both.
        It begins where it ends: none.
    wrist_colour : tuple of 3
    cloth : tuple of 2 colours, optional
        Of the clothes of the upper body; None: drawn from `CLOTH_COLOURS`.
    pattern : float, optional
        0 plain, 1 stripes, 2 spots, 3 a print that repeats itself, 4 a picture on the back; None: drawn.
    tattoo : float
        How strong one on the back is, 0 none to 1.
    waist, hem : float
        Where trousers begin and a top ends, above the pelvis of the rest pose; the waist is for a body of natural size.
    """

    skin: float
    top: str
    hair: str
    sleeve: float = 0.45
    oil: float = 0.0
    on_wrist: tuple[float, float, float] = (0, 0, 0)
    wrist_colour: Colour = (0, 0, 0)
    cloth: tuple[Colour, Colour] | None = None
    pattern: float | None = None
    tattoo: float = 0.0
    waist: float = 0.085
    hem: float = 0.02


@dataclass(frozen=True)
class Pose:
    """A posed body.

    Attributes
    ----------
    rotations : ndarray [shape=(n_bones, 3, 3)]
    positions : ndarray [shape=(n_bones, 3)]
    vertices, normals : ndarray [shape=(n_vertices, 3)]
    reach : dict
        Per arm that had a goal, its distance in lengths of the arm.
    """

    body: Body
    rotations: np.ndarray
    positions: np.ndarray
    vertices: np.ndarray
    normals: np.ndarray
    reach: dict[str, float]

    def joint(self, bone: str) -> np.ndarray:
        """Where `bone` begins [shape=(3,)]."""
        return self.positions[self.body.index[bone]]

    def thumb_tip(self, side: str) -> np.ndarray:
        """[shape=(3,)]"""
        return self.vertices[self.body.hands[side].thumb_tip].mean(0)


@dataclass(frozen=True)
class _Part:
    """A mesh of some of the body's vertices, moved out along the normals."""

    mesh: Mesh
    vertices: np.ndarray
    off_skin: float = 0.0


class Person:
    """A dressed body in a renderer; draws clothes and colours at random."""

    def __init__(
        self,
        renderer: Renderer,
        bodies: Bodies,
        shape: str,
        height: float,
        looks: Looks,
        rng: np.random.Generator,
    ) -> None:
        self._renderer = renderer
        self.body = body = Body(bodies, shape, height)
        self._parts: list[_Part] = []
        self._tied: Bun | Plait | None = None
        self.items: list[Item] = []
        scale, hip, neck = body.scale, body.head("root")[2], body.head("neck01")[2]
        clothes = {
            "cuts": (
                neck + 0.012 * scale,
                hip + looks.hem,
                hip + looks.waist * scale,
                abs(body.head("upperarm01.L")[0]),
            ),
            "top": TOPS[looks.top],
            "bottom": 1,
            "sleeve": looks.sleeve,
            "seed": float(rng.uniform(0, 50)),
        }
        hair_colour = linear(HAIR_COLOURS[rng.integers(len(HAIR_COLOURS))])
        cut = hair_cut(body, looks.hair)
        # What trousers hide is left out; the shader cuts the rest to shape.
        below_hip = (body.rest[:, 2] < hip - 0.06) & (body.along_arm < 0)
        above_waist = (body.rest[:, 2] > hip + (looks.waist + 0.075) * scale) | (body.along_arm >= 0)
        on_hand = body.along_arm > 2

        skin, lips = skin_colours(looks.skin)
        self._add_skin(
            below_hip,
            Surface(
                Material.SKIN,
                skin,
                lips,
                hair_colour=hair_colour,
                hair_cut=cut,
                oil=looks.oil,
                on_wrist=looks.on_wrist,
                wrist_colour=looks.wrist_colour,
                pattern=looks.tattoo,
                **clothes,
            ),
        )
        colours = [linear(CLOTH_COLOURS[i]) for i in rng.permutation(len(CLOTH_COLOURS))]
        if looks.cloth is not None:
            colours[:2] = looks.cloth
        if looks.top != "bare":
            off_skin = _FITTED_OFF_SKIN_M if TOPS[looks.top] in _FITTED_TOPS else _LOOSE_OFF_SKIN_M
            pattern = float(rng.choice([0, 0, 1, 2]))
            if looks.pattern is not None:
                pattern = looks.pattern
            surface = Surface(Material.TOP, colours[0], colours[1], pattern=pattern, hair_cut=cut, **clothes)
            self._add_part("helper-tights", surface, below_hip | on_hand, off_skin)
        trousers = linear(TROUSER_COLOURS[rng.integers(len(TROUSER_COLOURS))])
        self._add_part("helper-tights", Surface(Material.BOTTOM, trousers, **clothes), above_waist)
        if looks.hair != "bald":
            seed = float(rng.uniform(0, 9))
            if looks.hair == "scarf":
                surface = Surface(Material.HAIR, colours[-1], hair_cut=cut, seed=seed, pattern=1.0)
            else:
                surface = Surface(Material.HAIR, hair_colour, hair_cut=cut, seed=seed)
            self._add_part("helper-hair", surface, off_skin=off_helper(looks.hair))
        self._tied = tied(renderer, body, looks.hair, rng)
        if self._tied is not None:
            self._add(self._tied.mesh, Surface(Material.HAIR, hair_colour, seed=1.0))
        for side in "lr":
            self._add_part(f"helper-{side}-eye", Surface(Material.EYE, (0.35, 0.3, 0.28)))

    def pose(
        self,
        local: Local,
        root_position: np.ndarray,
        root_rotation: np.ndarray,
        arms: dict[str, ArmGoal],
    ) -> Pose:
        """The skin when the joints are turned by `local` and the hands are where `arms` wants them."""
        rotations, positions, reach = self.body.reach(local, root_position, root_rotation, arms)
        vertices, normals = self.body.skin(rotations, positions)
        return Pose(self.body, rotations, positions, vertices, normals, reach)

    def upload(self, pose: Pose) -> None:
        """Show this pose in the next picture."""
        if self._tied is not None:
            self._tied.upload(pose)
        for part in self._parts:
            normals = pose.normals[part.vertices]
            places = pose.vertices[part.vertices]
            if part.off_skin:
                places = places + normals * part.off_skin
            part.mesh.upload(places, normals)

    def _add(self, mesh: Mesh, surface: Surface) -> None:
        self._renderer.add(mesh, surface)
        self.items.append(self._renderer.items[-1])

    def _add_skin(self, hidden: np.ndarray, surface: Surface) -> None:
        """The body's own mesh; a vertex on a seam of the texture becomes one for each of its places there."""
        bodies = self.body.bodies
        n_places = len(bodies.texture_places)
        pairs = bodies.faces("body").ravel() * n_places + bodies.texture_faces("body").ravel()
        unique, corners = np.unique(pairs, return_inverse=True)
        vertices, texture = unique // n_places, bodies.texture_places[unique % n_places]
        faces = corners.reshape(-1, 3)
        faces = faces[~hidden[vertices][faces].all(1)]
        mesh = Mesh(self._renderer, faces, self.body.rest[vertices], texture, self.body.along_arm[vertices])
        self._parts.append(_Part(mesh, vertices))
        self._add(mesh, surface)

    def _add_part(
        self, part: str, surface: Surface, hidden: np.ndarray | None = None, off_skin: float = 0.0
    ) -> None:
        """One of the meshes around the body, without the triangles whose corners are all `hidden`."""
        faces = self.body.bodies.faces(part)
        if hidden is not None:
            faces = faces[~hidden[faces].all(1)]
        vertices = np.unique(faces)
        renumbered = np.zeros(len(self.body.rest), int)
        renumbered[vertices] = np.arange(len(vertices))
        mesh = Mesh(
            self._renderer,
            renumbered[faces],
            self.body.rest[vertices],
            along_arm=self.body.along_arm[vertices],
        )
        self._parts.append(_Part(mesh, vertices, off_skin))
        self._add(mesh, surface)
