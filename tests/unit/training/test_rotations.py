from __future__ import annotations

import numpy as np
import pytest

from training.rendering.rotations import X_AXIS, Z_AXIS, axes, rotation, rotation_from_vector, twist_about


def test_a_quarter_turn_about_z_takes_x_to_y():
    np.testing.assert_allclose(rotation(Z_AXIS, 90) @ [1, 0, 0], [0, 1, 0], atol=1e-9)


def test_a_vector_of_length_pi_is_half_a_turn():
    np.testing.assert_allclose(rotation_from_vector([np.pi, 0, 0]), rotation(X_AXIS, 180), atol=1e-9)
    np.testing.assert_array_equal(rotation_from_vector([0, 0, 0]), np.eye(3))


def test_axes_are_right_handed_and_keep_the_direction():
    frame = axes([0, 0, 2], [1, 0, 5])
    np.testing.assert_allclose(frame, np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), atol=1e-9)
    assert np.linalg.det(frame) == pytest.approx(1)


@pytest.mark.parametrize("degrees", [-179, -90, 0, 30, 120, 180])
def test_the_twist_is_told_apart_from_a_swing(degrees: float):
    # A swing of the axis itself adds no twist about it.
    turn = rotation(X_AXIS, 40) @ rotation(Z_AXIS, degrees)
    found = np.rad2deg(twist_about(turn, Z_AXIS))
    assert (found - degrees + 180) % 360 - 180 == pytest.approx(0, abs=1e-3)
