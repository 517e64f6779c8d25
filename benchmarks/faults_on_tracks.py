"""Are the due faults told, and none of sound technique, when the tracks carry a camera's errors?

    python benchmarks/faults_on_tracks.py FOLDER [--draws N] [--reference NAME] [--exact] [--verbose]

FOLDER holds truth files (*.json) of rendered clips: exact tracks of both thumbs and the style that made them.
Each is turned into recordings with errors of the kind a tracker makes: white noise of 0.4 to 0.8 cm, a slow
shift of up to 1 cm across and 2 cm along the back, one scale for every back, 2 % outliers, 5 to 20 % gaps,
and hands lost in the air. Prints one line per style and every recording that was judged wrongly.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from coach.motion.recording import Recording
from coach.scoring.reference import Reference, load_reference
from coach.scoring.report import Report, score_recording

DUE = {
    "good": set(),
    "too_fast": {"too_fast"},
    "too_slow": {"too_slow"},
    "one_sided": {"one_sided"},
    "on_spine": {"on_spine"},
    "wrong_direction": {"wrong_direction"},
    "short": {"incomplete_path"},
    "irregular": {"irregular"},
    "static": {"not_circling"},
    "too_wide": {"too_wide"},
}
ASSUMED_BACK_CM = 45.0
"""What a program that knows only the receiver's height takes for every back."""


def style_of(truth: dict) -> str:
    """The fault a truth file was made for; styles that are set by a single number are told from that
    number."""
    style = truth["style"]
    if style["name"] == "good" and 0 < style["cpm_left"] <= 20:
        return "too_slow"
    if style["name"] == "good" and style["offset_cm"] >= 6.5:
        return "too_wide"
    return style["name"]


def recording_of(truth: dict, rng: np.random.Generator | None = None) -> Recording:
    """A recording from exact tracks; with `rng` it carries the errors of a tracker."""
    frames = truth["frames"]
    n, cm = len(frames), truth["back_length_cm"]
    t = np.array([f["t"] for f in frames], float)
    back = [[f["back"][hand] for hand in ("left", "right")] for f in frames]
    along = np.array([[b["u"] * cm for b in pair] for pair in back])
    across = np.array([[b["v_cm"] for b in pair] for pair in back])
    height = np.array([[b["height_cm"] for b in pair] for pair in back])
    there = np.array([f.get("giver_present", True) for f in frames])
    seen = np.repeat(there[:, None], 2, axis=1)
    if rng is not None:
        fps = 1 / np.median(np.diff(t))
        sigma = rng.uniform(0.4, 0.8)
        along = along + sigma * rng.standard_normal((n, 2)) + slow_shift(n, fps, 2.0, rng)[:, None]
        across = across + sigma * rng.standard_normal((n, 2)) + slow_shift(n, fps, 1.0, rng)[:, None]
        across = across + rng.uniform(-0.3, 0.3, 2)
        wild = rng.random((n, 2)) < 0.02
        along = along + wild * rng.uniform(-12, 12, (n, 2))
        across = across + wild * rng.uniform(-12, 12, (n, 2))
        for hand in range(2):
            seen[:, hand] &= ~gaps(n, fps, rng.uniform(0.05, 0.20), rng)
        seen &= ~((height > 2.0) & (rng.random(n) < 0.8)[:, None])
        across = across * ASSUMED_BACK_CM / cm
    along[~seen], across[~seen] = np.nan, np.nan
    length = ASSUMED_BACK_CM if rng is not None else cm
    nowhere = np.full((n, 2), np.nan, np.float32)
    return Recording(
        t_s=t - t[0],
        u=(along / cm).astype(np.float32),
        v_cm=across.astype(np.float32),
        confidence=np.where(seen, 0.9, 0.0).astype(np.float32),
        back_confidence=np.full(n, 0.9, np.float32),
        thumb_px=np.full((n, 2, 2), np.nan, np.float32),
        c7_px=nowhere,
        l5_px=nowhere.copy(),
        meta={
            "schema": 1,
            "source": {"kind": "simulated", "name": "track"},
            "settings": {"back_length_cm": length},
        },
    )


