from __future__ import annotations

from pathlib import Path

import numpy as np

from training.bodies import MANY_BODIES, SIX_BUILDS, builds, read_mesh, strongest
from training.rendering.shapes import HELD_BACK, load_bodies

SQUARE_AND_TRIANGLE = """
v 0 0 0
vt 0.25 0.5
vt 1 0 0
g body
f 1/1 2/2 3/3 4/4
g helper-hair extra
f 2/2 3/1 4/2
""".splitlines()


def test_polygons_become_triangles_of_their_part():
    mesh = read_mesh(SQUARE_AND_TRIANGLE)
    assert mesh.corners["body"].tolist() == [[0, 1, 2], [0, 2, 3]]
    assert mesh.corners["helper-hair"].tolist() == [[1, 2, 3]]
    assert mesh.texture_corners["helper-hair"].tolist() == [[1, 0, 1]]
    np.testing.assert_allclose(mesh.texture_places, [[0.25, 0.5], [1, 0]])


def test_five_bones_are_kept_and_share_everything():
    weights = np.array([[0.1, 0.3, 0.0, 0.2, 0.05, 0.05, 0.3]])
    bones = np.array([[10, 11, 12, 13, 14, 15, 16]])
    kept, which = strongest(weights, bones)
    assert sorted(which[0, :2].tolist()) == [11, 16]
    assert which[0, 2:4].tolist() == [13, 10]
    np.testing.assert_allclose(kept[0], np.array([0.3, 0.3, 0.2, 0.1, 0.05]) / 0.95, rtol=1e-6)


def test_the_same_seed_builds_the_same_48():
    first = builds()
    assert first == builds()
    assert first != builds(seed=12)
    assert len(first) == 48
    assert set(HELD_BACK) < set(first)
    for build in first.values():
        assert all(0 <= value <= 1 for value in vars(build).values())


def test_the_repository_holds_the_six():
    bodies = load_bodies()
    assert sorted(bodies.shapes("f_") + bodies.shapes("m_")) == sorted(SIX_BUILDS)


def test_what_the_commands_write_lies_where_git_does_not_look():
    root = Path(__file__).parents[3]
    assert root / "training" / "output" / "bodies.npz" == MANY_BODIES
    assert "training/output/" in (root / ".gitignore").read_text().splitlines()
