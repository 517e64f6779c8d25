"""The room: walls, furniture, clutter, stools, a table."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike

from training.rendering.gl import Mesh, Renderer
from training.rendering.people import CLOTH_COLOURS
from training.rendering.rotations import Z_AXIS, rotation
from training.rendering.surfaces import Material, Surface, linear

BOOKSHELF, PAINTING, WHOLE = (0, 0, 0.5, 1), (0.5, 0, 1, 1), (0, 0, 1, 1)
"""Parts of the clutter picture: left, bottom, right and top, 0 to 1."""

_WALL_COLOUR = np.array([205, 200, 190])
_FLOOR_COLOURS = [
    ((150, 110, 74), (112, 78, 50)),
    ((120, 100, 84), (92, 74, 60)),
    ((176, 144, 108), (150, 116, 82)),
]
_WOOD_COLOURS = [(120, 80, 50), (60, 60, 64), (170, 140, 100)]
_ROOM_HEIGHT_M = 2.9
_LEAVES = 34


@dataclass(frozen=True)
class Seat:
    """The giver's stool: place on the floor [shape=(2,)], height, and how it is turned, degrees."""

    place: np.ndarray
    height: float
    turned: float


def box(
    renderer: Renderer, centre: ArrayLike, size: ArrayLike, surface: Surface, turned: float = 0.0
) -> None:
    """A box of `size` [shape=(3,)], turned about z by degrees."""
    half = np.array(size) / 2
    corners, normals, places, faces = [], [], [], []
    for axis, (across, up) in enumerate(((1, 2), (2, 0), (0, 1))):
        for sign in (-1, 1):
            normal = np.zeros(3)
            normal[axis] = sign
            first = len(corners)
            for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = np.zeros(3)
                corner[axis], corner[across], corner[up] = sign, i, j
                corners.append(corner * half)
                normals.append(normal)
                places.append(((i + 1) / 2, (j + 1) / 2))
            faces += [[first, first + 1, first + 2], [first, first + 2, first + 3]]
    turn = rotation(Z_AXIS, turned)
    positions = np.array(corners) @ turn.T + np.array(centre)
    mesh = Mesh(renderer, np.array(faces), positions, np.array(places, np.float32))
    mesh.upload(positions, np.array(normals) @ turn.T)
    renderer.add(mesh, surface)


def quad(
    renderer: Renderer,
    corner: ArrayLike,
    across: ArrayLike,
    up: ArrayLike,
    surface: Surface,
    part: tuple[float, float, float, float] = WHOLE,
) -> None:
    """A parallelogram from `corner` along two edges [each shape=(3,)], with a part of the clutter picture."""
    corner, across, up = (np.array(value, float) for value in (corner, across, up))
    positions = np.array([corner, corner + across, corner + across + up, corner + up])
    normal = np.cross(across, up)
    normal /= np.linalg.norm(normal)
    left, bottom, right, top = part
    places = np.array([[left, bottom], [right, bottom], [right, top], [left, top]], np.float32)
    mesh = Mesh(renderer, np.array([[0, 1, 2], [0, 2, 3]]), positions, places)
    mesh.upload(positions, np.repeat(normal[None], 4, 0))
    renderer.add(mesh, surface)


def furnish(
    renderer: Renderer,
    rng: np.random.Generator,
    stool: float,
    table: float | None,
    giver_seat: Seat | None,
) -> float:
    """Put up a random room.

    Parameters
    ----------
    stool : float
        Height of the receiver's.
    table : float, optional
        Height of one before her.
    giver_seat : Seat, optional

    Returns
    -------
    y : float
        Of the wall behind everything.
    """
    wall = _walls_and_floor(renderer, rng)
    _clutter(renderer, rng, wall)
    wood = linear(_WOOD_COLOURS[rng.integers(len(_WOOD_COLOURS))])
    _stool(renderer, rng, stool, wood)
    if table is not None:
        grained = Surface(Material.PROP, wood, pattern=1.0)
        box(renderer, (0, -0.66, table - 0.02), (1.1, 0.62, 0.04), grained)
        for i in (-1, 1):
            for j in (-1, 1):
                leg = (i * 0.5, -0.66 + j * 0.26, table / 2 - 0.02)
                box(renderer, leg, (0.04, 0.04, table - 0.04), Surface(Material.PROP, wood))
    if giver_seat is not None:
        (x, y), height = giver_seat.place, giver_seat.height
        cushion = Surface(Material.FABRIC, _random_cloth(rng))
        box(renderer, (x, y, height - 0.03), (0.38, 0.38, 0.05), cushion, turned=giver_seat.turned)
        box(renderer, (x, y, height / 2 - 0.03), (0.07, 0.07, height - 0.06), Surface(Material.PROP, wood))
        box(renderer, (x, y, 0.02), (0.36, 0.36, 0.03), Surface(Material.PROP, wood))
    return wall


def clutter_picture(rng: np.random.Generator) -> np.ndarray:
    """A bookshelf (left half) and a painting (right half), bottom row first [shape=(256, 512, 3), dtype=uint8]."""
    image = np.full((256, 512, 3), 60, np.uint8)
    for row in range(4):
        top, bottom, x = row * 64 + 6, row * 64 + 60, 4
        image[top - 6 : top - 2, :256] = (150, 120, 90)
        while x < 250:
            width, height = int(rng.integers(5, 16)), int(rng.integers(30, 54))
            colour = rng.integers(30, 230, 3)
            book = slice(x, x + width - 1)
            image[bottom - height : bottom, book] = colour
            image[bottom - height + 8 : bottom - height + 12, book] = np.minimum(255, colour + 40)
            x += width
            if rng.random() < 0.12:
                x += int(rng.integers(8, 26))
    painting = np.zeros((256, 256, 3), np.float32)
    for octave in range(5):
        coarse = rng.random((2 + 2**octave, 2 + 2**octave, 3)).astype(np.float32)
        painting += cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_CUBIC) / 2**octave
    painting = (painting - painting.min()) / np.ptp(painting) * 200 + 30
    image[:, 256:] = painting.astype(np.uint8)
    frame = 30
    image[:8, 256:] = image[-8:, 256:] = frame
    image[:, 256:264] = image[:, -8:] = frame
    return image[::-1]


