"""Practising in a real browser, with a short clip as the camera; no request leaves this machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import av
import psutil
import pytest
from serving import CHROMIUM, FLAGS, IN_CHROMIUM, PATIENCE_MS, SCREEN, accessible, choose, free_port, start

from coach.motion.recording import Recording
from coach.settings import resource_folder

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]


class Server:
    """`massage-coach app` with a clip as its camera; can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.home, self._folder = folder / "home", folder
        self.clip = folder / "camera.mp4"
        shutil.copyfile(resource_folder("samples") / "sample.mp4", self.clip)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        self.process = start(self._port, self._folder, "id", CAMERA=str(self.clip))

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def practices(self) -> list[Path]:
        return sorted((self.home / "practices").glob("[!.]*"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """When it is done: whenever it was looked at, it had no connection beyond this machine."""
    made = Server(tmp_path)
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        watch = pool.submit(connections, made, over)
        try:
            yield made
        finally:
            over.set()
    made.process.terminate()
    assert made.process.wait(20) is not None
    assert watch.result() == {"127.0.0.1"}  # the browser's


def connections(server: Server, over: threading.Event) -> set[str]:
    """Addresses that the server and its children speak with, looked at five times a second."""
    found: set[str] = set()
    while not over.wait(0.2):
        with suppress(psutil.Error):
            process = psutil.Process(server.process.pid)
            for one in (process, *process.children(recursive=True)):
                found |= {c.raddr.ip for c in one.net_connections("inet") if c.raddr}
    return found


@pytest.fixture(scope="module")
def playwright():
    with sync_api.sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def context(playwright):
    """A browser of its own, without a camera."""
    with watched(playwright, []) as context:
        yield context


@contextmanager
def watched(playwright, flags: list[str]):
    """A browser. When it is done: no request left this machine, no script failed."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
    context = browser.new_context(viewport=SCREEN)
    requests: list[str] = []
    failures: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    context.on("weberror", lambda error: failures.append(str(error.error)))
    yield context
    browser.close()
    hosts = {
        urlsplit(url).hostname for url in requests if urlsplit(url).scheme in ("http", "https", "ws", "wss")
    }
    assert hosts == {"127.0.0.1"}
    assert failures == []


def to_the_camera(page, server: Server, *, grown_up: bool = True) -> None:
    """Through consent and safety, by the Indonesian words, up to the camera's button."""
    page.goto(server.url)
    page.get_by_label("Kode peserta").fill("B-12", timeout=60_000)
    page.get_by_label("Kode peserta").press("Tab")
    page.get_by_text("Sudah melahirkan").click()
    page.get_by_text("18 tahun ke atas" if grown_up else "Di bawah 18 tahun", exact=True).click()
    page.get_by_text("berlatih dan diukur").click()
    if grown_up:
        page.get_by_text("data gerakan disimpan").click()
    page.get_by_role("button", name="Lanjut", exact=True).click(timeout=30_000)
    expect(page.get_by_role("heading", name="Apakah pijat ini aman")).to_be_visible(timeout=30_000)
    page.get_by_text("Bidan hadir").click()
    page.get_by_role("button", name="Tidak ada").click(timeout=30_000)
    expect(page.get_by_role("heading", name="Siapkan tempat")).to_be_visible(timeout=30_000)


def begin(page) -> None:
    """Wait for the back and begin, unless the hands at the neck have begun already."""
    expect(page.locator("[data-part=start]:not([disabled])")).to_be_attached(timeout=PATIENCE_MS)
    if page.locator(".live").get_attribute("data-phase") == "setup":
        page.keyboard.press("Enter")
    expect(page.locator(".live[data-phase=round]")).to_be_visible(timeout=30_000)


def left_s(page) -> int:
    minutes, seconds = page.locator("[data-part=time]").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


_FOCUSED = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body || at.tagName === "MAIN") return "";
  return [at.getAttribute("aria-label"), ...[...(at.labels || [])].map((l) => l.innerText), at.innerText].join(" ");
}"""


def tab_to(page, words: str) -> None:
    """Go on with the tabulator until what is called so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in page.evaluate(_FOCUSED):
            return
        page.wait_for_timeout(30)
    raise AssertionError(f"{words} cannot be reached")


