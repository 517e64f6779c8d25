"""Coordinates on the skin of the receiver's back.

`u` is the fraction of the way along the spine's skin from C7 (0) to L5 (1), `v` the way across it in metres, positive
towards her right. `coach` measures in the same coordinates, so the truth of a clip needs no conversion.
"""

from __future__ import annotations

import numpy as np

from training.rendering.body import Body
from training.rendering.rotations import unit

HALF_WIDTH_M = 0.12
"""The chart reaches this far to each side."""

_ROWS, _COLUMNS = 56, 61  # of the net that is laid on the skin
_NET_HALF_WIDTH_M = 0.15  # a little more than the chart: the way along the skin is longer than straight
_CHART_COLUMNS = 49
_C7_ABOVE_NECK_M = 0.004  # of the skin above the bone of the model, for a body of the baked size
_L5_ABOVE_ROOT_M = 0.088
_EDGE_M, _EDGE_WEIGHT = 1e-6, -1e-6  # so that no point falls between two triangles
_STEP_U = 0.03  # to each side, for the direction up
_INVERSION_STEPS = 4
_INVERSION_V_LIMIT_M = 0.118  # inside the chart, so that a step to both sides can be taken
_OF_THE_BACK = ("spine", "neck", "root", "pelvis", "clavicle", "shoulder", "upperarm01")


class SkinNet:
    """A regular net on the back of a body, tied to its triangles so that it moves with the skin."""

    def __init__(self, body: Body) -> None:
        faces = _faces_behind(body)
        top = body.head("neck01")[2] + _C7_ABOVE_NECK_M * body.scale
        bottom = body.head("root")[2] + _L5_ABOVE_ROOT_M * body.scale
        heights = np.linspace(top, bottom, _ROWS)
        sideways = np.linspace(-_NET_HALF_WIDTH_M, _NET_HALF_WIDTH_M, _COLUMNS)
        self._corners = np.zeros((_ROWS, _COLUMNS, 3), int)
        self._weights = np.zeros((_ROWS, _COLUMNS, 3))
        found = np.zeros((_ROWS, _COLUMNS), bool)
        lowest, highest = body.rest[faces][:, :, 2].min(1), body.rest[faces][:, :, 2].max(1)
        for i, z in enumerate(heights):
            at_height = (lowest < z + _EDGE_M) & (highest > z - _EDGE_M)
            seen_from_behind = _Flat(body.rest, faces[at_height])
            for j, x in enumerate(sideways):
                hit = seen_from_behind.hindmost(x, z)
                if hit is not None:
                    self._corners[i, j], self._weights[i, j] = hit
                    found[i, j] = True
            # Beyond the shoulders and the waist there is no skin: the nearest that there is stands for it.
            there = np.where(found[i])[0]
            for j in np.where(~found[i])[0]:
                nearest = there[np.argmin(abs(there - j))]
                self._corners[i, j], self._weights[i, j] = (
                    self._corners[i, nearest],
                    self._weights[i, nearest],
                )

    def points(self, vertices: np.ndarray) -> np.ndarray:
        """The net on posed `vertices` [shape=(rows, columns, 3)], columns from her right to her left."""
        return np.einsum("ijkc,ijk->ijc", vertices[self._corners].astype(float), self._weights)


