"""Errors: one tree, one sentence, in any language and across processes."""

from __future__ import annotations

import inspect
import pickle

import pytest

from coach import errors
from coach.errors import CoachError, VideoError


def kinds() -> list[type[CoachError]]:
    return [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, CoachError)]


def test_the_drawn_tree_names_every_error():
    assert errors.__doc__
    for kind in kinds():
        assert kind.__name__ in errors.__doc__
        assert kind.__doc__


@pytest.mark.parametrize("kind", kinds())
def test_an_error_crosses_a_process_boundary(kind: type[CoachError]):
    error = kind("{file} has {n} pictures.", file="a.mp4", n=1)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert copy.text() == str(copy) == "a.mp4 has 1 pictures."


def test_an_error_speaks_the_user_s_language():
    error = VideoError("{file} is empty.", file="a.mp4")
    assert error.text(lambda text: {"{file} is empty.": "{file} kosong."}[text]) == "a.mp4 kosong."


def test_braces_in_a_value_stay_as_they_are():
    assert VideoError("{file} is empty.", file="{x}.mp4").text() == "{x}.mp4 is empty."
