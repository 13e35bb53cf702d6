"""Where it is, and how many: boxes on the live picture and under "Why?", from the detector that ships in the app."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.loop.asked import asked, note_what_is_asked, wait_until_asked
from tests.loop.conftest import PHOTOS, SCENE_SECONDS
from tests.loop.screens.test_accessibility import violations

WATCH = """async (milliseconds) => {
    const seen = [];
    const part = (id) => [...document.querySelectorAll(`[data-testid=${id}]`)];
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
        const [verdict, count] = ['live-verdict', 'live-count'].map((id) => part(id)[0]?.textContent ?? '');
        const boxes = part('live-box').filter((box) => getComputedStyle(box).opacity > 0.5).length;
        seen.push([verdict, count, boxes]);
        await new Promise(requestAnimationFrame);
    }
    return seen;
}"""
"""What the band says and how many boxes are drawn, at each frame of the page."""
COUNT = re.compile(r"^(1 hotdog|\d+ hotdogs)$")


@pytest.fixture
def page(visitor_with_camera: BrowserContext) -> Page:
    page = visitor_with_camera.new_page()
    note_what_is_asked(page)
    page.goto("/")
    return page


def test_live_boxes_are_drawn_and_counted_while_the_verdict_is_positive(page: Page) -> None:
    page.get_by_test_id("live").click()
    expect(page.get_by_test_id("live-box").first).to_be_visible(timeout=4 * SCENE_SECONDS * 1000)
    before = asked(page)
    seconds = 4 * SCENE_SECONDS
    seen: list[tuple[str, str, int]] = [tuple(frame) for frame in page.evaluate(WATCH, seconds * 1000)]
    looks = asked(page) - before

    assert any(count for _, count, _ in seen)
    for verdict, count, boxes in seen:
        if verdict == "Not hotdog":
            assert (count, boxes) == ("", 0)
        elif count:
            assert COUNT.match(count)
    # Each scene has one count, but for the moment in which it begins.
    turns = sum(1 for one, other in pairwise(seen) if one[1] != other[1])
    assert turns <= 12
    # Ten a second where the machine has nothing else to do; this is what is left of it on the busiest one.
    assert looks["detect"] / seconds >= 2
    assert violations(page) == []


def test_nothing_of_the_live_boxes_is_carried_into_a_photo(page: Page) -> None:
    page.get_by_test_id("live").click()
    expect(page.get_by_test_id("live-box").first).to_be_visible(timeout=4 * SCENE_SECONDS * 1000)
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "burger.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")
    expect(page.get_by_test_id("live-box")).to_have_count(0)
    page.get_by_test_id("why").click()
    expect(page.get_by_test_id("why-words")).to_be_visible()
    expect(page.get_by_test_id("photo-box")).to_have_count(0)


def test_a_box_of_a_photo_is_judged_by_itself(page: Page) -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")
    page.get_by_test_id("why").click()
    boxes = page.get_by_test_id("photo-box")
    expect(boxes.first).to_be_visible()
    expect(page.get_by_test_id("why-words")).to_have_text(COUNT)
    assert violations(page) == []

    # As those do who see no boxes: by its name, with the keyboard.
    page.get_by_role("button", name=re.compile(r"^Box 1 of \d")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("box-words")).to_have_text(re.compile(r"^This part alone: Hotdog \d+%\.$"))
    expect(page.get_by_role("button", name=re.compile(r"^Box 1 of \d+: Hotdog \d+%$"))).to_be_visible()
    assert violations(page) == []
    for box in boxes.all():
        place = box.bounding_box()
        assert place is not None
        assert min(place["width"], place["height"]) >= 44


def test_without_a_detector_why_is_as_it_was(page: Page) -> None:
    weights = "**/detector/model.*.tflite"
    page.route(weights, lambda route: route.abort())
    with page.expect_request(weights):
        page.reload()
    wait_until_asked(page, "verifySignature")  # Each kind of model has been started, or could not be.
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "hotdog.jpg")
    page.get_by_test_id("why").click()
    expect(page.get_by_test_id("why-words")).to_have_text("Dots mark what looks like: Hotdog.")
    expect(page.get_by_test_id("photo-box")).to_have_count(0)
    assert asked(page)["detect"] == 0