def lie(renderer: Renderer, rng: np.random.Generator, on: str) -> None:
    """Put up the upright sheet that she lies on, see `scene.SceneOptions`; `on` is "front", "left" or "right"."""
    pale = rng.random() < 0.6
    colour = linear(rng.uniform(150, 240, 3) if pale else CLOTH_COLOURS[rng.integers(len(CLOTH_COLOURS))])
    sheet = Surface(Material.FABRIC, colour, seed=float(rng.uniform(0, 30)), casts_shadow=False)
    if on == "front":
        quad(renderer, (1.2, -float(rng.uniform(0.03, 0.08)), 0.0), (-2.4, 0, 0), (0, 0, 2.2), sheet)
    else:
        x = float(rng.uniform(0.17, 0.21)) * (1 if on == "left" else -1)
        quad(renderer, (x, -1.0, 0.0), (0, 2.2, 0), (0, 0, 2.2), sheet)


def _walls_and_floor(renderer: Renderer, rng: np.random.Generator) -> float:
    warm = rng.uniform(-12, 12)
    tinted = _WALL_COLOUR + np.array([warm, 0, -warm]) + rng.uniform(-35, 20)
    colour = linear(np.clip(tinted, 60, 245))
    light_plank, dark_plank = _FLOOR_COLOURS[rng.integers(len(_FLOOR_COLOURS))]
    seed = float(rng.uniform(0, 30))
    planks = Surface(Material.PLANKS, linear(light_plank), linear(dark_plank), seed=seed, casts_shadow=False)
    quad(renderer, (-4, -2.6, 0), (8, 0, 0), (0, 7, 0), planks)
    wall = -float(rng.uniform(1.3, 2.2))
    high = (0, 0, _ROOM_HEIGHT_M)
    plaster = Surface(Material.WALL, colour, seed=seed, casts_shadow=False)
    quad(renderer, (-4, wall, 0), (8, 0, 0), high, plaster)
    red, green, blue = colour
    darker = Surface(
        Material.WALL, (red * 0.93, green * 0.93, blue * 0.93), seed=seed + 3, casts_shadow=False
    )
    for side in (-1, 1):
        quad(renderer, (side * 2.6, -3, 0), (0, 7, 0), high, darker)
    return wall


def _clutter(renderer: Renderer, rng: np.random.Generator, wall: float) -> None:
    renderer.set_backdrop(clutter_picture(rng))
    picture = Surface(Material.PICTURE, casts_shadow=False)
    shelf_x = float(rng.uniform(-1.5, -0.6)) * rng.choice([-1, 1])
    if rng.random() < 0.7:
        quad(renderer, (shelf_x - 0.45, wall + 0.25, 0.0), (0.95, 0, 0), (0, 0, 1.7), picture, BOOKSHELF)
    painting_x = -shelf_x * float(rng.uniform(0.3, 1.0))
    quad(renderer, (painting_x - 0.35, wall + 0.02, 1.2), (0.7, 0, 0), (0, 0, 0.55), picture, PAINTING)
    if rng.random() < 0.7:
        sofa = Surface(Material.FABRIC, _random_cloth(rng))
        x = float(rng.uniform(-1, 1))
        box(renderer, (x, wall + 0.45, 0.22), (1.7, 0.8, 0.44), sofa)
        box(renderer, (x, wall + 0.12, 0.6), (1.7, 0.2, 0.5), sofa)
    if rng.random() < 0.6:
        _plant(renderer, rng, wall)


def _plant(renderer: Renderer, rng: np.random.Generator, wall: float) -> None:
    x = float(rng.uniform(-1.4, 1.4))
    box(renderer, (x, wall + 0.3, 0.18), (0.28, 0.28, 0.36), Surface(Material.PROP, linear((150, 90, 60))))
    for _ in range(_LEAVES):
        angle, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 0.8)
        out = np.array([np.cos(angle), np.sin(angle) * 0.5, 0])
        length = rng.uniform(0.15, 0.38)
        stem = np.array([x, wall + 0.3, 0.36]) + out * 0.03 + np.array([0, 0, rng.uniform(0, 0.3)])
        width = np.array([-out[1], out[0], 0.1]) * 0.045
        green = linear((40 + rng.integers(30), 90 + rng.integers(60), 40))
        leaf = out * length + np.array([0, 0, height * 0.8])
        quad(renderer, stem - width / 2, leaf, width, Surface(Material.PROP, green, casts_shadow=False))


def _stool(renderer: Renderer, rng: np.random.Generator, height: float, wood: tuple) -> None:
    cushion = Surface(Material.FABRIC, _random_cloth(rng))
    box(renderer, (0, -0.04, height - 0.03), (0.40, 0.38, 0.05), cushion)
    grained = Surface(Material.PROP, wood, pattern=1.0)
    for i in (-1, 1):
        for j in (-1, 1):
            leg = (i * 0.16, -0.04 + j * 0.15, (height - 0.06) / 2)
            box(renderer, leg, (0.035, 0.035, height - 0.06), grained)


def _random_cloth(rng: np.random.Generator) -> tuple:
    return linear(CLOTH_COLOURS[rng.integers(len(CLOTH_COLOURS))])
