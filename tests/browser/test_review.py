"""The review in real browsers: nobody gets in without the password; an instructor finds, replays and judges."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from serving import IN_CHROMIUM, SCREEN, Server, choose, served

from coach.motion.recording import Recording
from coach.scoring.generate import FORMS, make_recording
from coach.scoring.profile import CRITERIA
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.store import access
from coach.store.backup import is_sealed
from coach.store.entries import Consent, Entry, GivenCue
from coach.store.repository import Store
from coach.store.rescoring import rules_of

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
NAME, PASSWORD = "Bidan Ani", "rahasia-12"
ROUNDS = 200


def seed(home: Path) -> None:
    """Two hundred rounds of twenty couples, from four recordings of different quality."""
    reference = load_reference("fists")
    rules = rules_of(reference)
    pool = []
    for tempo in (75.0, 62.0, 50.0, 40.0):
        recording = make_recording(replace(FORMS[0], seconds=60.0, tempo_cpm=tempo))
        pool.append((recording, score_recording(recording, reference).to_json()))
    store = Store(home)
    for i in range(ROUNDS):
        couple, turn = i % 20, i // 20
        recording, report = pool[min(turn // 2, 3)]
        store.keep(
            Entry(
                key=f"20261001T{i:06d}Z-round",
                code=f"A-{couple + 1:02d}",
                started_utc=datetime(2026, 10, 1, 2, tzinfo=UTC)
                + timedelta(days=3 * turn, minutes=12 * couple),
                mode=("guided", "quiet", "test")[turn % 3],
                source="camera",
                report=report,
                rules=rules,
                consent=Consent(True, True, False, True),
                comfort=4,
                pain=False,
                cues=[GivenCue(12.0, "Pelan sedikit.")],
            ),
            recording,
        )
    access.add(store, NAME, PASSWORD)
    store.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("review")
    seed(folder / "home")
    with served(folder, "en") as server:
        yield server


@pytest.fixture
def visit(browser, server: Server):
    """Opens the review in a browser of its own; afterwards no script has failed."""
    contexts, failures = [], []

    def open_() -> sync_api.Page:
        context = browser.new_context(viewport=SCREEN, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(f"{server.url}/review")
        expect(page.get_by_role("heading", name="Review")).to_be_visible(timeout=60_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert failures == []


def sign_in(page, password: str = PASSWORD) -> None:
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def page(visit):
    """The list, seen by the instructor."""
    page = visit()
    sign_in(page)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=30_000)
    return page


def clock(page) -> float:
    expect(page.locator(".clock")).to_contain_text(" / ")  # the frame is there before its first drawing
    minutes, seconds = page.locator(".clock").inner_text().split(" / ")[0].split(":")
    return 60 * int(minutes) + int(seconds)


def open_round(page, row: int = 0) -> None:
    page.locator("tbody tr").nth(row).click()
    expect(page.locator(".replay .play")).to_be_visible(timeout=30_000)


def test_one_browser_s_sign_in_opens_nothing_in_another(visit):
    first, second = visit(), visit()
    sign_in(second, "wrong")
    expect(second.get_by_text("Name and password do not match.")).to_be_visible(timeout=30_000)
    sign_in(first)
    expect(first.locator("tbody tr").first).to_be_visible(timeout=30_000)
    open_round(first)
    second.reload()
    expect(second.locator("input[type=password]")).to_be_visible(timeout=30_000)
    for code in ("A-01", "A-20"):
        assert code not in second.content()
    # Nor do addresses lead in: there is none that names a practice.
    second.goto(first.url)
    expect(second.locator("input[type=password]")).to_be_visible(timeout=30_000)
    assert "A-" not in second.locator("[data-testid=stMain]").inner_text()


def test_signing_out_leaves_nothing_behind(page):
    open_round(page)
    page.get_by_role("button", name="All practices").click()
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("input[type=password]")).to_be_visible(timeout=30_000)
    expect(page.locator("tbody tr")).to_have_count(0)
    expect(page.locator(".replay")).to_have_count(0)


def test_handing_the_laptop_to_a_couple_locks_the_review(page):
    page.get_by_role("link", name="Practise").click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0, timeout=30_000)
    page.get_by_role("link", name="Review").click()
    expect(page.locator("input[type=password]")).to_be_visible(timeout=30_000)
    expect(page.locator("tbody tr")).to_have_count(0)


def test_the_list_is_filtered_sorted_and_turned(page):
    expect(page.locator("tbody tr")).to_have_count(20)
    expect(page.get_by_text("1–20 of 200 practices")).to_be_visible()
    expect(page.locator("tbody svg path")).to_have_count(20)
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("21–40 of 200 practices")).to_be_visible()

    choose(page, "Participant", "A-07")
    expect(page.get_by_text("1–10 of 10 practices")).to_be_visible()
    expect(page.locator("tbody tr td.code")).to_have_text(["A-07"] * 10)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text(re.compile("Score"))
    page.get_by_role("button", name=re.compile("^Score")).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Score"))
    points = [int(text) for text in page.locator("tbody td.points").all_inner_texts()]
    assert points == sorted(points)
    assert len(set(points)) > 1


def test_a_round_is_replayed(page):
    open_round(page)
    assert clock(page) < 3
    lines = page.locator(".lines")
    lines.scroll_into_view_if_needed()
    box = lines.bounding_box()
    lines.click(position={"x": 44 + (box["width"] - 44) / 2, "y": box["height"] / 2})
    assert clock(page) == pytest.approx(30, abs=1)
    page.locator(".speed").select_option("2")
    page.locator(".play").click()
    page.wait_for_timeout(2500)
    page.locator(".play").click()
    assert 32 <= clock(page) <= 39
    before = clock(page)
    lines.press("ArrowRight")
    lines.press("ArrowRight")
    assert clock(page) - before in (1, 2)

    page.mouse.move(box["x"] + 200, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 150, steps=5)
    page.mouse.up()
    expect(page.get_by_role("button", name="Whole practice")).to_be_visible()
    page.get_by_role("button", name="Whole practice").click()
    expect(page.get_by_role("button", name="Whole practice")).to_be_hidden()
    expect(page.get_by_text("within the target").first).to_be_visible()


def marks(page, item: int):
    """The three buttons of an item."""
    return (
        page.locator("[data-testid=stButtonGroup]")
        .filter(has=page.get_by_role("radio", name="2"))
        .nth(item - 1)
    )


def mark(page, item: int, value: int) -> None:
    button = marks(page, item).get_by_role("radio", name=str(value), exact=True)
    button.click(force=True)
    expect(button).to_be_checked()


def test_a_round_is_judged_and_everything_undone(page):
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("21–40 of 200 practices")).to_be_visible()
    open_round(page)
    lines = page.locator(".lines")
    lines.scroll_into_view_if_needed()
    box = lines.bounding_box()
    lines.click(position={"x": 44 + (box["width"] - 44) / 3, "y": 100})
    note = page.get_by_label("Note at 0:20").or_(page.get_by_label("Note at 0:19"))
    expect(note).to_be_visible(timeout=15_000)
    note.fill("<b>The right hand</b> is late")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("<b>The right hand</b> is late").first).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Remove")).to_have_count(1)

    page.get_by_role("button", name="Undo my last change").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0, timeout=15_000)

    expect(page.get_by_role("button", name="Passed")).to_be_disabled()
    for item in range(1, 16):
        mark(page, item, 2)
    expect(page.get_by_text("All items are marked; the pass mark of 75 is reached.")).to_be_visible()
    page.get_by_role("button", name="Passed").click()
    expect(page.get_by_text("Decided: passed.")).to_be_visible()
    mark(page, 3, 0)
    expect(page.get_by_text("A critical item is at 0 (3)")).to_be_visible()
    expect(page.get_by_text("Decided: repeat.")).to_be_visible()
    expect(page.get_by_role("button", name="Passed")).to_be_disabled()
    page.get_by_role("button", name="Undo my last change").click()
    expect(page.get_by_text("Decided: passed.")).to_be_visible()
    expect(marks(page, 3).get_by_role("radio", name="2", exact=True)).to_be_checked()

    page.get_by_role("button", name="All practices").click()
    expect(page.locator("tbody .chip.pass")).to_have_count(1)
    choose(page, "Review", "reviewed")
    expect(page.get_by_text("1–1 of 1 practices")).to_be_visible()


def test_a_round_is_scored_again_and_the_old_result_stays(page):
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("21–40 of 200 practices")).to_be_visible()
    open_round(page, 3)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=30_000)
    page.get_by_text("Results side by side, scoring again").click()
    choose(page, "Compare with", "Both thumbs")
    page.get_by_role("button", name="Score again").click()
    expect(page.get_by_text(re.compile(r"Scored again: \d+ points, before \d+"))).to_be_visible(
        timeout=30_000
    )
    sides = page.locator("table.mc-sides")
    expect(sides.locator("th")).to_have_text(["", "counts", "kept as it was"])
    expect(sides.get_by_text("both-thumbs")).to_be_visible()
    expect(page.get_by_text("Compared with “both-thumbs” (version ")).to_be_visible()
    expect(page.get_by_label("Result", exact=True)).to_have_value(re.compile(r"\(counts\)"))

    # The other one counts again, and is the one that the page opens with.
    choose(page, "The result that counts", "kept as it was")
    expect(page.get_by_text("Compared with “fists” (version ")).to_be_visible(timeout=15_000)


def press_for(page, name: str):
    """Press a button for a file, once."""
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    return waiting.value


def download(page, name: str) -> Path:
    """The file that a button gives."""
    return Path(press_for(page, name).path())


def test_results_are_taken_out(page):
    choose(page, "Participant", "A-07")
    expect(page.get_by_text("1–10 of 10 practices")).to_be_visible()
    page.get_by_text("Take this list along").click()
    rows = list(csv.DictReader(download(page, "CSV").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["code"] for row in rows] == ["A-07"] * 10
    assert download(page, "Excel").read_bytes()[:2] == b"PK"
    assert download(page, "Parquet").read_bytes()[:4] == b"PAR1"
    open_round(page)
    assert download(page, "One page to print (PDF)").read_bytes()[:5] == b"%PDF-"
    stored = Recording.from_parquet(download(page, "Recording (no pictures)"))
    assert stored.meta["source"] == {"kind": "generated"}


def test_downloads_name_nobody_and_are_no_way_in_for_another_browser(page, visit):
    page.get_by_text("Take this list along").click()
    taken = [press_for(page, "CSV")]
    open_round(page)
    taken += [press_for(page, name) for name in ("One page to print (PDF)", "Recording (no pictures)")]
    for name, file in zip((r"practices", r"practice-\d+", r"practice-\d+\.recording"), taken, strict=True):
        assert re.fullmatch(name + r"\.(csv|pdf|parquet)", file.suggested_filename)
    # Their addresses hold a hash of what is in them, and end with the page that they were on.
    addresses = [file.url for file in taken]
    assert all(re.search(r"/media/[0-9a-f]{32,}(\.\w+)?$", address) for address in addresses)
    page.get_by_role("button", name="All practices").click()
    expect(page.locator("tbody tr")).to_have_count(20, timeout=30_000)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("input[type=password]")).to_be_visible(timeout=30_000)
    other = visit()
    for address in addresses:
        assert other.evaluate("(url) => fetch(url).then((answer) => answer.status)", address) == 404


def test_a_couple_s_way_and_the_group_s(page):
    page.get_by_role("radio", name="Follow-up").click(force=True)
    expect(page.get_by_text("200 rounds of 20 participants, 200 scored.")).to_be_visible(timeout=15_000)
    choose(page, "Participant", "A-03")
    expect(page.get_by_role("heading", name="A-03, round by round")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(1 + len(CRITERIA), timeout=15_000)


def test_on_a_phone_no_part_is_wider_than_the_screen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Practices", "Follow-up", "Agreement", "Records", "Several laptops"):
        page.get_by_role("radio", name=name).click(force=True)
        expect(page.get_by_role("radio", name=name)).to_be_checked()
        page.wait_for_timeout(1500)
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390, name
    page.get_by_role("radio", name="Practices").click(force=True)
    expect(page.locator("tbody tr").first).to_be_visible(timeout=30_000)
    open_round(page)
    expect(page.get_by_text("within the target").first).to_be_visible()
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390


def test_a_backup_is_sealed_and_stands_in_the_trail(page):
    page.get_by_role("radio", name="Records").click(force=True)
    take = page.get_by_role("button", name="Take a backup")
    expect(take).to_be_disabled(timeout=15_000)
    page.get_by_label("Passphrase, at least 12 characters").fill("satu dua tiga empat")
    page.get_by_label("The passphrase once more").fill("satu dua tiga lima")
    page.get_by_label("The passphrase once more").press("Enter")
    expect(page.get_by_text("The two are not the same.")).to_be_visible(timeout=15_000)
    expect(take).to_be_disabled()
    page.get_by_label("The passphrase once more").fill("satu dua tiga empat")
    page.get_by_label("The passphrase once more").press("Enter")
    expect(take).to_be_enabled(timeout=15_000)
    sealed = download(page, "Take a backup")
    assert is_sealed(sealed)
    assert b"A-07" not in sealed.read_bytes()
    for part in ("Agreement", "Records"):  # the trail is drawn anew
        page.get_by_role("radio", name=part).click(force=True)
        expect(page.get_by_role("radio", name=part)).to_be_checked()
    # Else the section that is opened may be the old one, which goes a moment later.
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.get_by_text("Who did what").click()
    expect(page.get_by_role("cell", name="backup made")).to_be_visible(timeout=15_000)


def test_a_withdrawal_is_proved_on_the_page(page, server: Server):
    page.get_by_role("radio", name="Records").click(force=True)
    page.get_by_label("Participant's code").fill("a-20")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Tick the box to delete.")).to_be_visible(timeout=15_000)
    page.get_by_label("Participant's code").fill("a-20")
    page.get_by_text("Delete everything of this participant").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Nothing of this participant is left")).to_be_visible(timeout=15_000)
    store = Store(server.folder / "home")
    assert "A-20" not in store.codes()
    assert len(store.codes()) == 19
    store.close()
