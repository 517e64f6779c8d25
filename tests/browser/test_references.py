"""The references studio in a real browser: behind the door, added, derived, compared, carried, made the default."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from made_videos import beginning_of_sample
from serving import IN_CHROMIUM, PATIENCE_MS, SCREEN, Server, accessible, choose, served

from coach.scoring.generate import FORMS, make_recording
from coach.store import access
from coach.store.repository import Store

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
NAME, PASSWORD = "Bidan Ani", "rahasia-12"
FORM = replace(FORMS[0], seconds=70.0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("studio")
    store = Store(folder / "home")
    access.add(store, NAME, PASSWORD)
    store.close()
    # One pass, played again and again: a massage of whole passes.
    clip = beginning_of_sample(folder / "camera.mp4", 15.3)
    with served(folder, CAMERA=str(clip)) as server:
        yield server


@pytest.fixture(scope="module")
def window(browser, server: Server):
    """One window for the whole story: nobody gets in without the password, then the instructor does."""
    context = browser.new_context(viewport=SCREEN, accept_downloads=True)
    requests: list[str] = []
    failures: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server.url}/references")
    expect(page.locator("input[type=password]")).to_be_visible(timeout=60_000)
    assert page.locator(".mc-references").count() == 0
    sign_in(page)
    expect(page.locator(".mc-references")).to_be_visible(timeout=30_000)
    yield page
    context.close()
    assert {urlsplit(u).hostname for u in requests if urlsplit(u).scheme.startswith("http")} == {"127.0.0.1"}
    assert failures == []


def sign_in(page) -> None:
    page.locator("input[type=password]").fill(PASSWORD, timeout=60_000)
    page.get_by_role("button", name="Masuk").click()


def begin(page) -> None:
    """Wait for the back and begin, unless the hands at the neck have begun already."""
    expect(page.locator("[data-part=start]:not([disabled])")).to_be_attached(timeout=PATIENCE_MS)
    if page.locator(".live").get_attribute("data-phase") == "setup":
        page.keyboard.press("Enter")
    expect(page.locator(".live[data-phase=round]")).to_be_visible(timeout=30_000)


def wait_for(page, seconds: float) -> None:
    """Let the round go on until so many of its seconds are over."""
    deadline, start_s = time.monotonic() + 2 * seconds + 30, left_s(page)
    while start_s - left_s(page) < seconds:
        assert time.monotonic() < deadline, "the round stands still"
        page.wait_for_timeout(500)


def left_s(page) -> int:
    minutes, seconds = page.locator("[data-part=time]").inner_text(timeout=30_000).split(":")
    return 60 * int(minutes) + int(seconds)


def keep(page, title: str, form: str) -> None:
    """Name what was judged fit; the button is pressed while the last field has the focus yet."""
    choose(page, "Bentuk tangan", form)
    page.get_by_label("Siapa yang memperagakan").fill("Bidan A., Puskesmas B")
    page.get_by_label("Nama acuan").fill(title)
    page.get_by_role("button", name="Simpan sebagai acuan").click()
    # It is in sight, though the button was far below it.
    expect(page.get_by_text(f"“{title}” sekarang menjadi acuan.")).to_be_in_viewport(timeout=30_000)


def task(page, name: str) -> None:
    choice = page.locator("[class*=st-key-references_task]").get_by_text(name, exact=True)
    expect(choice).to_have_count(1, timeout=30_000)  # the switch of before is gone
    choice.click()


def add(page, folder: Path, title: str, **changes: object) -> None:
    path = folder / "practice.recording.parquet"
    make_recording(replace(FORM, **changes)).to_parquet(path)
    task(page, "Tambah")
    page.locator(".st-key-references_source input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Ukur").click()
    expect(page.get_by_text("Layak menjadi acuan.")).to_be_visible(timeout=30_000)
    keep(page, title, "Kepalan")


def test_from_a_recording_to_the_default(window, server: Server, tmp_path: Path):
    page = window
    expect(page.locator(".mc-references tr")).to_have_count(3)  # the head and the two that ship
    add(page, tmp_path, "Cara Ani", tempo_cpm=34.0, seed=5)
    add(page, tmp_path, "Cara Rina", tempo_cpm=46.0, offset_cm=4.3, seed=6)
    row = page.locator(".mc-references tr", has_text="Cara Rina")
    expect(row).to_contain_text("Bidan A., Puskesmas B")
    expect(row).to_contain_text("layak")
    assert (server.folder / "home/references/cara-rina/profile.toml").is_file()

    task(page, "Batas dari beberapa")
    for title in ("Cara Ani", "Cara Rina"):
        choose(page, page.locator("[data-testid=stMultiSelect] input"), title)
    page.keyboard.press("Escape")
    table = page.locator(".mc-derived")
    expect(table).to_be_visible(timeout=30_000)
    expect(table.locator("tr", has_text="Jarak dari tulang belakang")).to_contain_text(
        "dilebarkan untuk Cara Rina"
    )
    expect(table.locator("tr", has_text="Tempo")).to_contain_text("di sekitar nilai tengah dari")
    page.get_by_label("Nama acuan baru").fill("Cara bersama")
    page.get_by_role("button", name="Simpan sebagai acuan").click()
    expect(page.get_by_text("dengan batas dari 2 rekaman")).to_be_visible(timeout=30_000)

    page.get_by_role("button", name="Jadikan bawaan").click()
    expect(page.get_by_text("Mulai sekarang setiap latihan dibandingkan dengan")).to_be_visible(
        timeout=30_000
    )
    expect(page.locator(".mc-references tr", has_text="Cara bersama").locator(".mc-default")).to_be_visible()


def test_out_to_a_file_and_in_again(window, tmp_path: Path):
    page = window
    task(page, "Semua acuan")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Simpan sebagai berkas").click(timeout=30_000)
    file = tmp_path / waiting.value.suggested_filename
    assert file.name.endswith(".reference.zip")
    waiting.value.save_as(file)
    bad = tmp_path / "bad.zip"
    bad.write_bytes(file.read_bytes()[:-300])
    task(page, "Ambil dari berkas")
    page.locator(".st-key-references_file input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="Periksa dan ambil").click(timeout=30_000)
    expect(page.get_by_text("bukan berkas zip yang utuh")).to_be_visible(timeout=30_000)
    page.locator(".st-key-references_file input[type=file]").set_input_files(file)
    name = page.get_by_label("Nama di laptop ini")
    expect(name).not_to_have_value("bad", timeout=30_000)
    name.fill("Dari kampus")
    name.press("Tab")
    page.get_by_role("button", name="Periksa dan ambil").click()
    expect(page.get_by_text("sudah diambil.")).to_be_visible(timeout=30_000)


def test_what_is_not_fit_cannot_be_kept(window, tmp_path: Path):
    page = window
    path = tmp_path / "spine.recording.parquet"
    make_recording(replace(FORM, offset_cm=0.4)).to_parquet(path)
    task(page, "Tambah")
    page.locator(".st-key-references_source input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Ukur").click()
    expect(page.get_by_text("tidak dapat menjadi", exact=False)).to_be_visible(timeout=30_000)
    assert page.get_by_role("button", name="Simpan sebagai acuan").count() == 0
    page.get_by_role("button", name="Video atau rekaman lain").click()
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no")
    page.locator(".st-key-references_source input[type=file]").set_input_files(broken)
    page.get_by_role("button", name="Ukur").click()
    expect(page.get_by_role("alert")).to_contain_text("Parquet", timeout=30_000)
    assert "/tmp" not in page.get_by_role("alert").inner_text()


def camera_on(page) -> None:
    task(page, "Bandingkan dua")
    task(page, "Tambah")
    page.locator(".st-key-references_way").get_by_text("Di depan kamera").click()
    expect(page.get_by_role("button", name="Nyalakan kamera")).to_be_disabled(timeout=30_000)
    page.locator(".st-key-references_live_minutes").get_by_text("1", exact=True).click()
    page.get_by_text("setuju gerakannya ditunjukkan").click()
    page.get_by_role("button", name="Nyalakan kamera").click(timeout=30_000)


@pytest.mark.alone
def test_one_is_recorded_in_front_of_the_camera(window, server: Server):
    """A page that is loaded anew in the middle loses nothing, and the couples' page shows nothing of it."""
    page = window
    camera_on(page)
    begin(page)
    expect(page.locator("[data-part=stop]")).to_be_in_viewport(ratio=1)  # nothing is scrolled to press it
    expect(page.locator("[data-part=beat]")).to_be_hidden()  # no beat sounds while a reference is recorded
    page.reload()
    sign_in(page)
    page.get_by_role("button", name="Kembali ke kamera").click(timeout=30_000)
    expect(page.locator(".live[data-phase=round]")).to_be_visible(timeout=30_000)
    other = page.context.new_page()
    other.goto(server.url)
    expect(other.get_by_label("Kode peserta")).to_be_visible(timeout=30_000)
    assert other.get_by_text("sedang berjalan").count() == 0
    other.close()
    wait_for(page, 27.0)
    page.locator("[data-part=stop]").click()
    expect(page.get_by_text("Layak menjadi acuan.")).to_be_in_viewport(timeout=30_000)
    page.reload()  # nor is it lost before it has a name
    sign_in(page)
    expect(page.get_by_text("Layak menjadi acuan.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Simpan sebagai acuan").click()
    expect(page.get_by_text("Beri nama, dan pilih bentuk tangan.")).to_be_visible(timeout=30_000)
    keep(page, "Cara kamera", "Kedua jempol")
    row = page.locator(".mc-references tr", has_text="Cara kamera")
    expect(row).to_contain_text("Kedua jempol, tangan terbuka · Bidan A., Puskesmas B")
    expect(row).to_contain_text("layak")
    assert not list((server.folder / "home").glob("practices/*"))


def test_too_short_a_round_is_not_fit_and_thrown_away(window, server: Server):
    page = window
    camera_on(page)
    begin(page)
    wait_for(page, 4.0)
    page.locator("[data-part=stop]").click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_role("button", name="Simpan sebagai acuan").count() == 0
    page.get_by_role("button", name="Video atau rekaman lain").click()
    page.get_by_role("button", name="Buang").click(timeout=30_000)
    expect(page.get_by_role("button", name="Nyalakan kamera")).to_be_visible(timeout=30_000)


def test_it_is_renamed_and_removed(window, server: Server):
    page = window
    task(page, "Semua acuan")
    choose(page, "Lihat", "Cara Rina")
    page.locator(".st-key-references_rename button").click(timeout=30_000)
    name = page.get_by_label("Nama baru")
    expect(name).to_have_value("Cara Rina", timeout=30_000)
    name.fill("Cara Bu Rina")
    name.press("Tab")
    page.locator(".st-key-references_rename_sure button").click()
    expect(page.get_by_text("Sekarang bernama “Cara Bu Rina”.")).to_be_visible(timeout=30_000)
    page.locator(".st-key-references_remove button").click()
    remove = page.locator(".st-key-references_remove_now button")
    expect(remove).to_be_disabled(timeout=30_000)
    page.get_by_text("Hapus “Cara Bu Rina” dari laptop ini").click()
    expect(remove).to_be_enabled(timeout=30_000)
    remove.click()
    expect(page.get_by_text("“Cara Bu Rina” sudah dihapus.")).to_be_visible(timeout=30_000)
    assert not (server.folder / "home/references/cara-rina").exists()


def test_two_beside_each_other_in_english(window):
    page = window
    page.get_by_text("English", exact=True).click()
    task(page, "Compare two")
    expect(page.locator(".lesson canvas")).to_have_count(2, timeout=30_000)
    expect(page.get_by_text(re.compile(r"Their ways lie [\d.]+ cm apart"))).to_be_visible(timeout=30_000)
    expect(page.locator("table.mc-rows tr")).to_have_count(7)
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
    accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("All references", "Bring one in", "Compare two"):
        task(page, name)
        page.wait_for_timeout(1000)
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390, name
    page.set_viewport_size(SCREEN)


@pytest.mark.alone
def test_it_is_practised_against_at_once(window, server: Server):
    """The last of the story: it signs out, since the laptop is handed to a couple."""
    page = window
    task(page, "All references")
    choose(page, "Look at", "Cara kamera")
    page.get_by_role("button", name="Practise against it now").click(timeout=30_000)
    page.get_by_label("Participant's code").fill("A-07", timeout=30_000)
    page.get_by_label("Participant's code").press("Tab")
    page.get_by_text("She has given birth").click()
    page.get_by_text("18 or older").click()
    page.get_by_text("to practise and be measured").click()
    page.get_by_role("button", name="Next", exact=True).click(timeout=30_000)
    page.get_by_text("A midwife is here").click(timeout=30_000)
    page.get_by_role("button", name="None of these").click(timeout=30_000)
    expect(page.locator(".st-key-practise_reference input")).to_have_value("Cara kamera", timeout=30_000)
    page.get_by_role("button", name="Switch the camera on").click()
    begin(page)
    expect(page.locator("[data-part=beat]")).to_be_visible()
    # Twice the clip's one pass: wherever the round begins in it, one whole pass lies within, and is what counts.
    wait_for(page, 32.0)
    page.locator("[data-part=stop]").click()
    expect(page.get_by_text("points out of 100")).to_be_visible(timeout=60_000)
    (report,) = (server.folder / "home/practices").glob("*/report.json")
    said = json.loads(report.read_text(encoding="utf-8"))
    assert said["reference"]["name"] == "cara-kamera"
    # It is the same massage, though the round begins and is stopped in the middle of a pass.
    assert said["reference"]["tempo_ratio"] == pytest.approx(1.0, abs=0.1)
    assert min(level["distance_cm"] for level in said["reference"]["along"] if level["distance_cm"]) < 0.6
