"""Finding her back while the couple settles down: alone for three seconds, or from the moment that hands come."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coach.scoring.tracked import BACK_SEEN
from coach.vision.back import Back
from coach.vision.backfinder import BackFinder
from coach.vision.massaged import Look
from coach.vision.pose import Pose, PoseNetworks, apart
from coach.vision.sources import Frame

ALONE_S = 3.0
LOOK_EVERY_S = 0.35
_SHORT_ALONE_S = 1.0  # alone for so long before somebody came: enough to find her in hindsight
_AFTER_S = 2.0  # how long to go on collecting once somebody came
_TOGETHER_S = 8.0  # never alone: try with both in the picture, and again after as long
_MOST = 20
_SAME = 0.15  # trunk lengths: she sits still
_PRESENT = 0.5
_AT_LEAST = 0.3
_LEAST_BACK = BACK_SEEN + 0.05
"""A back less sure than this is not found: a round with it would not be rated, and following takes some off."""


@dataclass
class BackWatch:
    """Looks at a picture now and then (`look`), and tries to find the back when that is promising (`find`).

    Parameters
    ----------
    networks : PoseNetworks
    length_cm : float
        C7 to L5 along her skin.
    network : callable or None
        Our own network (see `BackFinder`).

    Attributes
    ----------
    people : int
        How many people the last look found.
    pose : Pose or None
        Whoever was the surest of them; once the back is found, she whose back it is.
    alone_s : float
        For how long one person has sat still alone.
    missed : bool
        It was tried, and no back was found that one could be sure of.
    """

    networks: PoseNetworks
    length_cm: float
    network: Look | None = None
    people: int = 0
    pose: Pose | None = None
    alone_s: float = 0.0
    missed: bool = False
    _frames: list[Frame] = field(default_factory=list)
    _alone_since_s: float | None = None
    _came_s: float | None = None
    _tried_s: float = -np.inf
    _first_s: float | None = None

    def due(self, t_s: float) -> bool:
        """Whether it is time for another look."""
        return not self._frames or t_s - self._frames[-1].t_s >= LOOK_EVERY_S

    def look(self, frame: Frame) -> None:
        """Look who is in a picture; takes about a tenth of a second."""
        if self._first_s is None:
            self._first_s = frame.t_s
        regions = self.networks.search(frame.image, _AT_LEAST)
        poses = [self.networks.read(frame.image, region) for _, region in regions]
        poses = [pose for pose in poses if pose.presence > _PRESENT]
        still = len(poses) == 1 and self.pose is not None and apart(poses[0], self.pose) < _SAME
        self.people, self.pose = len(poses), poses[0] if poses else None
        self._frames.append(frame)
        if still:
            if self._alone_since_s is None:
                self._alone_since_s = self._frames[max(len(self._frames) - 2, 0)].t_s
            self.alone_s = frame.t_s - self._alone_since_s
        else:
            if self.alone_s >= _SHORT_ALONE_S and self._came_s is None:
                self._came_s = frame.t_s
            self._alone_since_s, self.alone_s = None, 0.0
        if len(self._frames) > _MOST:
            # The first ones show her alone, if anything does: thin out what came after.
            del self._frames[_MOST // 2]

    def promising(self) -> bool:
        """Whether `find` is worth its seconds now."""
        if not self._frames or self._first_s is None:
            return False
        t_s = self._frames[-1].t_s
        if self.alone_s >= ALONE_S:
            return True
        if self._came_s is not None:
            return t_s - self._came_s >= _AFTER_S
        return self.people > 0 and t_s - max(self._first_s, self._tried_s) >= _TOGETHER_S

    def find(self) -> tuple[Back, Frame] | None:
        """The back and the frame it was found in; None when it was not, and watching goes on."""
        self._tried_s = self._frames[-1].t_s
        since = self._alone_since_s if self.alone_s >= ALONE_S else None
        if since is not None:
            found = self._estimate([f for f in self._frames if f.t_s >= since], by_herself=True)
        else:
            found = self._estimate(self._frames, by_herself=False)
        self.missed = found is None
        self._frames, self._came_s = self._frames[-2:], None
        self._alone_since_s, self.alone_s = None, 0.0
        return found

    def _estimate(self, frames: list[Frame], *, by_herself: bool) -> tuple[Back, Frame] | None:
        finder = BackFinder(self.networks, self.length_cm, self.network)
        for frame in frames:
            finder.add(frame)
        back = finder.estimate(by_herself=by_herself)
        if back is None or finder.reference is None or back.confidence < _LEAST_BACK:
            return None
        self.pose = finder.pose
        return back, finder.reference
