"""Looking the whole back over for a hand that nobody has found, a few places at a time.

MediaPipe's palm detector finds about a quarter of the hands that massage a real back; its landmark network, shown the
right crop, reads most of them and seldom sees a hand where there is none (docs/model-card.md). It bears a crop that is
a few centimetres and an eighth of a turn off, so a coarse grid of crops over the back and around it finds them as well.
"""

from __future__ import annotations

import numpy as np

from coach.vision.hands import Region

# Our own choice, in the centimetres of `Back.upright`, and radians.
_ASIDE = np.arange(-17.5, 18.0, 7.0)
_DOWN = np.arange(-14.0, 36.0, 7.0)
_TURNS = np.arange(4) * np.pi / 2
_SIDE_CM = 30.0  # three times the reach of a hand, as `Region.around` takes it
_STRIDE = (
    77  # has no divisor in common with the number of places: looks that follow one another lie far apart
)

PLACES = np.stack(np.meshgrid(_ASIDE, _DOWN, _TURNS, indexing="ij"), axis=-1).reshape(-1, 3)
PLACES = PLACES[np.arange(len(PLACES)) * _STRIDE % len(PLACES)]
"""Right and down from the upper back, cm, and the direction of the fingers, radians clockwise from up the spine, in the
order in which they are looked at [shape=(192, 3)]."""


def regions(
    first: int, count: int, upright: np.ndarray, px_per_cm: float, size: tuple[int, int]
) -> list[Region]:
    """The next `count` places from number `first` on, round and round; those outside of the picture are left out.

    Parameters
    ----------
    upright : ndarray [shape=(2, 3)]
        As from `Back.upright`.
    size : tuple of int
        Width and height of the picture.
    """
    to_pixels = np.linalg.inv(upright[:, :2])
    found = []
    for aside, down, turn in PLACES[np.arange(first, first + count) % len(PLACES)]:
        centre = to_pixels @ (np.array([aside, down]) - upright[:, 2])
        forward = to_pixels @ np.array([np.sin(turn), -np.cos(turn)])
        if (centre >= 0).all() and (centre < size).all():
            found.append(Region(centre, _SIDE_CM * px_per_cm, float(np.arctan2(forward[0], -forward[1]))))
    return found
