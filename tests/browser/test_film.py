"""The video that she agreed to, in a real browser: in step with the replay, and for who is signed in only."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from serving import IN_CHROMIUM, SCREEN, Server, served
from test_review import NAME, PASSWORD, clock, open_round, sign_in

from coach.scoring.generate import FORMS, make_recording
from coach.scoring.reference import load_reference
from coach.scoring.report import score_recording
from coach.store import access
from coach.store.entries import Consent, Entry
from coach.store.repository import Store
from coach.store.rescoring import rules_of

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
SECONDS, FILMED_S = 60.0, 50.0


def write_film(path: Path) -> None:
    """A video whose grey tells the moment: four levels a second."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "10", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = 160, 200, "yuv420p"
        for i in range(round(10 * FILMED_S)):
            frame = av.VideoFrame.from_ndarray(np.full((200, 160, 3), grey(i / 10), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def grey(t_s: float) -> int:
    return round(20 + 4 * t_s)


def seed(home: Path) -> None:
    """One round with a video, one whose movement was not kept, and one without anything."""
    reference = load_reference("fists")
    store = Store(home)
    film = home / "made.mp4"
    write_film(film)
    for number, (movement, filmed) in enumerate(((False, True), (True, False), (True, True))):
        recording = make_recording(replace(FORMS[0], seconds=SECONDS))
        report = score_recording(recording, reference).to_json()
        store.keep(
            Entry(
                key=f"20261001T00000{number}Z-round",
                code=f"A-0{number}",
                started_utc=recent(number),
                mode="guided",
                source="camera",
                report=report,
                rules=rules_of(reference),
                consent=Consent(True, movement, filmed, True),
            ),
            recording,
            film,
        )
    film.unlink()
    access.add(store, NAME, PASSWORD)
    store.close()


def recent(number: int) -> datetime:
    return datetime.now(UTC) - timedelta(hours=10 - number)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("film")
    seed(folder / "home")
    with served(folder, "en") as server:
        yield server


@pytest.fixture
def page(browser, server: Server):
    context = browser.new_context(viewport=SCREEN)
    failures: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server.url}/review")
    sign_in(page)
    expect(page.locator("tbody tr")).to_have_count(3, timeout=60_000)
    yield page
    context.close()
    assert failures == []


def shown_s(page) -> float:
    """The moment that the video's picture is of."""
    level = page.locator(".film video").evaluate(
        """(video) => {
          const canvas = new OffscreenCanvas(1, 1), g = canvas.getContext("2d");
          g.drawImage(video, 0, 0, 1, 1);
          return g.getImageData(0, 0, 1, 1).data[1];
        }"""
    )
    return (level - 20) / 4


def in_step(page, within_s: float) -> None:
    """Picture and drawing tell the same moment; one that fell behind on a busy machine catches up."""
    page.wait_for_function(
        """([root, most]) => Math.abs(root.replay.t - root.replay.film.video.currentTime) < most""",
        arg=[page.locator(".replay").element_handle(), within_s],
        timeout=5_000,
    )


def go_to(page, share: float) -> None:
    lines = page.locator(".lines")
    lines.scroll_into_view_if_needed()
    box = lines.bounding_box()
    lines.click(position={"x": 44 + share * (box["width"] - 44), "y": 60})


def settled(page) -> None:
    """Wait until the video has found its place."""
    page.wait_for_timeout(700)


def test_the_video_is_in_step_with_the_replay(page, server: Server):
    open_round(page)
    video = page.locator(".film video")
    expect(video).to_be_visible(timeout=30_000)
    assert video.evaluate("(v) => v.paused")
    for share in (0.5, 0.2, 0.7):
        go_to(page, share)
        settled(page)
        in_step(page, 0.06)
        assert shown_s(page) == pytest.approx(clock(page), abs=1.3)
    for speed in ("0.25", "1", "2"):
        page.locator(".speed").select_option(speed)
        go_to(page, 0.2)
        settled(page)
        page.locator(".play").click()
        page.wait_for_timeout(2500)
        in_step(page, 0.25)
        assert not video.evaluate("(v) => v.paused")
        page.locator(".play").click()
        settled(page)
        in_step(page, 0.06)
        assert video.evaluate("(v) => v.paused")
    expect(page.locator(".film .ended")).to_be_hidden()
    go_to(page, 0.95)  # it was filmed for shorter than the round
    expect(page.locator(".film .ended")).to_have_text("The video ends here.")


def test_nobody_else_opens_it(page, browser, server: Server):
    addresses: list[str] = []
    page.on(
        "request", lambda request: addresses.append(request.url) if "review-video" in request.url else None
    )
    open_round(page)
    expect(page.locator(".film video")).to_be_visible(timeout=30_000)
    (address,) = addresses
    token = pass_of(page)

    def status(**headers: str) -> int:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address, headers=headers), timeout=20
            ) as answer:
                assert answer.headers["Cache-Control"] == "no-store"
                return answer.status
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    # Another browser that has learnt the address; the same browser without the page.
    other = browser.new_context().new_page()
    other.goto(f"{server.url}/review")
    assert other.evaluate("(url) => fetch(url).then((answer) => answer.status)", address) == 403
    other.context.close()
    assert page.context.request.get(address).status == 403
    assert status() == status(**{"X-Review-Pass": "guess"}) == 403
    assert status(**{"X-Review-Pass": token}) == 200
    assert status(**{"X-Review-Pass": token, "Range": "bytes=0-99"}) == 206
    assert status(**{"X-Review-Pass": token, "Host": "evil.example"}) == 403
    assert status(**{"X-Review-Pass": token, "Origin": "http://evil.example"}) == 403
    for wrong in ("0" * 64, "..%2f..%2frecords.sqlite", "records.sqlite"):
        address = f"{server.url}/review-video/{wrong}"
        assert status(**{"X-Review-Pass": token}) in (400, 404)
    (address,) = addresses
    page.get_by_role("button", name="All practices").click()
    expect(page.locator("tbody tr")).to_have_count(3, timeout=30_000)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("input[type=password]")).to_be_visible(timeout=30_000)
    assert status(**{"X-Review-Pass": token}) == 403


