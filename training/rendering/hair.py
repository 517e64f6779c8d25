"""Hair that hangs or is tied: a bun, a plait or ponytail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.rendering.body import Body
from training.rendering.gl import Mesh, Renderer

if TYPE_CHECKING:  # people.py needs this module
    from training.rendering.people import Pose

HAIR_COLOURS = [
    (28, 20, 16),
    (58, 38, 24),
    (96, 62, 34),
    (150, 112, 66),
    (70, 66, 64),
    (120, 48, 26),
]
_OFF_HELPER_M = {"up": -0.006, "plait": -0.006, "short": -0.012}
_NO_HAIR_ABOVE = 9.0  # metres: nobody is that tall


def off_helper(hair: str) -> float:
    """How far hair stands off the helper mesh, metres."""
    return _OFF_HELPER_M.get(hair, 0.0)


def hair_cut(body: Body, hair: str) -> tuple[float, float, float, float]:
    """Lower end of the hair, hairline at the nape and its slope, and 1 with hair, see the shaders."""
    head, scale = body.head("head")[2], body.scale
    ends = {
        "up": head + 0.012 * scale,
        "plait": head + 0.012 * scale,
        "short": head + 0.050 * scale,
        "bob": head - 0.045 * scale,
        "scarf": head - 0.16 * scale,
        "long": head - 0.22 * scale,
        "bald": _NO_HAIR_ABOVE,
    }
    hairline = head - (0.022 if hair == "short" else 0.040) * scale
    return ends[hair], hairline, 0.95, 0.0 if hair in ("bald", "scarf") else 1.0


def tied(renderer: Renderer, body: Body, hair: str, rng: np.random.Generator) -> Bun | Plait | None:
    """What `hair` has beside the helper mesh."""
    if hair == "up":
        return Bun(renderer, body)
    if hair == "plait":
        return Plait(renderer, body, rng)
    return None


class Bun:
    """A ball of hair at the back of the head."""

    _ROWS, _COLUMNS = 13, 21

    def __init__(self, renderer: Renderer, body: Body) -> None:
        radius = 0.036 * body.scale
        centre = body.head("head") + np.array([0, 0.085, 0.062]) * body.scale
        polar, around = np.meshgrid(
            np.linspace(0, np.pi, self._ROWS), np.linspace(0, 2 * np.pi, self._COLUMNS), indexing="ij"
        )
        ball = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], -1)
        self._normals = ball.reshape(-1, 3)
        self._from_head = centre + self._normals * radius * (1, 1, 0.9) - body.head("head")
        self.mesh = Mesh(renderer, _grid_faces(self._ROWS, self._COLUMNS), self._normals * radius)

    def upload(self, pose: Pose) -> None:
        head = pose.body.index["head"]
        turn = pose.rotations[head].T
        self.mesh.upload(self._from_head @ turn + pose.positions[head], self._normals @ turn)


class Plait:
    """A plait or ponytail from the back of the head down the back, beside the spine or on it."""

    _RINGS, _COLUMNS = 40, 13
    _STRANDS_PER_M = 34.0

    def __init__(self, renderer: Renderer, body: Body, rng: np.random.Generator) -> None:
        scale = body.scale
        self._thick = float(rng.uniform(0.010, 0.019)) * scale
        self._plaited = bool(rng.random() < 0.6)
        length = float(rng.uniform(0.16, 0.42)) * scale
        aside = float(rng.normal(0, 0.025)) * scale
        top = body.head("head") + np.array([0, 0.075, 0.03]) * scale
        nape = body.head("neck01")[2]
        on_skin = np.unique(body.bodies.faces("body"))
        behind = on_skin[(body.along_arm[on_skin] < 0) & (np.abs(body.rest[on_skin, 0]) < 0.12 * scale)]
        self._from_head = top - body.head("head")
        self._hung_on = []
        for down in np.linspace(0.01, length, 7):
            x = aside * min(1.0, down / (0.10 * scale))
            away = np.hypot(body.rest[behind, 0] - x, body.rest[behind, 2] - (nape - down))
            near = behind[away < max(0.02 * scale, away.min() + 1e-3)]
            self._hung_on.append(near[np.argmax(body.rest[near, 1])])
        rings, around = np.meshgrid(
            np.linspace(0, 1, self._RINGS), np.linspace(0, 2 * np.pi, self._COLUMNS), indexing="ij"
        )
        self._rings, self._around = rings, around
        rest = np.stack([np.cos(around) * 0.03, np.sin(around) * 0.03, -rings * 0.3], -1).reshape(-1, 3)
        self.mesh = Mesh(renderer, _grid_faces(self._RINGS, self._COLUMNS), rest)

    def upload(self, pose: Pose) -> None:
        head = pose.body.index["head"]
        first = pose.rotations[head] @ self._from_head + pose.positions[head]
        hung = [pose.vertices[i] + pose.normals[i] * self._thick for i in self._hung_on]
        line = np.array([first, *hung])
        places = np.linspace(0, len(line) - 1, self._RINGS)
        middle = np.stack([np.interp(places, np.arange(len(line)), line[:, k]) for k in range(3)], 1)
        kernel = np.array([0.25, 0.5, 0.25])
        for _ in range(6):
            ends = np.vstack([middle[:1], middle, middle[-1:]])
            middle = np.stack([np.convolve(ends[:, k], kernel, "valid") for k in range(3)], 1)
        along = np.gradient(middle, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
        side = np.cross(along, [0.0, 1.0, 0.0])
        side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
        out = np.cross(side, along)
        way = np.r_[0, np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))]
        thick = self._thick * (1 - 0.55 * np.linspace(0, 1, self._RINGS) ** 3)
        if self._plaited:
            thick = thick * (0.80 + 0.28 * np.abs(np.sin(way * self._STRANDS_PER_M * np.pi)))
        normals = (
            np.cos(self._around)[..., None] * side[:, None] + np.sin(self._around)[..., None] * out[:, None]
        )
        skin = middle[:, None] + normals * thick[:, None, None]
        self.mesh.upload(skin.reshape(-1, 3), normals.reshape(-1, 3))


def _grid_faces(rows: int, columns: int) -> np.ndarray:
    """Triangles of a grid of vertices [shape=(n_faces, 3)]."""
    corner = np.arange(rows * columns).reshape(rows, columns)
    first, right = corner[:-1, :-1].ravel(), corner[:-1, 1:].ravel()
    below, diagonal = corner[1:, :-1].ravel(), corner[1:, 1:].ravel()
    return np.vstack([np.stack([first, right, diagonal], 1), np.stack([first, diagonal, below], 1)])
