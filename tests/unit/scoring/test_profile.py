from dataclasses import replace

import pytest

from coach.errors import ProfileError
from coach.i18n import translator
from coach.scoring.profile import CRITERIA, Gate, load_profile, parse_profile
from coach.scoring.profile_text import profile_text
from coach.scoring.standard import STANDARD

TEXT = profile_text(STANDARD, "for the test")


def line_of(part: str, text: str = TEXT) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_text_and_profile_are_the_same_thing():
    assert parse_profile(TEXT, "p.toml") == STANDARD


def test_a_title_may_hold_quotes():
    odd = replace(STANDARD, title={"id": 'Bu "Ani" \\ 1', "en": "x\ny"})
    assert parse_profile(profile_text(odd, "x"), "p.toml").title == {"id": 'Bu "Ani" \\ 1', "en": "xy"}


def test_weights_are_those_of_the_domain():
    w = {k: c.weight for k, c in STANDARD.criteria.items()}
    assert w["offset"] + w["reach"] == 25
    assert w["coverage"] + w["direction"] == 20
    assert w["balance"] + w["together"] == 20
    assert (w["tempo"], w["regularity"], w["circles"], w["duration"]) == (15, 10, 5, 5)
    assert list(w) == list(CRITERIA)


@pytest.mark.parametrize(
    ("old", "new", "line", "say"),
    [
        # a typing error in a key is answered with the right one
        ("too_fast_cpm = 80", "too_fst_cpm = 80", "too_fst_cpm", "too_fast_cpm"),
        ("[criteria.tempo] ", "[criteria.tempi] ", "[criteria.tempi]", "“tempo”"),
        ("schema = 1", "schema = 1\nfoo = 3", "foo = 3", "known are"),
        # values of the wrong kind or order
        ("band = [15, 30, 60, 90]", "band = [15, 60, 30, 90]", "[15, 60, 30, 90]", "rise"),
        ("band = [15, 30, 60, 90]", "band = [15, 30, 60]", "[15, 30, 60]", "four numbers"),
        ("band = [15, 30, 60, 90]", "band = [15, 30, 60, true]", "60, true", "number"),
        ("floor = 0.4", "floor = 1.4", "floor = 1.4", "between 0 and 1"),
        ("floor = 0.4", 'floor = "0.4"', 'floor = "0.4"', "number"),
        ("too_slow_cpm = 25", "too_slow_cpm = 250", "too_slow_cpm = 250", "below"),
        ("end_u = 0.34", "end_u = 0.05", "end_u = 0.05", "0.05"),
        ('direction = "down"', 'direction = "sideways"', "sideways", "down"),
        ('critical = ["not_circling"', 'critical = ["not_curling"', "not_curling", "not_circling"),
        ("schema = 1", "schema = 9", "schema = 9", "schema 9"),
        # a line that is not TOML at all
        ("floor = 0.4", "floor = 0,4", "floor = 0,4", "TOML"),
        # missing: told at the section that lacks it
        ("floor = 0.4", "", "[gate]", "gate.floor"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(old, new, line, say):
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "mine.toml")
    assert str(caught.value).startswith(f"mine.toml, line {line_of(line, text)}: ")
    assert say in str(caught.value)
    assert "baris" in caught.value.text(translator("id"))


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path / "none.toml")


def test_a_file_that_is_not_text(tmp_path):
    path = tmp_path / "p.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(path)


def test_gate_by_hand():
    gate = Gate(free=0.1, full=0.5, floor=0.4)
    assert gate.factor(0.05) == 1
    assert gate.factor(0.3) == pytest.approx(0.7)  # half way between 1 and 0.4
    assert gate.factor(0.9) == pytest.approx(0.4)
    assert Gate(0.2, 0.2, 0.5).factor(0.2) == 1
    assert Gate(0.2, 0.2, 0.5).factor(0.21) == 0.5
