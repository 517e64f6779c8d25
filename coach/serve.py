"""Starts the page: Streamlit, bound to this machine, with statistics off."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from coach.errors import InputError
from coach.i18n import N_
from coach.settings import app_script, data_folder

ADDRESS = "127.0.0.1"
SECRETS = "secrets.toml"
"""In the data folder: the campus's address and keys, where instructors sign in with its account (docs/review.md)."""
UPLOAD_LIMIT_MB = 500
"""A practice of five minutes as phones film it (1080p, about 15 Mbit/s); our own choice."""

OPTIONS: dict[str, str | int | bool] = {
    "server.address": ADDRESS,
    "server.headless": True,
    "server.maxUploadSize": UPLOAD_LIMIT_MB,
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    "browser.serverAddress": ADDRESS,
    # An error's details may hold paths and names: they go to the log, not to the screen.
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    # After each press Streamlit would search all objects for garbage, and with these libraries loaded they are many:
    # meanwhile nothing else of this process can run, a round's pictures neither. Python searches when it is needed.
    "runner.postScriptGC": False,
    "theme.base": "light",
    "theme.primaryColor": "#0B6E6E",
    "theme.backgroundColor": "#FFFFFF",
    "theme.secondaryBackgroundColor": "#F3F6F5",
    "theme.textColor": "#22333B",
    "theme.borderColor": "#DDE4E4",
    "theme.baseRadius": "0.6rem",
    "theme.baseFontSize": 17,
}
"""Also in .streamlit/config.toml, for those who start app.py by themselves."""


def command(port: int, *, open_browser: bool) -> list[str]:
    """The command that serves the page on `port`."""
    # Streamlit's own places for secrets are left out: another program's must not open a way to the outside here.
    secrets = data_folder() / SECRETS
    options = {
        **OPTIONS,
        "server.port": port,
        "server.headless": not open_browser,
        "secrets.files": str(secrets),
    }
    flags = [
        f"--{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, value in options.items()
    ]
    return [sys.executable, "-m", "streamlit", "run", str(app_script()), *flags]


def serve(port: int, *, open_browser: bool, language: str) -> int:
    """Serve the page until it is stopped with Ctrl-C; gives the exit status.

    Raises
    ------
    InputError
        The port is taken by another program.
    """
    if not _is_free(port):
        raise InputError(N_("Port {port} is in use. Choose another one with --port."), port=port)
    # Each thread that comes and goes would leave its own store of free memory behind (glibc): 35 MiB after some turns
    # of the camera, none with two stores (benchmarks/live.py).
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ, "COACH_LANG": language}
    process = subprocess.Popen(command(port, open_browser=open_browser), env=environment)
    try:
        return process.wait()
    except BaseException:  # Ctrl-C reaches the server as well; whatever else stops us must stop it, too
        process.terminate()
        process.wait(10)
        raise


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            return False
    return True
