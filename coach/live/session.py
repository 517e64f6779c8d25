"""A visit in front of the camera: set-up, one round, and what came of it.

Two threads: the camera's (`LiveSource`) and this one's, which looks at the newest picture, follows back and hands, runs
the round and publishes what the screen shows; a third one writes the video where she agreed to one. Whoever shows it
asks for the next state and waits; nothing queues up anywhere. Commands come in through a queue, so that all that
happens happens in one thread.
"""

from __future__ import annotations

import ctypes
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coach.analysis import in_original_pixels, recording_meta
from coach.console import write_log
from coach.errors import CoachError
from coach.i18n import N_
from coach.live import showing
from coach.live.board import Board
from coach.live.keeping import VIDEO, Keeper, Practice
from coach.live.round import Round
from coach.live.setting_up import SetUp
from coach.motion.recording import Observation, Recording
from coach.scoring import hand_form
from coach.scoring.reference import Reference
from coach.scoring.report import Report, score_recording
from coach.settings import Settings
from coach.vision.anthropometry import back_length_cm
from coach.vision.camera import LiveSource, Pushed
from coach.vision.detectors import detectors
from coach.vision.evidence import Detector
from coach.vision.filming import Film
from coach.vision.glance import Stirring, jpeg
from coach.vision.handform import HandForms
from coach.vision.models import member_path
from coach.vision.pace import Pace
from coach.vision.pose import PoseNetworks
from coach.vision.sources import Frame

SETUP, ROUND, AFTER, CLOSED = "setup", "round", "after", "closed"

