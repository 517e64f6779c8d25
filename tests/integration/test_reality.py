"""The benchmark on photographs, on a picture of the sample that is marked like one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from coach.settings import resource_folder
from coach.vision.sources import VideoFile

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import reality
import reality_tables

_AT = 150  # this frame of the sample shows both thumbs
MASSAGE = {
    "picture": "massage.png",
    "c7": [380.5, 186.4], "l5": [375.3, 328.4], "c7_seen": True, "l5_seen": True,
    "grip": "open", "giver_skin": "dark", "receiver_skin": "dark", "clothing": "tshirt", "view": "side",
    "hands": {
        "left": {"visible": True, "thumb_tip": [372, 223], "wrist": [345, 255]},
        "right": {"visible": True, "thumb_tip": [394, 223], "wrist": [384, 268]},
    },
}  # fmt: skip
ALONE = {**MASSAGE, "picture": "alone.png", "grip": "nobody", "view": "behind", "hands": {}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pictures and their marks; one lies on its side, as pictures of people lying down do."""
    folder = tmp_path_factory.mktemp("photographs")
    with VideoFile(resource_folder("samples") / "sample.mp4") as video:
        for number, frame in zip(range(_AT + 1), video, strict=False):
            if number == 0:
                turned = np.rot90(frame.image)
                cv2.imwrite(str(folder / "alone.png"), turned[..., ::-1])
                width = frame.image.shape[1]
    cv2.imwrite(str(folder / "massage.png"), frame.image[..., ::-1])
    ends = {end: [ALONE[end][1], width - 1 - ALONE[end][0]] for end in ("c7", "l5")}
    (folder / "marks.json").write_text(json.dumps([MASSAGE, {**ALONE, **ends}]))
    return folder


def test_pictures_are_measured_with_and_without_hands_and_lying_on_their_side(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["reality.py", str(folder), str(folder / "marks.json"), "--drawn", str(folder / "drawn")]
    monkeypatch.setattr(sys, "argv", arguments)
    reality.main()
    out = capsys.readouterr().out
    assert out.startswith("2 pictures, 2 thumbs in sight")
    lines = [
        [cell.strip() for cell in line.strip("| ").split("|")] for line in out.splitlines() if "|" in line
    ]
    network = next(line for line in lines if line[0] == reality_tables.NETWORK)
    assert network[2].startswith("2 of 2")
    assert float(network[4]) < 1.5
    assert network[5] == "0"
    both = next(line for line in lines if line[0] == "both, as the product does")
    assert both[2].startswith("2 of 2")
    of_both = [line for line in lines if line[0].startswith("sits or stands, nobody else's hands")]
    assert len(of_both) == 2  # by the pose networks alone, and with our own
    for backs in of_both:
        assert backs[0].endswith("(1)")  # the other one is called a picture of somebody who lies
        assert backs[1:3] == ["1", "1"]
        assert float(backs[3]) < 2.0
        assert backs[4:6] == ["1", "1"]
        assert backs[6:10] == backs[2:6]  # the only end is in sight
    nobody = next(line for line in lines if line[0] == reality_tables.NETWORK and len(line) == 3)
    assert nobody[1].startswith("0 of 2")
    assert {path.name for path in (folder / "drawn").iterdir()} == {"massage.png", "alone.png"}


def test_a_marked_back_is_laid_into_the_picture_as_the_product_lays_one() -> None:
    marked = reality.Marked.from_json({**MASSAGE, "px_per_cm": 4.0})
    upright = marked.back().upright()
    c7, l5 = marked.ends @ upright[:, :2].T + upright[:, 2]
    assert c7[0] == pytest.approx(0, abs=1e-6)
    assert l5[1] - c7[1] == pytest.approx(np.hypot(*(marked.ends[1] - marked.ends[0])) / 4.0)
    assert c7[1] == pytest.approx(-0.35 * (l5[1] - c7[1]), abs=1e-6)
    assert marked.arm("left") == "below"
    assert marked.arm("right") == "below"


def test_a_thumb_at_the_place_of_the_other_one_counts_as_exchanged() -> None:
    marked = reality.Marked.from_json(MASSAGE)
    there = marked.tips["right"] + [3.0, 0.0]
    row = reality._row(marked, reality_tables.NETWORK, "left", (there, 0.9))
    assert row["told"]
    assert row["off_cm"] > 2.0 > row["off_other_cm"]
    rows = reality.pd.DataFrame([row, reality._row(marked, reality_tables.NETWORK, "right", None)])
    cells = reality_tables.thumbs_table(rows).splitlines()[-1].strip("| ").split(" | ")
    assert cells[1:] == ["1 of 2: 50 % (9 to 91)", "0 of 2: 0 % (0 to 66)", "0 of 2: 0 % (0 to 66)", "—", "1"]


def found(way: str, off_cm: dict[str, float], **about: str) -> list[dict[str, object]]:
    """Rows of one way: by picture how far the left thumb is off."""
    return [
        {"picture": picture, "way": way, "side": "left", "visible": True, "told": True, "off_cm": off,
         "grip": "fist", "arm": "below", "view": "behind", **about}
        for picture, off in off_cm.items()
    ]  # fmt: skip


def test_two_ways_are_compared_thumb_by_thumb() -> None:
    """Of five thumbs three are found by the product alone, one by the other way alone, one by both."""
    product = found(reality_tables.PRODUCT, {"a": 0.5, "b": 1.0, "c": 1.9, "d": 2.1, "e": 0.2})
    other = found("other", {"a": 3.0, "b": 9.0, "c": 2.5, "d": 0.3, "e": 0.4})
    rows = reality.pd.DataFrame([*product, *other])
    line = reality_tables.against_table(rows).splitlines()[-1]
    # Three of four or more extreme, either way: 2 * (4 + 1) / 16.
    assert line == "| other | 3 | 1 | 0.62 |"


def test_thumbs_that_lead_are_counted_apart_where_arms_come_from_below_and_where_she_sits() -> None:
    way = reality_tables.PRODUCT
    rows = reality.pd.DataFrame(
        [
            *found(way, {"a": 0.5, "b": 5.0}),
            *found(way, {"c": 0.5}, grip="thumbs", view="head"),
            *found(way, {"d": 0.5}, grip="open"),
            *found(way, {"e": 0.5}, arm="above"),
        ]
    )
    below, sits = (
        [line.strip("| ").split(" | ")[:2] for line in part.splitlines()]
        for part in reality_tables.taught_table(rows).split("\n\n")
    )
    assert [below[0][0], *below[2:]] == [
        "arms from below",
        ["fingers lead", "1 of 1: 100 % (21 to 100)"],
        ["thumbs lead", "2 of 3: 67 % (21 to 94)"],  # a and c, not b
    ]
    assert [sits[0][0], *sits[2:]] == [
        "she sits or stands",
        ["fingers lead", "1 of 1: 100 % (21 to 100)"],
        ["thumbs lead", "2 of 3: 67 % (21 to 94)"],  # a and e, not b
    ]


def test_few_pictures_leave_a_wide_interval() -> None:
    assert reality_tables.share(8, 10) == "8 of 10: 80 % (49 to 94)"
    assert reality_tables.share(0, 0) == "—"


def test_what_is_no_picture_is_said(folder: Path) -> None:
    with pytest.raises(SystemExit, match="no picture"):
        reality.read_picture(folder / "marks.json")
