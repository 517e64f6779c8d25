"""The programme in a real browser, both languages: the sample of 40 participants, and one's own from the beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from serving import IN_CHROMIUM, SCREEN, Server, accessible, choose, served

from coach.export.words import Words
from coach.programme import sample
from coach.programme.facts import Facts, read
from coach.store import access
from coach.store.programmes import listed
from coach.store.repository import Store
from coach.teach.quiz import ITEMS

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
NAME, PASSWORD = "Bidan Ani", "rahasia-12"
PARTS = ("Overview", "Sessions", "Participants", "Ten questions", "Interview", "Criteria", "Report")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("programme")
    store = Store(folder / "home")
    access.add(store, NAME, PASSWORD)
    sample.load(store, Words("en"), date(2026, 11, 24))
    store.close()
    with served(folder, "en") as server:
        yield server


@pytest.fixture
def visit(browser, server: Server):
    """The programme, signed in; afterwards no script has failed and nothing was asked of another machine."""
    contexts, failures, hosts = [], [], set()

    def open_(language: str = "en"):
        context = browser.new_context(viewport=SCREEN, accept_downloads=True)
        contexts.append(context)
        context.on(
            "request", lambda request: hosts.add(request.url.split("/")[2] if "://" in request.url else "")
        )
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(f"{server.url}/programme")
        expect(page.locator("input[type=password]")).to_be_visible(timeout=60_000)
        if language == "id":
            page.get_by_text("Indonesia", exact=True).click()
            expect(page.get_by_role("button", name="Masuk")).to_be_visible(timeout=30_000)
        sign_in(page, language)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert failures == []
    assert {host.split(":")[0] for host in hosts} <= {"127.0.0.1", ""}


def sign_in(page, language: str = "en") -> None:
    say = Words(language)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name=say("Sign in")).click()
    expect(page.get_by_role("button", name=say("Sign out"))).to_be_visible(timeout=30_000)


def part(page, name: str) -> None:
    page.locator(".st-key-programme_part").get_by_text(name, exact=True).click()


def facts(server: Server, title: str) -> Facts:
    """What is in the records now."""
    store = Store(server.folder / "home")
    try:
        return read(store, next(p.id for p in listed(store) if p.title == title))
    finally:
        store.close()


SAMPLE = "Sample: oxytocin massage in two villages"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_part(visit, language: str):
    page, say = visit(language), Words(language)
    expect(page.get_by_role("heading", name=SAMPLE)).to_be_visible()
    expect(page.locator(".mc-tiles b")).to_have_text(
        ["40", "6", "200", re.compile(r"\d+"), re.compile(r"\d+")]
    )
    proof = {
        "Sessions": say("Press the code of everybody who is here"),
        "Participants": say("Missing for the next level"),
        "Ten questions": say("Hand the laptop over"),
        "Interview": say("Have you heard of the oxytocin massage before?"),
        "Criteria": say("was at {value} or more sessions of the implementation", value="…"),
        "Report": say("To print (PDF)"),
        "Overview": say("Aims and what is reached"),
    }
    for name in (*PARTS[1:], PARTS[0]):
        part(page, say(name))
        expect(page.get_by_text(proof[name]).filter(visible=True).first).to_be_visible(timeout=30_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
        assert page.locator("[data-testid=stException]").count() == 0
        accessible(page)


def test_on_a_phone_no_part_is_wider_than_the_screen(visit):
    page = visit()
    page.set_viewport_size({"width": 390, "height": 844})
    for name in PARTS:
        part(page, name)
        page.wait_for_timeout(1500)
        if name == "Participants":
            expect(page.locator("tbody tr")).to_have_count(40, timeout=30_000)
            for chip in page.locator("tbody .chip").all()[:5]:  # the level is seen without moving the table
                assert chip.bounding_box()["x"] + chip.bounding_box()["width"] <= 390
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390, name
        hidden = page.get_by_test_id("stButtonGroup").evaluate_all(
            "groups => groups.flatMap(g => [...g.querySelectorAll('button')])"
            ".filter(b => b.getBoundingClientRect().right > innerWidth).map(b => b.innerText)"
        )
        assert hidden == [], name


def test_participants_are_sorted_by_any_column(visit):
    page = visit()
    part(page, "Participants")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(40, timeout=30_000)
    expect(lines.first).to_contain_text("CONTOH-01")
    for column, aria in (("Level", "descending"), ("Level", "ascending")):
        page.get_by_role("button", name=column).click()
        expect(page.locator(f"th[aria-sort={aria}]")).to_contain_text(column, timeout=30_000)
        levels = page.locator("tbody .chip").all_inner_texts()
        high, low = levels.index("guides others"), levels.index("begun")
        assert (high < low) == (aria == "descending"), levels
    first = lines.first.locator("td").first.inner_text()
    lines.first.click()
    expect(page.get_by_text("still needed")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(first).first).to_be_visible()


def test_the_tree_shows_cadres_and_whom_they_trained(visit):
    page = visit()
    part(page, "Participants")
    page.get_by_text("Who trained whom", exact=True).click()
    tree = page.locator(".mc-tree")
    expect(tree).to_contain_text("Bidan Contoh", timeout=30_000)
    expect(tree.locator(".who")).to_have_text(["CONTOH-31", "CONTOH-33", "CONTOH-32"])
    expect(tree).to_contain_text("health cadre · trained 8")
    expect(tree.locator("[role=img]")).to_have_count(40)


def test_attendance_is_a_press_for_each(visit, server: Server):
    page = visit()
    part(page, "Sessions")
    codes = page.locator(".st-key-programme_codes")
    expect(codes.get_by_role("button")).to_have_count(40, timeout=30_000)
    page.get_by_role("button", name="Nobody").click()
    expect(page.get_by_role("heading", name="Present: 0 of 40")).to_be_visible()
    for code in ("CONTOH-03", "CONTOH-24"):
        codes.get_by_role("button", name=code).click()
    expect(page.get_by_role("heading", name="Present: 2 of 40")).to_be_visible()
    found = facts(server, SAMPLE)
    last = found.meetings[-1].id
    assert {m.code for m in found.members if last in m.present} == {"CONTOH-03", "CONTOH-24"}
    page.get_by_role("button", name="All present").click()
    expect(page.get_by_role("heading", name="Present: 40 of 40")).to_be_visible()


def test_one_participant_is_written_down(visit, server: Server):
    page = visit()
    part(page, "Participants")
    page.locator("tbody tr").nth(14).click()  # CONTOH-15 has no partner
    expect(page.get_by_role("heading", name="CONTOH-15")).to_be_visible(timeout=30_000)
    choose(page, "Age", "35–44")
    choose(page, "Trained by", "CONTOH-35")
    page.get_by_text("I say: this person may guide others").click()
    page.get_by_text("a video of her back and the hands").click()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved.")).to_be_visible(timeout=30_000)
    member = facts(server, SAMPLE).member("CONTOH-15")
    assert member is not None
    assert (member.age_band, member.trained_by, member.may_guide) == ("35-44", "CONTOH-35", True)
    assert "picture" in member.consent
    page.get_by_text("practice: measured, result kept").click()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Without consent to the practice everything must go")).to_be_visible(
        timeout=30_000
    )
    page.get_by_role("button", name="All participants").click()
    expect(page.locator("tbody tr")).to_have_count(40, timeout=30_000)


def test_criteria_are_the_instructor_s(visit, server: Server):
    page = visit()
    part(page, "Criteria")
    field = page.get_by_label("a test round without cues with at least … points")
    expect(field).to_have_value("75", timeout=30_000)
    field.fill("99")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The criteria were saved.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("proposal: 75")).to_be_visible()
    assert facts(server, SAMPLE).criteria["passed_score"] == 99
    page.get_by_label("knowledge counts as fair from … %").fill("90")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Fair knowledge begins below good knowledge.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Back to the proposals").click()
    expect(page.get_by_text("proposal: 75")).to_have_count(0, timeout=30_000)
    assert facts(server, SAMPLE).criteria["passed_score"] == 75


def test_the_laptop_is_handed_over_for_the_ten_questions(visit, server: Server):
    page = visit()
    part(page, "Ten questions")
    page.locator(".st-key-programme_occasion").get_by_text("after", exact=True).click()
    waiting = [m.code for m in facts(server, SAMPLE).members if "after" not in m.quiz]
    page.get_by_role("button", name="Hand the laptop over").click()
    expect(page.get_by_role("heading", name="Which is your code?")).to_be_visible(timeout=30_000)
    for gone in (SAMPLE, NAME, "From paper"):  # nor does anything of the instructor's page stay behind
        expect(page.get_by_text(gone)).to_have_count(0, timeout=30_000)
    # Whoever has the laptop is not signed in anywhere.
    page.get_by_role("link", name="Review").click()
    expect(page.locator("input[type=password]")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Programme").click()
    page.get_by_role("radio", name=waiting[0]).click()
    for item in ITEMS:
        expect(page.get_by_text(item.statement, exact=True)).to_be_visible(timeout=20_000)
        page.locator(
            f".st-key-quiz-programme-{item.id}-{item.true if item.id != 'pain' else True} button"
        ).click()
    page.get_by_text("4", exact=True).click()
    expect(page.get_by_text(f"Thank you, {waiting[0]}.")).to_be_visible(timeout=30_000)
    taken = facts(server, SAMPLE).member(waiting[0]).quiz["after"]
    assert (taken.correct, taken.confidence, taken.source) == (9, 4, "screen")
    page.get_by_role("button", name="All done").click()
    sign_in(page)
    expect(page.get_by_role("heading", name=SAMPLE)).to_be_visible(timeout=30_000)


def test_the_report_is_seen_and_taken_along(visit, server: Server, tmp_path: Path):
    """On the Indonesian page; the files in the page's language or the other one."""
    page, say = visit("id"), Words("id")
    part(page, say("Report"))
    expect(page.get_by_role("img")).to_have_count(5, timeout=60_000)
    expect(page.get_by_text(say("Texts of the report"), exact=True)).to_be_visible(timeout=30_000)
    for kind, language, start in (("pdf", "id", b"%PDF-"), ("docx", "en", b"PK"), ("xlsx", "en", b"PK")):
        choice = page.locator(".st-key-programme_report_language")
        choice.get_by_text({"id": "Bahasa Indonesia", "en": "English"}[language], exact=True).click()
        page.wait_for_timeout(1500)
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        with page.expect_download(timeout=60_000) as waiting:
            page.locator(f".st-key-programme_report_{kind} button").click()
        name = waiting.value.suggested_filename
        assert re.fullmatch(rf"{Words(language)('report')}-\d{{8}}-{language}\.{kind}", name)
        waiting.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    page.get_by_text(say("Texts of the report"), exact=True).click()
    page.get_by_role("textbox", name=say("Obstacles")).fill("Hujan deras.")
    page.get_by_role("button", name=say("Save")).click()
    expect(page.get_by_text(say("Saved."))).to_be_visible(timeout=30_000)
    assert facts(server, SAMPLE).texts["obstacles"] == "Hujan deras."


