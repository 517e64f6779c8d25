#!/usr/bin/env python3
"""Are slow circles told from an uneven rhythm, whose wandering comes and goes at their pace?

    python benchmarks/slow_or_uneven.py [--tracks 24] [--seconds 20] [--seed 0]

Simulated hands with a tracker's errors (as in cues_on_tracks.py) are measured with several values of
`coach.motion.analyse.SURELY_SLOW`. Prints, for each, how many uneven hands (36 to 60 circles a minute, aimed at) are
taken for slow ones, how many slow ones (11 to 18) are not, and how many of either are said not to circle.
"""

from __future__ import annotations

import argparse

from cues_on_tracks import seen_of
from faults_on_tracks import ASSUMED_BACK_CM

from coach.motion import analyse, rhythm
from coach.motion.recording import Recording


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tracks", type=int, default=24, help="of each style; two hands each")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    meta = {"schema": 1, "settings": {"back_length_cm": ASSUMED_BACK_CM}}
    recordings = {
        name: [
            Recording.from_observations(seen_of(name, k, options.seconds, options.seed)[0], meta)
            for k in range(options.tracks)
        ]
        for name in ("irregular", "too_slow")
    }
    used = analyse.SURELY_SLOW
    for factor in (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0):
        analyse.SURELY_SLOW = factor
        wrong, silent = {}, {}
        for name, given in recordings.items():
            hands = [hand for r in given for hand in analyse.analyse_motion(r).hands]
            wrong[name] = sum(hand.slow == (name == "irregular") for hand in hands)
            silent[name] = sum(rhythm.tempo_cpm(hand.phase) is None for hand in hands)
        print(
            f"{factor:4}{'*' if factor == used else ' '} of {2 * options.tracks} hands each:"
            f" uneven taken for slow {wrong['irregular']:2}, slow not taken for slow {wrong['too_slow']:2};"
            f" no tempo {silent['irregular']:2} and {silent['too_slow']:2}"
        )


if __name__ == "__main__":
    main()
