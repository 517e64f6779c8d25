"""Recordings on disk."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coach.errors import OutputError, RecordingError
from coach.motion.recording import COLUMNS, Observation, Recording

META = {"schema": 1, "source": {"kind": "file", "name": "a.mp4"}, "settings": {"back_length_cm": 45.0}}
FIELDS = ("t_s", "u", "v_cm", "confidence", "back_confidence", "thumb_px", "c7_px", "l5_px")


def observations(n, seed=0):
    rng = np.random.default_rng(seed)
    return [
        Observation(
            i / 15, rng.random(2), rng.normal(size=2), rng.random(2), 0.5,
            rng.random((2, 2)) * 640, rng.random(2), rng.random(2),
        )
        for i in range(n)
    ]  # fmt: skip


def same(a, b):
    return all(np.array_equal(getattr(a, f), getattr(b, f), equal_nan=True) for f in FIELDS)


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(1, 30))
def test_round_trip(tmp_path_factory, data, n):
    path = tmp_path_factory.mktemp("r") / "a.recording.parquet"
    value = arrays(np.float32, (n, 2), elements=st.floats(width=32, allow_infinity=False))
    r = Recording(
        t_s=np.cumsum(data.draw(arrays(np.float64, n, elements=st.floats(1e-3, 10)))),
        u=data.draw(value), v_cm=data.draw(value), confidence=data.draw(value),
        back_confidence=np.ones(n, np.float32), thumb_px=np.full((n, 2, 2), np.nan, np.float32),
        c7_px=data.draw(value), l5_px=data.draw(value), meta={**META, "note": "é ü"},
    )  # fmt: skip
    r.to_parquet(path)
    back = Recording.from_parquet(path)
    assert same(r, back)
    assert back.meta == r.meta
    assert back.t_s.dtype == np.float64
    assert back.u.dtype == np.float32


def test_the_file_is_as_the_contract_says(tmp_path):
    r = Recording.from_observations(observations(3), META)
    r.to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert set(COLUMNS) == set(table.column_names)
    assert table.schema.field("t_s").type == pa.float64()
    assert table.schema.field("left_u").type == pa.float32()
    assert json.loads(table.schema.metadata[b"massage_coach"])["schema"] == 1
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert frame["right_y_px"].to_numpy() == pytest.approx(r.thumb_px[:, 1, 1])
    assert [p.name for p in tmp_path.iterdir()] == ["a.parquet"]


def test_no_folder_to_write_to(tmp_path):
    with pytest.raises(OutputError):
        Recording.from_observations(observations(3), META).to_parquet(tmp_path / "no" / "a.parquet")


def edited(path, edit):
    table = edit(pq.read_table(path))
    pq.write_table(table, path)


def without_meta(table):
    return table.replace_schema_metadata(None)


def with_meta(text):
    return lambda table: table.replace_schema_metadata({"massage_coach": text})


def with_column(name, values):
    return lambda table: table.set_column(table.column_names.index(name), name, pa.array(values))


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (without_meta, "not a recording of this program"),
        (with_meta("{"), "metadata cannot be read"),
        (with_meta("[1]"), "metadata cannot be read"),
        (with_meta('{"schema": 7}'), "format 7"),
        (lambda t: t.drop_columns(["left_u"]), "column left_u is missing"),
        (with_column("right_u", ["a", "b", "c"]), "does not hold numbers"),
        (with_column("t_s", [0.0, 2.0, 1.0]), "do not rise"),
        (with_column("t_s", [0.0, None, 1.0]), "do not rise"),
        (lambda t: t.slice(0, 0), "no frames"),
    ],
)
def test_damaged_files(tmp_path, edit, says):
    path = tmp_path / "a.parquet"
    Recording.from_observations(observations(3), META).to_parquet(path)
    edited(path, edit)
    with pytest.raises(RecordingError, match=says):
        Recording.from_parquet(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"hello" * 100, b"PAR1" + b"\0" * 200 + b"PAR1"])
def test_not_parquet(tmp_path, content):
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="no whole Parquet file"):
        Recording.from_parquet(path)


def test_missing_and_folder(tmp_path):
    with pytest.raises(RecordingError, match="does not exist"):
        Recording.from_parquet(tmp_path / "x")
    with pytest.raises(RecordingError, match="is a folder"):
        Recording.from_parquet(tmp_path)


def test_a_torn_file_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    Recording.from_observations(observations(50), META).to_parquet(path)
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        with pytest.raises(RecordingError):
            Recording.from_parquet(path)


def test_nulls_are_not_seen(tmp_path):
    path = tmp_path / "a.parquet"
    Recording.from_observations(observations(3), META).to_parquet(path)
    edited(path, with_column("left_u", [0.1, None, 0.3]))
    assert np.isnan(Recording.from_parquet(path).u[1, 0])


def test_no_observations_keep_their_shapes():
    r = Recording.from_observations([], META)
    assert r.u.shape == (0, 2)
    assert r.thumb_px.shape == (0, 2, 2)
    assert len(r) == 0
