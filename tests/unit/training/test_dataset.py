from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from training_given import dotted, scene_arrays, spread_points, write_scenes

from training.dataset import Pictures, build, file_of
from training.layout import VALIDATION_SEED


def test_a_second_run_makes_only_what_is_missing(tmp_path: Path):
    made: list[int] = []

    def make(seed: int) -> dict[str, np.ndarray]:
        made.append(seed)
        return scene_arrays(seed)

    assert build(tmp_path, range(5, 8), make) == (3, 0)
    file_of(tmp_path, 6).unlink()
    assert build(tmp_path, range(5, 9), make) == (2, 2)
    assert made == [5, 6, 7, 6, 8]


def test_a_run_that_breaks_off_leaves_whole_files_and_goes_on(tmp_path: Path):
    def breaks_at_2(seed: int) -> dict[str, np.ndarray]:
        if seed == 2:
            raise KeyboardInterrupt
        return scene_arrays(seed)

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, range(5), breaks_at_2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s000000.npz", "s000001.npz"]
    assert build(tmp_path, range(5), scene_arrays) == (3, 2)
    assert len(Pictures(tmp_path, validation=False)) == 10


def test_a_file_that_is_cut_off_while_it_is_written_never_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fills_the_disk(path: Path, **arrays: np.ndarray) -> None:
        Path(path).write_bytes(b"half a fi")
        raise MemoryError

    monkeypatch.setattr(np, "savez", fills_the_disk)
    with pytest.raises(MemoryError):
        build(tmp_path, [1], scene_arrays)
    assert not list(tmp_path.iterdir())


def test_what_is_written_is_read(tmp_path: Path):
    write_scenes(tmp_path, 7)
    pictures = Pictures(tmp_path, validation=False)
    assert len(pictures) == 2
    np.testing.assert_array_equal(pictures.image(1), dotted(spread_points()))
    np.testing.assert_array_equal(pictures.points[1], spread_points())
    about = pictures.about[1]
    assert (about.grip, about.top, about.seed, about.azimuth) == ("fist", "bra", 7, 50.0)
    assert (about.skin, about.giver_skin, about.lean) == (0.2, 0.8, 20.0)


def test_validation_scenes_are_kept_apart(tmp_path: Path):
    write_scenes(tmp_path, 7, VALIDATION_SEED + 7)
    learnt, validation = (Pictures(tmp_path, validation=v) for v in (False, True))
    assert {one.seed for one in learnt.about} == {7}
    assert {one.seed for one in validation.about} == {VALIDATION_SEED + 7}


def test_pictures_that_come_later_are_taken_in_once(tmp_path: Path):
    write_scenes(tmp_path, 1)
    pictures = Pictures(tmp_path, validation=False)
    write_scenes(tmp_path, 2)
    (tmp_path / ".s000003-x7.npz").write_bytes(b"being written by another run")
    assert pictures.refresh() == 4
    assert pictures.refresh() == 4
    assert [one.seed for one in pictures.about] == [1, 1, 2, 2]
