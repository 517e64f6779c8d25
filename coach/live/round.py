"""One round: what is observed becomes a recording, running measures, cues and an end. Knows no thread, no camera."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from coach.live.coaching import Coach, Cue
from coach.live.handsfree import Gone
from coach.live.keeping import Keeper, Practice
from coach.live.running import EVERY_S, Now, Running
from coach.motion.gathering import Gathering
from coach.motion.recording import Observation, Recording
from coach.scoring.profile import Profile


@dataclass(frozen=True)
class Happened:
    """What one observation led to.

    Attributes
    ----------
    cue : Cue or None
    gone : float
        Share of the time after which absent hands end the round, 0 to 1.
    over : str or None
        Why the round is over: 'time' or 'gone'.
    """

    cue: Cue | None = None
    gone: float = 0.0
    over: str | None = None


@dataclass
class Round:
    """A round under way.

    Parameters
    ----------
    practice : Practice
    profile : Profile
    meta : dict
        The recording's metadata.
    back_length_cm : float
    total_s : float
        Its set length.
    keeper : Keeper or None
        None: nothing is written down.
    """

    practice: Practice
    profile: Profile
    meta: dict[str, Any]
    back_length_cm: float
    total_s: float
    keeper: Keeper | None = None
    now: Now = field(default_factory=lambda: Now(0.0, 0.0))
    gathered: Gathering = field(default_factory=Gathering)
    _start_s: float | None = None
    _measured_s: float = 0.0

    def __post_init__(self) -> None:
        self.running = Running(self.profile, self.back_length_cm)
        self.coach = Coach(self.profile, self.practice.mode)
        self._gone = Gone()

    def elapsed_s(self, t_s: float) -> float:
        """Seconds since the first observation, at `t_s` of the camera's clock."""
        return 0.0 if self._start_s is None else t_s - self._start_s

    def take(self, seen: Observation, stirring: bool) -> Happened:
        """The next observation, in the camera's time; `stirring` when something moves on the back."""
        if self._start_s is None:
            self._start_s = seen.t_s
        seen = replace(seen, t_s=seen.t_s - self._start_s)
        self.gathered.add(seen)
        if self.keeper is not None:
            self.keeper.append(seen)
        self.running.add(seen)
        cue = None
        if seen.t_s - self._measured_s >= EVERY_S:
            self._measured_s = seen.t_s
            self.now = self.running.now()
            cue = self.coach.step(self.now)
            if cue is not None:
                self.practice = replace(self.practice, cues=tuple(self.coach.given))
                if self.keeper is not None:
                    self.keeper.note(self.practice)
        gone = self._gone.take(seen, stirring)
        over = "time" if seen.t_s >= self.total_s else "gone" if gone >= 1.0 else None
        return Happened(cue, gone, over)

    def recording(self) -> Recording:
        """What was seen, from the first observation on."""
        return self.gathered.recording(self.meta)
