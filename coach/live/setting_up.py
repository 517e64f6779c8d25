"""Before a round: her back is found and followed, the hands are found, and resting at her neck they begin it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from coach.errors import BackError
from coach.live import checks
from coach.live.backwatch import BackWatch
from coach.live.figures import Receiver
from coach.live.handsfree import Rest
from coach.motion.recording import Observation
from coach.scoring.tracked import BACK_SEEN
from coach.vision.back import Back
from coach.vision.backfinder import BackFinder
from coach.vision.evidence import Detector
from coach.vision.glance import Light, light
from coach.vision.keypoints import Keypoints
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame
from coach.vision.tracker import Tracker

RECENT_S = 1.0
"""A hand that was seen within so long is there."""
_LIGHT_EVERY_S = 0.5
_LOST_BACK_S = 4.0  # a back that has not counted as seen for so long is looked for again


class SetUp:
    """Looks at one picture after the other until a round can begin.

    Parameters
    ----------
    networks : PoseNetworks
    hands : sequence of Detector
    length_cm : float
        C7 to L5 along her skin.
    say : callable
        Told of news by its id: 'back_found', 'hands_found', 'corners_wrong'.

    Attributes
    ----------
    tracker : Tracker or None
        Follows back and hands, once the back is found.
    receiver : Receiver or None
        Her figure, from then on.
    by_hand : bool
        The back was marked and not found.
    rest : float
        How much of the two seconds of rest has passed that begin a round; 1 begins it.
    """

    def __init__(
        self, networks: PoseNetworks, hands: Sequence[Detector], length_cm: float, say: Callable[[str], None]
    ) -> None:
        self._networks, self._hands, self._length_cm, self._say = networks, hands, length_cm, say
        self._network = next((d.network for d in hands if isinstance(d, Keypoints)), None)
        self.watch = BackWatch(networks, length_cm, self._network)
        self.tracker: Tracker | None = None
        self.receiver: Receiver | None = None
        self.by_hand = False
        self.rest = 0.0
        self._rest = Rest(length_cm)
        self._light: Light | None = None
        self._shape: tuple[int, ...] | None = None
        self._light_s = -np.inf
        self._hand_s = np.full(2, -np.inf)
        self._unsure_since: float | None = None
        self._checks: list[checks.Check] = []

    @property
    def back(self) -> Back | None:
        """As it lies in the newest picture."""
        return self.tracker.back if self.tracker is not None else None

    @property
    def sure(self) -> bool:
        """Whether the back counts as seen: a round that begins without it would not be rated."""
        return self.tracker is not None and self.tracker.back.confidence >= BACK_SEEN

    @property
    def promising(self) -> bool:
        """Whether `find` is worth its seconds now."""
        return self.tracker is None and self.watch.promising()

    def take(self, frame: Frame) -> Observation | None:
        """Look at the next picture; what was seen once the back is followed."""
        if self._shape not in (None, frame.image.shape):  # a tablet that was turned: all has moved
            self.look_again()
        self._shape = frame.image.shape
        if frame.t_s - self._light_s > _LIGHT_EVERY_S:
            self._light, self._light_s = light(frame.image), frame.t_s
        if self.tracker is None:
            if self.watch.due(frame.t_s):
                self.watch.look(frame)
            return None
        seen = self.tracker.observe(frame)
        self._notice(seen)
        self.rest = self._rest.take(seen) if self.tracker is not None else 0.0
        return seen

    def find(self) -> None:
        """Try to find the back in the pictures so far."""
        found = self.watch.find()
        if found is not None:
            self._follow(*found)

    def look_again(self) -> None:
        """Forget the back and look for it anew."""
        self.tracker = self.receiver = self._unsure_since = None
        self.by_hand, self.rest = False, 0.0
        self.watch = BackWatch(self._networks, self._length_cm, self._network)
        self._rest.forget()

    def mark(self, corners: Any, frame: Frame) -> bool:
        """Take the back's corners as somebody marked them [shape=(4, 2), shares of the picture].

        False when they cannot be a back's.
        """
        height, width = frame.image.shape[:2]
        try:
            corners_px = np.asarray(corners, float).reshape(4, 2) * [width, height]
            back = BackFinder(self._networks, self._length_cm).from_corners(corners_px, frame.image)
        except (BackError, ValueError, TypeError):
            self._say("corners_wrong")
            return False
        self.by_hand = True
        self._follow(back, frame)
        return True

    def check(
        self,
        trouble: str | None,
        fps: float | None,
        looked_fps: float | None,
        frame: Frame | None,
        now_s: float,
    ) -> list[checks.Check]:
        """The checks as they stand, see `coach.live.checks`; without a picture only the camera's is judged anew."""
        hands = now_s - self._hand_s < RECENT_S
        sight = checks.Sight(
            trouble=trouble,
            fps=fps,
            looked_fps=looked_fps
            if self.tracker is not None
            else None,  # looking for somebody takes its time
            light=self._light,
            size=(frame.image.shape[1], frame.image.shape[0]) if frame is not None else (0, 0),
            people=self.watch.people,
            back=self.back,
            missed=self.watch.missed,
            hands=(bool(hands[0]), bool(hands[1])),
        )
        if frame is not None or not self._checks:
            self._checks = checks.checks(sight)
        else:
            self._checks = [checks.camera_check(sight), *self._checks[1:]]
        return self._checks

    def _notice(self, seen: Observation) -> None:
        """Remember when each hand was seen, and look again for a back that is not believed any more."""
        before = (seen.t_s - self._hand_s < RECENT_S).all()
        self._hand_s[np.isfinite(seen.thumb_px).all(axis=1)] = seen.t_s
        if not before and (seen.t_s - self._hand_s < RECENT_S).all():
            self._say("hands_found")
        if self.by_hand:
            return
        if seen.back_confidence >= BACK_SEEN:
            self._unsure_since = None
        elif self._unsure_since is None:
            self._unsure_since = seen.t_s
        elif seen.t_s - self._unsure_since > _LOST_BACK_S:
            self.look_again()

    def _follow(self, back: Back, first: Frame) -> None:
        self.tracker = Tracker(back, first, self._hands, back_by_hand=self.by_hand)
        self.receiver = Receiver.of(self.watch.pose, back)
        self._rest.forget()
        self._say("back_found")
