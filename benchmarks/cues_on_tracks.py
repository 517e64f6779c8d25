#!/usr/bin/env python3
"""Which cues do simulated hands get in a live round, and how soon, when their tracks carry a camera's errors?

    python benchmarks/cues_on_tracks.py [--tracks 12] [--seconds 40] [--seed 0] [--only STYLE] [--verbose]

No picture takes part: the renderer's hands (training/rendering/motion.py) are drawn at random for each style, turned
into what a tracker would have seen (8 to 25 pictures a second at uneven times, 6 % of them dropped; white noise of 0.3
to 0.8 cm and correlated noise of 0.3 cm per axis, a slow shift, one scale for every back, 2 % outliers, gaps in 3 to
20 %, hands mostly lost in the air) and played to the live measures and the policy of cues second by second. Prints a
line per style and mode: how many were told their own fault, how soon after the first circle, and all else that was
told.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np
from faults_on_tracks import ASSUMED_BACK_CM, gaps, slow_shift
from live_rounds import CUES_OF_STYLE
from measures_on_tracks import correlated

from coach.live.coaching import GUIDED, QUIET, Coach, Given
from coach.live.running import EVERY_S, Now, Running
from coach.motion.recording import Observation
from coach.scoring.reference import load_reference
from training.rendering.motion import CIRCLE, Style, random_style, simulate

STYLES = tuple(CUES_OF_STYLE)
_STEP_S = 1 / 120


def style_of(name: str, rng: np.random.Generator) -> Style:
    """A style of this name; what the renderer does not draw by itself is set here."""
    drawn = random_style("good" if name in ("too_slow", "too_wide") else name, rng)
    if name == "good":
        drawn.set_tempo(float(rng.uniform(28, 60)))
        drawn.descent_s = float(rng.uniform(8, 24))
    elif name == "irregular":
        drawn.set_tempo(float(rng.uniform(36, 60)))
    elif name == "too_slow":
        drawn.set_tempo(float(rng.uniform(11, 18)))
        drawn.descent_s = float(rng.uniform(12, 18))
    elif name == "too_wide":
        drawn.offset_cm = float(rng.uniform(6.5, 8))
    if name != "short":
        drawn.set_levels(end=str(rng.choice(["T7", "T8", "T9"])))
    return drawn


def seen_of(name: str, number: int, seconds: float, seed: int = 0) -> tuple[list[Observation], float]:
    """What a tracker would have seen of one round, and when the hands begin to circle."""
    rng = np.random.default_rng([seed, number, *name.encode()])
    style = style_of(name, rng)
    moved = simulate(style, seconds, rng, _STEP_S)
    fps = float(rng.uniform(8, 25))
    t_s = np.arange(0, seconds, 1 / fps)
    t_s = np.sort(np.clip(t_s + rng.uniform(-0.3, 0.3, len(t_s)) / fps, 0, seconds - 0.02))
    t_s = t_s[rng.random(len(t_s)) > 0.06]
    at, n = np.round(t_s / _STEP_S).astype(int), len(t_s)
    back_cm = float(rng.uniform(40, 48))
    hands = [moved.hands[side] for side in "LR"]
    along = np.stack([hand.u * back_cm - 100 * hand.up for hand in hands], axis=1)[at]
    across = np.stack([100 * (hand.v + hand.across) for hand in hands], axis=1)[at]
    lift = np.stack([hand.lift for hand in hands], axis=1)[at]
    white = rng.uniform(0.3, 0.8)
    for axis, most in ((along, 2.0), (across, 1.0)):
        axis += white * rng.standard_normal((n, 2)) + slow_shift(n, fps, most, rng)[:, None]
        for hand in range(2):
            axis[:, hand] += 0.3 * correlated(n, 1 / fps, 0.5, rng)
        axis += (rng.random((n, 2)) < 0.02) * rng.uniform(-12, 12, (n, 2))
    seen = ~((lift > 0.02) & (rng.random(n) < 0.8)[:, None])
    for hand in range(2):
        seen[:, hand] &= ~gaps(n, fps, rng.uniform(0.03, 0.20), rng)
    u = np.where(seen, along / back_cm, np.nan)
    v_cm = np.where(seen, across * ASSUMED_BACK_CM / back_cm, np.nan)
    nowhere = np.full(2, np.nan)
    observed = [
        Observation(float(t), u[i], v_cm[i], 0.9 * seen[i], 0.9, np.full((2, 2), np.nan), nowhere, nowhere)
        for i, t in enumerate(t_s - t_s[0])
    ]
    circling = np.flatnonzero(moved.state == CIRCLE)
    return observed, float(circling[0] * _STEP_S - t_s[0]) if len(circling) else 0.0


def measured(observed: list[Observation], running: Running) -> list[Now]:
    """The live measures, second by second."""
    found: list[Now] = []
    for seen in observed:
        running.add(seen)
        if seen.t_s >= EVERY_S * (len(found) + 1):
            found.append(running.now())
    return found


def line(name: str, mode: str, rounds: list[tuple[list[Given], float]]) -> str:
    """One line of the table."""
    due = CUES_OF_STYLE[name]
    delays = [next((c.t_s - begins for c in given if c.id in due), None) for given, begins in rounds]
    told = sorted(d for d in delays if d is not None)
    other = Counter(i for given, _ in rounds for i in {c.id for c in given} - due - {"good"})
    how = "" if not due else f"told {len(told):2}"
    if told:
        within = sum(d <= 10.0 for d in told)
        how += f"  median {np.median(told):4.1f} s  last {told[-1]:4.1f} s  within 10 s {within:2}"
    return f"{name:16} {mode:6} {len(rounds):3}  {how:55} else: {dict(other) or '-'}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tracks", type=int, default=12, help="of each style")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    profile = load_reference(None).profile
    began = time.perf_counter()
    for name in STYLES:
        if options.only not in name:
            continue
        rounds: dict[str, list[tuple[list[Given], float]]] = {QUIET: [], GUIDED: []}
        for number in range(options.tracks):
            observed, begins_s = seen_of(name, number, options.seconds, options.seed)
            nows = measured(observed, Running(profile, ASSUMED_BACK_CM))
            for mode, told in rounds.items():
                coach = Coach(profile, mode)
                for now in nows:
                    coach.step(now)
                told.append((coach.given, begins_s))
                if options.verbose:
                    print(f"  {name}#{number} {mode}: {[(c.t_s, c.id) for c in coach.given]}", flush=True)
        for mode, told in rounds.items():
            print(line(name, mode, told), flush=True)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