def pass_of(page) -> str:
    return page.locator(".replay").evaluate("(root) => root.replay.data.film.pass")


def test_it_is_deleted_by_itself_and_leaves_no_empty_box(page, server: Server):
    open_round(page)
    expect(page.locator(".film video")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("She agreed to the video. It is deleted by itself after")).to_be_visible()
    blob = page.locator(".film video").evaluate("(v) => v.src")
    page.get_by_role("button", name="Delete the video …").click()
    page.get_by_role("button", name="Delete the video", exact=True).click()
    expect(page.locator(".film video")).to_be_hidden(timeout=30_000)
    expect(page.locator(".backs.filmed")).to_have_count(0)
    expect(page.get_by_text("She agreed to the video.")).to_have_count(0)
    expect(page.locator(".replay .play")).to_be_visible()
    assert page.evaluate("(url) => fetch(url).then(() => true, () => false)", blob) is False
    store = Store(server.folder / "home")
    assert len(list(store.films.stored())) == 1  # of the other round
    assert [line.what for line in access.trail(store, 1)] == ["video deleted"]
    store.close()


def test_without_a_video_nothing_is_shown_and_without_movement_it_plays_alone(page):
    open_round(page, 1)
    expect(page.locator(".lines")).to_be_visible()
    expect(page.locator(".film")).to_be_hidden()
    expect(page.get_by_text("She agreed to the video.")).to_have_count(0)
    page.get_by_role("button", name="All practices").click()
    expect(page.locator("tbody tr")).to_have_count(3, timeout=30_000)
    page.locator("tbody tr").nth(2).click()
    expect(page.get_by_text("The movement of this practice was not kept")).to_be_visible(timeout=30_000)
    video = page.locator(".film video[controls]")
    expect(video).to_be_visible(timeout=30_000)
    video.evaluate("(v) => v.play()")
    page.wait_for_timeout(1500)
    assert video.evaluate("(v) => v.currentTime") > 0.5
