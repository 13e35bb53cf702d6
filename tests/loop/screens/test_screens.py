"""Every screen shows what belongs to it, in every language, and says nothing on the console."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.loop.conftest import PHOTOS
from tests.loop.screens.conftest import OpenPage
from tests.loop.screens.tour import at, choose, open_sheet, tour, tour_with_camera

LANGUAGES = {"en-GB": "Settings", "de-AT": "Einstellungen", "zh-CN": "设置", "fr-FR": "Settings"}
# LiteRT's runtime writes its log, whatever the level, as errors.
EXPECTED = ("INFO:", "WARNING:")
VERDICTS = {"hotdog.jpg": "Hotdog", "burger.jpg": "Not hotdog"}
ABSENT = "/channels/detector.json"
"""What a server without a detector does not have; the browser writes that down."""


def complaints(page: Page) -> list[str]:
    heard: list[str] = []
    page.on(
        "console",
        lambda message: (
            heard.append(message.text)
            if message.type == "error"
            and not message.text.startswith(EXPECTED)
            and not message.location["url"].endswith(ABSENT)
            else None
        ),
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_every_screen(open_page: OpenPage) -> None:
    page = open_page()
    heard = complaints(page)
    assert [name for name, _ in tour(page)] == [
        "no camera",
        "empty history",
        "hotdog",
        "why",
        "not hotdog",
        "report",
        "report sent",
        "problem",
        "history",
        "remembered photo",
        "settings",
        "about",
    ]
    assert heard == []


def test_every_screen_with_a_camera(open_camera_page: OpenPage) -> None:
    page = open_camera_page()
    heard = complaints(page)
    assert [name for name, _ in tour_with_camera(page)] == ["camera", "live"]
    assert heard == []


def test_the_camera_sees_the_film(open_camera_page: OpenPage) -> None:
    page = open_camera_page()
    at(page, "live", tour_with_camera)
    live = page.get_by_test_id("live-verdict")
    expect(live).to_have_text("Hotdog")
    expect(live).to_have_text("Not hotdog")
    expect(live).to_have_text("Hotdog")
    page.get_by_test_id("shutter").click()
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")


@pytest.mark.parametrize("size", [(390, 844), (390, 664), (360, 616), (844, 390), (667, 375)])
def test_the_verdict_and_its_buttons_need_no_scrolling(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]}, locale="de-DE")
    at(page, "report sent")
    # What was pressed on the way may have been scrolled to.
    page.get_by_test_id("settings").scroll_into_view_if_needed()
    box = page.get_by_test_id("new-photo").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= size[1]


@pytest.mark.parametrize("size", [(320, 568), (568, 320)])
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "zh-CN"])
def test_the_verdicts_buttons_stay_in_a_row(open_page: OpenPage, size: tuple[int, int], locale: str) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]}, locale=locale)
    at(page, "why")
    boxes = [page.get_by_test_id(button).bounding_box() for button in ("why", "share", "wrong")]
    assert len({box["y"] for box in boxes if box is not None}) == 1, boxes


def test_a_tab_that_comes_into_view_knows_what_another_remembered_and_cleared(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "no camera")
    other = page.context.new_page()
    at(other, "hotdog")
    open_sheet(other, "history")
    expect(other.get_by_test_id("history-tile")).to_have_count(1)
    come_into_view(page)
    open_sheet(page, "history")
    expect(page.get_by_test_id("history-tile")).to_have_count(1)
    other.get_by_test_id("clear-history").click()
    expect(other.get_by_test_id("history-tile")).to_have_count(0)
    come_into_view(page)
    expect(page.get_by_test_id("history-tile")).to_have_count(0)


def come_into_view(page: Page) -> None:
    """What a browser tells a tab that is turned to; without a window all tabs are in view at once."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def test_a_file_over_the_page_is_told_where_it_lands(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "no camera")
    held = page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add(new File(['x'], 'x.jpg')); return held; }"
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": held})
    expect(page.get_by_test_id("drop-now")).to_be_visible()
    page.dispatch_event("body", "dragleave", {"dataTransfer": held})
    expect(page.get_by_test_id("drop-now")).to_have_count(0)


def test_without_a_camera_the_next_photo_is_chosen_at_once(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "hotdog")
    with page.expect_file_chooser() as chosen:
        page.get_by_test_id("new-photo").click()
    chosen.value.set_files(PHOTOS / "burger.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")


def test_a_photo_far_down_the_history_is_seen_when_it_is_pressed(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 844, "height": 390})
    at(page, "no camera")
    for photo in ("hotdog.jpg", "burger.jpg", "hotdog.jpg", "burger.jpg"):
        choose(page, PHOTOS / photo)
        expect(page.get_by_test_id("verdict")).to_have_text(VERDICTS[photo])
    open_sheet(page, "history")
    page.get_by_test_id("history-tile").last.click()
    expect(page.get_by_test_id("remembered-photo")).to_be_in_viewport(ratio=0.3)


@pytest.mark.parametrize(("locale", "settings"), LANGUAGES.items())
def test_the_language_follows_the_device(open_page: OpenPage, locale: str, settings: str) -> None:
    page = open_page(locale=locale)
    page.goto("/")
    expect(page.get_by_test_id("settings")).to_have_accessible_name(settings)
    tag = {"Settings": "en", "Einstellungen": "de", "设置": "zh-Hans"}[settings]
    expect(page.locator("html")).to_have_attribute("lang", tag)


def test_a_chosen_language_is_kept(open_page: OpenPage) -> None:
    page = open_page(locale="en-US")
    at(page, "settings")
    page.get_by_test_id("language-zh").click()
    expect(page.get_by_role("heading", name="面包底下")).to_be_visible()
    expect(page).to_have_title(re.compile("热狗"))
    page.reload()
    expect(page.get_by_test_id("settings")).to_have_accessible_name("设置")
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("language-zh")).to_be_checked()
    page.get_by_test_id("language-device").click()
    expect(page.get_by_role("heading", name="Under the bun")).to_be_visible()


def test_german_numbers_and_labels(open_page: OpenPage) -> None:
    page = open_page(locale="de-DE")
    at(page, "not hotdog")
    expect(page.get_by_test_id("verdict")).to_have_text("Kein Hotdog")
    expect(page.get_by_test_id("score")).to_have_text(re.compile("^\\d+\xa0%$"))
