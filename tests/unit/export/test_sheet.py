"""The printed page: one page, in both languages, with everything on it, and no colour."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coach.export.sheet import Sheet, to_pdf
from coach.export.tracks import tracks
from coach.export.words import Words
from coach.motion.analyse import analyse_motion
from coach.scoring.checklist import propose, tally
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording

pytestmark = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs poppler (Debian: apt-get install poppler-utils)"
)


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    recording = make_recording(replace(FORMS[0], seconds=70.0, tempo_cpm=75.0, offset_cm=1.0))
    report = score_recording(recording, load_reference("fists")).to_json()
    return Sheet(
        title="A-07, test round",
        facts=["20 Nov 2026, 08:30", "1.2 min", "seen: back 100 %, left hand 100 %, right hand 100 %"] * 2,
        report=report,
        mine=tracks(analyse_motion(recording), passes=1),
        tally=tally({9: 0}, propose(report, comfort=4, pain=False)),
        rating=4,
        decision="repeat",
        notes=[(f"0:{i:02d}", f"note number {i} " + "with many words " * 20) for i in range(10, 17)],
        instructor="Bidan Ani",
    )


def printed(data: bytes, folder: Path) -> str:
    path = folder / "sheet.pdf"
    path.write_bytes(data)
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in info
    assert "A4" in info
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["A-07, test round", "Checklist", "On both sides, not pressing the spine", "Criteria", "≠", "repeat",
                "and 3 more", "Date and signature", "Bidan Ani", "does not diagnose"]),
        ("id", ["Daftar tilik", "Di kedua sisi, tidak menekan tulang belakang", "Kriteria", "Tanggal dan tanda tangan",
                "Tidak mendiagnosis"]),
    ],
)  # fmt: skip
def test_it_is_one_page_with_everything_on_it(sheet: Sheet, tmp_path: Path, language, expected):
    text = printed(to_pdf(sheet, Words(language)), tmp_path)
    for words in expected:
        assert words in text
    for row in Words(language).rows(sheet.report):
        assert row.name in text


def test_nothing_runs_over_the_edge_and_there_is_no_colour(sheet: Sheet, tmp_path: Path):
    import matplotlib.image

    (tmp_path / "sheet.pdf").write_bytes(to_pdf(sheet, Words("id")))
    subprocess.run(["pdftoppm", "-r", "60", "-png", "sheet.pdf", "sheet"], cwd=tmp_path, check=True)
    picture = matplotlib.image.imread(next(tmp_path.glob("sheet*.png")))[:, :, :3]
    assert np.ptp(picture, axis=2).max() < 0.02
    edge = round(10 / 25.4 * 60)  # 10 mm
    for side in (picture[:, :edge], picture[:, -edge:], picture[:edge], picture[-round(7 / 25.4 * 60) :]):
        assert side.min() > 0.95


def test_a_long_value_stays_clear_of_the_target(sheet: Sheet, tmp_path: Path):
    criteria = [
        {**c, "score": 10.0, "hands": {"left": 88.0, "right": 124.0}} if c["id"] == "tempo" else c
        for c in sheet.report["score"]["criteria"]
    ]
    report = {**sheet.report, "score": {**sheet.report["score"], "criteria": criteria}}
    (tmp_path / "sheet.pdf").write_bytes(to_pdf(replace(sheet, report=report), Words("id")))
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "sheet.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    word = r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">'
    ((_, value_ends, line),) = re.findall(word + "lingkaran/menit<", boxes)
    (target,) = (
        float(begins)
        for begins, _, y in re.findall(word + "30<", boxes)
        if abs(float(y) - float(line)) < 3  # points: the same line
    )
    assert float(value_ends) < target


def test_a_practice_that_is_not_scored_and_whose_movement_is_gone(sheet: Sheet, tmp_path: Path):
    report = {**sheet.report, "score": {**sheet.report["score"], "overall": None}}
    report["tracking"] = {**report["tracking"], "rated": False, "reason": "The back was not seen."}
    bare = replace(sheet, report=report, mine=None, notes=(), decision=None, rating=None, tally=tally({}, {}))
    text = printed(to_pdf(bare, Words("en")), tmp_path)
    for words in ("Not scored", "The back was not seen.", "The movement data are not kept."):
        assert words in text
