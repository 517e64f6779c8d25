"""Labelled arrays: the numbers of the recording, in movement's layout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coach.export.arrays import to_arrays, to_netcdf
from coach.scoring.generate import FORMS, make_recording

xr = pytest.importorskip("xarray", reason="an extra: pip install massage-coach[arrays]")


@pytest.fixture(scope="module")
def recording():
    made = make_recording(replace(FORMS[0], seconds=10.0))
    u = made.u.copy()
    u[5, 1] = np.nan
    return replace(made, u=u)


def test_numbers_and_labels(recording):
    arrays = to_arrays(recording)
    assert arrays.position.dims == ("time", "space", "keypoint", "individual")
    assert arrays.confidence.dims == ("time", "keypoint", "individual")
    left = arrays.position.sel(keypoint="left_thumb", individual="giver")
    np.testing.assert_allclose(left.sel(space="x"), recording.v_cm[:, 0])
    np.testing.assert_allclose(left.sel(space="y"), recording.u[:, 0] * 45.0, rtol=1e-6)
    assert np.isnan(arrays.position.sel(keypoint="right_thumb", space="y")[5]).all()
    assert arrays.attrs["fps"] == pytest.approx(15.0)


def test_uneven_frames_have_no_rate(recording):
    t_s = recording.t_s.copy()
    t_s[-1] += 0.5
    assert "fps" not in to_arrays(replace(recording, t_s=t_s)).attrs


def test_the_file_comes_back_as_it_was(recording, tmp_path: Path):
    path = tmp_path / "arrays.nc"
    path.write_bytes(to_netcdf(recording))
    with xr.open_dataset(path, engine="scipy") as back:
        xr.testing.assert_allclose(back, to_arrays(recording))


def test_movement_opens_it(recording, tmp_path: Path):
    pytest.importorskip(
        "movement",
        reason="needs movement 0.17 or later: pip install movement (Python 3.12, some 70 packages)",
    )
    from movement.kinematics import compute_velocity
    from movement.validators.datasets import ValidPosesInputs

    path = tmp_path / "arrays.nc"
    path.write_bytes(to_netcdf(recording))
    with xr.open_dataset(path, engine="scipy") as opened:
        ValidPosesInputs.validate(opened)
        assert compute_velocity(opened.position).shape == opened.position.shape
