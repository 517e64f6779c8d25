"""A recording as labelled arrays in the layout of the `movement` toolbox, in a netCDF file.

https://movement.neuroinformatics.dev: dimensions time, space, keypoint and individual (named in the plural before its
0.17); `position` and `confidence`. The individual is the giver, the keypoints are the thumb tips; space is x = ``v_cm``
across the back and y = cm down the spine from C7, both as a tape measure on the skin reads them. What was not seen is
NaN.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from coach.errors import InputError
from coach.i18n import N_
from coach.motion.recording import Recording

KEYPOINTS = ("left_thumb", "right_thumb")


def to_arrays(recording: Recording) -> Any:
    """The recording as an `xarray.Dataset`.

    Raises
    ------
    InputError
        xarray is not installed.
    RecordingError
        The recording does not say how long the back is.
    """
    try:
        import xarray as xr
    except ImportError as error:
        raise InputError(
            N_("For labelled arrays install xarray: `pip install 'massage-coach[arrays]'`.")
        ) from error
    along_cm = np.asarray(recording.u, float) * recording.back_length_cm
    position = np.stack([np.asarray(recording.v_cm, float), along_cm], axis=1)
    dimensions = ("time", "space", "keypoint", "individual")
    steps = np.diff(recording.t_s)
    attributes: dict[str, Any] = {
        "ds_type": "poses",
        "source_software": "massage-coach",
        "time_unit": "seconds",
        "space_unit": "cm",
    }
    if len(steps) and np.ptp(steps) < 1e-3:  # only where the frames really come evenly
        attributes["fps"] = float(1 / steps.mean())
    return xr.Dataset(
        {
            "position": (dimensions, position[..., None]),
            "confidence": (
                ("time", "keypoint", "individual"),
                np.asarray(recording.confidence, float)[..., None],
            ),
        },
        coords={
            "time": np.asarray(recording.t_s, float),
            "space": ["x", "y"],
            "keypoint": list(KEYPOINTS),
            "individual": ["giver"],
        },
        attrs=attributes,
    )


def to_netcdf(recording: Recording) -> bytes:
    """The arrays as a netCDF file; errors as for `to_arrays`."""
    with tempfile.TemporaryDirectory(prefix="massage-coach-") as folder:
        path = Path(folder) / "arrays.nc"
        to_arrays(recording).to_netcdf(path, engine="scipy")
        return path.read_bytes()
