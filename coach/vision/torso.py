"""A woman's torso in three dimensions, fitted to a few points of the picture.

The skin of the back lies 5 to 9 cm behind the plane of the shoulder and hip joints, so a homography through
the joints puts the spine several centimetres aside in a diagonal view. Here the back is a curved surface tied to
the joints by anthropometry; turning, leaning, size and proportions follow from the points by least squares, with
what is known of human proportions as the prior, under a pinhole camera. The unit of length is the back length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from coach.vision import anthropometry as body

FIELD_OF_VIEW_DEG = 48.0
"""Over three quarters of the longer side (the height of a 4:3 picture): webcams and telephones have 42 to 55°.
A wrong value changes the perspective within the back, not its place: 5° move a point by about 2 mm."""

U_GRID = np.linspace(-0.3, 1.3, 33)
V_GRID = np.linspace(-18.0, 18.0, 19) / 45.0
"""Knots of the surface: u, and v in back lengths. Beyond the back itself it goes on straight, for hands that
leave it; 18 cm of a 45 cm back is the breadth of a back and a hand."""

FLANKS = np.array([[0.25, -0.18], [0.25, 0.18], [0.75, -0.18], [0.75, 0.18]])
"""Points of the skin, u and v in back lengths (8 cm aside), that tell of turning better than hidden joints do."""

LEAN_PRIOR_DEG = (-5.0, 15.0)
TURN_PRIOR_DEG = (0.0, 30.0)
"""Mean and standard deviation of lean (against the camera's axis) and turn, for when only the four joints are
known: she sits upright or leans forward up to 50° before a camera that looks down on her by 10 to 25°, and the
camera stands within 45° of straight behind. Four corners alone hardly tell leaning towards from leaning away."""

_STARTS_DEG = (-35.0, 0.0, 35.0)  # turns to start from: the view is up to 45° to either side


@dataclass(frozen=True, slots=True)
class Observed:
    """Points of the picture that the torso has to meet.

    Attributes
    ----------
    points_px : ndarray [shape=(10, 2)]
        Joints of left shoulder, right shoulder, left hip, right hip; on the skin C7, L5 and the four `FLANKS`.
        NaN: not given.
    sigma : ndarray [shape=(10,)]
        Their standard errors in back lengths.
    """

    points_px: np.ndarray
    sigma: np.ndarray


@dataclass(frozen=True, slots=True)
class Torso:
    """A fitted torso.

    Attributes
    ----------
    turn, lean, roll : float
        Radians: right shoulder farther away; hips nearer than the shoulders; clockwise in the picture.
    position : ndarray [shape=(3,)]
        Middle of the shoulder joints from the camera, in back lengths (x right, y down, z forward).
    shape : ndarray [shape=(3,)]
        Logarithms of shoulder distance, hip distance and trunk length over the ordinary ones.
    focal_px : float
        Focal length, pixels.
    centre_px : ndarray [shape=(2,)]
        Middle of the picture.
    misfit : float
        Sum of squared residuals over their standard errors, prior included.
    """

    turn: float
    lean: float
    roll: float
    position: np.ndarray
    shape: np.ndarray
    focal_px: float
    centre_px: np.ndarray
    misfit: float

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixels [shape=(..., 2)] of points of the torso's own frame [shape=(..., 3)]."""
        seen = points @ _rotation(self.turn, self.lean, self.roll).T + self.position
        return seen[..., :2] / seen[..., 2:] * self.focal_px + self.centre_px

    def surface(self, height: float = 0.0) -> np.ndarray:
        """The skin at the knots of the grid, `height` back lengths above it, in the picture [shape=(33, 19, 2)]."""
        return self.project(_skin(self.shape, height))

    @property
    def px_per_back(self) -> float:
        """Pixels per back length at the shoulders' distance."""
        return float(self.focal_px / self.position[2])


def fit_torso(
    observed: Observed, size: tuple[int, int], turn_prior: tuple[float, float] | None = None
) -> Torso:
    """Fit the torso to the points by nonlinear least squares (maximum a posteriori).

    Parameters
    ----------
    observed : Observed
        At least both shoulders and both hips.
    size : (int, int)
        Width and height of the picture.
    """
    points, sigma = np.asarray(observed.points_px, float), np.asarray(observed.sigma, float)
    given = np.isfinite(points).all(1)
    focal = 0.75 * max(size) / 2.0 / np.tan(np.radians(FIELD_OF_VIEW_DEG) / 2.0)
    centre = np.array(size, float) / 2.0
    shoulders, hips = points[:2].mean(0), points[2:4].mean(0)
    down = hips - shoulders
    distance = focal * body.TRUNK / max(float(np.linalg.norm(down)), 1.0)
    roll = float(np.arctan2(-down[0], down[1]))
    start = np.array([0.0, 0.0, roll, *((shoulders - centre) / focal), np.log(distance), 0.0, 0.0, 0.0])
    spread = np.array(body.SHAPE_SD)

    def torso(p: np.ndarray, misfit: float = 0.0) -> Torso:
        z = float(np.exp(p[5]))
        return Torso(
            p[0], p[1], p[2], np.array([p[3] * z, p[4] * z, z]), p[6:9].copy(), focal, centre, misfit
        )

    def residuals(p: np.ndarray) -> np.ndarray:
        fitted = torso(p)
        off = (fitted.project(_observable(fitted.shape)) - points)[given] / fitted.px_per_back
        parts = [(off / sigma[given, None]).ravel(), p[6:9] / spread]
        if given.sum() <= 4:
            parts.append(np.array([(p[0] - turn[0]) / turn[1], (p[1] - leaning[0]) / leaning[1]]))
        return np.concatenate(parts)

    turn, leaning = np.radians(TURN_PRIOR_DEG), np.radians(LEAN_PRIOR_DEG)
    best = None
    for angle in np.radians(_STARTS_DEG):
        start[0] = angle
        result = least_squares(residuals, start, max_nfev=40)
        if best is None or result.cost < best.cost - 1e-9:
            best = result
    assert best is not None
    return torso(best.x, 2.0 * float(best.cost))


def _rotation(turn: float, lean: float, roll: float) -> np.ndarray:
    (ct, cl, cr), (st, sl, sr) = np.cos([turn, lean, roll]), np.sin([turn, lean, roll])
    around_y = np.array([[ct, 0.0, -st], [0.0, 1.0, 0.0], [st, 0.0, ct]])
    around_x = np.array([[1.0, 0.0, 0.0], [0.0, cl, sl], [0.0, -sl, cl]])
    around_z = np.array([[cr, -sr, 0.0], [sr, cr, 0.0], [0.0, 0.0, 1.0]])
    return around_z @ around_y @ around_x


def _observable(shape: np.ndarray) -> np.ndarray:
    """The ten points of `Observed` in the torso's frame [shape=(10, 3)]."""
    marks = landmarks_of(shape)
    flanks = _spine_at(shape, FLANKS[:, 0])
    flanks[:, 0] += FLANKS[:, 1]
    return np.concatenate([marks, flanks])


def landmarks_of(shape: np.ndarray) -> np.ndarray:
    """Four joints, C7 and L5 in the torso's frame [shape=(6, 3)]: x right, y down, z forward."""
    shoulders, hips, trunk = np.array([body.SHOULDER_JOINTS, body.HIP_JOINTS, body.TRUNK]) * np.exp(shape)
    return np.array(
        [
            [-shoulders / 2, 0.0, 0.0],
            [shoulders / 2, 0.0, 0.0],
            [-hips / 2, trunk, 0.0],
            [hips / 2, trunk, 0.0],
            [0.0, -body.C7_ABOVE_SHOULDERS, -body.C7_BEHIND_SHOULDERS],
            [0.0, trunk - body.L5_ABOVE_HIPS, -body.L5_BEHIND_HIPS],
        ]
    )


def _spine_curve(n: int = 121) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two arcs, kyphosis and lordosis, by arc length 0 to 1: (s, along the chord, behind it), chord = 1."""
    s = np.linspace(0.0, 1.0, n)
    kyphosis, lordosis = np.radians([body.KYPHOSIS_DEG, body.LORDOSIS_DEG])
    split = body.THORACIC_SHARE
    angle = np.where(s < split, kyphosis * s / split, kyphosis - lordosis * (s - split) / (1 - split))
    step = np.diff(s)
    along = np.concatenate([[0.0], np.cumsum((np.cos(angle[1:]) + np.cos(angle[:-1])) / 2 * step)])
    behind = np.concatenate([[0.0], -np.cumsum((np.sin(angle[1:]) + np.sin(angle[:-1])) / 2 * step)])
    tilt = np.arctan2(behind[-1], along[-1])
    cos, sin = np.cos(tilt), np.sin(tilt)
    straight = cos * along + sin * behind
    return s, straight / straight[-1], (cos * behind - sin * along) / straight[-1]


_S, _ALONG, _BEHIND = _spine_curve()


def _skin(shape: np.ndarray, height: float) -> np.ndarray:
    """The back's surface at the grid's knots in the torso's frame [shape=(33, 19, 3)].

    Across the spine the back is taken as flat: scapulae and muscles rise and the flanks fall by less than
    1 cm within 10 cm of the spine.
    """
    line = _spine_at(shape, np.clip(U_GRID, 0.0, 1.0), height)
    # Beyond both ends the line goes on in the direction it has there.
    for end, inside in ((0.0, 0.05), (1.0, 0.95)):
        ends = _spine_at(shape, np.array([end, inside]))
        beyond = U_GRID < 0.0 if end == 0.0 else U_GRID > 1.0
        line[beyond] += (U_GRID[beyond] - end)[:, None] * (ends[0] - ends[1]) / (end - inside)
    skin = np.repeat(line[:, None, :], len(V_GRID), axis=1)
    skin[..., 0] += V_GRID
    return skin


def _spine_at(shape: np.ndarray, u: np.ndarray, height: float = 0.0) -> np.ndarray:
    """Points of the spine on the skin at `u` (0 to 1), `height` above it, in the torso's frame [shape=(n, 3)]."""
    c7, l5 = landmarks_of(shape)[4:]
    chord = l5 - c7
    length = float(np.linalg.norm(chord))
    behind = np.array([0.0, chord[2], -chord[1]]) / length
    rise = np.interp(u, _S, _BEHIND) * length + height
    return c7 + np.interp(u, _S, _ALONG)[:, None] * chord + rise[:, None] * behind
