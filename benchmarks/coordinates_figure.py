"""Draw docs/img/coordinates.png: the coordinates on the back, flat and as a turned back shows them to a camera.

    python benchmarks/coordinates_figure.py [PICTURE]

Both drawings are made by the code that measures: the right one projects the same lines of u and v with
`coach.vision.back.Back` for a camera that stands 35° to her left.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np

from coach import palette
from coach.export.outline import back_outline, blades
from coach.vision.anthropometry import back_length_cm
from coach.vision.back import Back
from coach.vision.torso import Torso

LENGTH_CM = back_length_cm(155)
SIZE = (640, 480)
U_LINES, V_LINES = np.linspace(0, 1, 5), np.arange(-10, 11, 5)
THUMBS = ((0.22, -3.0), (0.30, 3.0))  # u and v of the left and of the right thumb
NAMES = ("left", "right")


def turned() -> Back:
    """A back before a camera that stands 35° to her left."""
    focal = 1.7 * SIZE[0]
    middle = np.array(SIZE) / 2
    torso = Torso(
        np.radians(35), np.radians(12), 0.0, np.array([0.0, -0.4, 3.6]), np.zeros(3), focal, middle, 0.0
    )
    return Back.from_torso(torso, LENGTH_CM)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("picture", nargs="?", type=Path, default=Path("docs/img/coordinates.png"))
    args = parser.parse_args()
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (flat, seen) = plt.subplots(1, 2, figsize=(9.6, 5.0), layout="constrained")

    flat.fill(*back_outline(LENGTH_CM).T, color=palette.SKIN)
    for line in (back_outline(LENGTH_CM), *blades(LENGTH_CM)):
        flat.plot(*line.T, color=palette.FAINT, lw=1.5)
    for u in U_LINES:
        flat.plot([-10, 10], [u * LENGTH_CM] * 2, color=palette.MUTED, lw=0.6)
        flat.text(10.5, u * LENGTH_CM, f"u = {u:g}", fontsize=8, va="center", color=palette.MUTED)
    for v in V_LINES:
        flat.plot(
            [v, v], [0, LENGTH_CM], color=palette.INK if v == 0 else palette.MUTED, lw=2 if v == 0 else 0.6
        )
        flat.text(v, 1.02 * LENGTH_CM, f"{v:+d}" if v else "0", fontsize=8, ha="center", va="top")
    flat.text(0, 1.08 * LENGTH_CM, "v in cm", fontsize=8, ha="center", va="top")
    flat.text(0, -0.02 * LENGTH_CM, "C7", fontsize=9, ha="center", weight="bold")
    flat.text(0.6, 0.985 * LENGTH_CM, "L5", fontsize=9, va="bottom", weight="bold")
    flat.text(-10, 1.08 * LENGTH_CM, "her left", fontsize=9, ha="center", va="top")
    flat.text(10, 1.08 * LENGTH_CM, "her right", fontsize=9, ha="center", va="top")
    flat.set(title="On the skin", xlim=(-19, 19), ylim=(1.16 * LENGTH_CM, -0.24 * LENGTH_CM), aspect="equal")

    back = turned()
    fine = np.linspace(0, 1, 40)
    for u in U_LINES:
        seen.plot(*back.to_pixels(np.stack([0 * fine + u, 20 * fine - 10], 1)).T, color=palette.MUTED, lw=0.6)
        x, y = back.to_pixels(np.array([u, 10.0]))
        seen.text(x + 6, y, f"u = {u:g}", fontsize=8, va="center", color=palette.MUTED)
    for v in V_LINES:
        line = back.to_pixels(np.stack([fine, 0 * fine + v], 1))
        seen.plot(*line.T, color=palette.INK if v == 0 else palette.MUTED, lw=2 if v == 0 else 0.6)
        seen.text(*(line[-1] + [0, 14]), f"{v:+d}" if v else "0", fontsize=8, ha="center", va="top")
    seen.text(*(back.c7_px - [0, 8]), "C7", fontsize=9, ha="center", weight="bold")
    seen.text(*(back.l5_px - [-4, 4]), "L5", fontsize=9, weight="bold")
    joints = back.corners_px
    seen.plot(*np.vstack([joints, joints[:1]]).T, "o:", color=palette.FAINT, ms=5)
    seen.text(*(joints[0] - [6, 12]), "shoulder", fontsize=8, ha="right", color=palette.MUTED)
    seen.text(*(joints[3] - [8, 0]), "hip", fontsize=8, ha="right", color=palette.MUTED)
    seen.set(title="In the picture, camera 35° to her left", aspect="equal")
    drawn = np.vstack([joints, back.skin_px[6:27, 4:15].reshape(-1, 2)])  # u from 0 to 1, v from -10 to 10 cm
    (left, top), (right, bottom) = drawn.min(0), drawn.max(0)
    seen.set(xlim=(left - 90, right + 70), ylim=(bottom + 30, top - 50))

    for (u, v), colour, name in zip(THUMBS, palette.HAND_COLOURS, NAMES, strict=True):
        side = -1 if v < 0 else 1
        flat.plot(v, u * LENGTH_CM, "o", color=colour, ms=9)
        flat.annotate(
            f"{name} thumb\nu = {u:.2f}, v = {v:+.1f}", (v, u * LENGTH_CM), (side * 18.5, 0.6 * LENGTH_CM),
            color=colour, fontsize=9, ha="left" if v < 0 else "right",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.8},
        )  # fmt: skip
        seen.plot(*back.to_pixels(np.array([u, v])), "o", color=colour, ms=9)
    for axis in (flat, seen):
        axis.axis("off")
    args.picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.picture, dpi=110)


if __name__ == "__main__":
    main()
