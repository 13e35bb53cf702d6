"""A browser at phone size before a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

from tests.bundles import SHIPPED
from tests.chromium import ARGUMENTS, MISSING, find_chromium
from tests.loop.film import camera_arguments, write_film
from tests.loop.network import Network
from tests.loop.server import ROOT, Server

PHONE = ViewportSize(width=390, height=844)
PHOTOS = Path(__file__).parent / "photos"
SCENE_SECONDS = 3.0
"""How long the camera's film shows the hotdog, then the burger, then the hotdog again."""


PATIENCE_MS = 30_000
"""For what the page is to show: a busy machine is slow, not wrong."""

expect.set_options(timeout=PATIENCE_MS)

Launch = Callable[[list[str]], Browser]


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Start a Chromium with further arguments."""
    executable = find_chromium()
    assert executable, MISSING
    with sync_playwright() as playwright:
        yield lambda more: playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS, *more])


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Iterator[Browser]:
    browser = launch([])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser_with_camera(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera looks at a hotdog and a burger in turn."""
    film = tmp_path_factory.mktemp("film") / "lunch.mjpeg"
    write_film(film, [PHOTOS / "hotdog.jpg", PHOTOS / "burger.jpg"], SCENE_SECONDS)
    browser = launch(camera_arguments(film))
    yield browser
    browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own."""
    yield from new_server(tmp_path)


@pytest.fixture(scope="session")
def standing_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that change nothing on it: starting one takes seconds."""
    yield from new_server(tmp_path_factory.mktemp("server"))


def new_server(folder: Path) -> Iterator[Server]:
    assert (ROOT / "app/dist/index.html").is_file(), (
        "the web app is not built: run `make app/dist/index.html`"
    )
    server = Server(folder, keys=ROOT / "var/keys")
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
    yield from new_phone(browser, network.port)


@pytest.fixture
def visitor(browser: Browser, standing_server: Server) -> Iterator[BrowserContext]:
    """The same, for tests that change nothing on the server."""
    yield from new_phone(browser, standing_server.port)


@pytest.fixture
def visitor_with_camera(browser_with_camera: Browser, standing_server: Server) -> Iterator[BrowserContext]:
    """A visitor with a camera that may be used."""
    for context in new_phone(browser_with_camera, standing_server.port):
        context.grant_permissions(["camera"])
        yield context


def new_phone(
    browser: Browser, port: int, service_workers: Literal["allow", "block"] = "allow"
) -> Iterator[BrowserContext]:
    """A fresh browser of a phone's size; without service workers every request reaches the server."""
    context = browser.new_context(
        viewport=PHONE,
        base_url=f"http://127.0.0.1:{port}",
        has_touch=True,
        service_workers=service_workers,
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()
