"""The journal: what a crash leaves can be read."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from test_recording import META, observations, same

from coach.errors import OutputError, RecordingError
from coach.motion.journal import Journal, read_journal
from coach.motion.recording import Recording


def test_round_trip(tmp_path):
    seen = observations(20)
    with Journal(tmp_path / "j", META) as journal:
        for o in seen:
            journal.append(o)
        journal.close({**META, "done": True})
    r = read_journal(tmp_path / "j")
    assert same(r, Recording.from_observations(seen, META))
    assert r.meta["done"] is True
    assert r.meta["journal"] == {"complete": True, "lost_bytes": 0}


def test_torn_at_every_byte(tmp_path):
    path = tmp_path / "j"
    seen = observations(4)
    with Journal(path, META) as journal:
        for o in seen:
            journal.append(o)
    whole = path.read_bytes()
    torn = tmp_path / "torn"
    counts = []
    for end in range(len(whole)):
        torn.write_bytes(whole[:end])
        try:
            r = read_journal(torn)
        except RecordingError:
            assert not counts  # only while not even the metadata is there
            continue
        assert r.meta["journal"]["complete"] is False
        assert same(r, Recording.from_observations(seen[: len(r)], META))
        counts.append(len(r))
    assert sorted(set(counts)) == [0, 1, 2, 3, 4]
    assert counts == sorted(counts)


def test_a_flipped_byte_ends_the_reading(tmp_path):
    path = tmp_path / "j"
    with Journal(path, META) as journal:
        for o in observations(10):
            journal.append(o)
    whole = bytearray(path.read_bytes())
    for at in range(len(whole) - 300, len(whole), 7):
        broken = whole.copy()
        broken[at] ^= 0x55
        path.write_bytes(broken)
        r = read_journal(path)
        assert len(r) <= 10
        assert r.meta["journal"]["complete"] is False
        assert r.meta["journal"]["lost_bytes"] > 0


def test_flushed_every_second(tmp_path):
    now = [0.0]
    journal = Journal(tmp_path / "j", META, clock=lambda: now[0])
    for o in observations(31):  # two seconds of 15 frames
        now[0] = o.t_s
        journal.append(o)
    # Read while it is open: what a killed process would leave.
    left = read_journal(tmp_path / "j")
    assert len(left) >= 15
    assert left.t_s[-1] >= o.t_s - 1.0
    journal.close()
    journal.close()
    assert len(read_journal(tmp_path / "j")) == 31


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_a_killed_process_loses_no_more_than_its_last_second(tmp_path):
    script = textwrap.dedent("""
        import sys, time
        sys.path.insert(0, sys.argv[2])
        from test_recording import META, observations
        from coach.motion.journal import Journal
        journal = Journal(sys.argv[1], META)
        began = time.monotonic()
        for o in observations(10_000):
            while time.monotonic() - began < o.t_s:
                time.sleep(0.002)
            journal.append(o)
            print(o.t_s, flush=True)
    """)
    folder = str(Path(__file__).parent)
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "j"), folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            written = float(line)
            if written > 2.4:
                break
        process.send_signal(signal.SIGKILL)
    process.wait()
    r = read_journal(tmp_path / "j")
    assert written - r.t_s[-1] <= 1.2
    assert r.meta["journal"]["complete"] is False


def test_refusals(tmp_path):
    Journal(tmp_path / "j", META).close()
    with pytest.raises(OutputError):
        Journal(tmp_path / "j", META)
    with pytest.raises(OutputError):
        Journal(tmp_path / "no" / "j", META)
    with pytest.raises(RecordingError, match="cannot be read"):
        read_journal(tmp_path / "none")
    (tmp_path / "x").write_bytes(b"hello")
    with pytest.raises(RecordingError, match="not a journal"):
        read_journal(tmp_path / "x")


def test_times_that_do_not_rise_are_left_out(tmp_path):
    with Journal(tmp_path / "j", META) as journal:
        for i in (0, 1, 1, 0, 2):
            journal.append(observations(3)[i])
    assert np.allclose(read_journal(tmp_path / "j").t_s, [0, 1 / 15, 2 / 15])