def slow_shift(n: int, fps: float, most: float, rng: np.random.Generator) -> np.ndarray:
    """A constant shift plus a drift over half a minute, together at most `most`."""
    shift = rng.uniform(-0.7, 0.7) * most
    drift = 0.3 * most * np.sin(2 * np.pi * (np.arange(n) / fps / rng.uniform(20, 60) + rng.random()))
    return shift + drift


def gaps(n: int, fps: float, share: float, rng: np.random.Generator) -> np.ndarray:
    """Runs of 0.1 to 1.5 s until `share` is hidden."""
    hidden = np.zeros(n, bool)
    while hidden.mean() < share:
        start = int(rng.integers(0, n))
        hidden[start : start + max(1, round(rng.uniform(0.1, 1.5) * fps))] = True
    return hidden


def _row(name: str, report: Report) -> str:
    m = report.measures

    def pair(p: object, d: int = 2) -> str:
        return "/".join("-" if x is None else f"{x:.{d}f}" for x in (p.left, p.right))  # type: ignore[attr-defined]

    def one(x: float | None) -> str:
        return "-" if x is None else f"{x:.2f}"

    return (
        f"{name:22} score {report.overall if report.overall is None else round(report.overall, 1)!s:>5} "
        f"cpm {pair(m.tempo_cpm, 1)} cv {pair(m.cycle_cv)} reg {pair(m.regularity)} off "
        f"{pair(m.lateral_offset_cm, 1)} "
        f"dia {pair(m.circle_diameter_cm, 1)} act {pair(m.active)} spine {one(m.spine_contact)} "
        f"u {one(m.start_u)}-{one(m.end_u)} cover {one(m.coverage)} n {m.passes} {m.direction} "
        f"plv {one(m.sync.plv)} {','.join(report.faults) or '-'}"
        + ("" if report.tracking.rated else f" NOT RATED: {report.tracking.reason()}")
    )


def main() -> None:
    """Run over a folder and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--draws", type=int, default=3, help="recordings with errors per truth file")
    parser.add_argument("--reference", default=None)
    parser.add_argument("--exact", action="store_true", help="without errors")
    parser.add_argument("--verbose", action="store_true", help="a line for every recording")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    reference: Reference = load_reference(options.reference)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    scores: dict[str, list[float]] = defaultdict(list)
    began, scored_s = time.perf_counter(), 0.0
    for file in sorted(
        f for folder in options.folder for f in folder.glob("*.json") if options.only in f.stem
    ):
        truth = json.loads(file.read_text())
        style = style_of(truth)
        for draw in range(1 if options.exact else options.draws):
            rng = None if options.exact else np.random.default_rng([draw, *file.stem.encode()])
            recording = recording_of(truth, rng)
            before = time.perf_counter()
            report = score_recording(recording, reference)
            scored_s += time.perf_counter() - before
            told = set(report.faults) - ({"too_short"} if recording.t_s[-1] < 110 else set())
            count = counts[style]
            count[0] += 1
            count[1] += report.tracking.rated
            count[2] += DUE[style] <= told
            count[3] += told == DUE[style]
            if report.overall is not None:
                scores[style].append(report.overall)
            if options.verbose or told != DUE[style]:
                print(_row(f"{file.stem}#{draw}", report), flush=True)
    print(f"\n{'style':16} n  rated  due found  exactly those   score min..median..max")
    for style, (n, rated, due, exact) in sorted(counts.items()):
        s = scores[style] or [float("nan")]
        print(
            f"{style:16} {n:3} {rated:4} {due:8} {exact:10}        {min(s):5.1f} {np.median(s):5.1f} "
            f"{max(s):5.1f}"
        )
    good = scores.get("good", [])
    poor = [x for style, values in scores.items() if style != "good" for x in values]
    pairs = [(g > p) + 0.5 * (g == p) for g in good for p in poor]
    if pairs:
        print(f"sound above faulty, all pairs: {np.mean(pairs):.4f}")
    number = sum(c[0] for c in counts.values())
    print(
        f"{number} recordings in {time.perf_counter() - began:.1f} s; scoring {1000 * scored_s / number:.0f} "
        "ms each"
    )


if __name__ == "__main__":
    main()
