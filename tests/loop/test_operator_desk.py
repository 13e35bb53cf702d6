"""The operators' pages in a browser: the review by keys, and axe's rules on every page, light and dark, on a phone and on a desk."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.backend.reports import report
from tests.loop.conftest import new_server
from tests.loop.server import ROOT, Server

AXE = (ROOT / "app/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
PHOTOS = Path(__file__).parent / "photos"
PASSWORD = "correct horse battery staple"
SIZES = {"phone": ViewportSize(width=320, height=640), "desk": ViewportSize(width=1280, height=800)}
PAGES = (
    "/operator",
    "/operator/complaints",
    "/operator/complaints?state=disputed&platform=web",
    "/operator/review",
    "/operator/review?verdict=positive",
    "/operator/models",
    "/operator/nothing",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def new(folder: Path) -> Iterator[Server]:
    yield from new_server(folder)


@pytest.fixture(scope="module")
def server(new: Server, folder: Path) -> Server:
    """A server with two reviewers, and counts of a month."""
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    for name in ("maria", "paul"):
        new.flask("create-operator", name, "--password-file", str(folder / "password"))
    today = datetime.now(UTC).date()
    month = [str(today - timedelta(days=back)) for back in range(30)]
    with sqlite3.connect(new.database) as database:
        database.executemany(
            "INSERT INTO check_counts (day, model_version, platform, count) VALUES (?, ?, 'web', 400)",
            [(day, version) for day in month for version in ("1.0.0", "0.9.0")],
        )
        database.execute(
            "INSERT INTO update_counts (day, model_version, platform, outcome, reason, count)"
            " VALUES (?, '1.0.0', 'ios', 'failed', 'bad_hash', 3)",
            month[:1],
        )
    return new


def complain(server: Server, photo: str | None = "hotdog.jpg", **fields: Any) -> None:
    parts: dict[str, Any] = {"report": (None, json.dumps(report(**fields)))}
    if photo:
        parts["photo"] = ("photo.jpg", (PHOTOS / photo).read_bytes(), "image/jpeg")
    answer = requests.post(f"http://127.0.0.1:{server.port}/api/v1/feedback", files=parts, timeout=10)
    assert answer.status_code == 201, answer.text


def boxes_page(server: Server) -> str:
    """Return the address where boxes are drawn on a complaint's photo; two are there."""
    with sqlite3.connect(server.database) as database:
        (feedback_id,) = database.execute(
            "SELECT id FROM feedback WHERE photo_sha256 IS NOT NULL ORDER BY received_at DESC"
        ).fetchone()
        database.executemany(
            "INSERT INTO drawn_boxes (feedback_id, label, x0, y0, x1, y1, operator, drawn_at)"
            " VALUES (?, 'positive', ?, 0.2, ?, 0.7, 'maria', '2026-11-24 12:00:00')",
            [(feedback_id, 0.1, 0.5), (feedback_id, 0.5, 0.9)],
        )
    return f"/operator/review/{UUID(feedback_id)}/boxes"


def signed_in(context: BrowserContext, name: str) -> Page:
    page = context.new_page()
    page.goto("/operator")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


def complaints_of_axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [f"{flaw['id']}: {node['html'][:120]}" for flaw in found["violations"] for node in flaw["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, server: Server, size: str, scheme: Any
) -> None:
    complain(server, comment="A long word: " + "hot" * 60, model_version="999999.999999.999999")
    complain(server, None, verdict="positive", claimed_label="negative", score=0.93, platform="ios")
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, base_url=f"http://127.0.0.1:{server.port}"
    )
    page = context.new_page()
    page.goto("/operator/sign-in")
    flaws = {"/operator/sign-in": complaints_of_axe(page)}
    page.close()
    page = signed_in(context, "maria")
    for address in (*PAGES, boxes_page(server)):
        page.goto(address)
        for summary in page.locator("summary").all():
            if summary.evaluate("e => !e.parentElement.open"):
                summary.click()
        flaws[address] = complaints_of_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    context.close()
    assert {address: found for address, found in flaws.items() if found} == {}


