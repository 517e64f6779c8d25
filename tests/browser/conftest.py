"""One browser and one server for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import CHROMIUM, FLAGS, Server, served


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
