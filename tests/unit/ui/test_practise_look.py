"""The live view's large signs can be read by everybody."""

from __future__ import annotations

import re
from importlib import resources
from itertools import combinations

import pytest

from coach.export.words import Words
from coach.live.coaching import CUES, RANKS
from coach.palette import rgb
from coach.ui.practise_view import words

SCRIPT = resources.files("coach.ui").joinpath("assets", "practise_view.js").read_text(encoding="utf-8")
KINDS = {
    kind: (ground, ink, shape)
    for kind, ground, ink, shape in re.findall(
        r'^  (\w+): \["(#\w{6})", "(#\w{6})", "(M.+?)"\],$', SCRIPT, re.MULTILINE
    )
}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_kind_of_cue_has_its_own_colour_and_shape():
    assert set(KINDS) == set(RANKS)
    for one, other in combinations(KINDS.values(), 2):
        assert one[0] != other[0]
        assert one[2] != other[2]


@pytest.mark.parametrize("kind", RANKS)
def test_large_type_stands_out_from_its_ground(kind: str):
    ground, ink, _ = KINDS[kind]
    light, dark = sorted((luminance(ground), luminance(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3.0  # WCAG 2, 1.4.3, large type


def test_an_arrow_down_is_shown_only_where_the_way_is_down():
    own = set(re.findall(r"^  (\w+): (?:\"M|KINDS)", SCRIPT, re.MULTILINE))
    assert {id_ for id_, cue in CUES.items() if cue.kind == "path"} - own == {
        "wrong_direction",
        "further_down",
    }
    assert own <= set(CUES)


def test_the_view_knows_every_word_that_it_asks_for():
    asked = set(re.findall(r'say\("(\w+)"\)', SCRIPT))
    assert asked
    assert asked <= set(words(Words("id")))
