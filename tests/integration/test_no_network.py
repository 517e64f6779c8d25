"""Nothing leaves the machine while a video is analysed.

The analysis runs in a process to which the kernel denies internet sockets: the first one, of whatever library
and in whatever thread or child, ends the process with SIGSYS. That is stricter than watching for connections,
since a name look-up or a packet that is never answered counts as well.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from made_videos import beginning_of_sample

from coach.vision import models

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine not in ("x86_64", "aarch64"),
    reason="the filter is written for Linux on x86-64 and ARM64",
)

# A usage reporter may wait before it sends: mediapipe 1.2.2 looked up its host within 20 seconds.
LINGER_S = 25

CONFINED = '''
import ctypes, os, struct, sys, time

def confine():
    """Let the kernel kill this process, and every child of it, when it asks for an internet socket."""
    call = {"x86_64": 41, "aarch64": 198}[os.uname().machine]  # the number of socket(2)
    step = lambda code, yes, no, value: struct.pack("=HBBI", code, yes, no, value)
    program = b"".join((
        step(0x20, 0, 0, 0),            # load the call's number
        step(0x15, 0, 4, call),         # another call: allow
        step(0x20, 0, 0, 16),           # load its first argument, the address family
        step(0x15, 1, 0, 2),            # AF_INET: kill
        step(0x15, 0, 1, 10),           # AF_INET6: kill
        step(0x06, 0, 0, 0x80000000),   # SECCOMP_RET_KILL_PROCESS
        step(0x06, 0, 0, 0x7FFF0000),   # SECCOMP_RET_ALLOW
    ))
    text = ctypes.create_string_buffer(program, len(program))
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
    given = Program(len(program) // 8, ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(given), 0, 0):
        print("no filter", flush=True)
        sys.exit(77)

confine()
'''

ANALYSE = (
    CONFINED
    + """
from coach.cli import main
start = time.monotonic()
status = main(sys.argv[2:])
time.sleep(max(0.0, float(sys.argv[1]) - (time.monotonic() - start)))
print("status", status, flush=True)
"""
)


def confined(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode == 77:
        pytest.skip("this kernel takes no seccomp filter")
    return done


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.getaddrinfo('localhost.localdomain', 80)",
        "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "import threading, socket; t = threading.Thread(target=socket.socket); t.start(); t.join()",
        "import subprocess as s; sys.exit(s.call([sys.executable, '-c', 'import socket; socket.socket()']))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9', timeout=1)",
    ],
)
def test_the_filter_catches_every_way_out(attempt: str):
    done = confined(CONFINED + f"try:\n    {attempt}\nexcept OSError: pass\n")
    assert done.returncode % 256 in (-signal.SIGSYS % 256, 128 + signal.SIGSYS)


def test_the_filter_lets_everything_else_pass():
    assert (
        confined(CONFINED + "import socket; socket.socket(socket.AF_UNIX); print('fine')").stdout == "fine\n"
    )


def test_analysing_opens_no_connection(tmp_path: Path):
    models.fetch()  # the one thing that may use the network, once
    clip = beginning_of_sample(tmp_path / "clip.mp4", 4.0)
    done = confined(ANALYSE, str(LINGER_S), "analyze", str(clip), "--out", str(tmp_path))
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-2000:]}"
    assert "status 0" in done.stdout, done.stderr[-2000:]
    assert (tmp_path / "clip.report.json").is_file()


def test_this_process_may_use_the_network():
    # Otherwise the tests above would prove nothing about the filter.
    socket.socket(socket.AF_INET).close()
