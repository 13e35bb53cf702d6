"""The operator rotates the keys; a page that was built with the old ones follows, and takes what the new ones sign."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bundles import NEXT_VERSION, SHIPPED, republished
from tests.loop.network import Network
from tests.loop.server import ROOT, Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A backend whose keys the built page trusts, and which may replace them."""
    keys = Path(shutil.copytree(ROOT / "var/keys", tmp_path / "keys"))
    server = Server(tmp_path, keys)
    server.flask("db", "upgrade")
    server.flask("publish-model", str(SHIPPED))
    server.start()
    yield server
    server.stop()


def check_in_settings(page: Page) -> None:
    page.get_by_test_id("check-update").click()
    expect(page.get_by_test_id("check-update")).to_be_enabled()


def test_a_page_built_with_the_old_keys_follows(
    phone: BrowserContext, server: Server, network: Network, tmp_path: Path
) -> None:
    page = phone.new_page()
    asked_for_keys: list[str] = []
    phone.on(
        "request", lambda request: asked_for_keys.append(request.url) if "/keys/" in request.url else None
    )
    page.goto("/")
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("update-state")).to_contain_text("Up to date")
    assert asked_for_keys == []

    server.flask("rotate-keys", "--yes")
    server.flask("publish-model", str(republished(SHIPPED, tmp_path / "second", NEXT_VERSION)))
    check_in_settings(page)
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    expect(page.get_by_test_id("last-refusal")).to_have_count(0)

    server.flask("rotate-keys", "--yes")
    page.close()
    page = phone.new_page()
    page.goto("/")
    page.get_by_test_id("settings").click()
    check_in_settings(page)
    expect(page.get_by_test_id("update-state")).to_contain_text("Up to date")
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    origin = f"http://127.0.0.1:{network.port}"
    assert asked_for_keys == [f"{origin}/api/v1/keys/{number}.json" for number in (2, 3)]
