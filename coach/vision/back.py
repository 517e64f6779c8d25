"""The receiver's back in the picture: pixels ↔ back coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from coach.errors import BackError
from coach.i18n import N_
from coach.vision.anthropometry import THUMB_HEIGHT_CM
from coach.vision.hands import Region
from coach.vision.torso import U_GRID, V_GRID, Observed, Torso, fit_torso, landmarks_of

_CLICK_SD = 0.035  # back lengths, 1.5 cm: how well a person clicks a joint hidden under skin; our own choice
_AGREES = 0.3  # trunk lengths: a hint whose joints are farther from the corners is about somebody else
UPRIGHT_U = 0.35
"""Where on the spine `Back.upright` has its origin: the middle of where hands and arms are to be seen."""
_NEWTON_STEPS = 6
_ARRIVED = 1e-5  # knots: far less than a thousandth of a millimetre


@dataclass(frozen=True, eq=False)
class Back:
    """The back's surface as it lies in one picture.

    Attributes
    ----------
    skin_px : ndarray [shape=(33, 19, 2)]
        The skin at the knots of `coach.vision.torso`'s grid, pixels.
    lift_px : ndarray [shape=(33, 19, 2)]
        How a knot moves in the picture per centimetre off the skin.
    corners_px : ndarray [shape=(4, 2)]
        Left shoulder, right shoulder, right hip, left hip.
    length_cm : float
        C7 to L5 along the skin.
    confidence : float
        0 to 1.
    """

    skin_px: np.ndarray
    lift_px: np.ndarray
    corners_px: np.ndarray
    length_cm: float
    confidence: float = 1.0

    @classmethod
    def from_torso(
        cls, torso: Torso, length_cm: float, confidence: float = 1.0, ends_px: np.ndarray | None = None
    ) -> Back:
        """The back of a fitted torso; `ends_px` [shape=(2, 2)] are C7 and L5 if those are known better."""
        skin = torso.surface()
        lift = torso.surface(1.0 / length_cm) - skin
        joints = torso.project(landmarks_of(torso.shape)[:4])
        back = cls(skin, lift, joints[[0, 1, 3, 2]], length_cm, confidence)
        return back if ends_px is None else back.with_ends(ends_px, confidence)

    def with_ends(self, ends_px: np.ndarray, confidence: float) -> Back:
        """The back with C7 and L5 at `ends_px` [shape=(2, 2)]; in between it moves by its share of both."""
        off = np.asarray(ends_px, float) - np.array([self.c7_px, self.l5_px])
        share = np.clip(U_GRID, 0.0, 1.0)[:, None]
        moved = self.skin_px + ((1 - share) * off[0] + share * off[1])[:, None, :]
        return replace(self, skin_px=moved, confidence=confidence)

    @property
    def c7_px(self) -> np.ndarray:
        """C7 on the skin, pixels [shape=(2,)]."""
        return self.to_pixels(np.array([0.0, 0.0]))

    @property
    def l5_px(self) -> np.ndarray:
        """L5 on the skin, pixels [shape=(2,)]."""
        return self.to_pixels(np.array([1.0, 0.0]))

    @property
    def spine_px(self) -> np.ndarray:
        """Twelve points from C7 to L5 along the skin, pixels [shape=(12, 2)]."""
        return self.to_pixels(np.stack([np.linspace(0, 1, 12), np.zeros(12)], 1))

    @property
    def outline_px(self) -> np.ndarray:
        """An outline of the measured area, 10 cm to both sides of the spine, pixels [shape=(n, 2)]."""
        u, ends = np.linspace(0, 1, 13), np.linspace(-10, 10, 9)
        left, right = np.stack([u, np.full_like(u, -10.0)], 1), np.stack([u, np.full_like(u, 10.0)], 1)
        top, bottom = np.stack([0 * ends, ends], 1), np.stack([0 * ends + 1, ends], 1)
        return self.to_pixels(np.concatenate([top, right, bottom[::-1], left[::-1]]))

    @cached_property
    def px_per_cm(self) -> float:
        """Scale of the picture at the upper back, for what faces the camera: the larger one of along and across.

        So hands come out in one size however she leans or turns; leaning away shortens the spine, not the hands.
        """
        u, v = UPRIGHT_U, 4.0
        upper, lower, left, right = self.to_pixels(np.array([(u - 0.15, 0), (u + 0.15, 0), (u, -v), (u, v)]))
        slopes = np.stack([(lower - upper) / (0.3 * self.length_cm), (right - left) / (2 * v)], 1)
        return float(np.linalg.svd(slopes, compute_uv=False)[0])

    def crop(self, scale: float = 1.6) -> Region:
        """A square around the back, `scale` times the back length wide."""
        spine = self.spine_px
        return Region(spine.mean(0), scale * self.length_cm * self.px_per_cm, 0.0)

    def upright(self) -> np.ndarray:
        """From pixels to centimetres in the picture's plane [shape=(2, 3)], at the scale of `px_per_cm`.

        The spine points upwards, the origin lies on it at `UPRIGHT_U`.
        """
        top, bottom, middle = self.to_pixels(np.array([(0, 0), (1, 0), (UPRIGHT_U, 0)]))
        down = (bottom - top) / np.hypot(*(bottom - top)) / self.px_per_cm
        turn = np.array([[down[1], -down[0]], [down[0], down[1]]])
        return np.hstack([turn, (-turn @ middle)[:, None]])

    def to_pixels(self, uv: np.ndarray, height_cm: float = 0.0) -> np.ndarray:
        """Pixels [shape=(..., 2)] of back coordinates (u, v in cm) [shape=(..., 2)], `height_cm` off the skin."""
        uv = np.asarray(uv, float)
        flat = uv.reshape(-1, 2)
        i = (flat[:, 0] - U_GRID[0]) / (U_GRID[1] - U_GRID[0])
        j = (flat[:, 1] / self.length_cm - V_GRID[0]) / (V_GRID[1] - V_GRID[0])
        return _bilinear(self.skin_px + height_cm * self.lift_px, i, j)[0].reshape(uv.shape)

    def to_back(self, px: np.ndarray, height_cm: float = 0.0) -> np.ndarray:
        """Back coordinates (u, v in cm) [shape=(..., 2)] of pixels [shape=(..., 2)]; NaN where there are none.

        `height_cm` is how far off the skin the point lies: `THUMB_HEIGHT_CM` for a thumb tip, which in a
        diagonal view is the difference of a centimetre across.
        """
        px = np.asarray(px, float)
        flat = px.reshape(-1, 2)
        grid = self.skin_px + height_cm * self.lift_px
        out = np.full(flat.shape, np.nan)
        seen = np.isfinite(flat).all(1)
        want = flat[seen]
        if len(want):
            distance = ((grid[None] - want[:, None, None]) ** 2).sum(-1).reshape(len(want), -1)
            i, j = (k.astype(float) for k in np.divmod(distance.argmin(1), grid.shape[1]))
            for _ in range(_NEWTON_STEPS):
                here, along, across = _bilinear(grid, i, j)
                off = want - here
                area = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
                area = np.where(np.abs(area) < 1e-9, np.nan, area)
                step_i = np.clip((off[:, 0] * across[:, 1] - off[:, 1] * across[:, 0]) / area, -8, 8)
                step_j = np.clip((along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]) / area, -8, 8)
                i, j = i + step_i, j + step_j
                if max(np.abs(step_i).max(), np.abs(step_j).max()) < _ARRIVED:  # NaN goes on
                    break
            met = np.linalg.norm(_bilinear(grid, i, j)[0] - want, axis=1) < 0.5
            out[seen] = np.where(
                met[:, None],
                np.stack(
                    [
                        U_GRID[0] + i * (U_GRID[1] - U_GRID[0]),
                        (V_GRID[0] + j * (V_GRID[1] - V_GRID[0])) * self.length_cm,
                    ],
                    1,
                ),
                np.nan,
            )
        return out.reshape(px.shape)

    def thumb_to_back(self, px: np.ndarray) -> np.ndarray:
        """`to_back` for thumb tips that press on the skin."""
        return self.to_back(px, THUMB_HEIGHT_CM)

    def moved(self, motion: np.ndarray, confidence: float | None = None) -> Back:
        """The back after an affine motion of the picture [shape=(2, 3)]."""
        linear, offset = motion[:, :2], motion[:, 2]
        return replace(
            self,
            skin_px=self.skin_px @ linear.T + offset,
            lift_px=self.lift_px @ linear.T,
            corners_px=self.corners_px @ linear.T + offset,
            confidence=self.confidence if confidence is None else confidence,
        )


def back_from_corners(
    corners: Sequence[Sequence[float]] | np.ndarray,
    frame_size: tuple[int, int],
    length_cm: float,
    hint: Observed | None = None,
) -> Back:
    """The back from four corners given by hand.

    Parameters
    ----------
    corners : array [shape=(4, 2)]
        Left shoulder, right shoulder, right hip, left hip, pixels.
    frame_size : (int, int)
        Width and height of the picture.
    length_cm : float
        C7 to L5 along the skin.
    hint : Observed or None
        What a pose network says of the same torso: it tells how she turns and leans, which four corners alone
        tell badly. Used only where it agrees with the corners; its points are moved to them.

    Raises
    ------
    BackError
        When the corners cannot be a back.
    """
    points = np.asarray(corners, float)
    if points.shape != (4, 2) or not np.isfinite(points).all():
        raise BackError(
            N_("The back needs four corners: left shoulder, right shoulder, right hip, left hip.")
        )
    width, height = frame_size
    margin = 0.1 * max(frame_size)
    if (points < -margin).any() or (points > np.array([width, height]) + margin).any():
        raise BackError(
            N_("A corner of the back lies outside the picture, which is {width} × {height} pixels."),
            width=width,
            height=height,
        )
    left_shoulder, right_shoulder, right_hip, left_hip = points
    across = [_cross(points[k], points[(k + 1) % 4], points[(k + 2) % 4]) for k in range(4)]
    if min(across) < 0 < max(across):
        raise BackError(
            N_(
                "The corners of the back cross or fold in; give them in this order: left shoulder, right shoulder, "
                "right hip, left hip."
            )
        )
    down = (left_hip + right_hip - left_shoulder - right_shoulder) / 2
    if max(across) <= 0 or down[1] <= 0:
        raise BackError(
            N_(
                "The sides of the back are exchanged or it stands on its head: seen from behind, the receiver's left "
                "is on the left of the picture."
            )
        )
    breadth = float(np.linalg.norm(right_shoulder - left_shoulder))
    trunk = float(np.linalg.norm(down))
    if trunk < 0.06 * height or breadth < 0.12 * trunk or breadth > 2.5 * trunk:
        raise BackError(N_("The corners of the back lie too close together or too far apart for a back."))
    joints = np.array([left_shoulder, right_shoulder, left_hip, right_hip])
    observed = np.vstack([joints, np.full((6, 2), np.nan)])
    sigma = np.full(10, _CLICK_SD)
    if hint is not None:
        off = joints - hint.points_px[:4]
        if np.linalg.norm(off, axis=1).mean() < _AGREES * trunk:
            # The skin's points go along with the corners: the upper ones with the shoulders, the lower ones
            # with the hips, which a person does place better than a network does.
            with_shoulders = np.array([1.0, 0.0, 0.75, 0.75, 0.25, 0.25])[:, None]
            shift = with_shoulders * off[:2].mean(0) + (1 - with_shoulders) * off[2:].mean(0)
            observed[4:], sigma[4:] = hint.points_px[4:] + shift, np.hypot(hint.sigma[4:], _CLICK_SD)
    torso = fit_torso(Observed(observed, sigma), frame_size)
    return Back.from_torso(torso, length_cm)


def _cross(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    first, second = b - a, c - b
    return float(first[0] * second[1] - first[1] * second[0])


def _bilinear(grid: np.ndarray, i: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value of the grid at fractional knots and its derivatives along both axes; linear beyond the rim."""
    i, j = np.nan_to_num(i), np.nan_to_num(j)
    a = np.clip(np.floor(i), 0, grid.shape[0] - 2).astype(int)
    b = np.clip(np.floor(j), 0, grid.shape[1] - 2).astype(int)
    s, t = (i - a)[:, None], (j - b)[:, None]
    p00, p10, p01, p11 = grid[a, b], grid[a + 1, b], grid[a, b + 1], grid[a + 1, b + 1]
    value = (p00 * (1 - s) + p10 * s) * (1 - t) + (p01 * (1 - s) + p11 * s) * t
    return value, (p10 - p00) * (1 - t) + (p11 - p01) * t, (p01 - p00) * (1 - s) + (p11 - p10) * s
