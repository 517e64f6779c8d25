"""The list of public names is true, and costs nothing until it is used."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import coach


def test_the_list():
    assert coach.__all__ == ["analyze_video", "score_recording", "load_reference", "Recording", "Report"]
    assert set(coach.__all__) <= set(dir(coach))


@pytest.mark.parametrize("name", coach.__all__)
def test_a_name_leads_to_something_documented(name: str):
    thing = getattr(coach, name)
    assert thing.__name__ == name
    assert thing.__module__ == coach._HOME[name]
    assert (inspect.getdoc(thing) or "").strip()


def test_type_checkers_are_told_the_same():
    tree = ast.parse(Path(coach.__file__).read_text(encoding="utf-8"))
    (told,) = (node for node in tree.body if isinstance(node, ast.If))
    names = {
        alias.asname: f"{line.module}"
        for line in told.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    assert names == coach._HOME


def test_no_other_name():
    with pytest.raises(AttributeError, match="no attribute 'analyse_video'"):
        _ = coach.analyse_video


def loaded_after(program: str) -> set[str]:
    code = f"import sys; {program}; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_importing_loads_nothing():
    assert not {"numpy", "cv2", "coach.errors"} & loaded_after("import coach")


def test_scoring_loads_nothing_that_sees():
    loaded = loaded_after("from coach import Recording, Report, load_reference, score_recording")
    assert "numpy" in loaded
    assert not {"cv2", "mediapipe", "ai_edge_litert", "av", "streamlit"} & loaded
