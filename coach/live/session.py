"""A visit in front of the camera: set-up, one round, and what came of it.

Two threads, and no more: the camera's (`LiveSource`) and this one's, which looks at the newest picture, follows back
and hands, runs the round and publishes what the screen shows. Whoever shows it asks for the next state and waits;
nothing queues up anywhere. Commands come in through a queue, so that all that happens happens in one thread.
"""

from __future__ import annotations

import ctypes
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from coach.analysis import in_original_pixels, recording_meta
from coach.console import write_log
from coach.errors import BackError, CoachError
from coach.i18n import N_
from coach.live import checks as set_up
from coach.live import showing
from coach.live.backwatch import BackWatch
from coach.live.board import Board
from coach.live.handsfree import Rest
from coach.live.keeping import Keeper, Practice
from coach.live.round import Round
from coach.motion.recording import Observation, Recording
from coach.scoring.reference import Reference
from coach.scoring.report import Report, score_recording
from coach.settings import Settings
from coach.vision.anthropometry import back_length_cm
from coach.vision.back import Back
from coach.vision.backfinder import BackFinder
from coach.vision.camera import LiveSource, Pushed
from coach.vision.detectors import detectors
from coach.vision.evidence import Detector
from coach.vision.glance import Light, Stirring, jpeg, light
from coach.vision.models import member_path
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame
from coach.vision.tracker import Tracker

SETUP, ROUND, AFTER, CLOSED = "setup", "round", "after", "closed"

_IDLE_S = 0.25
_RECENT_S = 1.0
# A back this unsure for so long is looked for again, before a round only.
_LOST_BACK, _LOST_BACK_S = 0.25, 4.0
_SILENT_S = {SETUP: 20.0, ROUND: 90.0}
"""When no page asks for so long, nobody is there: the camera is let go, a round is ended and kept."""
_LIGHT_EVERY_S = 0.5
_FAILED = N_("Something went wrong inside the program. Reload the page and try again.")
_NOTHING = N_("The round was over before anything was seen. Try again.")


@dataclass(frozen=True)
class Outcome:
    """What came of a round.

    Attributes
    ----------
    practice : Practice
    recording : Recording
    report : Report
    folder : Path or None
        Where it is kept, if it is.
    over : str
        Why it ended: 'time', 'gone', 'stop' or 'left'.
    """

    practice: Practice
    recording: Recording
    report: Report
    folder: Path | None
    over: str


@dataclass
class _Eyes:
    """What looks; let go of with the visit, since the networks weigh most."""

    networks: PoseNetworks
    hands: Sequence[Detector]
    watch: BackWatch


