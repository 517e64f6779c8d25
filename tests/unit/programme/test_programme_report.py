"""The report: one object, two languages, three kinds of file; empty parts say so; nothing is claimed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programme_given import DAY, cadre, passed, programme, quiz, round_

from coach.export.words import CLAIM, Words
from coach.programme import words
from coach.programme.blocks import Document, Heading, Paragraph, Picture, Table
from coach.programme.docx import to_docx
from coach.programme.facts import Asked, Facts, Gathering, HomePractice, Member
from coach.programme.findings import findings
from coach.programme.pdf import to_pdf
from coach.programme.report import document
from coach.programme.xlsx import to_xlsx

CAUSAL = re.compile(
    r"\b(because|caus\w*|due to|improv\w*|effect\w*|thanks to|led to|increase\w*|karena|akibat|sebab|pengaruh\w*|"
    r"efektif\w*|meningkat\w*|berkat|menyebabkan)\b",
    re.IGNORECASE,
)
ALLOWED = ("described, not explained", "tidak dijelaskan sebabnya")


def group(n: int = 12) -> Facts:
    """A programme with something in every part."""
    meeting = Gathering("lesson", DAY, "implementation", "melati", "ani", ("film",), "One mother felt dizzy.")
    helper = Asked("q", "choice", "Who helps?", ("husband", "nobody"))
    members = []
    for i in range(n):
        answers = {"pain": False, "fever": i % 2 == 0}
        members.append(
            Member(
                f"A-{i + 1:02d}", role="mother" if i % 2 else "partner", age_band="25-34", status_band="postpartum",
                site_id="melati", trained_by="A-01" if i > 6 else None, present=frozenset({"lesson"}),
                quiz={
                    "before": quiz(3 + i % 3, source="screen", answers=answers), "after": quiz(8 + i % 3, confidence=4),
                    "later": quiz(7 + i % 2, 21),
                },
                rounds=(round_(overall=40.0 + i, faults=("too_fast",)), round_(), passed(days=3)),
                home=HomePractice(DAY, 4, 20, i % 2), answers={"q": "husband" if i % 2 else "nobody"},
            )
        )  # fmt: skip
    return programme(*members, meetings=(meeting,), questions=(helper,), texts={"aims": "Bisa memijat."})


def made(facts: Facts, language: str = "id") -> Document:
    return document(findings(facts, DAY), Words(language))


def texts(report: Document) -> list[str]:
    """Everything that can be read in it."""
    found: list[str] = []
    for block in report.blocks:
        if isinstance(block, Table):
            found += [block.title, *block.heads, *(str(cell) for row in block.rows for cell in row)]
        elif isinstance(block, Picture):
            found += [block.title, block.alt]
        elif isinstance(block, Heading | Paragraph):
            found.append(block.text)
        else:
            found += block.items
    return found


@pytest.mark.parametrize("facts", [group(), programme(meetings=(), sites={}, staff={})])
def test_both_languages_are_the_same_report(facts: Facts):
    first, second = made(facts, "id"), made(facts, "en")
    assert [type(b) for b in first.blocks] == [type(b) for b in second.blocks]
    for a, b in zip(first.tables(), second.tables(), strict=True):
        assert len(a.heads) == len(b.heads) == len(set(map(len, a.rows)) and a.rows[0])
        numbers = [[c for c in row if isinstance(c, int | float)] for row in a.rows]
        assert numbers == [[c for c in row if isinstance(c, int | float)] for row in b.rows]


def test_the_chapters_of_a_laporan_in_their_order():
    report = made(group())
    chapters = [b.text for b in report.blocks if isinstance(b, Heading) and b.level < 2]
    assert chapters == [
        "Laporan kegiatan: Kelas ibu", "1 Latar belakang", "2 Tujuan", "3 Sasaran", "4 Waktu dan tempat",
        "5 Tahapan kegiatan", "6 Hasil", "7 Dokumentasi", "8 Kendala", "9 Tindak lanjut", "10 Cara membaca angka",
        "Lampiran",
    ]  # fmt: skip
    assert "Bisa memijat." in texts(report)
    assert report.foot == Words("id")(CLAIM)


def test_empty_parts_say_so():
    report = made(programme(meetings=(), sites={}, staff={}))
    after = {}
    for block, following in zip(report.blocks, report.blocks[1:], strict=False):
        if isinstance(block, Heading):
            after[block.text] = getattr(following, "text", "")
    for chapter in (
        "1 Latar belakang", "2 Tujuan", "3 Sasaran", "4 Waktu dan tempat", "Pelaksanaan", "Evaluasi",
        "Pengetahuan", "Keterampilan",
        "Kenyamanan, rumah, dan kejadian",
        "Wawancara awal", "8 Kendala", "9 Tindak lanjut", "A Daftar hadir, kode saja", "B Hasil menurut kode",
        "C Siapa melatih siapa",
    ):  # fmt: skip
        assert after[chapter] == "Belum ada data."
    assert not [b for b in report.blocks if isinstance(b, Picture)]
    indicators = next(t for t in report.tables() if t.name == "Indikator")
    assert {row[1] for row in indicators.rows} == {"belum ada data"}
    assert "nan" not in " ".join(texts(report)).lower().split()


def test_answers_stand_in_the_order_in_which_they_are_offered():
    """By how often they were given, the order would tell which of the hidden ones is the larger."""
    helper = Asked("q", "choice", "Who helps?", ("husband", "nobody"))
    assert words.in_order(helper, {"nobody": None, "gone": None, "husband": None}) == [
        "husband",
        "nobody",
        "gone",
    ]
    members = [cadre(f"A-{i}", answers={"q": "nobody" if i < 4 else "husband"}) for i in range(7)]
    report = made(programme(*members, questions=(helper,)), "en")
    interview = next(t for t in report.tables() if t.name == "Interview")
    assert [row[1] for row in interview.rows] == ["husband", "nobody"]


def test_a_programme_with_an_open_end_says_so():
    say = Words("en")
    day = "2 November 2026"
    assert words.span(say, programme(starts_on=date(2026, 11, 2), ends_on=None)) == f"since {day}"
    assert words.span(say, programme(starts_on=None, ends_on=date(2026, 11, 2))) == f"until {day}"
    assert words.span(say, programme(starts_on=None, ends_on=None)) == "no data yet"


@pytest.mark.parametrize("language", ["id", "en"])
def test_nothing_is_claimed_to_come_from_the_training(language: str):
    said = [t for t in texts(made(group(), language)) if not any(a in t for a in ALLOWED)]
    assert [t for t in said if CAUSAL.search(t)] == []


def test_small_groups_get_no_percentage_and_no_test():
    report = made(group(1), "en")
    said = " ".join(texts(report))
    assert "1 of 1" in said
    assert "%)" not in said
    assert "fewer than six pairs differ" in said
    assert "p = " not in said
    assert "p < 0.001" in " ".join(texts(made(group(20), "en")))


def test_few_of_a_band_are_hidden():
    facts = group()
    early = replace(facts.members[0], status_band="early")
    report = made(replace(facts, members=(early, *facts.members[1:])), "en")
    who = next(t for t in report.tables() if t.name == "Participants")
    status = [row[2] for row in who.rows if row[0] == "Pregnancy or birth"]
    assert status == ["fewer than 5, or hidden with them"] * 2  # 11 in all would tell the one


def test_a_number_that_few_gave_is_hidden():
    minutes = Asked("n", "number", "Minutes?")
    few = tuple(cadre(f"A-{i}", answers={"n": "17"}) for i in range(4))
    answers = next(
        t for t in made(programme(*few, questions=(minutes,)), "en").tables() if t.name == "Interview"
    )
    assert [tuple(row) for row in answers.rows] == [("Minutes?", "fewer than 5, or hidden with them", 4)]


def test_who_did_not_agree_is_in_no_file():
    secret = cadre("RAHASIA-1", consent=("practice",))
    facts = replace(group(), members=(*group().members, secret))
    report = made(facts, "en")
    assert "RAHASIA" not in " ".join(texts(report))
    assert b"RAHASIA" not in to_pdf(report)
    assert "1 did not agree" in " ".join(texts(report))


def test_the_word_file_can_be_worked_with():
    docx = pytest.importorskip("docx")
    report = made(group())
    file = docx.Document(io.BytesIO(to_docx(report)))
    heads = [p.text for p in file.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert heads == [b.text for b in report.blocks if isinstance(b, Heading)]
    assert len(file.tables) == len(report.tables())
    assert len(file.inline_shapes) == sum(isinstance(b, Picture) for b in report.blocks)
    assert file.core_properties.language == "id"
    for table, block in zip(file.tables, report.tables(), strict=True):
        columns = [column.width for column in table.columns]  # what LibreOffice goes by
        assert columns == [cell.width for cell in table.rows[0].cells]
        shares = np.array(block.widths or [1] * len(columns))
        assert np.allclose(np.array(columns) / sum(columns), shares / shares.sum(), atol=0.001)
    foot = file.sections[0].footer.paragraphs[0]
    assert foot.text.startswith(report.foot)
    assert "PAGE" in foot._p.xml  # the page's number, as a field that the word processor fills in


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdftoppm") is None,
    reason="needs LibreOffice and poppler",
)
def test_the_word_file_in_an_office_program(language: str, tmp_path: Path):
    """No word of a table is torn apart in a column that is too narrow, and the pages are grey."""
    report = made(group(40), language)
    (tmp_path / "r.docx").write_bytes(to_docx(report))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "r.docx"],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    said = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "r.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    parts = re.compile(r"[\s-]+")  # a code may be parted at its hyphen
    words_on_paper = set(parts.split(said))
    for table in report.tables():
        for cell in [*table.heads, *(cell for row in table.rows for cell in row)]:
            if isinstance(cell, str):
                assert set(parts.split(cell)) <= words_on_paper | {""}, cell
    assert {str(number) for number in range(1, 6)} <= words_on_paper  # the pages have numbers
    subprocess.run(["pdftoppm", "-r", "40", "-png", tmp_path / "r.pdf", tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.png"))
    assert 5 <= len(pages) <= 16
    for page in pages:
        assert np.ptp(np.asarray(Image.open(page).convert("RGB")).astype(int), axis=2).max() < 40


def test_the_workbook_has_a_sheet_for_each_table():
    from openpyxl import load_workbook

    site = {"melati": "=cmd|x"}
    report = made(replace(group(), sites=site))
    book = load_workbook(io.BytesIO(to_xlsx(report)))
    assert book.sheetnames == [t.name for t in report.tables()]
    by_code = book[next(t.name for t in report.tables() if t.name == "Per kode")]
    assert by_code.cell(2, 1).value == "A-01"
    assert isinstance(by_code.cell(2, 3).value, int)
    assert book["Sesi"].cell(2, 3).value == "'=cmd|x"
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


def test_many_sessions_get_tables_of_their_own():
    meetings = tuple(Gathering(f"m{i}", DAY, "implementation") for i in range(23))
    report = made(replace(group(), meetings=meetings), "en")
    lists = [t for t in report.tables() if t.name.startswith("Attendance")]
    assert [t.name for t in lists] == ["Attendance", "Attendance 2", "Attendance 3"]
    assert [len(t.heads) for t in lists] == [11, 11, 4]


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler")
def test_the_pages_are_grey_and_nothing_runs_off_them(tmp_path: Path):
    (tmp_path / "r.pdf").write_bytes(to_pdf(made(group(40))))
    subprocess.run(["pdftoppm", "-r", "40", "-png", tmp_path / "r.pdf", tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.png"))
    assert 5 <= len(pages) <= 16
    for page in pages:
        picture = np.asarray(Image.open(page).convert("RGB")).astype(int)
        ink = picture.min(axis=2) < 200
        columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
        width, height = ink.shape[1], ink.shape[0]
        assert columns[0] > 0.05 * width
        assert columns[-1] < 0.95 * width
        assert rows[0] > 0.03 * height
        assert rows[-1] < 0.98 * height
        assert np.ptp(picture, axis=2).max() < 40  # greys: a black-and-white printer loses nothing