class BackChart:
    """From `u` and `v` to points of the skin and back.

    Parameters
    ----------
    net : ndarray [shape=(rows, columns, 3)]
        Points of the skin: rows from C7 to L5, columns from her right to her left, the middle one on the spine.

    Attributes
    ----------
    length : float
        Along the skin from C7 to L5, metres.
    """

    def __init__(self, net: np.ndarray) -> None:
        net = net.copy()
        rows, columns = net.shape[:2]
        # A little smoothing lets the fingers glide over the edges of the mesh.
        for _ in range(2):
            net[1:-1] = 0.25 * net[:-2] + 0.5 * net[1:-1] + 0.25 * net[2:]
            net[:, 1:-1] = 0.25 * net[:, :-2] + 0.5 * net[:, 1:-1] + 0.25 * net[:, 2:]
        middle = columns // 2
        down = np.r_[0, np.cumsum(np.linalg.norm(np.diff(net[:, middle], axis=0), axis=1))]
        self.length = down[-1]
        # Rows at equal steps along the spine.
        row = np.interp(np.linspace(0, 1, rows), down / down[-1], np.arange(rows))
        above = np.clip(np.floor(row).astype(int), 0, rows - 2)
        below = (row - above)[:, None, None]
        net = net[above] * (1 - below) + net[above + 1] * below
        # Columns at equal steps across it.
        step = np.linalg.norm(np.diff(net, axis=1), axis=2)
        across = np.zeros((rows, columns))
        across[:, middle + 1 :] = np.cumsum(step[:, middle:], 1)
        across[:, :middle] = -np.cumsum(step[:, :middle][:, ::-1], 1)[:, ::-1]
        self._v = np.linspace(-HALF_WIDTH_M, HALF_WIDTH_M, _CHART_COLUMNS)
        even = [
            np.stack([np.interp(self._v, across[i], net[i, :, k]) for k in range(3)], 1) for i in range(rows)
        ]
        # The net runs from her right to her left by x, which grows to her left; v grows to her right.
        self._points = np.stack(even)[:, ::-1]
        normals = np.cross(np.gradient(self._points, axis=0), np.gradient(self._points, axis=1))
        self._normals = normals / np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-12)
        if self._normals[rows // 2, _CHART_COLUMNS // 2, 1] < 0:
            self._normals = -self._normals

    def at(self, u: float, v: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Point, outward normal and the direction up along the skin [each shape=(3,)].

        Above C7 (`u` below 0) the point goes on straight.
        """
        rows, middle = len(self._points), _CHART_COLUMNS // 2
        point, normal = self._between(self._points, u, v), unit(self._between(self._normals, u, v))
        if u < 0:
            two_rows = self._points[0, middle] - self._points[2, middle]
            point = point + two_rows * (-u) * (rows - 1) / 2
        on_back = np.clip(u, 0, 1)  # beyond its ends both would be the same point, and a hand there flat
        higher = self._between(self._points, max(0, on_back - _STEP_U), v)
        lower = self._between(self._points, min(1, on_back + _STEP_U), v)
        return point, normal, unit(higher - lower)

    def invert(self, point: np.ndarray) -> tuple[float, float, float]:
        """Place `u`, `v` nearest to `point` [shape=(3,)] and the height above the skin there, metres."""
        distance = ((self._points - point) ** 2).sum(2)
        i, j = np.unravel_index(distance.argmin(), distance.shape)
        u, v = i / (len(self._points) - 1), self._v[j]
        for _ in range(_INVERSION_STEPS):
            here = self._between(self._points, u, v)
            above, below = max(u - 0.01, 0), min(u + 0.01, 1)
            along = (self._between(self._points, below, v) - self._between(self._points, above, v)) / (
                below - above
            )
            across = (
                self._between(self._points, u, v + 0.003) - self._between(self._points, u, v - 0.003)
            ) / 0.006
            step = np.linalg.lstsq(np.stack([along, across], 1), point - here, rcond=None)[0]
            u = np.clip(u + step[0], 0, 1)
            v = np.clip(v + step[1], -_INVERSION_V_LIMIT_M, _INVERSION_V_LIMIT_M)
        normal = unit(self._between(self._normals, u, v))
        return u, v, float(np.dot(point - self._between(self._points, u, v), normal))

    def _between(self, values: np.ndarray, u: float, v: float) -> np.ndarray:
        """Bilinear interpolation in the chart."""
        rows = len(values)
        row = np.clip(u, 0, 1) * (rows - 1)
        column = np.clip((v + HALF_WIDTH_M) / (2 * HALF_WIDTH_M), 0, 1) * (_CHART_COLUMNS - 1)
        i, j = min(int(row), rows - 2), min(int(column), _CHART_COLUMNS - 2)
        a, b = row - i, column - j
        left = values[i, j] * (1 - a) + values[i + 1, j] * a
        right = values[i, j + 1] * (1 - a) + values[i + 1, j + 1] * a
        return left * (1 - b) + right * b


class _Flat:
    """Triangles seen from behind, as they lie in x and z."""

    def __init__(self, vertices: np.ndarray, faces: np.ndarray) -> None:
        self._faces = faces
        self._depth = vertices[faces][:, :, 1]
        self._a, self._b, self._c = (vertices[faces[:, k]][:, [0, 2]] for k in range(3))
        area = (self._b[:, 1] - self._c[:, 1]) * (self._a[:, 0] - self._c[:, 0])
        area = area + (self._c[:, 0] - self._b[:, 0]) * (self._a[:, 1] - self._c[:, 1])
        self._area = np.where(np.abs(area) < 1e-12, 1e-12, area)

    def hindmost(self, x: float, z: float) -> tuple[np.ndarray, np.ndarray] | None:
        """Corners and their weights where a line along y leaves the body [each shape=(3,)], or None."""
        a, b, c = self._a, self._b, self._c
        first = (b[:, 1] - c[:, 1]) * (x - c[:, 0]) + (c[:, 0] - b[:, 0]) * (z - c[:, 1])
        second = (c[:, 1] - a[:, 1]) * (x - c[:, 0]) + (a[:, 0] - c[:, 0]) * (z - c[:, 1])
        first, second = first / self._area, second / self._area
        weights = np.stack([first, second, 1 - first - second], 1)
        inside = np.where((weights >= _EDGE_WEIGHT).all(1))[0]
        if len(inside) == 0:
            return None
        depth = (weights[inside] * self._depth[inside]).sum(1)
        best = inside[np.argmax(depth)]
        return self._faces[best], weights[best]


def _faces_behind(body: Body) -> np.ndarray:
    """Triangles of trunk and shoulders that look backwards [shape=(n, 3)]."""
    trunk = np.array([label.startswith(_OF_THE_BACK) for label in body.labels])
    faces = body.bodies.faces("body")
    faces = faces[trunk[body.dominant[faces]].all(1)]
    corners = body.rest[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return faces[normals[:, 1] > 0]
