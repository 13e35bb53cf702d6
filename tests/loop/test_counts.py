"""Counts of checks and updates: made after the user has agreed, sent when the day is over, stored by the real backend."""

import sqlite3
from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect

from tests.bundles import VERSION
from tests.loop.conftest import PHOTOS
from tests.loop.server import Server

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def classify_a_photo(page: Page) -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_be_visible()
    page.get_by_test_id("new-photo").click()


def counted(server: Server) -> list[tuple[str, str, str, int]]:
    with sqlite3.connect(server.database) as database:
        return database.execute("SELECT day, model_version, platform, count FROM check_counts").fetchall()


def test_counted_with_consent_and_sent_the_day_after(phone: BrowserContext, server: Server) -> None:
    phone.clock.set_fixed_time(YESTERDAY)
    page = phone.new_page()
    page.goto("/")
    classify_a_photo(page)  # not agreed yet
    page.get_by_test_id("settings").click()
    page.get_by_test_id("choice-sendCounts").click()
    page.get_by_role("button", name="Close").click()
    classify_a_photo(page)
    classify_a_photo(page)
    page.close()
    assert counted(server) == []

    phone.clock.set_fixed_time(YESTERDAY + timedelta(days=1))
    page = phone.new_page()
    with page.expect_response("**/api/v1/events") as answer:
        page.goto("/")
    assert answer.value.status == 204
    assert counted(server) == [(f"{YESTERDAY:%Y-%m-%d}", VERSION, "web", 2)]