_IDLE_S = 0.25
_LATE_S = 1.0  # a round whose camera is away ends so long after its set time
_SILENT_S = {SETUP: 20.0, ROUND: 90.0}
"""When no page asks for so long, nobody is there: the camera is let go, a round is ended and kept."""
_FAILED = N_("Something went wrong inside the program. Reload the page and try again.")
_NOTHING = N_("The round was over before it had really begun, so it does not count. Try again.")
_COUNTS_S = 3.0  # a shorter round was begun by mistake; our own choice


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
    film : str or None
        'whole' when a video is kept with it, or why it ends before the round: a key of
        `coach.vision.filming.TROUBLES`. None: there is no video.
    unkept : CoachError or None
        Why it could not be kept, as on a full disk.
    """

    practice: Practice
    recording: Recording
    report: Report
    folder: Path | None
    over: str
    film: str | None = None
    unkept: CoachError | None = None


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
    for_reference : bool
        An instructor records a reference: no couple's practice, and nothing that the practice page may show.
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
        for_reference: bool = False,
        detectors: Callable[[], AbstractContextManager[Sequence[Detector]]] = detectors,
    ) -> None:
        self.source = source
        self.pushed = pushed
        self.practice = practice
        self.reference = reference
        self.settings = settings
        self.total_s = total_s
        self.keep = keep
        self.for_reference = for_reference
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
        self._setting_up: SetUp | None = None
        self._stirring = Stirring()
        self._round: Round | None = None
        self._forms: HandForms | None = None
        self._shape: tuple[int, ...] = ()
        self._turned = False
        self._keeper: Keeper | None = None
        self._looked = Pace()
        self._trouble: str | None = None
        self._film_ended = False
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
    def ended(self) -> bool:
        """Whether nothing more comes of it, though its thread may be tidying up."""
        return self.phase in (AFTER, CLOSED) or not self.alive

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
            self.phase = AFTER if self.phase == AFTER else CLOSED
            self._publish(None)
            self._setting_up = self._forms = None  # the networks weigh most
            _give_memory_back()

    def _look(self, stack: ExitStack) -> None:
        source = stack.enter_context(self.source)
        networks = stack.enter_context(
            PoseNetworks(
                member_path("pose_detector.tflite"), member_path("pose_landmarks_detector.tflite"), 1
            )
        )
        hands = stack.enter_context(self._detectors())
        self._setting_up = SetUp(networks, hands, self._length_cm, lambda id_: self._board.say(id_, "news"))
        after_s = -1.0
        while not self._stop.is_set() and self.phase in (SETUP, ROUND):
            if time.monotonic() - self._asked_s > _SILENT_S[self.phase]:
                break
            frame = source.newer(after_s, _IDLE_S)
            if frame is not None:
                after_s = frame.t_s
                # A tablet that is turned in mid-round: its back lies elsewhere in such a picture.
                self._turned = self.phase == ROUND and frame.image.shape != self._shape
                frame = None if self._turned else frame
            self._obey(frame)
            if self.phase not in (SETUP, ROUND):  # it was asked to stop: this picture belongs to no round
                break
            self._mind_the_camera()
            if frame is None:
                if self._round is not None and self._round.elapsed_s(source.now_s) > self.total_s + _LATE_S:
                    self._end("time")
                self._publish(None)
                continue
            self._looked.note(frame.t_s)
            if self.phase == SETUP:
                self._set_up(self._setting_up, frame)
            else:
                self._practise(self._setting_up, frame)

    def _set_up(self, setting_up: SetUp, frame: Frame) -> None:
        setting_up.take(frame)
        if setting_up.promising and not self._still:  # who marks the back by hand needs no search
            self._busy = "back"  # it may take seconds: say so first
            self._publish(frame)
            setting_up.find()
            self._busy = ""
            self._looked.forget()  # pictures that came slowly while this machine was busy tell nothing
            self.source.forget_pace()
        self._publish(frame)
        if setting_up.rest >= 1.0 and setting_up.sure and not self._still:  # nobody marks it
            self._begin(frame)

    def _practise(self, setting_up: SetUp, frame: Frame) -> None:
        tracker = setting_up.tracker
        assert tracker is not None and self._round is not None and self._forms is not None
        seen = tracker.observe(frame)
        self._forms.look(frame, seen, tracker)
        moves = self._stirring.look(frame.image, tracker.back.outline_px)
        happened = self._round.take(in_original_pixels(seen, self.source.scale), moves)
        if self._keeper is not None and self._keeper.film is not None:
            self._film(self._keeper.film, frame)
        if happened.cue is not None:
            self._board.say(happened.cue.id, "cue")
        if happened.gone > 0.0 and self._gone == 0.0:
            self._board.say("gone", "news")
        self._gone = happened.gone
        self._publish(frame, seen)
        if happened.over is not None:
            self._end(happened.over)

    def _film(self, film: Film, frame: Frame) -> None:
        assert self._round is not None and self._setting_up is not None
        film.add(frame.image, self._round.elapsed_s(frame.t_s), self._setting_up.back)
        if film.trouble is not None and not self._film_ended:
            self._film_ended = True
            self._board.say(film.trouble, "news")

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
            elif do == "stop" and self.phase == ROUND:
                self._end("stop")
            elif self.phase == SETUP and self._setting_up is not None:
                self._prepare(self._setting_up, do, what.get("points"), frame)

    def _prepare(self, setting_up: SetUp, do: Any, points: Any, frame: Frame | None) -> None:
        """Do what may be asked for before a round only."""
        if do == "look_again":
            setting_up.look_again()
        elif do == "start" and setting_up.sure and frame is not None:
            self._begin(frame)
        elif do == "corners" and frame is not None and setting_up.mark(points, frame):
            self._still = False
            self._looked.forget()
            self.source.forget_pace()

    def _mind_the_camera(self) -> None:
        trouble = self.source.trouble or ("turned" if self._turned else None)
        if trouble != self._trouble:
            self._board.say(trouble or "camera_back", "news")
            self._trouble = trouble

    # --- beginning and end -------------------------------------------------------------------------

    def _begin(self, frame: Frame) -> None:
        started = datetime.now(UTC)
        self.practice = replace(self.practice, started_utc=started.isoformat(timespec="seconds"))
        source = {"kind": "camera", "name": "live"}
        by_hand = self._setting_up is not None and self._setting_up.by_hand
        meta = recording_meta(source, self.source.size, self.settings, started, back_by_hand=by_hand)
        self._keeper = Keeper(self.practice, meta) if self.keep else None
        self._round = Round(
            self.practice, self.reference.profile, meta, self._length_cm, self.total_s, self._keeper
        )
        self._forms = HandForms(member_path("hand_landmarks_detector.tflite"))
        self.phase, self._shape = ROUND, frame.image.shape
        self._board.say("begin", "news")

    def _end(self, over: str) -> None:
        """Close the round, score it and keep it."""
        current = self._round
        assert current is not None
        if self._forms is not None:
            current.meta[hand_form.META_KEY] = self._forms.counts()
        self.source.close()  # the camera's light goes out with the round
        recording = current.recording()
        folder: Path | None = None
        film: str | None = None
        unkept: CoachError | None = None
        if current.gathered.last_s < _COUNTS_S:
            if self._keeper is not None:
                self._keeper.discard()
            self._round = None
            self.failure, self.phase = CoachError(_NOTHING), CLOSED
            return
        self._busy = "score"
        self._board.say("over", "news")
        self._publish(None)
        report = score_recording(recording, self.reference)
        practice = current.practice
        if self._keeper is not None:
            try:
                folder = self._keeper.finish(practice, recording, report)
            except CoachError as error:  # what was measured is shown all the same, and the journal stays
                unkept = error
            if folder is not None and self._keeper.film is not None and (folder / VIDEO).exists():
                film = self._keeper.film.trouble or "whole"
        self._busy = ""
        self.outcome = Outcome(practice, recording, report, folder, over, film, unkept)
        self.phase = AFTER

    # --- what the screen shows ---------------------------------------------------------------------

    def _publish(self, frame: Frame | None, seen: Observation | None = None) -> None:
        state: dict[str, Any] = {
            "phase": self.phase,
            "trouble": self._trouble,
            "busy": self._busy,
            "fps": self._looked.per_s,
            "dropped": self.source.dropped,
            "grabbed": self.source.grabbed,
            "camera_on": self.source.on,
        }
        if frame is not None:
            state["captured_ms"] = round(1000 * (time.time() - self.source.age_s(frame)), 1)
        size = None if frame is None else (frame.image.shape[1], frame.image.shape[0])
        if self.phase == SETUP and self._setting_up is not None:
            checks = self._setting_up.check(
                self._trouble, self.source.fps, self._looked.per_s, frame, self.source.now_s
            )
            state |= showing.of_setup(checks, self._setting_up, size)
        elif self._round is not None:
            state |= showing.of_round(self._round, seen, self._gone, self.source.now_s)
            if size is not None and self._setting_up is not None:
                state |= showing.of_figures(self._setting_up, size)
        picture = None
        if frame is not None and (self._show_picture or self._still):
            picture = jpeg(frame.image)
        # A still stays the same until the corners are set on it.
        self._board.hang(state, picture, keep_picture=self._still and not self._show_picture)


def _give_memory_back() -> None:
    """Hand what the networks have freed back to the system.

    glibc keeps it otherwise, some 100 MB a visit in scattered pieces: a laptop that serves fifteen couples in turn has
    better use for it.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
