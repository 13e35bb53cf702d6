"""Every screen keeps axe's rules, says what happens, stays usable with large text, in small and in wide windows, and by keys."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.loop.conftest import PHOTOS
from tests.loop.screens.conftest import OpenPage
from tests.loop.screens.tour import at, choose, open_sheet, tour, tour_with_camera
from tests.loop.server import ROOT

AXE = (ROOT / "app/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
"""With its best practices; text in a live camera picture is not measured, since there is no one background."""
SMALLEST_TARGET = 44
"""In CSS pixels, a side of anything that is pressed."""

WINDOWS = {
    "the smallest phone": (320, 568),
    "a phone sideways": (844, 390),
    "the smallest phone sideways": (568, 320),
    "a tablet sideways": (1194, 834),
    "a phone zoomed to 200 %": (195, 422),
}

CUT_TEXT = """() => {
    const hides = (element) => ['hidden', 'clip'].includes(getComputedStyle(element).overflowX);
    const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowY);
    const presses = (element) => ['button', 'radio', 'switch'].includes(element.role);
    const cut = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        if (text.parentElement.closest('noscript') !== null) continue;
        const whole = document.createRange();
        whole.selectNodeContents(text);
        const words = whole.getBoundingClientRect();
        if (words.width === 0) continue;
        // A space at the end of a line may hang out of everything unseen.
        const [left, right] = [...text.data.matchAll(/\\S+/g)].reduce(
            ([left, right], word) => {
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const box = range.getBoundingClientRect();
                return [Math.min(left, box.left), Math.max(right, box.right)];
            },
            [Infinity, -Infinity],
        );
        let scrolled = false;
        for (let box = text.parentElement; box !== null; box = box.parentElement) {
            scrolled ||= scrolls(box);
            if (!hides(box) && !presses(box)) continue;
            const bounds = box.getBoundingClientRect();
            const beside = left < bounds.left - 2 || right > bounds.right + 2;
            const above = !scrolled && (words.top < bounds.top - 2 || words.bottom > bounds.bottom + 2);
            if (beside || above) {
                cut.push(text.data);
                break;
            }
        }
    }
    return cut;
}"""
"""Lists texts that reach out of their button, or of a box that hides what reaches out of it and cannot be scrolled."""

OFF_COLOUR = """() => {
    const colour = (element, property) => getComputedStyle(element)[property];
    const icons = [...document.querySelectorAll('[data-testid=icon] path')]
        .filter((path) => colour(path, 'stroke') !== colour(path.closest('[role]'), 'color'));
    const bars = [...document.querySelectorAll('[data-testid=meter-fill]')]
        .filter((fill) => colour(fill, 'backgroundColor') === colour(fill.parentElement, 'backgroundColor'));
    return [...icons, ...bars].map((element) => element.parentElement.outerHTML);
}"""
"""Lists icons in another colour than their button's words, and meters whose fill does not show."""


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, each with the element that it is about."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_screen_breaks_a_rule(open_page: OpenPage, theme: str) -> None:
    page = open_page(color_scheme=theme)
    broken = {name: found for name, _ in tour(page) if (found := violations(page))}
    assert not broken, json.dumps(broken, indent=2)


def test_no_screen_with_a_camera_breaks_a_rule(open_camera_page: OpenPage) -> None:
    page = open_camera_page()
    broken = {name: found for name, _ in tour_with_camera(page) if (found := violations(page))}
    assert not broken, json.dumps(broken, indent=2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_icons_and_meter_show_in_colours_that_the_reader_forces_upon_the_page(
    open_page: OpenPage, theme: str
) -> None:
    page = open_page(color_scheme=theme, forced_colors="active")
    for name, _ in tour(page):
        assert page.evaluate(OFF_COLOUR) == [], name
        if name == "hotdog":
            expect(page.get_by_test_id("meter-fill")).to_be_visible()
            assert page.get_by_test_id("icon").count() > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_so_do_the_tools_of_the_camera(open_camera_page: OpenPage, theme: str) -> None:
    page = open_camera_page(color_scheme=theme, forced_colors="active")
    for name, _ in tour_with_camera(page):
        assert page.evaluate(OFF_COLOUR) == [], name


def assert_usable(page: Page, name: str, there: list[str]) -> None:
    """Nothing is cut off, and whatever can be pressed can be reached and is large enough to hit."""
    assert page.evaluate(CUT_TEXT) == [], name
    for test_id in there:
        element = page.get_by_test_id(test_id).last
        if element.get_attribute("role") in {"button", "radio", "switch"}:
            if element.get_attribute("aria-disabled") != "true":
                element.click(trial=True)
            box = element.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= SMALLEST_TARGET, f"{test_id} on {name}: {box}"


@pytest.mark.parametrize("size", WINDOWS.values(), ids=WINDOWS.keys())
def test_every_screen_fits(open_page: OpenPage, size: tuple[int, int]) -> None:
    # German has the longest words.
    page = open_page(viewport={"width": size[0], "height": size[1]}, locale="de-DE")
    for name, there in tour(page):
        assert_usable(page, name, there)


@pytest.mark.parametrize("size", [(390, 844), (360, 640)])
def test_text_at_200_percent(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]}, locale="de-DE")
    page.route("**/app.css", enlarge_text)
    for name, there in tour(page):
        assert_usable(page, name, there)
        if name == "report":
            # Two lines of what it asks for are three by now.
            comment = page.get_by_test_id("comment").bounding_box()
            assert comment is not None
            assert comment["height"] >= 2 * 88
        if name == "about":
            type_size = page.get_by_test_id("app-version").evaluate(
                "(text) => getComputedStyle(text).fontSize"
            )
            assert type_size == "28px"


