#!/usr/bin/env python3
"""Draw the frequency response of the smoothing, as measured on circles sent through it.

    python benchmarks/smoothing_response.py [docs/img/smoothing_response.png]

For every frame rate a unit circle at each tempo is sampled, smoothed and compared with itself: the share of
the radius that is left, and the lag. A table goes to standard output.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np

from coach.motion.smoothing import even_clock, local_quadratic

RATES = (12, 15, 20, 30)
HZ = np.linspace(0.1, 5.0, 99)


def response(fps: float, hz: float, *, uneven: bool = False, seconds: float = 20.0) -> complex:
    """What is left of a unit circle at `hz` turns per second: modulus the radius, argument the lag."""
    t = np.arange(int(seconds * fps)) / fps
    if uneven:
        t = np.sort(t + np.random.default_rng(0).uniform(-0.3, 0.3, len(t)) / fps)
    at = even_clock(t)
    at = at[(at > 1) & (at < seconds - 1)]
    value, _, _ = local_quadratic(t, np.exp(2j * np.pi * hz * t), at)
    known = np.isfinite(value)
    return complex(np.mean(value[known] * np.exp(-2j * np.pi * hz * at[known])))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("picture", nargs="?", type=Path, default=Path("docs/img/smoothing_response.png"))
    args = parser.parse_args()
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for fps in RATES:
        below = HZ[fps / 2 > HZ]
        axis.plot(below, [abs(response(fps, f)) for f in below], label=f"{fps} frames/s")
    uneven = [abs(response(15, f, uneven=True)) for f in HZ]
    axis.plot(HZ, uneven, "k:", label="15 frames/s, uneven (±30 %)")
    axis.axvline(2.0, color="0.6", lw=0.8)
    axis.axhline(0.95, color="0.6", lw=0.8)
    axis.annotate("120 circles/min", (2.03, 0.05), color="0.4", fontsize=8)
    axis.set(xlabel="turns per second", ylabel="radius left", ylim=(0, 1.05), xlim=(0, 5))
    axis.legend(fontsize=8, loc="lower left")
    args.picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.picture, dpi=110)

    print("| frames/s | 0.5 Hz | 1 Hz | 1.5 Hz | 2 Hz | 2.5 Hz | lag at 2 Hz |")
    print("|---" * 7 + "|")
    for fps, uneven_rate in [*((fps, False) for fps in RATES), (15, True)]:
        left = [response(fps, f, uneven=uneven_rate) for f in (0.5, 1, 1.5, 2, 2.5)]
        lag_ms = 1000 * np.angle(left[3]) / (2 * np.pi * 2)
        name = f"{fps}, uneven" if uneven_rate else str(fps)
        print("|", " | ".join([name, *(f"{abs(x):.3f}" for x in left), f"{abs(lag_ms):.1f} ms"]), "|")


if __name__ == "__main__":
    main()
