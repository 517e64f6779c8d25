"""How well thumbs are found on clips with known truth, hand by hand, and what a confidence is worth.

    python benchmarks/hands_on_clips.py CLIPS_DIR RESULTS_DIR [--picture FILE.png --frame N]

RESULTS_DIR holds the recordings that `massage-coach analyze CLIP --out RESULTS_DIR` wrote for the clips of CLIPS_DIR
(``x.mp4`` with its truth ``x.json``). Counted are the frames in which the thumb touches the back and is in plain
sight; errors are in the picture, in centimetres at the back, so without the back's own error. `--picture` draws one
frame of every clip: what was found (circles: left, squares: right) and the truth (crosses).
`sure` and `of_all_cm` are medians over all readings, those of hidden and lifted thumbs too.

Left and right count as swapped in a frame where a thumb was told nearer to the other thumb than to its own, and within
2 cm of it; only frames in which the true thumbs are at least 3 cm apart can tell.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

HANDS = ("left", "right")
_APART_CM, _SWAPPED_CM = 3.0, 2.0  # as training/evaluate.py counts swaps


def errors_cm(truth: dict, recording: pd.DataFrame, hand: str) -> tuple[np.ndarray, np.ndarray]:
    """Distance of found and true thumb [shape=(n,), cm, NaN where not found], and which frames count."""
    frames = truth["frames"][: len(recording)]
    tip = [f["points"][f"giver_{hand}_thumb_tip"] for f in frames]
    off = np.linalg.norm(
        found_px(recording, hand)[: len(frames)] - true_px(frames, hand), axis=1
    ) / px_per_cm(truth, frames)
    counts = np.array([p["vis"] and f["back"][hand]["contact"] for p, f in zip(tip, frames, strict=True)])
    return off, counts


def swapped(truth: dict, recording: pd.DataFrame) -> tuple[int, int, int]:
    """In how many frames left and right are swapped, in how many of these a thumb in sight, and how many can tell."""
    frames = truth["frames"][: len(recording)]
    scale = px_per_cm(truth, frames)
    true = {hand: true_px(frames, hand) for hand in HANDS}
    found = {hand: found_px(recording, hand)[: len(frames)] for hand in HANDS}
    present = np.array([f["giver_present"] for f in frames])
    usable = present & (np.linalg.norm(true["left"] - true["right"], axis=1) / scale >= _APART_CM)
    usable &= np.isfinite(found["left"]).all(1) | np.isfinite(found["right"]).all(1)
    wrong, in_sight = np.zeros((2, len(frames)), bool)
    for own, other in (HANDS, HANDS[::-1]):
        visible = np.array([f["points"][f"giver_{own}_thumb_tip"]["vis"] for f in frames])
        off_own, off_other = (
            np.linalg.norm(found[own] - true[hand], axis=1) / scale for hand in (own, other)
        )
        taken = usable & (off_other < _SWAPPED_CM) & (off_other < off_own)
        wrong |= taken
        in_sight |= taken & visible
    return int(wrong.sum()), int(in_sight.sum()), int(usable.sum())


def true_px(frames: list[dict], hand: str) -> np.ndarray:
    """[shape=(n, 2)]"""
    return np.array([f["points"][f"giver_{hand}_thumb_tip"]["px"] for f in frames])


def found_px(recording: pd.DataFrame, hand: str) -> np.ndarray:
    """[shape=(n, 2)], NaN where not found."""
    return recording[[f"{hand}_x_px", f"{hand}_y_px"]].to_numpy(float)


def px_per_cm(truth: dict, frames: list[dict]) -> np.ndarray:
    """At the back, frame by frame [shape=(n,)]."""
    spine = np.array([f["spine_px"] for f in frames])
    return np.linalg.norm(np.diff(spine, axis=1), axis=2).sum(1) / truth["back_length_cm"]


def draw(clip: Path, truth: dict, recording: pd.DataFrame, number: int) -> np.ndarray:
    """One frame with what was found and the truth, cut to the back."""
    video = cv2.VideoCapture(str(clip))
    video.set(cv2.CAP_PROP_POS_FRAMES, number)
    _, image = video.read()
    frame, row = truth["frames"][number], recording.iloc[number]
    for hand, color in zip(HANDS, ((255, 0, 255), (255, 255, 0)), strict=True):
        true = np.round(frame["points"][f"giver_{hand}_thumb_tip"]["px"]).astype(int)
        cv2.drawMarker(image, true.tolist(), (0, 255, 0), cv2.MARKER_CROSS, 9, 1)
        found = row[[f"{hand}_x_px", f"{hand}_y_px"]].to_numpy(float)
        if np.isfinite(found).all():
            x, y = np.round(found).astype(int).tolist()
            if hand == "left":
                cv2.circle(image, (x, y), 4, color, 1, cv2.LINE_AA)
            else:
                cv2.rectangle(image, (x - 4, y - 4), (x + 4, y + 4), color, 1)
    spine = np.array(frame["spine_px"])
    side = int(1.3 * np.linalg.norm(spine[-1] - spine[0]))
    x, y = (spine.mean(0) - side / 2).astype(int).clip(0)
    tile = cv2.resize(image[y : y + side, x : x + side], (260, 260), interpolation=cv2.INTER_AREA)
    cv2.putText(
        tile,
        f"{clip.stem} {truth['scene']['grip']}",
        (5, 16),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.5,
        (0, 255, 255),
        1,
    )
    return tile


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clips", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--frame", type=int, default=150)
    args = parser.parse_args()
    rows, every, tiles, swaps = [], [], [], []
    for clip in sorted(args.clips.glob("*.mp4")):
        truth = json.loads(clip.with_suffix(".json").read_text())
        recording = pd.read_parquet(args.results / f"{clip.stem}.recording.parquet")
        swaps.append(swapped(truth, recording))
        for hand in HANDS:
            off, counts = errors_cm(truth, recording, hand)
            got = counts & np.isfinite(off)
            every.append(
                np.stack([off, recording[f"{hand}_confidence"].to_numpy(float)[: len(off)]], 1)[
                    np.isfinite(off)
                ]
            )
            rows.append(
                {
                    "clip": clip.stem, "grip": truth["scene"]["grip"], "hand": hand, "frames": int(counts.sum()),
                    "recall": round(float(got.sum() / max(counts.sum(), 1)), 2),
                    "median_cm": round(float(np.median(off[got])), 2) if got.any() else None,
                    "p90_cm": round(float(np.quantile(off[got], 0.9)), 2) if got.any() else None,
                    "sure": round(float(np.median(every[-1][:, 1])), 2) if len(every[-1]) else None,
                    "of_all_cm": round(float(np.median(every[-1][:, 0])), 2) if len(every[-1]) else None,
                }
            )  # fmt: skip
        if args.picture:
            tiles.append(draw(clip, truth, recording, args.frame))
    print(pd.DataFrame(rows).to_string(index=False))
    wrong, in_sight, usable = np.sum(swaps, 0)
    print(
        f"\nleft and right swapped in {wrong} of {usable} frames with the thumbs apart: {wrong / usable:.2%}; "
        f"a thumb in plain sight in {in_sight}: {in_sight / usable:.2%}"
    )
    seen = np.concatenate(every)
    print(
        "\nconfidence   frames  within 1 cm  within 2 cm  beyond 4 cm   (all frames, hidden and lifted thumbs too)"
    )
    for low in np.arange(0.2, 1.0, 0.1):
        off = seen[(seen[:, 1] >= low) & (seen[:, 1] < low + 0.1), 0]
        if len(off):
            shares = "".join(
                f"{100 * s:12.0f}%" for s in ((off < 1).mean(), (off < 2).mean(), (off > 4).mean())
            )
            print(f"{low:.1f} to {low + 0.1:.1f} {len(off):8d}{shares}")
    if args.picture:
        blank = np.zeros_like(tiles[0])
        tiles += [blank] * (-len(tiles) % 4)
        cv2.imwrite(
            str(args.picture), np.vstack([np.hstack(tiles[i : i + 4]) for i in range(0, len(tiles), 4)])
        )


if __name__ == "__main__":
    main()
