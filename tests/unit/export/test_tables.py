"""Tables come out as they went in, and no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from coach.export.tables import safe, to_csv, to_parquet, to_xlsx

EVIL = (
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1+cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\u00a0=1",
    "\ufeff=1",
    "|calc",
    "%0A=1",
)
ROWS = [
    {"code": "A-07", "score": -1.5, "when": datetime(2026, 11, 20, tzinfo=UTC), "pain": False, "note": None},
    {"code": "B-02", "score": 80.0, "when": None, "pain": True, "note": "é, “x”\nnew line"},
]


@pytest.mark.parametrize("text", EVIL)
def test_a_formula_becomes_a_text(text):
    assert safe(text) == "'" + text
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([{"a": text}], "x"))).active
    assert sheet["A2"].data_type == "s"
    cell = next(csv.DictReader(io.StringIO(to_csv([{"a": text}]).decode("utf-8-sig"), newline="")))["a"]
    assert cell.startswith("'")


def test_the_file_itself_holds_no_formula():
    with zipfile.ZipFile(io.BytesIO(to_xlsx([{"a": text} for text in EVIL], "x"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("value", ["A-07", "", "a=b", -1.5, None, True, "é"])
def test_harmless_values_stay_as_they_are(value):
    assert safe(value) == value


def test_csv():
    rows = list(csv.reader(io.StringIO(to_csv(ROWS).decode("utf-8-sig"), newline="")))
    assert rows[0] == ["code", "score", "when", "pain", "note"]
    assert rows[1] == ["A-07", "-1.5", "2026-11-20T00:00:00+00:00", "False", ""]
    assert rows[2][4] == "é, “x”\nnew line"


def test_xlsx():
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(ROWS, "Results: [1]"))).active
    assert sheet.title == "Results 1"
    assert [c.value for c in sheet[2]] == ["A-07", -1.5, "2026-11-20T00:00:00+00:00", False, None]


def test_parquet():
    table = pd.read_parquet(io.BytesIO(to_parquet(ROWS)))
    assert table["score"].tolist() == [-1.5, 80.0]
    assert table["when"][0] == pd.Timestamp("2026-11-20", tz="UTC")


def test_columns_of_later_rows_are_there_and_nothing_gives_an_empty_table():
    assert to_csv([{"a": 1}, {"b": 2}]).decode("utf-8-sig").splitlines() == ["a,b", "1,", ",2"]
    assert to_csv([]).decode("utf-8-sig").strip() == ""
    assert to_xlsx([], "x")
    assert to_parquet([])


def test_a_table_says_beside_its_rows_what_it_leaves_out():
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(ROWS, "x", ("About [it]", ["3 of 5", "=1+1"]))))
    assert book.sheetnames == ["x", "About it"]
    assert [cell.value for cell in book["About it"]["A"]] == ["3 of 5", "'=1+1"]
    stored = pq.read_schema(io.BytesIO(to_parquet(ROWS, {"rows": 2, "left_out": 3})))
    assert json.loads(stored.metadata[b"massage_coach"]) == {"rows": 2, "left_out": 3}
