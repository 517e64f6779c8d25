"""Results as tables: CSV, XLSX and Parquet, in which no cell can become a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a table program may take for a formula or a command, also after spaces (OWASP, CSV injection)."""

Rows = Sequence[Mapping[str, Any]]
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
"""Title, heads and rows of a sheet."""


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


def to_xlsx(rows: Rows, title: str, notes: tuple[str, Sequence[str]] | None = None) -> bytes:
    """An Excel file; numbers are numbers, texts are texts. `notes` are the title and lines of a second sheet."""
    columns = _columns(rows)
    book = _workbook([(title, columns, [[row.get(name) for name in columns] for row in rows])])
    if notes is not None:
        second = book.create_sheet(_sheet_name(notes[0]))
        second.column_dimensions["A"].width = 110
        for i, text in enumerate(notes[1], 1):
            cell = second.cell(i, 1)
            cell.value, cell.data_type = safe(text), "s"
    return _saved(book)


def to_workbook(sheets: Sequence[Sheet]) -> bytes:
    """An Excel file of several sheets."""
    return _saved(_workbook(sheets))


def _workbook(sheets: Sequence[Sheet]) -> Any:
    from openpyxl import Workbook  # type: ignore[import-untyped, unused-ignore]
    from openpyxl.styles import Font  # type: ignore[import-untyped, unused-ignore]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped, unused-ignore]

    book = Workbook()
    book.remove(book.active)
    for title, heads, rows in sheets:
        sheet = book.create_sheet(_sheet_name(title))
        for j, name in enumerate(heads, 1):
            cell = sheet.cell(1, j, safe(name))
            cell.font = Font(bold=True)
            longest = max([len(name), *(len(str(row[j - 1])) for row in rows)])
            sheet.column_dimensions[get_column_letter(j)].width = max(10, min(48, longest + 2))
        for i, row in enumerate(rows, 2):
            for j, given in enumerate(row, 1):
                value = _plain(safe(given))
                cell = sheet.cell(i, j)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl itself would make a formula of "=…"
        sheet.freeze_panes = "A2"
    return book


def _saved(book: Any) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def to_parquet(rows: Rows, about: Mapping[str, Any] | None = None) -> bytes:
    """A Parquet file; values keep their kind. `about` goes into its metadata, as JSON under ``massage_coach``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = _columns(rows)
    table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in columns})
    if about is not None:
        table = table.replace_schema_metadata({"massage_coach": json.dumps(about)})
    data = io.BytesIO()
    pq.write_table(table, data, compression="zstd")
    return data.getvalue()


def _sheet_name(text: str) -> str:
    return "".join(c for c in text if c not in "[]:*?/\\")[:31] or "1"


def _columns(rows: Rows) -> list[str]:
    """The first row's columns, then what only later rows have."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    return list(names)


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
