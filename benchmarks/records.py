"""How fast the list of practices is found among many: ``python benchmarks/records.py [--rounds 50000]``.

Makes records of that many rounds in a folder (rows only: the list reads no recording) and times the pages that an
instructor opens first. ``--keep DIR`` leaves the folder, to be looked at with ``COACH_HOME=DIR massage-coach app``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from coach.store.listing import Filter, find
from coach.store.models import Participant, Practice
from coach.store.repository import Store

START = datetime(2026, 1, 5, 1, tzinfo=UTC)


def fill(store: Store, rounds: int, couples: int) -> None:
    """Rows of `rounds` practices of `couples` participants, reproducibly."""
    rng = np.random.default_rng(1)
    people = [
        {
            "code": f"C-{i:05d}", "consent_practice": True, "consent_movement": False, "consent_picture": False,
            "consent_report": True, "consent_utc": START,
        }
        for i in range(couples)
    ]  # fmt: skip
    rows = [
        {
            "key": f"round-{i}", "code": f"C-{i % couples:05d}", "started_utc": START + timedelta(minutes=9 * i),
            "mode": ("guided", "quiet", "test")[i // couples % 3], "source": "camera", "app_version": "0",
            "duration_s": 150.0, "rated": True, "overall": float(rng.uniform(20, 100)), "comfort": 4, "pain": False,
            "decision": ("pass", "repeat", None)[i % 3], "reviewed_utc": START if i % 3 else None,
        }
        for i in range(rounds)
    ]  # fmt: skip
    with store.writing() as session:
        session.execute(insert(Participant), people)
        session.execute(insert(Practice), rows)


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    options = parser.parse_args()
    rounds = options.rounds
    with tempfile.TemporaryDirectory() as folder:
        store = Store(options.keep or Path(folder))
        fill(store, rounds, max(1, rounds // 6))
        questions = {
            "opened": (Filter(), {}),
            "last page": (Filter(), {"offset": rounds - 20}),
            "by score": (Filter(), {"sort": "overall"}),
            "by participant": (Filter(), {"sort": "code", "descending": False}),
            "not reviewed, test rounds": (Filter(reviewed=False, mode="test"), {}),
            "one participant": (Filter(code="C-00007"), {}),
            "a week": (Filter(since=START + timedelta(days=30), until=START + timedelta(days=37)), {}),
        }
        print(f"{rounds} rounds; median of 7, in milliseconds")
        for name, (wanted, how) in questions.items():
            times = []
            for _ in range(7):
                start = time.perf_counter()
                find(store, wanted, limit=20, **how)
                times.append(time.perf_counter() - start)
            print(f"{name:28s} {1000 * float(np.median(times)):7.1f}")
        start = time.perf_counter()
        store.codes()
        print(f"{'codes for the filter':28s} {1000 * (time.perf_counter() - start):7.1f}")
        store.close()


if __name__ == "__main__":
    main()