def test_a_programme_from_the_beginning(visit, server: Server):
    page = visit()
    page.get_by_role("button", name="Begin another programme").click()
    page.get_by_role("textbox", name="What it is called").fill("Kelas ibu Melati")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("heading", name="Kelas ibu Melati")).to_be_visible(timeout=30_000)
    page.get_by_role("textbox", name="Another village or posyandu").fill("Posyandu Melati")
    page.locator("[data-testid=stForm]").filter(has_text="Another village").get_by_role(
        "button", name="Add"
    ).last.click()
    expect(page.get_by_text("Posyandu Melati").first).to_be_visible(timeout=30_000)

    part(page, "Ten questions")
    expect(page.get_by_text("There are no participants yet.")).to_be_visible(timeout=30_000)
    part(page, "Sessions")
    page.get_by_role("button", name="Enter this session").click()
    page.get_by_role("textbox", name=re.compile("^Codes")).fill("A-01 to A-12\n3201234567890001")
    page.get_by_role("button", name="Add, and mark as present").click()
    refused = page.get_by_role("alert").filter(has_text="must not be the number of an identity card")
    expect(refused).to_contain_text("Nobody of the list was entered", timeout=30_000)
    assert facts(server, "Kelas ibu Melati").members == ()
    codes = page.get_by_role("textbox", name=re.compile("^Codes"))
    expect(codes).to_have_value("A-01 to A-12\n3201234567890001")  # to be mended, not typed again
    codes.fill("A-01 to A-12")
    page.get_by_role("button", name="Add, and mark as present").click()
    expect(page.get_by_role("heading", name="Present: 12 of 12")).to_be_visible(timeout=30_000)
    page.get_by_text("New participants", exact=True).click()
    expect(codes).to_have_value("")

    part(page, "Interview")
    page.get_by_text("Questions", exact=True).click()
    expect(page.get_by_text("The questions to begin with are our own")).to_be_visible(timeout=30_000)
    page.get_by_text("One more question").click()
    page.get_by_role("textbox", name="Question", exact=True).last.fill("Does somebody smoke at home?")
    page.locator(".st-key-programme_question_new, [data-testid=stForm]").last.get_by_role(
        "button", name="Save"
    ).click()
    expect(page.get_by_text("10. Does somebody smoke at home?")).to_be_visible(timeout=30_000)
    page.get_by_text("Ask", exact=True).click()
    for answer in ("yes", "to help the milk flow"):
        page.get_by_role("radio", name=answer).first.click()
    page.get_by_role("button", name="Save, and on to the next").click()
    expect(page.get_by_text("The answers of A-01 were saved.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1 of 12 participants were interviewed.")).to_be_visible()

    part(page, "Ten questions")
    page.get_by_role("radio", name="7", exact=True).click()
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_text("1 of 12 participants have answered.")).to_be_visible(timeout=30_000)

    found = facts(server, "Kelas ibu Melati")
    assert [m.code for m in found.members] == [f"A-{n:02d}" for n in range(1, 13)]
    first = found.members[0]
    assert len(first.present) == 1
    assert first.quiz["before"].correct == 7
    assert sorted(first.answers.values()) == ["to help the milk flow", "yes"]


def test_the_sample_goes_with_one_press(visit, server: Server):
    """The last test of this module: the sample is gone afterwards."""
    page = visit()
    if page.get_by_role("combobox", name="Programme").count():
        choose(page, "Programme", SAMPLE)
    page.get_by_role("button", name="Delete the sample").click()
    expect(page.get_by_text("Everything of the sample was deleted.")).to_be_visible(timeout=30_000)
    store = Store(server.folder / "home")
    assert not sample.is_loaded(store)
    store.close()
