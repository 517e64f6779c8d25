#!/usr/bin/env python3
"""Live rounds beside `analyze` on the same clips: the same score, the same tempo, and which cue when?

    python benchmarks/live_rounds.py CLIPS_DIR [--rate N] [--only SUBSTRING] [--out DIR] [--json FILE]

CLIPS_DIR holds rendered clips with their truth (*.mp4, *.json). Each is played as the camera, at its own pace and
again from its start. The session looks for the back during the first turn, as it does while a couple sits down; the
round is one turn, started with its first picture. No browser takes part: it changes neither the score nor the cues, but
takes processor time, so `benchmarks/live.py` counts the pictures that are left with it. With --rate the camera is
stepped and not played: the session gets N pictures a second of the clip's time, however fast or slow the machine is, so
that the result does not depend on what else it does. The round is *quiet*; what a *guided* one would have said follows
from the same observations, since cues change nothing that is measured.

Prints a row per clip: pictures a second (the clip's own; those that live practice looked at), score and mean tempo by
`analyze` and live, and the cues: seconds from the first circle to the cue about the clip's own fault, and what else was
said. What was seen live is written to --out, STEM.recording.parquet; the tests of the cues play it again
(docs/live.md).
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from coach.analysis import analyze_video
from coach.live.coaching import GUIDED, QUIET, Coach, Given
from coach.live.keeping import Consent, Practice
from coach.live.running import EVERY_S, Running
from coach.live.session import ROUND, SETUP, LiveSession, Outcome
from coach.motion.recording import Observation, Recording
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import Report
from coach.scoring.rules import tempo_of
from coach.settings import load_settings
from coach.vision.camera import Clip, LiveSource
from coach.vision.sources import Frame, VideoFile

CUES_OF_STYLE: dict[str, set[str]] = {
    "good": set(),
    "too_fast": {"slower"},
    "too_slow": {"faster"},
    "one_sided": {"both_hands"},
    "on_spine": {"on_spine"},
    "wrong_direction": {"wrong_direction"},
    "short": {"further_down"},
    "irregular": {"steady"},
    "static": {"no_circles"},
    "too_wide": {"too_wide"},
}
"""What a clip of this style must be told."""
_EDGE_S = 0.3  # of the clip's end, so that the round ends before the next turn begins
_BETWEEN_S = 1 / 15  # from the clip's last picture to its first
_PATIENCE_S = 300.0


class Played(LiveSource):
    """The clip as a camera, at its own pace."""

    def __init__(self, path: Path) -> None:
        self._clip = Clip(path)
        super().__init__(lambda: self._clip)

    @property
    def turn(self) -> int:
        """How often the clip has begun again."""
        return self._clip.turn


class Stepped(LiveSource):
    """The clip as a camera whose time passes only when a picture is taken, `rate` pictures a second."""

    def __init__(self, path: Path, rate: float) -> None:
        super().__init__(lambda: Clip(path))
        self._path, self._step_s, self.turn = path, 1.0 / rate, 0
        self._again = False
        self._time_s = self._due_s = 0.0
        self._pictures = self._all()

    def again(self) -> None:
        """Leave out the rest of this turn."""
        self._again = True

    def _begin(self) -> None:
        """Nothing runs by itself."""

    def _all(self) -> Iterator[Frame]:
        while True:
            began_s = self._time_s
            with VideoFile(self._path) as video:
                for frame in video:
                    self.size, self.scale, self._time_s = video.size, video.scale, began_s + frame.t_s
                    self.grabbed += 1
                    yield Frame(self._time_s, frame.image)
                    if self._again:
                        break
            self._again = False
            self.turn += 1
            self._time_s += _BETWEEN_S

    def newer(self, after_s: float, timeout_s: float) -> Frame | None:
        if self._stopped:
            return None
        frame = next(f for f in self._pictures if f.t_s > after_s and f.t_s >= self._due_s - 1e-6)
        self._due_s = max(self._due_s + self._step_s, frame.t_s)
        return frame

    @property
    def trouble(self) -> str | None:
        return None

    @property
    def now_s(self) -> float:
        return self._time_s


def live_round(
    source: Played | Stepped, reference: Reference, seconds: float, corners: Any | None = None
) -> Outcome:
    """One turn of the clip as a round.

    Parameters
    ----------
    source : Played or Stepped
    reference : Reference
    seconds : float
        The clip's length.
    corners : array [shape=(4, 2)] or None
        The back's corners, shares of the picture, for one that is marked by hand.

    Raises
    ------
    RuntimeError
        The back was not found, or the round began by itself.
    """
    practice = Practice(
        "BENCH", QUIET, reference.name, reference.profile.form, reference.profile.version, "",
        Consent(practice=True),
    )  # fmt: skip
    live = LiveSession(source, practice, reference, load_settings(), total_s=seconds - _EDGE_S)
    live.start()
    try:
        if corners is not None:
            wait_until(live, lambda state: state.get("grabbed", 0) > 4)
            live.command(do="corners", points=corners)
        wait_until(live, lambda state: state.get("ready", False))
        live.command(do="still", on=True)  # hands that rest by chance begin nothing
        turn = source.turn
        if corners is not None and isinstance(source, Stepped):
            source.again()
        while source.turn == turn and live.alive:
            live.wait(0, 0.0)  # somebody is there
            time.sleep(0.004)
        live.command(do="start")
        wait_until(live, lambda state: state["phase"] not in (SETUP, ROUND))
        if live.outcome is None:
            raise RuntimeError(f"no round came of it ({live.failure})")
        return live.outcome
    finally:
        live.close()


def wait_until(live: LiveSession, done: Any) -> None:
    """Ask as the page does until something holds."""
    serial, end = 0, time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        serial, state = live.wait(serial, 0.5)
        if done(state):
            return
    raise RuntimeError(f"waited in vain; last: {state}")


def cues_of(recording: Recording, reference: Reference, mode: str) -> list[Given]:
    """What would have been said in another mode."""
    running, coach = Running(reference.profile, recording.back_length_cm), Coach(reference.profile, mode)
    measured_s = 0.0
    for i in range(len(recording)):
        seen = Observation(
            float(recording.t_s[i]), recording.u[i], recording.v_cm[i], recording.confidence[i],
            float(recording.back_confidence[i]), recording.thumb_px[i], recording.c7_px[i], recording.l5_px[i],
        )  # fmt: skip
        running.add(seen)
        if seen.t_s - measured_s >= EVERY_S:
            measured_s = seen.t_s
            coach.step(running.now())
    return coach.given


def told(given: list[Given], due: set[str], begins_s: float) -> str:
    """Seconds until the due cue, and everything else that was said."""
    first = next((cue.t_s for cue in given if cue.id in due), None)
    delay = "–" if not due else "never" if first is None else f"{first - begins_s:.1f} s"
    other = sorted({cue.id for cue in given if cue.id not in due and cue.id != "good"})
    return delay + (f" (+{','.join(other)})" if other else "")


def row_of(clip: Path, reference: Reference, rate: float | None, out: Path) -> dict[str, Any]:
    """One line of the table."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    frames = truth["frames"]
    style = truth["style"]["name"]
    due = CUES_OF_STYLE[style]
    begins_s = next((f["t"] for f in frames if f["state"] == "circle"), 0.0) - frames[0]["t"]
    analysis = analyze_video(clip, reference=reference)
    source = Played(clip) if rate is None else Stepped(clip, rate)
    outcome = live_round(source, reference, len(frames) / truth["fps"])
    outcome.recording.to_parquet(out / f"{clip.stem}.recording.parquet")
    return {
        "clip": clip.stem,
        "style": style,
        "fps": truth["fps"],
        "live_fps": round(len(outcome.recording) / float(outcome.recording.t_s[-1]), 1),
        "back_cm": _back_apart_cm(analysis.recording, outcome.recording),
        **_both("score", analysis.report.overall, outcome.report.overall),
        **_both("cpm", _tempo(analysis.report), _tempo(outcome.report)),
        "quiet": told(list(outcome.practice.cues), due, begins_s),
        "guided": told(cues_of(outcome.recording, reference, GUIDED), due, begins_s),
    }


