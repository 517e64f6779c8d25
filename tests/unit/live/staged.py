"""A visit before a camera that does as it is told: real threads and a real tracker, but no network looks at anything.

The picture is a textured plane that stands still, with two patches going round on it. Her back is "found" in it after a
search that takes as long as it is told, and a detector "sees" a hand in each patch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from coach.live import session as session_module
from coach.live.backwatch import BackWatch
from coach.live.keeping import Consent, Practice
from coach.live.session import LiveSession
from coach.motion.recording import LEFT, RIGHT
from coach.scoring.reference import load_reference
from coach.settings import Settings
from coach.vision.back import Back, back_from_corners
from coach.vision.camera import LiveSource, camera_error
from coach.vision.evidence import Candidate, Proposal, Scene
from coach.vision.sources import Frame

REFERENCE = load_reference("fists")
CORNERS = np.array([(0.39, 0.3), (0.61, 0.3), (0.58, 0.72), (0.42, 0.72)])
"""Her shoulders and hips, as shares of the picture."""
LENGTH_CM, CPM = 45.0, 40.0
_PATCH_PX = 24
_RNG = np.random.default_rng(8)
_HAND_CM = _RNG.uniform(-1.0, 1.0, (21, 2)) + np.array([-6.0, 2.0])
_HAND_CM[2:5] = [[-4.0, 1.5], [-2.0, 0.8], [-0.3, 0.0]]


def picture(width: int, height: int) -> np.ndarray:
    """A texture [RGB] that can be followed."""
    noise = np.random.default_rng(8).normal(size=(2, height, width))
    fields = [gaussian_filter(n, sigma) for n, sigma in zip(noise, (2.0, 7.0), strict=True)]
    field = sum(f / f.std() for f in fields)
    return np.repeat(np.clip(128 + 35 * field, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def thumbs(t_s: float) -> np.ndarray:
    """Both thumbs (u, v in cm): `CPM` circles a minute, 3 cm beside the spine, down it in twenty seconds."""
    turn = 2 * np.pi * CPM / 60 * t_s
    u = 0.05 + 0.3 * (t_s % 20.0) / 20.0 + 1.4 * np.sin(turn) / LENGTH_CM
    return np.array([(u, way * (3.0 + 1.4 * np.cos(turn))) for way in (-1.0, 1.0)])


def back_of(image: np.ndarray) -> Back:
    """Her back in a picture of the stage."""
    return _back(image.shape[1], image.shape[0])


@lru_cache
def _back(width: int, height: int) -> Back:
    return back_from_corners(CORNERS * [width, height], (width, height), LENGTH_CM)


class Camera:
    """Gives a picture `fps` times a second, until it is told otherwise.

    Attributes
    ----------
    there : bool
        False: it is pulled out.
    rests : bool
        Both hands rest at the neck.
    """

    can_freeze = False

    def __init__(self, size: tuple[int, int] = (640, 480), fps: float = 20.0) -> None:
        self.fps, self.there, self.rests = fps, True, False
        self.show(size)

    def show(self, size: tuple[int, int]) -> None:
        """Give pictures of this size from now on."""
        plane = picture(*size)
        self._plane, self._back = plane, back_of(plane)
        self._patch = np.roll(plane, (97, 111), (0, 1))[: 2 * _PATCH_PX, : 2 * _PATCH_PX]

    def open(self) -> Camera:
        if not self.there:
            raise camera_error("missing")
        return self

    def read(self) -> np.ndarray:
        if not self.there:
            raise camera_error("missing")
        time.sleep(1.0 / self.fps)
        image, t_s = self._plane.copy(), 0.0 if self.rests else time.monotonic()
        for thumb in self._back.to_pixels(thumbs(t_s)):
            x, y = np.round(thumb).astype(int)
            image[y - _PATCH_PX : y + _PATCH_PX, x - _PATCH_PX : x + _PATCH_PX] = self._patch
        image.reshape(-1)[:8] = np.frombuffer(np.float64(t_s).tobytes(), np.uint8)  # where they are
        return image

    def close(self) -> None:
        """Nothing is held open."""


class Hands:
    """Sees both hands where the camera has painted them.

    Attributes
    ----------
    there : bool
    """

    def __init__(self) -> None:
        self.there = True

    def propose(self, image: np.ndarray, scene: Scene) -> Proposal:
        if not self.there:
            return Proposal()
        t_s = float(np.frombuffer(image.reshape(-1)[:8].tobytes(), np.float64)[0])
        found = []
        for side, thumb in zip((LEFT, RIGHT), back_of(image).to_pixels(thumbs(t_s)), strict=True):
            hand = thumb + scene.px_per_cm * _HAND_CM * [1.0 if side == LEFT else -1.0, 1.0]
            found.append(Candidate(thumb, 0.95, side, hand, "staged"))
        return Proposal(tuple(found))


class Fingers:
    """Looks at nothing and counts fists, as many as it was shown pictures."""

    def __init__(self, _: object) -> None:
        self._looks = 0

    def look(self, *_: object) -> None:
        self._looks += 1

    def counts(self) -> dict[str, dict[str, int]]:
        return {hand: {"looks": self._looks, "read": self._looks, "open": 0} for hand in ("left", "right")}


class Visit:
    """A session on the stage.

    Parameters
    ----------
    search_s : float
        How long the search for her back takes.
    alone_s : float
        How long she sits before it begins.
    keep : bool
        False: under 18.
    sure : float
        The confidence with which her back is found.
    searching_fps : float or None
        Pictures a second that the camera manages meanwhile.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        camera: Camera,
        *,
        total_s: float = 20.0,
        search_s: float = 0.1,
        alone_s: float = 0.5,
        keep: bool = True,
        consent: Consent = Consent(practice=True, movement=True),  # noqa: B008
        searching_fps: float | None = None,
        sure: float = 1.0,
    ) -> None:
        self.camera, self.hands = camera, Hands()
        self.states: list[dict[str, Any]] = []
        self.searches, self.sure = 0, sure

        def look(watch: BackWatch, frame: Frame) -> None:
            watch.people = 1
            watch._frames = [*watch._frames[-3:], frame]
            watch._first_s = frame.t_s if watch._first_s is None else watch._first_s

        def promising(watch: BackWatch) -> bool:
            return bool(watch._frames) and watch._frames[-1].t_s - watch._first_s >= alone_s

        def find(watch: BackWatch) -> tuple[Back, Frame]:
            self.searches += 1
            before, camera.fps = camera.fps, searching_fps or camera.fps
            time.sleep(search_s)
            camera.fps = before
            return back_of(watch._frames[-1].image).moved(np.eye(2, 3), self.sure), watch._frames[-1]

        for name, does in (("look", look), ("promising", promising), ("find", find)):
            monkeypatch.setattr(BackWatch, name, does)
        monkeypatch.setattr(session_module, "PoseNetworks", lambda *_: nullcontext())
        monkeypatch.setattr(session_module, "member_path", lambda name: name)
        monkeypatch.setattr(session_module, "HandForms", Fingers)
        practice = Practice(
            "T-1", "quiet", "fists", REFERENCE.profile.form, REFERENCE.profile.version, "",
            consent,
        )  # fmt: skip
        self.live = LiveSession(
            LiveSource(camera.open), practice, REFERENCE, Settings(), total_s=total_s, keep=keep,
            detectors=lambda: nullcontext([self.hands]),
        )  # fmt: skip

    def until(self, done: Callable[[dict[str, Any]], bool], seconds: float = 20.0) -> dict[str, Any]:
        """Ask as the page does until something holds; all states are kept in `states`."""
        serial, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            newest, state = self.live.wait(serial, 0.2)
            if newest > serial:
                self.states.append(state)
            serial = newest
            if done(state):
                return state
        raise AssertionError(f"waited in vain; last: {state}, {self.live.failure}")

    def go_on(self, seconds: float) -> None:
        """Ask for so long."""
        end = time.monotonic() + seconds
        self.until(lambda _: time.monotonic() >= end, seconds + 5.0)

    def said(self) -> list[str]:
        """All news and cues so far, in order."""
        told = {item["n"]: item["id"] for state in self.states for item in state.get("said", ())}
        return [told[n] for n in sorted(told)]

    def begin(self) -> None:
        """Wait for the back and begin the round."""
        self.until(lambda state: state.get("ready", False))
        self.live.command(do="start")
        self.until(lambda state: state["phase"] == "round" and state.get("elapsed", 0.0) > 0.0)


@contextmanager
def visit(monkeypatch: pytest.MonkeyPatch, camera: Camera | None = None, **how: Any) -> Iterator[Visit]:
    """A visit that has begun, and is over with the block."""
    made = Visit(monkeypatch, camera or Camera(), **how)
    made.live.start()
    try:
        yield made
    finally:
        made.live.close()
