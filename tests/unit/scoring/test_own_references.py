"""References of one's own are renamed and removed; those that ship, and the default, are safe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.errors import CoachError, ReferenceError  # noqa: A004 - the field's word
from coach.scoring.adding import add_reference
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.own_references import remove, rename
from coach.scoring.reference import list_references, load_reference, own_folder, set_default
from coach.store.rescoring import rules_of


@pytest.fixture(autouse=True)
def mine(coach_home) -> str:
    return add_reference(make_recording(replace(FORMS[0], seconds=50.0)), "Bu Bidan 1").name


def test_a_title_is_changed_and_nothing_else(mine: str):
    before = load_reference(mine)
    path = before.folder / "profile.toml"
    text = path.read_text(encoding="utf-8").replace("weight = 15", "weight = 15  # decided by Ani")
    path.write_text(text, encoding="utf-8")
    rename(mine, '  Cara "Melati" \\ lama  ')
    after = load_reference(mine)
    assert after.profile.title == {"id": 'Cara "Melati" \\ lama', "en": 'Cara "Melati" \\ lama'}
    assert replace(after.profile, title=before.profile.title) == before.profile
    assert "# decided by Ani" in path.read_text(encoding="utf-8")
    assert rules_of(after) == rules_of(before)  # so nothing has to be scored again


@pytest.mark.parametrize("title", ["", "   ", "x" * 81])
def test_a_title_is_a_title(mine: str, title: str):
    with pytest.raises(ReferenceError, match="title of 1 to 80 letters"):
        rename(mine, title)


def test_one_of_one_s_own_is_removed_whole(mine: str):
    remove(mine)
    assert mine not in {listed.name for listed in list_references()}
    assert list(own_folder().iterdir()) == []


def test_a_damaged_one_can_be_removed_but_not_renamed(mine: str):
    (own_folder() / mine / "profile.toml").write_text("schema = ")
    with pytest.raises(CoachError, match="line 1"):
        rename(mine, "Lain")
    remove(mine)
    assert list(own_folder().iterdir()) == []


def test_the_default_is_not_removed(mine: str):
    set_default(mine)
    with pytest.raises(ReferenceError, match="default"):
        remove(mine)
    set_default("fists")
    remove(mine)


@pytest.mark.parametrize("change", [remove, lambda name: rename(name, "x")])
def test_what_ships_is_safe(change):
    with pytest.raises(ReferenceError, match="ships with the program"):
        change("fists")
    with pytest.raises(ReferenceError, match="no reference"):
        change("nothing")
    with pytest.raises(ReferenceError):
        change("../mine")
