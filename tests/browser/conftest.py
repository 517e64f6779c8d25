"""One browser and one server for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import CHROMIUM, FLAGS, Server, served, settle

_CHANGING_TRIES = 10
_PATIENCE_MS = 30_000  # for what is shown late on a machine with much to do; what is there passes at once


@pytest.fixture(scope="session", autouse=True)
def patient_hands():
    """Whatever is pressed or filled in waits until the page is drawn, as a person would: it might be the old page's.

    While a page changes, Streamlit shows the old one's button beside the new one's for a moment: then once more.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=_PATIENCE_MS)

    def patient(act):
        def wait_and_act(self, *given, **options):
            for _ in range(_CHANGING_TRIES):
                settle(self.page)
                try:
                    return act(self, *given, **options)
                except sync_api.Error as error:
                    if "strict mode violation" not in str(error):
                        raise
                    seen_double = error
                    self.page.wait_for_timeout(500)
            raise seen_double

        return wait_and_act

    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "fill"):
            patch.setattr(sync_api.Locator, name, patient(getattr(sync_api.Locator, name)))
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
