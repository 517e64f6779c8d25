"""A report's tables as an Excel file, a sheet for each."""

from __future__ import annotations

from coach.export.tables import to_workbook
from coach.programme.blocks import Document


def to_xlsx(document: Document) -> bytes:
    """Every table of the report; numbers are numbers."""
    return to_workbook([(table.name, table.heads, table.rows) for table in document.tables()])
