"""The video of her back from an uploaded file: made on demand, kept with consent only, in step in the review."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_videos import beginning_of_sample
from serving import IN_CHROMIUM, PATIENCE_MS, SCREEN, Server, served
from test_film import go_to, in_step, settled
from test_page import choose
from test_review import NAME, PASSWORD, clock, open_round, sign_in

from coach.store import access
from coach.store.repository import Store

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
SECONDS = 11.0  # enough to be rated


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("upload")
    store = Store(folder / "home")
    access.add(store, NAME, PASSWORD)
    store.close()
    with served(folder, "en") as server:
        yield server


@pytest.fixture
def page(browser, server: Server):
    context = browser.new_context(viewport=SCREEN)
    failures: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server.url}/analyse")
    yield page
    context.close()
    assert failures == []


def measure(page, video: Path, *, film: bool) -> None:
    wanted = page.get_by_text("Also make a video of her back")
    expect(wanted).to_be_visible(timeout=60_000)
    box = page.get_by_role("checkbox", name=re.compile("Also make a video of her back"))
    assert not box.is_checked()  # off unless somebody wants it
    choose(page, video)
    if film:
        wanted.click()
        expect(box).to_be_checked()
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_role("heading", name="The result")).to_be_visible(timeout=PATIENCE_MS)


def unfold(page) -> None:
    page.get_by_text("Keep this result for the instructor").click()
    page.get_by_role("textbox", name="Participant's code").fill("A-07")
    page.get_by_text("She agrees that the result is kept").click()


def keep(page, said: str) -> None:
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text(said)).to_be_visible(timeout=30_000)


def films(server: Server) -> list[Path]:
    """Whatever shows pictures and lies somewhere in the server's folders."""
    return [p for p in server.folder.rglob("*") if p.suffix in (".mp4", ".part", ".npz")]


def test_a_film_is_kept_with_consent_and_runs_in_step(page, server: Server, tmp_path: Path):
    measure(page, beginning_of_sample(tmp_path / "clip.mp4", SECONDS), film=True)
    assert films(server) == []  # in the visit's memory only
    unfold(page)
    page.get_by_text("She agrees that the movement data").click()
    agrees = page.get_by_role("checkbox", name=re.compile("agrees that the video of her back"))
    assert not agrees.is_checked()
    keep(page, "Kept, without the video.")
    assert films(server) == []
    page.get_by_text("agrees that the video of her back").click()
    expect(agrees).to_be_checked()
    keep(page, "Kept, with the video of her back.")
    (kept,) = films(server)
    assert kept.parent.parent == server.folder / "home" / "videos"

    page.get_by_role("link", name="Review").click()
    sign_in(page)
    expect(page.locator("tbody tr")).to_have_count(1, timeout=60_000)  # the same practice
    open_round(page)
    video = page.locator(".film video")
    expect(video).to_be_visible(timeout=30_000)
    assert video.evaluate("(v) => v.duration") == pytest.approx(SECONDS, abs=0.1)
    for share in (0.7, 0.3):
        go_to(page, share)
        settled(page)
        in_step(page, 0.06)
        assert clock(page) == pytest.approx(SECONDS * share, abs=0.8)
    page.locator(".play").click()
    page.wait_for_timeout(2000)
    in_step(page, 0.25)
    assert not video.evaluate("(v) => v.paused")
    expect(page.get_by_text("She agreed to the video.")).to_be_visible()


def test_without_the_box_there_is_no_film_and_nothing_to_agree_to(page, server: Server, tmp_path: Path):
    """Also not the one of the video before."""
    clip = beginning_of_sample(tmp_path / "clip.mp4", 5.0)
    before = films(server)
    measure(page, clip, film=True)
    page.get_by_role("button", name="Another video").click()
    measure(page, clip, film=False)
    unfold(page)
    expect(page.get_by_text("Only numbers are kept, under a code.")).to_be_visible()
    expect(page.get_by_text("agrees that the video of her back")).to_have_count(0)
    keep(page, "Kept. The instructor finds it in the review.")
    assert films(server) == before
