"""Progress and the chatter of native libraries."""

from __future__ import annotations

import io
import subprocess
import sys

from coach.console import CHATTER, Progress

SCRIPT = """
import os, sys
from coach.console import quiet_libraries
with quiet_libraries():
    os.write(2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\\n")
    os.write(2, b"W0000 00:00:1795500060.567729 8302 inference_feedback_manager.cc:114] Feedback manager\\n")
    os.write(2, b"E0000 00:00:1795500060.567729 8302 something.cc:1] broken\\n")
    print("ours", file=sys.stderr)
os.write(2, b"after\\n")
"""


def test_only_chatter_is_dropped():
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert sorted(line.split()[0] for line in run.stderr.splitlines()) == ["E0000", "after", "ours"]


def test_chatter():
    assert CHATTER.match(b"WARNING: All log messages before absl::InitializeLog() is called")
    assert not CHATTER.match(b"F0000 00:00:1 1 x.cc:1] fatal")
    assert not CHATTER.match(b"Traceback (most recent call last):")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_that_is_wiped():
    out, now = Terminal(), iter([0.0, 0.05, 0.2])
    with Progress("Measuring", out, lambda: next(now)) as progress:
        progress(1, 4)
        progress(2, 4)  # too soon after the last
        progress(3, 4)
    assert out.getvalue() == "\rMeasuring 25 %\rMeasuring 75 %\r" + " " * 14 + "\r"


def test_no_progress_where_nobody_looks():
    out = io.StringIO()
    with Progress("Measuring", out) as progress:
        progress(1, 2)
    assert out.getvalue() == ""
