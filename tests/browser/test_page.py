"""The page in a real browser, from the upload to the downloaded files; no request leaves this machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from made_videos import beginning_of_sample
from serving import IN_CHROMIUM, PATIENCE_MS, SCREEN, Server

from coach.motion.recording import Recording

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

pytestmark = IN_CHROMIUM


@pytest.fixture
def page(browser, server: Server):
    """The page, just opened. When the test is done: no request left this machine, no script failed."""
    context = browser.new_context(viewport=SCREEN, accept_downloads=True)
    page = context.new_page()
    requests: list[str] = []
    failures: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server.url}/analyse")
    expect(page.get_by_role("heading", name="Bagaimana pijatannya?")).to_be_visible(timeout=60_000)
    yield page
    context.close()
    assert requests
    outside = {
        urlsplit(url).hostname for url in requests if urlsplit(url).scheme not in ("data", "blob", "about")
    }
    assert outside == {"127.0.0.1"}
    assert failures == []


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first eleven seconds of the sample: what is needed to be rated, and little more."""
    return beginning_of_sample(tmp_path_factory.mktemp("clip") / "latihan.mp4", 11.0)


def choose(page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("button", name=re.compile("^(Ukur|Measure)$"))).to_be_enabled(timeout=30_000)


def download(page, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


@pytest.mark.slow
def test_the_whole_way(page, server: Server, clip: Path, tmp_path: Path):
    expect(page.get_by_text("Alat bantu latihan keterampilan pijat.")).to_be_visible()
    choose(page, clip)
    page.get_by_role("button", name="Ukur").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Batal")).to_be_visible()

    expect(page.get_by_role("heading", name="Hasil")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".mc-say.first")).to_be_visible()
    expect(page.locator(".mc-score")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first
           ).to_be_visible(timeout=30_000)  # fmt: skip
    assert server.videos() == []

    report = json.loads(download(page, "Laporan sebagai data", tmp_path).read_text(encoding="utf-8"))
    assert report["schema"] == 1
    assert report["source"]["name"] == "latihan.mp4"
    stored = download(page, "Rekaman", tmp_path)
    assert stored.name == "latihan.recording.parquet"
    assert len(Recording.from_parquet(stored)) == report["source"]["frames"]
    assert download(page, "Laporan sebagai gambar", tmp_path).read_bytes()[:4] == b"\x89PNG"

    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="The result")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("A training aid for massage skills.")).to_be_visible()
    page.get_by_role("button", name="Another video").click()
    expect(page.get_by_role("heading", name="How is the massage?")).to_be_visible(timeout=30_000)
    assert page.get_by_text("latihan.mp4").count() == 0  # the upload is let go


def test_a_bad_file_is_a_sentence(page, server: Server, tmp_path: Path):
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"this is no video at all" * 100)
    choose(page, bad)
    page.get_by_role("button", name="Ukur").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible(timeout=60_000)
    assert "Traceback" not in page.content()
    assert str(server.folder) not in page.content()
    expect(page.get_by_role("heading", name="Bagaimana pijatannya?")).to_be_visible()
    assert server.videos() == []


@pytest.mark.slow
def test_cancelling_leaves_nothing(page, server: Server):
    page.get_by_role("button", name="Coba dengan video contoh").click()
    page.get_by_role("button", name="Batal").click(timeout=30_000)
    expect(page.get_by_role("heading", name="Bagaimana pijatannya?")).to_be_visible(timeout=30_000)
    assert server.videos() == []


def test_the_back_by_hand(page, server: Server, clip: Path):
    choose(page, clip)
    page.get_by_text("Pilihan lain").click()
    page.get_by_text("Tandai punggung ibu sendiri").click()
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible(timeout=60_000)
    expect(page.get_by_label("1 bahu kiri →")).to_be_visible()
    assert server.videos() == []
