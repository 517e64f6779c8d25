#!/usr/bin/env python3
"""How fast a video is analysed and how much memory that takes, beside a plain loop over the same clip.

    python benchmarks/speed.py [samples/sample.mp4] [--rounds 2] [--minutes 3]

Every measurement runs in a process of its own, one after the other, ours and the plain loop in turn. Memory is
the resident set of that process and all its children (the decoder is one), sampled every 50 ms. Needs the ffmpeg
command to loop the clip. Speeds depend on the machine and on what else it does: compare the ratios.

The plain loop is what one would write first: OpenCV reads, MediaPipe's PoseLandmarker looks for two people and
its HandLandmarker for two hands, both on the full frame in VIDEO mode.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

MIB = 1 << 20


# --- what is measured, each in its own process ------------------------------------------------------


def ours(clip: str, recording: str) -> dict[str, float]:
    """Analyse a video as the command does."""
    start = time.perf_counter()
    from coach.analysis import analyze_video

    loaded = time.perf_counter()
    first: list[float] = []

    def progress(done: int, total: int | None) -> None:
        if not first:
            first.append(time.perf_counter())

    analysis = analyze_video(clip, reference="both-thumbs", progress=progress)
    end = time.perf_counter()
    analysis.recording.to_parquet(recording)
    n = len(analysis.recording.t_s)
    return {
        "frames": n,
        "video_s": float(analysis.recording.t_s[-1]) * n / (n - 1),
        "load_s": loaded - start,
        "find_s": first[0] - loaded,
        "follow_s": end - first[0],
        "wall_s": end - start,
    }


def plain(clip: str) -> dict[str, float]:
    """The plain loop."""
    start = time.perf_counter()
    import cv2
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    from coach.vision.models import model_path

    loaded = time.perf_counter()
    mode = vision.RunningMode.VIDEO
    pose = vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model_path("pose"))), running_mode=mode, num_poses=2
        )
    )
    hand = vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model_path("hand"))), running_mode=mode, num_hands=2
        )
    )
    video = cv2.VideoCapture(clip)
    rate, n = video.get(cv2.CAP_PROP_FPS), 0
    ready = time.perf_counter()
    while True:
        more, image = video.read()
        if not more:
            break
        picture = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        t_ms = round(1000 * n / rate)
        pose.detect_for_video(picture, t_ms)
        hand.detect_for_video(picture, t_ms)
        n += 1
    end = time.perf_counter()
    return {
        "frames": n,
        "video_s": n / rate,
        "load_s": loaded - start,
        "find_s": ready - loaded,
        "follow_s": end - ready,
        "wall_s": end - start,
    }


def scoring(recording: str) -> dict[str, float]:
    """Score a recording again and again."""
    from coach import Recording, load_reference, score_recording

    given = Recording.from_parquet(recording)
    reference = load_reference("both-thumbs")
    start = time.perf_counter()
    score_recording(given, reference)
    first = time.perf_counter() - start
    times, used = [], []
    for _ in range(9):
        start, start_cpu = time.perf_counter(), time.process_time()
        score_recording(given, reference)
        times.append(time.perf_counter() - start)
        used.append(time.process_time() - start_cpu)
    return {
        "video_s": float(given.t_s[-1]),
        "first_s": first,
        "again_s": statistics.median(times),
        "fastest_s": min(times),
        "used_s": statistics.median(used),
    }


# --- measuring --------------------------------------------------------------------------------------


def measured(job: str, *words: str) -> dict[str, float]:
    """Run a job of this file in a process; its numbers, with `peak_mib` and `cpu_s`."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--job", job, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    peak = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        root = psutil.Process(process.pid)
        while not ended.wait(0.05):
            total = 0
            try:
                for one in (root, *root.children(recursive=True)):
                    total += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            peak = max(peak, total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    ended.set()
    watcher.join()
    if process.returncode:
        sys.exit(f"{job} {' '.join(words)} ended with {process.returncode}")
    return json.loads(out.splitlines()[-1]) | {"peak_mib": peak / MIB}


def run_job(job: str, words: list[str]) -> None:
    numbers = {"ours": ours, "plain": plain, "scoring": scoring}[job](*words)
    used = os.times()
    cpu = used.user + used.system + used.children_user + used.children_system
    print(json.dumps(numbers | {"cpu_s": cpu}), flush=True)


def longer(clip: Path, target: Path, minutes: float, video_s: float) -> Path:
    """The clip over and over, without encoding it again."""
    times = max(1, round(60 * minutes / video_s))
    command = ["ffmpeg", "-loglevel", "error", "-y", "-stream_loop", str(times - 1), "-i", str(clip)]
    subprocess.run([*command, "-c", "copy", str(target)], check=True)
    return target


def fps(run: dict[str, float]) -> float:
    return run["frames"] / run["follow_s"]


def row(name: str, run: dict[str, float]) -> str:
    return (
        f"| {name} | {run['frames']:.0f} | {run['load_s'] + run['find_s']:.1f} | {fps(run):.1f} "
        f"| {1000 * run['cpu_s'] / run['frames']:.0f} | {run['video_s'] / run['wall_s']:.2f} "
        f"| {run['peak_mib']:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clip", nargs="?", type=Path, default=Path("samples/sample.mp4"))
    parser.add_argument("--rounds", type=int, default=2, help="how often each is run on the clip")
    parser.add_argument(
        "--minutes", type=float, default=3.0, help="length of the looped clip; 0: leave it out"
    )
    parser.add_argument("--job", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.job:
        return run_job(args.job[0], args.job[1:])

    print(f"{os.cpu_count()} cores; load before: {os.getloadavg()[0]:.1f}\n")
    print(
        "| | frames | s before the first | frames/s after | CPU ms/frame | × the video's own speed | peak MiB |"
    )
    print("|---" * 7 + "|", flush=True)
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        recording = str(Path(folder) / "clip.recording.parquet")
        pairs = []
        for k in range(args.rounds):
            pairs.append((measured("ours", str(args.clip), recording), measured("plain", str(args.clip))))
            print(row(f"ours, round {k + 1}", pairs[-1][0]))
            print(row(f"plain loop, round {k + 1}", pairs[-1][1]), flush=True)
        if args.minutes:
            video_s = pairs[0][0]["video_s"]
            clip = longer(args.clip, Path(folder) / "long.mp4", args.minutes, video_s)
            long = measured("ours", str(clip), recording)
            print(row(f"ours, looped to {long['video_s']:.0f} s", long), flush=True)
        score = measured("scoring", recording)

    def ratio(of: Callable[[dict[str, float]], float]) -> str:
        each = [of(a) / of(b) for a, b in pairs]
        return f"{statistics.median(each):.2f} ({', '.join(f'{one:.2f}' for one in each)})"

    print("\nOurs over the plain loop, median (every round):")
    print(f"- frames/s after the start: {ratio(fps)}")
    print(f"- frames/s with the start: {ratio(lambda run: run['frames'] / run['wall_s'])}")
    print(f"- CPU time: {ratio(lambda run: run['cpu_s'])}")
    if args.minutes:
        growth = long["peak_mib"] / max(a["peak_mib"] for a, _ in pairs)
        print(f"- peak memory on {long['video_s']:.0f} s over that on {video_s:.0f} s: {growth:.2f}")
    print(
        f"\nScoring a recording of {score['video_s']:.0f} s: {score['again_s']:.3f} s (fastest of nine "
        f"{score['fastest_s']:.3f} s, CPU {score['used_s']:.3f} s, the first in a process {score['first_s']:.3f} s)"
    )
    print(f"Load after: {os.getloadavg()[0]:.1f}")
    return None


if __name__ == "__main__":
    main()
