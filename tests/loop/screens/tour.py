"""A walk over every screen of the app by its own buttons, stopping at each."""

from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.loop.conftest import PHOTOS

Stop = tuple[str, list[str]]
"""A screen's name, and the test ids of what can be seen and done there."""


def tour(page: Page) -> Iterator[Stop]:
    """Go from the start over every screen that needs no camera; what is true of a screen can be asked at each stop."""
    page.goto("/")
    yield stop(page, "no camera", ["camera-state", "choose-photo", "history", "settings"])
    open_sheet(page, "history")
    yield stop(page, "empty history", ["history-note"])
    close(page)

    choose(page, PHOTOS / "hotdog.jpg")
    yield stop(page, "hotdog", ["verdict", "score", "why", "share", "wrong", "new-photo"])
    page.get_by_test_id("why").click()
    yield stop(page, "why", ["verdict", "why"])
    page.get_by_test_id("new-photo").click()
    choose(page, PHOTOS / "burger.jpg")
    yield stop(page, "not hotdog", ["verdict", "score", "why", "share", "wrong", "new-photo"])

    page.get_by_test_id("wrong").click()
    yield stop(page, "report", ["claim-positive", "claim-negative", "send-photo", "comment", "send-report"])
    with page.expect_response("**/api/v1/feedback"):
        page.get_by_test_id("send-report").click()
    yield stop(page, "report sent", ["report-state"])
    page.get_by_test_id("new-photo").click()
    page.get_by_test_id("choose-photo-input").set_input_files(
        {"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff torn"}
    )
    yield stop(page, "problem", ["problem", "try-again"])
    page.get_by_test_id("try-again").click()

    open_sheet(page, "history")
    expect(page.get_by_test_id("history-tile")).to_have_count(2)
    yield stop(page, "history", ["history-tile", "clear-history"])
    page.get_by_test_id("history-tile").first.click()
    yield stop(page, "remembered photo", ["remembered-photo"])
    close(page)

    open_sheet(page, "settings")
    yield stop(page, "settings", ["language-device", "model-version", "update-state", "take-back", "about"])
    page.get_by_test_id("about").click()
    yield stop(page, "about", ["app-version", "about-back"])
    page.get_by_test_id("about-back").click()
    close(page)


def tour_with_camera(page: Page) -> Iterator[Stop]:
    """Go over the screens that need a camera."""
    page.goto("/")
    expect(page.get_by_test_id("shutter")).to_be_enabled()
    yield stop(page, "camera", ["shutter", "flip", "live", "choose-photo", "history", "settings"])
    page.get_by_test_id("live").click()
    yield stop(page, "live", ["live-verdict", "live-score", "shutter"])


def at(page: Page, wanted: str, walk: Callable[[Page], Iterator[Stop]] = tour) -> None:
    """Go to one screen."""
    assert any(name == wanted for name, _ in walk(page)), f"no screen is called {wanted}"


def choose(page: Page, photo: Path) -> None:
    """Choose a photo and wait for its verdict."""
    page.get_by_test_id("choose-photo-input").set_input_files(photo)
    expect(page.get_by_test_id("verdict")).to_be_visible()


def open_sheet(page: Page, by: str) -> None:
    """Press what opens a sheet, and wait until the sheet has the focus: from then on it hears keys."""
    page.get_by_test_id(by).click()
    expect(page.get_by_role("dialog").locator(":focus")).to_have_count(1)


def close(page: Page) -> None:
    """Close the sheet as a keyboard does."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def stop(page: Page, name: str, there: list[str]) -> Stop:
    """Wait until all that belongs to the screen is there, and no longer moves."""
    for test_id in there:
        expect(page.get_by_test_id(test_id).last, f"{test_id} on the screen {name}").to_be_visible()
    return name, there
