"""A browser at phone size before a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from tests.bundles import SHIPPED
from tests.chromium import ARGUMENTS, MISSING, find_chromium
from tests.loop.network import Network
from tests.loop.server import ROOT, Server

PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    assert executable, MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    assert (ROOT / "app/dist/index.html").is_file(), (
        "the web app is not built: run `make app/dist/index.html`"
    )
    server = Server(tmp_path, keys=ROOT / "var/keys")
    server.flask("db", "upgrade")
    server.flask("publish-model", str(SHIPPED))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def network(server: Server) -> Iterator[Network]:
    network = Network(server.port)
    yield network
    network.close()


@pytest.fixture
def phone(browser: Browser, network: Network) -> Iterator[BrowserContext]:
    """A browser that has never seen the page. Without a camera, as in CI, it offers to choose a photo."""
    context = browser.new_context(viewport=PHONE, base_url=f"http://127.0.0.1:{network.port}", has_touch=True)
    context.set_default_timeout(30_000)
    yield context
    context.close()
