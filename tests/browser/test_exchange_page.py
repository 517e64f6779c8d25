"""Several laptops in a real browser: named, paired by fingerprint, a file taken in, decided on, one sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from serving import IN_CHROMIUM, SCREEN, Server, served

sys.path += [
    str(Path(__file__).parents[1] / "unit/store"),
    str(Path(__file__).parents[1] / "unit/store/exchange"),
]
from exchange_given import ANI, Laptop

from coach.store import access, judgement
from coach.store.exchange import keys, parcel
from coach.store.repository import Store

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
PASSWORD = "rahasia-12"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    laptop = Laptop(tmp_path_factory.mktemp("village") / "home", "Posyandu Melati")
    number = laptop.practise(1, started_utc=datetime(2026, 11, 20, 3, tzinfo=UTC))
    judgement.mark(laptop.store, number, ANI, 9, 0)
    return laptop


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("office")
    office = Laptop(folder / "home", "Kampus")
    (folder / "home/exchange/keys.json").unlink()  # it is named in the browser
    access.add(office.store, ANI, PASSWORD)
    office.store.close()
    with served(folder) as server:
        yield server


@pytest.fixture(scope="module")
def page(browser, server: Server):
    """One window for the whole story, signed in at the part for several laptops."""
    context = browser.new_context(viewport=SCREEN, accept_downloads=True)
    failures: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server.url}/review")
    page.locator("input[type=password]").fill(PASSWORD, timeout=60_000)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_text("Beberapa laptop").click(timeout=30_000)
    yield page
    context.close()
    assert failures == []


def task(page, name: str) -> None:
    choice = page.locator("[class*=st-key-review_exchange_task]").get_by_text(name)
    expect(choice).to_have_count(1)  # the switch of before is gone
    choice.click()


def offer(page, key: str, path: Path) -> None:
    page.locator(f".st-key-{key} input[type=file]").set_input_files(path)


def test_it_is_named_first(page, server: Server):
    expect(page.get_by_text("Apa nama laptop ini?")).to_be_visible(timeout=30_000)
    page.get_by_label("Nama laptop ini").fill("Kampus")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_text("Nama laptop sudah disimpan.")).to_be_visible(timeout=30_000)
    assert (server.folder / "home/exchange/keys.json").is_file()


def test_a_file_of_a_stranger_waits_for_the_fingerprint(
    page, server: Server, village: Laptop, tmp_path: Path
):
    office = keys.own_keys(server.folder / "home").card
    keys.pair(village.home, office, office.fingerprint)
    parcel.send(village.store, tmp_path / "a.parcel", village.keys, office)
    offer(page, "review_exchange_file", tmp_path / "a.parcel")
    page.get_by_role("button", name="Periksa dan terima").click(timeout=30_000)
    expect(page.get_by_text("menyebut dirinya “Posyandu Melati”")).to_be_visible(timeout=30_000)
    typed = page.get_by_label("Sidik jarinya")
    typed.fill("AAAA BBBB CCCC DDDD")
    page.get_by_role("button", name="Kenali dan terima").click()
    expect(page.get_by_text("Sidik jari itu bukan milik kartu ini.")).to_be_visible(timeout=30_000)
    typed.fill(village.keys.card.fingerprint)
    page.get_by_role("button", name="Kenali dan terima").click()
    expect(page.get_by_text("Dari “Posyandu Melati”: 1 latihan baru")).to_be_visible(timeout=30_000)


def test_a_damaged_file_changes_nothing(page, tmp_path: Path):
    (tmp_path / "b.parcel").write_bytes(b"no parcel")
    offer(page, "review_exchange_file", tmp_path / "b.parcel")
    page.get_by_role("button", name="Periksa dan terima").click(timeout=30_000)
    expect(page.get_by_text("bukan berkas tersegel")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Tidak ada yang berubah.")).to_be_visible()


def test_one_is_made_for_the_other(page, village: Laptop, tmp_path: Path):
    task(page, "Kirim")
    page.get_by_role("button", name="Buat berkas").click(timeout=30_000)
    expect(page.get_by_text("Untuk “Posyandu Melati”: 1 latihan, 1 rekaman.")).to_be_visible(timeout=30_000)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Simpan berkas").click()
    assert waiting.value.suggested_filename.endswith(".parcel")
    waiting.value.save_as(tmp_path / "back.parcel")
    assert village.take(tmp_path / "back.parcel").nothing


def test_a_disagreement_is_decided(page, server: Server, village: Laptop, tmp_path: Path):
    judgement.mark(village.store, 1, ANI, 9, 2)
    office = Store(server.folder / "home", f"sqlite:///{server.folder}/home/records.sqlite")
    judgement.mark(office, 1, ANI, 9, 1)
    parcel.send(
        village.store, tmp_path / "c.parcel", village.keys, keys.own_keys(server.folder / "home").card
    )
    task(page, "Terima")
    offer(page, "review_exchange_file", tmp_path / "c.parcel")
    page.get_by_role("button", name="Periksa dan terima").click(timeout=30_000)
    expect(page.get_by_text("Pada 1 catatan isi laptop berbeda")).to_be_visible(timeout=30_000)
    table = page.locator(".mc-differ")
    expect(table).to_contain_text("Dari “Posyandu Melati”")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="Mark in the checklist 9")).to_be_visible(timeout=30_000)
    expect(table.locator("tr").nth(1)).to_have_text("Value12")
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
    page.get_by_role("button", name="This is right").nth(1).click()
    expect(page.get_by_text("Decided. The other laptops learn it")).to_be_visible(timeout=30_000)
    assert judgement.judgement(office, 1, ANI).marks == {9: 2}
    office.close()


def test_laptops_are_known_by_their_cards(page, server: Server, village: Laptop, tmp_path: Path):
    task(page, "Laptops")
    expect(page.locator(".mc-fingerprint")).to_have_text(
        keys.own_keys(server.folder / "home").card.fingerprint, timeout=30_000
    )
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_text("“Posyandu Melati” is known here no longer.")).to_be_visible(timeout=30_000)
    task(page, "Laptops")
    (tmp_path / "melati.card").write_bytes(village.keys.card_bytes())
    offer(page, "review_exchange_cards", tmp_path / "melati.card")
    page.get_by_label("Its fingerprint").fill(village.keys.card.fingerprint, timeout=30_000)
    page.get_by_role("button", name="Know “Posyandu Melati”").click()
    expect(page.get_by_text("“Posyandu Melati” is known here now.")).to_be_visible(timeout=30_000)
