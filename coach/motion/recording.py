"""What was seen, frame by frame: `Observation` for one frame, `Recording` for a whole practice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coach.atomic import replacing
from coach.errors import RecordingError
from coach.i18n import N_

LEFT, RIGHT = 0, 1
"""Index of the giver's own left and right hand in every array with a hands axis."""
HANDS = ("left", "right")
SCHEMA = 1
"""Version of the stored format."""
META_KEY = "massage_coach"
"""Key of the metadata (JSON) in the Parquet file."""
COLUMNS = (
    "t_s",
    "left_u", "left_v_cm", "right_u", "right_v_cm",
    "left_confidence", "right_confidence", "back_confidence",
    "left_x_px", "left_y_px", "right_x_px", "right_y_px",
    "c7_x_px", "c7_y_px", "l5_x_px", "l5_y_px",
)  # fmt: skip
"""Columns of a stored recording: `t_s` is float64, all others are float32."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen in one frame.

    Attributes
    ----------
    t_s : float
        Seconds from the first frame.
    u, v_cm : ndarray [shape=(2,)]
        Back coordinates of the left and right thumb tip (docs/coordinates.md); NaN where not seen.
    confidence : ndarray [shape=(2,)]
        0 to 1, per hand.
    back_confidence : float
        0 to 1.
    thumb_px : ndarray [shape=(2, 2)]
        Thumb tips in the picture, hand by (x, y), in pixels.
    c7_px, l5_px : ndarray [shape=(2,)]
        Upper and lower end of the spine in the picture, in pixels.
    """

    t_s: float
    u: np.ndarray
    v_cm: np.ndarray
    confidence: np.ndarray
    back_confidence: float
    thumb_px: np.ndarray
    c7_px: np.ndarray
    l5_px: np.ndarray


