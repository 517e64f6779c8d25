"""Signing in with an account of the campus, in a real browser, at a real provider on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from oidc_provider import CLIENT, SECRET, Provider
from serving import IN_CHROMIUM, SCREEN, Server, free_port, start

from coach.store import access, accounts
from coach.store.repository import Store

sync_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("authlib")
expect = sync_api.expect
pytestmark = [*IN_CHROMIUM, pytest.mark.slow]
PEOPLE = {
    "Ani": {"sub": "17", "email": "Ani@kampus.example", "email_verified": True},
    "Budi": {"sub": "18", "email": "budi@kampus.example", "email_verified": True},
    "Ani, not verified": {"sub": "19", "email": "ani@kampus.example", "email_verified": False},
    "Rina": {"sub": "20"},
}
BUTTON = "Sign in with the campus account"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider(PEOPLE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("account"), free_port()
    store = Store(folder / "home")
    access.add(store, "Bidan Ani", "rahasia-12")
    access.add(store, "Bidan Rina", "rahasia-34", by="Bidan Ani")
    accounts.link(store, "bidan ani", email="ani@Kampus.example")
    accounts.link(store, "bidan rina", subject="20")
    store.close()
    (folder / "home" / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"x" * 40}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n'
    )
    process = start(port, folder, "en")
    yield Server(f"http://127.0.0.1:{port}", folder)
    process.terminate()
    process.wait(20)


@pytest.fixture
def page(browser, server: Server):
    context = browser.new_context(viewport=SCREEN)
    page = context.new_page()
    page.goto(f"{server.url}/review")
    yield page
    context.close()


def go(page, who: str) -> None:
    """To the campus and back."""
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("link", name=who, exact=True).click(timeout=30_000)


def identity(page) -> list[str]:
    return [c["name"] for c in page.context.cookies() if c["name"].startswith("_streamlit_user")]


def trail(server: Server, most: int) -> list[tuple[str, str]]:
    store = Store(server.folder / "home")
    lines = [(line.who, line.what) for line in access.trail(store, most)]
    store.close()
    return lines


def locked(page) -> None:
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0)
    expect(page.locator("input[type=password]")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize(("who", "name"), [("Ani", "Bidan Ani"), ("Rina", "Bidan Rina")])
def test_the_right_person_gets_in_and_out_again(
    page, server: Server, provider: Provider, who: str, name: str
):
    go(page, who)
    out = page.get_by_role("button", name="Sign out", exact=True)
    expect(out).to_be_visible(timeout=60_000)
    expect(page.get_by_text(name, exact=True)).to_be_visible()
    assert trail(server, 1) == [(name, "signed in by account")]
    ended = provider.ended
    out.click()
    expect(page.get_by_role("heading", name="Practise together")).to_be_visible(timeout=60_000)
    assert identity(page) == []
    assert provider.ended == ended + 1
    assert trail(server, 1) == [(name, "signed out")]
    page.goto(f"{server.url}/review")
    locked(page)


@pytest.mark.parametrize("who", ["Budi", "Ani, not verified"])
def test_whom_nobody_knows_is_refused(page, server: Server, who: str):
    go(page, who)
    expect(page.get_by_text("This account belongs to no instructor of this computer.")).to_be_visible(
        timeout=60_000
    )
    locked(page)
    assert trail(server, 1) == [("-", "account refused")]
    page.get_by_role("button", name="Use another account").click()
    expect(page.get_by_role("heading", name="Practise together")).to_be_visible(timeout=60_000)
    assert identity(page) == []


@pytest.mark.parametrize("wrong", ["signature", "expired", "audience", "nonce"])
def test_a_token_that_is_not_sound_opens_nothing(page, server: Server, provider: Provider, wrong: str):
    before = trail(server, 1)
    provider.wrong = wrong
    go(page, "Ani")
    expect(page.get_by_role("heading", name=re.compile("Practise together|Review"))).to_be_visible(
        timeout=60_000
    )
    page.goto(f"{server.url}/review")
    locked(page)
    assert trail(server, 1) == before


def test_the_cookie_alone_opens_no_further_window(page, browser, server: Server):
    go(page, "Ani")
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible(timeout=60_000)
    assert identity(page) != []
    second = page.context.new_page()
    second.goto(f"{server.url}/review")
    locked(second)
    page.reload()  # a new visit: the identity was used
    locked(page)


def test_after_a_while_without_a_touch_it_is_locked_and_the_cookie_gone(page, server: Server):
    settings = server.folder / "home" / "settings.toml"
    go(page, "Ani")
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible(timeout=60_000)
    settings.write_text("idle_minutes = 1\n")
    try:
        expect(page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0, timeout=150_000)
        expect(page.get_by_role("heading", name="Practise together")).to_be_visible(timeout=60_000)
    finally:
        settings.unlink()
    assert identity(page) == []
    page.goto(f"{server.url}/review")
    locked(page)


def test_an_account_that_is_taken_away_ends_the_visit(page, server: Server):
    go(page, "Rina")
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible(timeout=60_000)
    store = Store(server.folder / "home")
    accounts.unlink(store, "Bidan Rina")
    try:
        expect(page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0, timeout=60_000)
    finally:
        accounts.link(store, "Bidan Rina", subject="20")
        store.close()
