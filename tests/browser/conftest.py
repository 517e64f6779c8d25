"""One browser and one server for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import CHROMIUM, FLAGS, Server, served, settle


@pytest.fixture(scope="session", autouse=True)
def patient_clicks():
    """Every click waits until the page is drawn, as a person's would: it might fall into the old page."""
    locator = pytest.importorskip("playwright.sync_api").Locator
    click = locator.click

    def patient(self, **options):
        settle(self.page)
        click(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locator, "click", patient)
        yield


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Speaks Indonesian, with an empty data folder; modules that need more make their own."""
    with served(tmp_path_factory.mktemp("server")) as server:
        yield server