def press(page: Page, key: str) -> None:
    """Press a key once the page that listens for it has loaded whole: its words can be seen before its script runs."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_a_reviewer_gets_through_the_queue_by_keys(browser: Browser, server: Server) -> None:
    with sqlite3.connect(server.database) as database:
        database.execute("DELETE FROM feedback")
    complain(server, score=0.01, comment="first")
    complain(server, "burger.jpg", score=0.02, comment="second")
    complain(server, "hotdog.jpg", claimed_label="negative", verdict="positive", score=0.97, comment="third")
    context = browser.new_context(viewport=SIZES["desk"], base_url=f"http://127.0.0.1:{server.port}")
    page = signed_in(context, "paul")
    page.get_by_role("link", name="Review", exact=True).click()

    expect(page.get_by_text("first")).to_be_visible()
    press(page, "y")
    expect(page.get_by_role("status")).to_have_text("Hotdog")
    expect(page.get_by_text("second")).to_be_visible()
    press(page, "n")
    expect(page.get_by_text("third")).to_be_visible()
    expect(page.get_by_text("1 to go, 2 done today")).to_be_visible()
    press(page, "z")
    expect(page.get_by_text("second")).to_be_visible()
    expect(page.get_by_text("(taken back)")).to_be_visible()
    press(page, "ArrowRight")
    expect(page.get_by_text("third")).to_be_visible()
    press(page, "x")
    expect(page.get_by_role("status")).to_have_text("Unusable")
    expect(page.get_by_text("second")).to_be_visible()

    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Model").press("s")
    press(page, "Control+y")
    expect(page.get_by_text("second")).to_be_visible()
    context.close()
    with sqlite3.connect(server.database) as database:
        rows = database.execute(
            "SELECT comment, review_state, outcome FROM feedback ORDER BY score"
        ).fetchall()
    assert rows == [
        ("first", "settled", "positive"),
        ("second", "open", None),
        ("third", "settled", "unusable"),
    ]


def boxes_in(database: Path) -> list[tuple[float, ...]]:
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT x0, y0, x1, y1 FROM drawn_boxes WHERE removed_at IS NULL ORDER BY id"
        )
        return [tuple(round(edge, 2) for edge in row) for row in rows]


def test_boxes_are_drawn_by_mouse_by_finger_and_by_keys(browser: Browser, server: Server) -> None:
    with sqlite3.connect(server.database) as database:
        database.execute("DELETE FROM drawn_boxes")
        database.execute("DELETE FROM feedback")
    complain(server, score=0.01)
    context = browser.new_context(
        viewport=SIZES["phone"], has_touch=True, base_url=f"http://127.0.0.1:{server.port}"
    )
    page = signed_in(context, "paul")
    page.goto("/operator/review")
    press(page, "y")
    page.get_by_role("link", name="Draw its boxes").click()
    stage = page.locator("[data-stage]")
    expect(stage).to_be_visible()
    page.wait_for_load_state()
    photo = stage.bounding_box()
    assert photo is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return photo["x"] + x * photo["width"], photo["y"] + y * photo["height"]

    page.mouse.move(*at(0.1, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.3, 0.4))
    page.mouse.move(*at(0.5, 0.6))
    page.mouse.up()
    first = page.get_by_role("button", name="Box 1", exact=True)
    expect(first).to_be_focused()
    page.mouse.click(*at(0.8, 0.8))
    expect(page.locator(".frame")).to_have_count(1)  # A tap draws nothing.

    touch = context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [at(0.6, 0.1)]),
        ("touchMove", [at(0.8, 0.3)]),
        ("touchMove", [at(0.9, 0.5)]),
        ("touchEnd", []),
    ):
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )
    expect(page.locator(".frame")).to_have_count(2)

    first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Box 3", exact=True)).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".frame")).to_have_count(2)
    press(page, "s")
    expect(page.get_by_role("heading", name="Review")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("2 boxes")
    assert boxes_in(server.database) == [(0.11, 0.21, 0.49, 0.61), (0.6, 0.1, 0.9, 0.5)]
    context.close()


def test_a_small_photo_is_drawn_on_as_large_as_the_window_allows(browser: Browser, server: Server) -> None:
    complain(server)
    for viewport in SIZES.values():
        context = browser.new_context(viewport=viewport, base_url=f"http://127.0.0.1:{server.port}")
        page = signed_in(context, "paul")
        page.goto(boxes_page(server))
        page.wait_for_load_state()
        card = page.locator(".stage-card").bounding_box()
        photo = page.locator("[data-stage] img").bounding_box()
        assert card is not None
        assert photo is not None
        assert photo["width"] == pytest.approx(card["width"], abs=30)
        assert photo["width"] / photo["height"] == pytest.approx(384 / 256, abs=0.01)
        context.close()


def test_the_charts_numbers_stand_in_tables(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}")
    page = signed_in(context, "paul")
    expect(
        page.get_by_role("img", name=re.compile("Complaints per 1,000 checks by model version"))
    ).to_be_visible()
    page.get_by_text("Numbers").last.click()
    table = page.get_by_role("region", name="Checks by day and version")
    expect(table.get_by_role("row")).to_have_count(31)
    expect(table.get_by_role("cell", name="400").first).to_be_visible()
    context.close()
