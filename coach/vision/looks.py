"""Several looks at one person: the network errs a little differently on each, so their median is steadier."""

from __future__ import annotations

import numpy as np

from coach.vision.hands import Region
from coach.vision.pose import Pose, PoseNetworks

_LOOKS: tuple[tuple[dict[str, float], bool], ...] = (
    ({}, False),
    ({}, True),
    ({"turn": 0.15}, False),
    ({"turn": -0.15}, True),
    ({"grow": 0.85}, False),
    ({"grow": 0.85}, True),
    ({"grow": 1.2}, False),
)
"""Turn (radians) and scale of the region, and whether it is mirrored; our own choice."""


def looks_at(
    networks: PoseNetworks, image: np.ndarray, region: Region, settle: int = 2, count: int = len(_LOOKS)
) -> list[Pose]:
    """Up to seven readings of the person in `region`, sides set as seen from behind.

    Before that the region is moved `settle` times to where the network itself would look next.
    """
    for _ in range(settle):
        found = networks.read(image, region).region
        assert found is not None
        region = found
    poses = [networks.read(image, region.varied(**change), mirrored) for change, mirrored in _LOOKS[:count]]
    return [pose.seen_from_behind() for pose in poses]
