"""A built wheel carries what a checkout has beside the package."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import coach

TOP = Path(coach.__file__).parents[1]

LOOK = """
import coach
from pathlib import Path
from coach.i18n import translator
from coach.settings import app_script, resource_folder
from coach.vision.models import manifest

assert Path(coach.__file__).is_relative_to({site!r}), coach.__file__
assert len(manifest().members) == 4
assert app_script().is_file()
assert list(resource_folder("reference_poses").glob("*/profile.toml"))
assert list(resource_folder("samples").glob("*.mp4"))
assert translator("id")("Fetching the model files from PyPI") != "Fetching the model files from PyPI"
"""


@pytest.mark.slow
def test_everything_is_found_in_a_wheel(tmp_path: Path):
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(site)
    assert not [n for n in names if n.endswith((".tflite", ".task", ".pyc")) or n.startswith("tests/")]
    assert wheel.stat().st_size < 10_000_000
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(site=str(site))],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
