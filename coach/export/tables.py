"""Results as tables: CSV, XLSX and Parquet, in which no cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a table program may take for a formula or a command, also after spaces (OWASP, CSV injection)."""

Rows = Sequence[Mapping[str, Any]]


def safe(value: Any) -> Any:
    """A text that a table program leaves a text: an apostrophe is set before what could be a formula."""
    if isinstance(value, str) and value.lstrip(" \u00a0\u200b\ufeff").startswith(_STARTS):
        return "'" + value
    return value


def to_csv(rows: Rows) -> bytes:
    """A CSV file: commas, decimal points, UTF-8 with its mark, so that Excel shows every letter."""
    columns = _columns(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(safe(row.get(name))) for name in columns])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Rows, title: str) -> bytes:
    """An Excel file of one sheet; numbers are numbers, texts are texts."""
    from openpyxl import Workbook  # type: ignore[import-untyped, unused-ignore]
    from openpyxl.styles import Font  # type: ignore[import-untyped, unused-ignore]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped, unused-ignore]

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "".join(c for c in title if c not in "[]:*?/\\")[:31] or "1"
    columns = _columns(rows)
    for j, name in enumerate(columns, 1):
        cell = sheet.cell(1, j, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(j)].width = max(10, min(24, len(name) + 2))
    for i, row in enumerate(rows, 2):
        for j, name in enumerate(columns, 1):
            value = _plain(safe(row.get(name)))
            cell = sheet.cell(i, j)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl itself would make a formula of "=…"
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def to_parquet(rows: Rows) -> bytes:
    """A Parquet file; values keep their kind."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = _columns(rows)
    table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in columns})
    data = io.BytesIO()
    pq.write_table(table, data, compression="zstd")
    return data.getvalue()


def _columns(rows: Rows) -> list[str]:
    """The first row's columns, then what only later rows have."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    return list(names)


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