def _both(name: str, analysed: float | None, live: float | None) -> dict[str, Any]:
    apart = None if analysed is None or live is None else round(abs(analysed - live), 1)
    return {
        name: None if analysed is None else round(analysed, 1),
        f"live_{name}": None if live is None else round(live, 1),
        f"{name}_apart": apart,
    }


def _tempo(report: Report) -> float | None:
    return tempo_of(report.measures)


def _back_apart_cm(one: Recording, other: Recording) -> float | None:
    """How far apart both ends of the back lie, centimetres; medians over the time."""
    ends = [np.nanmedian(np.stack([r.c7_px, r.l5_px], axis=1), axis=0) for r in (one, other)]
    if not all(np.isfinite(e).all() for e in ends):
        return None
    cm_per_px = one.back_length_cm / float(np.linalg.norm(ends[0][1] - ends[0][0]))
    return round(cm_per_px * float(np.linalg.norm(ends[0] - ends[1], axis=1).mean()), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    reference = load_reference(None)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        out = options.out or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        for clip in sorted(options.clips.glob("*.mp4")):
            if options.only not in clip.stem:
                continue
            try:
                rows.append(row_of(clip, reference, options.rate, out))
            except RuntimeError as error:
                rows.append({"clip": clip.stem, "error": str(error)[:80]})
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    known = [row for row in rows if "error" not in row]
    for name, limit in (("score", 5.0), ("cpm", 2.0)):
        apart = [row[f"{name}_apart"] for row in known]
        within = sum(x is not None and x <= limit for x in apart)
        largest = max((x for x in apart if x is not None), default=0.0)
        print(f"{name} within {limit:g}: {within} of {len(known)}; largest {largest:.1f}")
    print(f"load {os.getloadavg()[0]:.1f}, cores {os.cpu_count()}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