def enlarge_text(route: Route) -> None:
    """Do what a browser does whose font size is set to twice the usual."""
    response = route.fetch()
    route.fulfill(response=response, body=response.text() + "html { font-size: 200% }")


def test_what_happens_is_announced(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "hotdog")
    expect(page.get_by_role("alert")).to_have_text("Hotdog")
    page.get_by_test_id("why").click()
    expect(page.get_by_test_id("why")).to_have_attribute("aria-expanded", "true")
    page.get_by_test_id("wrong").click()
    page.get_by_test_id("send-report").click()
    expect(page.get_by_role("status").filter(has_text="Report sent")).to_be_visible()


def focus_order(page: Page, steps: int) -> list[str]:
    """Return the test ids (or names) of what the Tab key leads to."""
    order = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate(
                "() => document.activeElement.dataset.testid ?? document.activeElement.ariaLabel ?? ''"
            )
        )
    return order


def test_keys_lead_through_the_screen_in_reading_order(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "no camera")
    assert focus_order(page, 3) == ["history", "settings", "choose-photo"]
    choose(page, PHOTOS / "hotdog.jpg")
    page.get_by_test_id("settings").focus()
    assert focus_order(page, 4) == ["why", "share", "wrong", "new-photo"]


def test_space_chooses_and_switches(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "report")
    choice, switch = page.get_by_test_id("claim-negative"), page.get_by_test_id("send-photo")
    for pressed in (choice, switch):
        expect(pressed).not_to_be_checked()
        pressed.press("Space")
        expect(pressed).to_be_checked()
        expect(pressed).to_be_focused()
    switch.press("Space")
    expect(switch).not_to_be_checked()


def test_arrows_move_a_choice_and_tab_leaves_it(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "report")
    hotdog, other = page.get_by_test_id("claim-positive"), page.get_by_test_id("claim-negative")
    expect(hotdog).to_be_checked()
    hotdog.focus()
    for key, chosen, left in (
        ("ArrowRight", other, hotdog),
        ("ArrowDown", hotdog, other),
        ("ArrowUp", other, hotdog),
    ):
        page.keyboard.press(key)
        expect(chosen).to_be_checked()
        expect(chosen).to_be_focused()
        expect(left).not_to_be_checked()
    page.keyboard.press("Tab")
    expect(hotdog).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(other).to_be_focused()


def test_arrows_go_through_all_answers_and_around(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "settings")
    languages = page.get_by_test_id("language-device").locator("..").get_by_role("radio")
    first, second, last = languages.first, languages.nth(1), languages.last
    first.focus()
    for key, chosen in (
        ("ArrowDown", second),
        ("ArrowLeft", first),
        ("ArrowUp", last),
        ("ArrowRight", first),
    ):
        page.keyboard.press(key)
        expect(chosen).to_be_checked()
        expect(chosen).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(first).to_be_checked()


def test_space_switches_once_however_long_it_is_held(open_camera_page: OpenPage) -> None:
    page = open_camera_page()
    at(page, "camera", tour_with_camera)
    live = page.get_by_test_id("live")
    live.focus()
    for _ in range(4):
        page.keyboard.down("Space")
    page.keyboard.up("Space")
    expect(live).to_be_checked()


def test_a_sheet_keeps_the_focus_and_gives_it_back(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "no camera")
    page.get_by_test_id("settings").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Under the bun")
    expect(dialog.locator(":focus")).to_have_count(1)
    for _ in range(20):
        page.keyboard.press("Tab")
        assert dialog.evaluate("(dialog) => dialog.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("settings")).to_be_focused()


def test_a_sheet_hears_the_browsers_close_request(open_page: OpenPage) -> None:
    """Android's way back is one, and Escape while it is down; React Native for Web's own listener waits until it is let go of."""
    page = open_page()
    at(page, "no camera")
    open_sheet(page, "settings")
    page.keyboard.down("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("settings")).to_be_focused()


def test_a_button_at_work_keeps_the_focus_and_takes_no_second_press(open_page: OpenPage) -> None:
    page = open_page()
    at(page, "settings")
    check = page.get_by_test_id("check-update")
    expect(check).to_be_enabled()
    asked: list[str] = []
    held: list[Route] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/channels/**", lambda route: held.append(route), times=1)
    check.focus()
    page.keyboard.press("Enter")
    expect(check).to_be_disabled()
    page.keyboard.press("Enter")
    check.dispatch_event("click")
    page.wait_for_timeout(300)
    assert len([url for url in asked if "/channels/" in url]) == 1
    expect(check).to_be_focused()
    held[0].continue_()
    expect(check).to_be_enabled()
    expect(check).to_be_focused()


SLAM = """async () => {
    const seen = new Set();
    for (let frame = 0; frame < 30; frame++) {
        const band = document.querySelector('[data-testid=verdict]');
        if (band !== null) {
            let box = band;
            while (getComputedStyle(box).transform === 'none') box = box.parentElement;
            seen.add(getComputedStyle(box).transform);
        }
        await new Promise(requestAnimationFrame);
    }
    return seen.size;
}"""
"""Counts the places that the band is seen in, in half a second from the choice of a photo."""


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_ask(open_page: OpenPage, wish: str, moves: bool) -> None:
    page = open_page(reduced_motion=wish)
    at(page, "no camera")
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_be_attached()
    assert (page.evaluate(SLAM) > 1) == moves