def test_in_english_with_the_keyboard_alone_every_page_accessible(context, server: Server):
    page = context.new_page()
    page.goto(server.url)
    expect(page.get_by_label("Kode peserta")).to_be_visible(timeout=60_000)
    tab_to(page, "Indonesia")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Practise together")).to_be_visible(timeout=60_000)
    tab_to(page, "Participant's code")
    page.keyboard.type("C-14")
    for words in ("She has given birth", "18 or older", "to practise and be measured", "a video of her back"):
        tab_to(page, words)
        page.keyboard.press("Space")
    expect(page.get_by_text("until 7 days after the review, 30 days at most")).to_be_visible()
    accessible(page)
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Is the massage right for her today?")).to_be_visible(
        timeout=30_000
    )
    accessible(page)
    tab_to(page, "A midwife is here")
    page.keyboard.press("Space")
    tab_to(page, "None of these")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Set up the place")).to_be_visible(timeout=30_000)
    accessible(page)
    tab_to(page, "Switch the camera on")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The camera is on.")).to_be_visible(timeout=60_000)
    accessible(page)
    begin(page)
    tab_to(page, "Silhouette")
    page.keyboard.press("ArrowRight")  # the view may be changed, and the round goes on
    expect(page.locator("[name=look][value=back]")).to_be_checked()
    expect(page.locator("[data-part=covered]")).to_have_text(re.compile(r"[1-9]\d* %"), timeout=PATIENCE_MS)
    accessible(page)
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="How was it for her?")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Seen: back")).to_be_visible(timeout=60_000)
    accessible(page)
    for first, further in (("1", 3), ("No", 0)):
        tab_to(page, first)
        for _ in range(further):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
    expect(page.get_by_text("Noted")).to_be_visible(timeout=30_000)
    (folder,) = server.practices()
    # What was agreed to, and no more.
    assert {p.name for p in folder.iterdir()} == {"practice.json", "report.json", "video.mp4"}
    expect(page.get_by_text("Kept on this computer: the result, and a video of her back.")).to_be_visible()
    tab_to(page, "Delete the video")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No picture. The video was deleted.")).to_be_visible(timeout=30_000)
    assert {p.name for p in folder.iterdir()} == {"practice.json", "report.json"}
    kept = json.loads((folder / "practice.json").read_text(encoding="utf-8"))
    assert (kept["code"], kept["comfort"], kept["pain"]) == ("C-14", 4, False)
    tab_to(page, "Finish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Practise together")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Participant's code")).to_have_value("")


def test_the_whole_way_with_a_camera_that_is_lost_on_it(context, server: Server):
    page = context.new_page()
    to_the_camera(page, server)
    page.get_by_role("button", name="Nyalakan kamera").click()
    expect(page.get_by_text("Kamera menyala.")).to_be_visible(timeout=60_000)
    assert page.locator("li").count() == 6
    begin(page)
    expect(page.get_by_role("button", name="BERHENTI")).to_be_visible()
    expect(page.locator("[data-part=tempo]")).to_have_text(re.compile(r"\d+"), timeout=PATIENCE_MS)

    away = server.clip.rename(server.clip.with_name("away.mp4"))
    banner = page.locator("[data-part=banner]")
    expect(banner).to_have_text("Kamera tidak ditemukan. Pasang kamera, atau pilih yang lain.", timeout=4_000)
    expect(page.get_by_text("Kamera menyala.")).to_have_count(0)
    away.rename(server.clip)
    expect(banner).to_have_text("", timeout=15_000)
    expect(page.get_by_text("Kamera menyala.")).to_be_visible()
    before = left_s(page)
    deadline = time.monotonic() + 15
    while left_s(page) > before - 2 and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert left_s(page) <= before - 2  # the round went on

    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Bagaimana rasanya bagi ibu?")).to_be_visible(timeout=60_000)
    page.get_by_test_id("stButtonGroup").get_by_text("4", exact=True).click()  # the chart may have a 4, too
    page.get_by_text("Tidak", exact=True).click()
    expect(page.get_by_text("Dicatat")).to_be_visible(timeout=30_000)
    (folder,) = server.practices()
    assert {p.name for p in folder.iterdir()} == {"practice.json", "recording.parquet", "report.json"}
    kept = json.loads((folder / "practice.json").read_text(encoding="utf-8"))
    assert (kept["code"], kept["comfort"], kept["pain"], kept["mode"]) == ("B-12", 4, False, "guided")
    assert len(Recording.from_parquet(folder / "recording.parquet")) > 30
    page.get_by_role("button", name="Ronde lagi").click()
    expect(page.get_by_label("Tenang: hanya bila jelas keliru")).to_be_checked(timeout=30_000)


def test_a_second_tab_takes_over_and_a_killed_round_is_offered(context, server: Server):
    first = context.new_page()
    to_the_camera(first, server)
    first.get_by_role("button", name="Nyalakan kamera").click()
    expect(first.get_by_text("Kamera menyala.")).to_be_visible(timeout=60_000)
    second = context.new_page()
    to_the_camera(second, server)
    second.get_by_role("button", name="Nyalakan kamera").click()
    expect(second.get_by_text("Kamera sedang dipakai di jendela lain.")).to_be_visible(timeout=30_000)
    second.get_by_role("button", name="Ambil alih kamera").click()
    expect(first.get_by_text("Kamera diambil alih di jendela lain.")).to_be_visible(timeout=60_000)
    first.close()
    begin(second)
    second.wait_for_timeout(6_000)
    server.kill()
    expect(second.locator("[data-part=banner]")).to_have_text(
        re.compile("Program tidak menjawab"), timeout=60_000
    )
    second.close()
    assert server.practices() == []
    time.sleep(5.5)  # a journal that was written to just now may belong to a server that runs
    server.start()
    page = context.new_page()
    page.goto(server.url)
    expect(page.get_by_text("terputus")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("terputus")).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("Ronde disimpan.")).to_be_visible(timeout=30_000)
    (folder,) = server.practices()
    kept = json.loads((folder / "practice.json").read_text(encoding="utf-8"))
    assert kept["recovered"] is True
    assert Recording.from_parquet(folder / "recording.parquet").t_s[-1] > 2.5