class LiveSession:
    """Camera and analysis of one visit.

    Parameters
    ----------
    source : LiveSource
    practice : Practice
        What is known beforehand; its start is set when the round begins.
    reference : Reference
    settings : Settings
    pushed : Pushed or None
        Where a browser's camera pushes its pictures, when `source` reads those.
    total_s : float
        Length of the round.
    keep : bool
        Whether the round is written down; what of it, the consent says.
    """

    def __init__(
        self,
        source: LiveSource,
        practice: Practice,
        reference: Reference,
        settings: Settings,
        *,
        pushed: Pushed | None = None,
        total_s: float = 150.0,
        keep: bool = False,
        detectors: Callable[[], AbstractContextManager[Sequence[Detector]]] = detectors,
    ) -> None:
        self.source = source
        self.pushed = pushed
        self.practice = practice
        self.reference = reference
        self.settings = settings
        self.total_s = total_s
        self.keep = keep
        self.outcome: Outcome | None = None
        self.failure: CoachError | None = None
        self.phase = SETUP
        self._detectors = detectors
        self._length_cm = back_length_cm(settings.receiver_height_cm)
        self._board = Board({"phase": SETUP})
        self._commands: queue.Queue[dict[str, Any]] = queue.Queue()
        self._stop = threading.Event()
        self._asked_s = time.monotonic()
        self._show_picture = self._still = False
        self._eyes: _Eyes | None = None
        self._rest, self._stirring = Rest(self._length_cm), Stirring()
        self._tracker: Tracker | None = None
        self._back: Back | None = None
        self._by_hand = False
        self._round: Round | None = None
        self._keeper: Keeper | None = None
        self._light: Light | None = None
        self._light_s = -1.0
        self._hand_s = np.full(2, -np.inf)
        self._unsure_since: float | None = None
        self._arrivals: deque[float] = deque(maxlen=30)
        self._trouble: str | None = None
        self._checks: list[set_up.Check] = []
        self._gone = 0.0
        self._busy = ""
        self._thread = threading.Thread(target=self._run, name="live-analysis", daemon=True)

    # --- for whoever shows it (any thread) ---------------------------------------------------------

    def start(self) -> None:
        """Open the camera and begin to look."""
        self._thread.start()

    def close(self) -> None:
        """End everything; a round under way ends and is kept."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(10.0)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def keeping(self) -> Path | None:
        """The folder of the round that is being written down."""
        return self._keeper.folder if self._keeper is not None else None

    def command(self, **what: Any) -> None:
        """Ask for something: ``do`` is 'start', 'stop', 'look_again', 'picture' (``on``), 'still' or 'corners'."""
        self._asked_s = time.monotonic()
        self._commands.put(what)

    def wait(self, after: int, timeout_s: float) -> tuple[int, dict[str, Any]]:
        """The newest state once its serial number is above `after`; the old one when nothing comes in time."""
        self._asked_s = time.monotonic()
        return self._board.wait(after, timeout_s)

    def picture(self, after: int, timeout_s: float) -> tuple[int, bytes | None]:
        """The newest picture as JPEG, if somebody has switched it on."""
        self._asked_s = time.monotonic()
        return self._board.picture(after, timeout_s)

    # --- the analysis thread -----------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with ExitStack() as stack:
                self._look(stack)
        except CoachError as error:
            self.failure = error
        except Exception as error:
            write_log(error)
            self.failure = CoachError(_FAILED)
        finally:
            if self._round is not None and self.outcome is None:
                with suppress(CoachError):
                    self._end("left")
            if self._keeper is not None and self.outcome is None:
                with suppress(CoachError):
                    self._keeper.leave()
            if self.phase != AFTER:
                self.phase = CLOSED
            self._publish(None, None)
            self._eyes = self._tracker = None
            _give_memory_back()

    def _look(self, stack: ExitStack) -> None:
        source = stack.enter_context(self.source)
        networks = stack.enter_context(
            PoseNetworks(
                member_path("pose_detector.tflite"), member_path("pose_landmarks_detector.tflite"), 1
            )
        )
        hands = stack.enter_context(self._detectors())
        self._eyes = _Eyes(networks, hands, BackWatch(networks, self._length_cm))
        after_s = -1.0
        while not self._stop.is_set() and self.phase in (SETUP, ROUND):
            if time.monotonic() - self._asked_s > _SILENT_S[self.phase]:
                break
            frame = source.newer(after_s, _IDLE_S)
            self._obey(frame)
            self._mind_the_camera()
            if frame is None:
                if self._round is not None and self._round.elapsed_s(source.now_s) > self.total_s + _RECENT_S:
                    self._end("time")
                self._publish(None, None)
                continue
            after_s = frame.t_s
            self._arrivals.append(frame.t_s)
            if self.phase == SETUP:
                self._set_up(frame)
            else:
                self._practise(frame)

    def _set_up(self, frame: Frame) -> None:
        if frame.t_s - self._light_s > _LIGHT_EVERY_S:
            self._light, self._light_s = light(frame.image), frame.t_s
        if self._tracker is None:
            assert self._eyes is not None
            watch = self._eyes.watch
            if watch.due(frame.t_s):
                watch.look(frame)
            if watch.promising():
                self._busy = "back"  # it may take seconds: say so first
                self._publish(frame, None)
                found = watch.find()
                self._busy = ""
                if found is not None:
                    self._follow(*found)
            self._publish(frame, None)
            return
        seen = self._tracker.observe(frame)
        self._notice(seen)
        share = self._rest.take(seen)
        self._publish(frame, seen, rest=share)
        if share >= 1.0 and not self._still:  # not while somebody marks the back
            self._begin(frame)

    def _practise(self, frame: Frame) -> None:
        assert self._tracker is not None and self._round is not None
        seen = self._tracker.observe(frame)
        self._notice(seen)
        moves = self._back is not None and self._stirring.look(frame.image, self._back.outline_px)
        happened = self._round.take(in_original_pixels(seen, self.source.scale), moves)
        if happened.cue is not None:
            self._board.say(happened.cue.id, "cue")
        if happened.gone > 0.0 and self._gone == 0.0:
            self._board.say("gone", "news")
        self._gone = happened.gone
        self._publish(frame, seen)
        if happened.over is not None:
            self._end(happened.over, frame)

    def _notice(self, seen: Observation) -> None:
        """Remember when each hand was seen, and whether the back is still believed."""
        assert self._tracker is not None
        before = (seen.t_s - self._hand_s < _RECENT_S).all()
        self._hand_s[np.isfinite(seen.thumb_px).all(axis=1)] = seen.t_s
        if not before and (seen.t_s - self._hand_s < _RECENT_S).all() and self.phase == SETUP:
            self._board.say("hands_found", "news")
        self._back = self._tracker.back
        if self.phase == SETUP and not self._by_hand:
            if seen.back_confidence >= _LOST_BACK:
                self._unsure_since = None
            elif self._unsure_since is None:
                self._unsure_since = seen.t_s
            elif seen.t_s - self._unsure_since > _LOST_BACK_S:
                self._forget_back()

    def _follow(self, back: Back, first: Frame) -> None:
        assert self._eyes is not None
        self._back = back
        self._tracker = Tracker(back, first, self._eyes.hands, back_by_hand=self._by_hand)
        self._rest.forget()
        self._board.say("back_found", "news")

    def _forget_back(self) -> None:
        self._tracker = self._back = self._unsure_since = None
        self._by_hand = False
        if self._eyes is not None:
            self._eyes.watch = BackWatch(self._eyes.networks, self._length_cm)
        self._rest.forget()

    def _obey(self, frame: Frame | None) -> None:
        while True:
            try:
                what = self._commands.get_nowait()
            except queue.Empty:
                return
            do = what.get("do")
            if do == "picture":
                self._show_picture = bool(what.get("on"))
            elif do == "still":
                self._still = bool(what.get("on", True))
            elif do == "look_again" and self.phase == SETUP:
                self._forget_back()
            elif do == "start" and self.phase == SETUP and self._tracker is not None and frame is not None:
                self._begin(frame)
            elif do == "corners" and self.phase == SETUP and frame is not None:
                self._corners(what.get("points"), frame)
            elif do == "stop" and self.phase == ROUND:
                self._end("stop", frame)

    def _corners(self, points: Any, frame: Frame) -> None:
        height, width = frame.image.shape[:2]
        try:
            corners = np.asarray(points, float).reshape(4, 2) * [width, height]
            assert self._eyes is not None
            back = BackFinder(self._eyes.networks, self._length_cm).from_corners(corners, frame.image)
        except (BackError, ValueError, TypeError):
            self._board.say("corners_wrong", "news")
            return
        self._still, self._by_hand = False, True
        self._follow(back, frame)

    def _mind_the_camera(self) -> None:
        trouble = self.source.trouble
        if trouble != self._trouble:
            self._board.say(trouble or "camera_back", "news")
            self._trouble = trouble

    # --- beginning and end -------------------------------------------------------------------------

    def _begin(self, frame: Frame) -> None:
        started = datetime.now(UTC)
        self.practice = replace(self.practice, started_utc=started.isoformat(timespec="seconds"))
        source = {"kind": "camera", "name": "live"}
        meta = recording_meta(source, self.source.size, self.settings, started, back_by_hand=self._by_hand)
        self._keeper = Keeper(self.practice, meta) if self.keep else None
        self._round = Round(
            self.practice, self.reference.profile, meta, self._length_cm, self.total_s, self._keeper
        )
        self.phase = ROUND
        self._board.say("begin", "news")

    def _end(self, over: str, frame: Frame | None = None) -> None:
        """Close the round, score it and keep it."""
        current = self._round
        assert current is not None
        self._busy = "score"
        self._board.say("over", "news")
        self.source.close()  # the camera's light goes out with the round
        self._publish(None, None)
        recording = current.recording()
        folder: Path | None = None
        if len(recording) < 2:
            if self._keeper is not None:
                self._keeper.discard()
            self.failure, self.phase = CoachError(_NOTHING), CLOSED
            return
        report = score_recording(recording, self.reference)
        practice = current.practice
        if self._keeper is not None:
            wanted = practice.consent.picture and frame is not None
            picture = jpeg(frame.image) if wanted and frame is not None else None
            folder = self._keeper.finish(practice, recording, report, picture)
        self._busy = ""
        self.outcome = Outcome(practice, recording, report, folder, over)
        self.phase = AFTER

    # --- what the screen shows ---------------------------------------------------------------------

    def _publish(self, frame: Frame | None, seen: Observation | None, rest: float = 0.0) -> None:
        state: dict[str, Any] = {
            "phase": self.phase,
            "trouble": self._trouble,
            "busy": self._busy,
            "rest": round(rest, 2),
            "fps": self._fps(),
            "dropped": self.source.dropped,
            "grabbed": self.source.grabbed,
            "still": self._still,
            "camera_on": self.phase in (SETUP, ROUND),
        }
        if frame is not None:
            state["captured_ms"] = round(1000 * (time.time() - self.source.age_s(frame)), 1)
        if self.phase == SETUP:
            state |= self._setup_state(frame, seen)
        elif self._round is not None:
            state |= showing.of_round(self._round, seen, self._gone)
        picture = None
        if frame is not None and (self._show_picture or self._still):
            picture = jpeg(frame.image)
        # A still stays the same until the corners are set on it.
        self._board.hang(state, picture, keep_picture=self._still and not self._show_picture)

    def _fps(self) -> float | None:
        if len(self._arrivals) < 5 or self._arrivals[-1] <= self._arrivals[0]:
            return None
        return round((len(self._arrivals) - 1) / (self._arrivals[-1] - self._arrivals[0]), 1)

    def _setup_state(self, frame: Frame | None, seen: Observation | None) -> dict[str, Any]:
        watch = self._eyes.watch if self._eyes is not None else None
        hands = (frame.t_s if frame is not None else self.source.now_s) - self._hand_s < _RECENT_S
        sight = set_up.Sight(
            trouble=self._trouble,
            fps=self._fps() if self._tracker is not None else None,
            light=self._light,
            size=(frame.image.shape[1], frame.image.shape[0]) if frame is not None else (0, 0),
            people=watch.people if watch is not None else 0,
            back=self._back,
            hands=(bool(hands[0]), bool(hands[1])),
        )
        if frame is not None or not self._checks:
            self._checks = set_up.checks(sight)
        else:  # nothing new to judge by but the camera itself
            self._checks = [set_up.camera_check(sight), *self._checks[1:]]
        return showing.of_setup(self._checks, watch, sight, seen)


def _give_memory_back() -> None:
    """Hand what the networks have freed back to the system.

    glibc keeps it otherwise, some 100 MB a visit in scattered pieces: a laptop that serves fifteen couples in turn has
    better use for it.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
