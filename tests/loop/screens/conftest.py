"""One server for all screens, and browsers with and without a camera before it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.bundles import SHIPPED
from tests.loop.conftest import PHONE
from tests.loop.server import ROOT, Server

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def app_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert (ROOT / "app/dist/index.html").is_file(), (
        "the web app is not built: run `make app/dist/index.html`"
    )
    server = Server(tmp_path_factory.mktemp("screens"), keys=ROOT / "var/keys")
    try:
        server.flask("db", "upgrade")
        server.flask("publish-model", str(SHIPPED))
        server.start()
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


@pytest.fixture
def open_page(browser: Browser, app_address: str) -> Iterator[OpenPage]:
    """Opens pages of a phone without a camera; takes Playwright's options of a context."""
    yield from opener(browser, app_address)


@pytest.fixture
def open_camera_page(browser_with_camera: Browser, app_address: str) -> Iterator[OpenPage]:
    """Opens pages of a phone whose camera sees a hotdog and a burger in turn."""
    yield from opener(browser_with_camera, app_address, permissions=["camera"])


def opener(browser: Browser, address: str, **always: Any) -> Iterator[OpenPage]:
    contexts = []

    def open_page(**options: Any) -> Page:
        usual = {
            "viewport": PHONE,
            "base_url": address,
            "has_touch": True,
            "locale": "en-US",
            "timezone_id": "UTC",
            # Nothing moves, so that what is measured or pictured is what stays.
            "reduced_motion": "reduce",
            "service_workers": "block",
        }
        context = browser.new_context(**{**usual, **always, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
