"""The tour in a real browser: from an empty program over the pages to an empty one, in both languages."""

from __future__ import annotations

import re

import pytest
from serving import IN_CHROMIUM, SCREEN, Server, settle

from coach.store import samples
from coach.store.repository import Store

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
PASSWORD = "rahasia-12"


@pytest.fixture(scope="module")
def page(browser, server: Server):
    """One window for the whole story, begun by the first instructor."""
    context = browser.new_context(viewport=SCREEN)
    failures: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server.url}/tour")
    page.get_by_label("Nama Anda").fill("Bidan Ani", timeout=60_000)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("heading", name="Langkah awal")).to_be_visible(timeout=30_000)
    yield page
    context.close()
    assert failures == []


def now(page, title: str) -> None:
    expect(page.locator(".st-key-tour_now h3")).to_have_text(re.compile(title), timeout=60_000)


def test_the_sample_is_loaded(page, server: Server):
    now(page, "1 Muat contoh")
    page.get_by_role("button", name="Muat contoh").click()
    now(page, "2 Lihat yang dipelajari pasangan")
    store = Store(server.folder / "home", f"sqlite:///{server.folder}/home/records.sqlite")
    assert store.count() == 200
    store.close()


def test_a_step_leads_to_its_page_and_back(page):
    page.get_by_role("button", name="Buka halamannya").click()
    expect(page.get_by_text("ketuk irama dengan tombol spasi")).to_be_visible(timeout=30_000)
    expect(page).to_have_url(re.compile("/learn"))
    page.get_by_role("button", name="Kembali ke tur").click()
    now(page, "3 Coba analisis video")


def test_it_goes_on_where_it_was_left(page, server: Server):
    page.goto(f"{server.url}/tour")  # a new visit
    page.locator("input[type=password]").fill(PASSWORD, timeout=60_000)
    page.get_by_role("button", name="Masuk").click()
    now(page, "3 Coba analisis video")
    for title in ("4 Lihat awal latihan", "5 Nilai satu ronde"):
        page.get_by_role("button", name="Langkah berikutnya").click()
        now(page, title)


def test_the_pages_say_that_it_is_a_sample(page):
    page.get_by_role("button", name="Buka halamannya").click()
    note = page.locator(".mc-sample")
    expect(note).to_contain_text("diawali CONTOH adalah data buatan", timeout=30_000)
    page.locator("tbody tr").first.click()
    expect(page.get_by_text("Contoh, data buatan")).to_be_visible(timeout=30_000)
    expect(note).to_be_visible()
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_text("Sample, made up")).to_be_visible(timeout=30_000)
    expect(note).to_contain_text("begins with CONTOH is made up")
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
    page.get_by_role("button", name="Back to the tour").click()
    now(page, "6 Look at the references")


def test_it_is_taken_away_with_one_action(page, server: Server):
    settle(page)
    while page.get_by_role("button", name="Next step").count():
        title = page.locator(".st-key-tour_now h3").inner_text()
        page.get_by_role("button", name="Next step").click()
        expect(page.locator(".st-key-tour_now h3")).not_to_have_text(title, timeout=30_000)
        settle(page)
    now(page, "Take the sample away")
    page.get_by_role("button", name="Delete the sample").click()
    expect(page.get_by_text("nothing of the sample is left")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("You have been through the tour.")).to_be_visible()
    store = Store(server.folder / "home", f"sqlite:///{server.folder}/home/records.sqlite")
    assert not samples.present(store)
    assert store.count() == 0
    store.close()
    page.get_by_role("link", name="Review").click()
    expect(page.get_by_text("There are no practices yet.")).to_be_visible(timeout=30_000)
    assert page.get_by_role("link", name="First steps").count() == 0