def test_a_page_that_is_loaded_anew_in_mid_round_goes_back_to_it(context, server: Server):
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    to_the_camera(page, server)
    # Each step from its top.
    expect(page.get_by_role("heading", name="Siapkan tempat")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Nyalakan kamera").click()
    expect(page.get_by_text("Kamera menyala.")).to_be_visible(timeout=60_000)
    begin(page)
    page.wait_for_timeout(4_000)
    before = left_s(page)
    page.reload()
    expect(page.get_by_text("Ronde B-12 sedang berjalan.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Kembali ke ronde itu").click()
    expect(page.locator(".live[data-phase=round]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-part=time]")).to_have_text(re.compile(r"\d:\d\d"), timeout=15_000)
    assert 0 < left_s(page) < before
    page.get_by_role("button", name="Matikan kamera").click()  # in mid-round: it ends, and is looked at
    expect(page.get_by_role("heading", name="Bagaimana rasanya bagi ibu?")).to_be_visible(timeout=60_000)
    (folder,) = server.practices()
    kept = json.loads((folder / "practice.json").read_text(encoding="utf-8"))
    assert (kept["code"], kept["round"]) == ("B-12", 1)
    assert Recording.from_parquet(folder / "recording.parquet").t_s[-1] > 4.0
    page.get_by_role("button", name="Ronde lagi").click()
    expect(page.get_by_label("Tenang: hanya bila jelas keliru")).to_be_checked(timeout=30_000)


def test_the_browser_s_own_camera_and_of_somebody_under_age_nothing_is_kept(
    playwright, server: Server, tmp_path: Path
):
    film = tmp_path / "film.mjpeg"
    with av.open(str(server.clip)) as source, av.open(str(film), "w", format="mjpeg") as target:
        stream = target.add_stream("mjpeg", rate=15)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuvj420p"
        for frame in source.decode(video=0):
            target.mux(stream.encode(frame.reformat(format="yuvj420p")))
        target.mux(stream.encode(None))
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
             f"--use-file-for-fake-video-capture={film}"]  # fmt: skip
    with watched(playwright, flags) as context:
        page = context.new_page()
        to_the_camera(page, server, grown_up=False)
        page.get_by_test_id("stExpander").get_by_text("Kamera").first.click()
        choose(page, page.get_by_test_id("stExpander").get_by_role("combobox"), "Kamera peramban ini")
        page.get_by_role("button", name="Nyalakan kamera").click()
        expect(page.get_by_text("Kamera menyala.")).to_be_visible(timeout=60_000)
        begin(page)
        before = left_s(page)
        page.wait_for_timeout(5_000)
        assert left_s(page) < before
        page.get_by_role("button", name="BERHENTI").click()
        expect(page.get_by_role("heading", name="Bagaimana rasanya bagi ibu?")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Kamera menyala.")).to_have_count(0)
        page.get_by_test_id("stButtonGroup").get_by_text("4", exact=True).click()
        page.get_by_text("Tidak", exact=True).click()
        expect(page.get_by_text("Dicatat")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Tidak ada yang disimpan dari ronde ini.")).to_be_visible(timeout=60_000)
        assert not (server.home / "practices").exists()


def test_a_red_flag_ends_politely_and_nobody_else_gets_at_the_camera(context, server: Server):
    page = context.new_page()
    page.goto(server.url)
    page.get_by_text("English", exact=True).click(timeout=60_000)
    page.get_by_label("Participant's code").fill("B-13", timeout=30_000)
    page.get_by_label("Participant's code").press("Tab")
    page.get_by_text("Pregnant, less than 37 weeks").click()
    page.get_by_text("Under 18", exact=True).click()
    expect(page.get_by_text("Under 18 nothing is recorded.")).to_be_visible(timeout=30_000)
    page.get_by_text("to practise and be measured").click()
    page.get_by_role("button", name="Next", exact=True).click(timeout=30_000)
    expect(page.get_by_text("Before 37 weeks only a demonstration")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="At least one of these").click()
    expect(page.get_by_role("heading", name="Not today")).to_be_visible(timeout=30_000)
    assert not (server.home / "practices").exists()
    for headers, status in (
        ({}, 410),
        ({"X-Live-Token": "guess"}, 410),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(
                urllib.request.Request(f"{server.url}/live/state", headers=headers), timeout=10
            )
        assert refused.value.code == status
        refused.value.close()
