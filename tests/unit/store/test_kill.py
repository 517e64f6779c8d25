"""A process that is killed while it writes: what it confirmed is there, and files and database agree."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from coach.store.models import Practice
from coach.store.repository import Store

CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from store_given import entry_of, round_of
from coach.store.removal import withdraw
from coach.store.repository import Store
store, (recording, report), n = Store(), round_of(), int(sys.argv[2])
print("ready", flush=True)
while True:
    n += 1
    mine = replace(recording, v_cm=recording.v_cm + n / 1000)
    store.keep(entry_of(report, key=f"round-{n}", code=f"P-{n}"), mine)
    print("kept", f"P-{n}", flush=True)
    if n % 3 == 0:
        withdraw(store, f"P-{n - 1}")
        print("gone", f"P-{n - 1}", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_kill_at_any_moment_leaves_records_that_agree(engine, coach_home: Path, new_database):
    address = new_database(engine)
    environment = {k: v for k, v in os.environ.items() if k != "COACH_DATABASE_URL"}
    if address:
        environment["COACH_DATABASE_URL"] = address
    chance = random.Random(5)
    kept: set[str] = set()
    gone: set[str] = set()
    for turn in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(3000 * turn)],
            env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        said: list[str] = []
        while turn == 0 and not (said and said[-1].startswith("gone")):  # however slowly it gets there
            line = process.stdout.readline()
            assert line, "the process ended by itself"
            said.append(line.strip())
        time.sleep(chance.uniform(0.02, 0.5))
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read().splitlines()
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        for line in said:
            word, _, what = line.partition(" ")
            if word == "kept":
                kept.add(what)
            elif word == "gone":
                gone.add(what)
        store = Store(coach_home, address)
        found = store.check()
        assert found.sound, found  # opening has swept what no row names
        with store.reading() as session:
            there = set(session.scalars(select(Practice.code)))
        assert gone.isdisjoint(store.codes())
        # Every confirmed round is there, but for those withdrawn, of which a kill may leave one unsaid each time.
        unsaid = kept - there - gone
        assert all(int(code.removeprefix("P-")) % 3 == 2 for code in unsaid), unsaid
        assert len(unsaid) <= turn + 1
        store.close()
    assert kept
    assert gone