@dataclass(frozen=True)
class Recording:
    """A practice as arrays over `n` analysed frames; NaN where not seen. Holds no pixels and no name."""

    t_s: np.ndarray
    u: np.ndarray
    v_cm: np.ndarray
    confidence: np.ndarray
    back_confidence: np.ndarray
    thumb_px: np.ndarray
    c7_px: np.ndarray
    l5_px: np.ndarray
    meta: dict = field(default_factory=dict)

    @classmethod
    def from_observations(cls, observations: Iterable[Observation], meta: dict) -> Recording:
        """Stack observations in the order of their time."""
        seen = list(observations)

        def stack(name: str, dtype: type, *shape: int) -> np.ndarray:
            return np.array([getattr(o, name) for o in seen], dtype=dtype).reshape(len(seen), *shape)

        return cls(
            t_s=stack("t_s", np.float64),
            u=stack("u", np.float32, 2),
            v_cm=stack("v_cm", np.float32, 2),
            confidence=stack("confidence", np.float32, 2),
            back_confidence=stack("back_confidence", np.float32),
            thumb_px=stack("thumb_px", np.float32, 2, 2),
            c7_px=stack("c7_px", np.float32, 2),
            l5_px=stack("l5_px", np.float32, 2),
            meta=dict(meta),
        )

    def __len__(self) -> int:
        """Number of analysed frames."""
        return len(self.t_s)

    @property
    def back_length_cm(self) -> float:
        """Centimetres from C7 to L5 that this recording was measured with (`meta`, settings).

        Raises
        ------
        RecordingError
            When the metadata does not say.
        """
        settings = self.meta.get("settings")
        length = settings.get("back_length_cm") if isinstance(settings, dict) else None
        if isinstance(length, bool) or not isinstance(length, (int, float)) or not 10 < length < 100:
            raise RecordingError(
                N_("The recording does not say how long the back is (back_length_cm): record it again.")
            )
        return float(length)

    def to_parquet(self, path: Path) -> None:
        """Write the recording as one Parquet file, whole or not at all.

        The columns and the metadata are described in docs/measures.md; pandas, DuckDB and R open the file.

        Raises
        ------
        OutputError
            When the system refuses to write (disk full, no permission).
        """
        table = pa.table({name: pa.array(values) for name, values in self._columns().items()})
        table = table.replace_schema_metadata({META_KEY: json.dumps(self.meta, ensure_ascii=False)})
        with replacing(Path(path)) as temporary:
            pq.write_table(table, temporary, compression="zstd")

    @classmethod
    def from_parquet(cls, path: Path) -> Recording:
        """Read a recording; columns beyond the known ones are left alone.

        Raises
        ------
        RecordingError
            When the file is missing, is not Parquet, lacks the metadata or a column, has no rows, holds
            something that is not a number, or its times do not rise.
        """
        path = Path(path)
        if path.is_dir():  # pyarrow would take a folder for a data set of many files
            raise RecordingError(N_("{path} is a folder, not a recording."), path=path)
        if not path.exists():
            raise RecordingError(N_("{path} does not exist."), path=path)
        try:
            # A ParquetFile and not read_table: the latter also takes meaning from folder names (year=2024).
            with pq.ParquetFile(path) as file:
                table = file.read()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise RecordingError(
                N_("{path} is not a recording, or it is damaged: it is no whole Parquet file."), path=path
            ) from error
        meta = _read_meta(path, (table.schema.metadata or {}).get(META_KEY.encode()))
        columns = {}
        for name in COLUMNS:
            if name not in table.column_names:
                raise RecordingError(
                    N_("{path} is not a complete recording: the column {column} is missing."),
                    path=path,
                    column=name,
                )
            try:
                dtype = pa.float64() if name == "t_s" else pa.float32()
                column = table.column(name).cast(dtype).to_numpy()
            except (pa.ArrowException, ValueError) as error:
                raise RecordingError(
                    N_("{path} is damaged: the column {column} does not hold numbers."),
                    path=path,
                    column=name,
                ) from error
            # A null is "not seen" as well; where it comes from a table program it may stand for NaN.
            columns[name] = np.array(column, dtype=np.float64 if name == "t_s" else np.float32)
        t_s = columns["t_s"]
        if not len(t_s):
            raise RecordingError(N_("{path} is an empty recording: it holds no frames."), path=path)
        if not np.isfinite(t_s).all() or (np.diff(t_s) <= 0).any():
            raise RecordingError(N_("{path} is damaged: its times do not rise from row to row."), path=path)
        return cls._from_columns(columns, meta)

    def _columns(self) -> dict[str, np.ndarray]:
        values = {"t_s": np.asarray(self.t_s, np.float64)}
        for i, hand in enumerate(HANDS):
            values[f"{hand}_u"] = self.u[:, i]
            values[f"{hand}_v_cm"] = self.v_cm[:, i]
            values[f"{hand}_confidence"] = self.confidence[:, i]
            for j, axis in enumerate("xy"):
                values[f"{hand}_{axis}_px"] = self.thumb_px[:, i, j]
        values["back_confidence"] = self.back_confidence
        for j, axis in enumerate("xy"):
            values[f"c7_{axis}_px"] = self.c7_px[:, j]
            values[f"l5_{axis}_px"] = self.l5_px[:, j]
        return {"t_s": values["t_s"], **{name: np.asarray(values[name], np.float32) for name in COLUMNS[1:]}}

    @classmethod
    def _from_columns(cls, columns: dict[str, np.ndarray], meta: dict) -> Recording:
        def hands(name: str) -> np.ndarray:
            return np.stack([columns[f"{hand}_{name}"] for hand in HANDS], axis=1)

        def point(name: str) -> np.ndarray:
            return np.stack([columns[f"{name}_x_px"], columns[f"{name}_y_px"]], axis=1)

        return cls(
            t_s=columns["t_s"],
            u=hands("u"),
            v_cm=hands("v_cm"),
            confidence=hands("confidence"),
            back_confidence=columns["back_confidence"],
            thumb_px=np.stack([point(h) for h in HANDS], axis=1),
            c7_px=point("c7"),
            l5_px=point("l5"),
            meta=meta,
        )


def _read_meta(path: Path, raw: bytes | None) -> dict:
    if raw is None:
        raise RecordingError(
            N_("{path} is a Parquet file, but not a recording of this program."),
            path=path,
        )
    try:
        meta = json.loads(raw)
    except (ValueError, RecursionError):
        meta = None
    if not isinstance(meta, dict):
        raise RecordingError(N_("{path} is damaged: its metadata cannot be read."), path=path)
    if meta.get("schema") != SCHEMA:
        raise RecordingError(
            N_("{path} has recording format {found}; this program reads format {known}. Update the program."),
            path=path,
            found=meta.get("schema"),
            known=SCHEMA,
        )
    return meta
