"""Without a network: the page that was visited once opens, judges and keeps a complaint for later."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.loop.conftest import PHOTOS, new_phone
from tests.loop.server import Server


@pytest.fixture
def guest(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A phone at a server that goes away."""
    yield from new_phone(browser, server.port)


def judge(page: Page, photo: Path, verdict: str) -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(photo)
    expect(page.get_by_test_id("verdict")).to_have_text(verdict)


def test_the_second_visit_needs_no_network(guest: BrowserContext, server: Server) -> None:
    first = guest.new_page()
    first.goto("/")
    # Resolves when all files are stored: a service worker whose installation failed never becomes active.
    first.evaluate("async () => void (await navigator.serviceWorker.ready)")
    stored = first.evaluate(
        """async () => {
            const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
            const requests = await Promise.all(caches_.map((cache) => cache.keys()));
            return requests.flat().map(({ url }) => new URL(url).pathname);
        }"""
    )
    runtimes = {Path(path).name for path in stored if path.endswith(".wasm")}
    assert runtimes == {"litert_wasm_internal.wasm"}, (
        "one of the two builds is stored, the one that Chromium runs"
    )
    first.close()
    server.stop()

    second = guest.new_page()
    second.goto("/")
    judge(second, PHOTOS / "hotdog.jpg", "Hotdog")
    second.get_by_test_id("share").scroll_into_view_if_needed()
    with second.expect_download():
        second.get_by_test_id("share").click()
    second.get_by_test_id("wrong").click()
    second.get_by_test_id("claim-negative").click()
    second.get_by_test_id("send-report").click()
    expect(second.get_by_test_id("report-state")).to_contain_text("waiting")
    second.get_by_test_id("new-photo").click()
    judge(second, PHOTOS / "burger.jpg", "Not hotdog")


def test_the_app_can_be_installed(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    page.evaluate("async () => void (await navigator.serviceWorker.ready)")
    devtools = visitor.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A browsing context of a test is off the record, where nothing is ever installed; any other error is ours.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
