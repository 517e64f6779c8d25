"""What each hand detector is worth alone: the clips analysed with one of them, for comparison with both.

    python benchmarks/detectors_on_clips.py CLIPS_DIR OUT_DIR {keypoints,mediapipe} [--jobs N]
    python evaluate.py CLIPS_DIR --out OUT_DIR --command true

Writes `x.report.json` and `x.recording.parquet` for every clip, as `massage-coach analyze` does with all detectors;
the second command then reads them (`true` stands for the analysis, which has been done).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from coach import analysis
from coach.scoring.reference import load_reference
from coach.vision.detectors import detectors


def analyse(clip: Path, out: Path, kept: str) -> str:
    """One clip with one detector."""

    @contextmanager
    def alone() -> Iterator[list]:
        with detectors() as (keypoints, hands):
            yield [keypoints if kept == "keypoints" else hands]

    analysis.detectors = alone
    done = analysis.analyze_video(clip, reference=load_reference("fists"))
    done.recording.to_parquet(out / f"{clip.stem}.recording.parquet")
    (out / f"{clip.stem}.report.json").write_text(json.dumps(done.report.to_json()))
    return clip.stem


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clips", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("kept", choices=["keypoints", "mediapipe"])
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    clips = sorted(given.clips.glob("*.mp4"))
    with ProcessPoolExecutor(given.jobs) as pool:
        for name in pool.map(analyse, clips, [given.out] * len(clips), [given.kept] * len(clips)):
            print(name, flush=True)


if __name__ == "__main__":
    main()
