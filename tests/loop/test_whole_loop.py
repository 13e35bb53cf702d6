"""The whole loop with real processes: photo, verdict, complaint, new weights, rollback."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.bundles import NEXT_VERSION, SHIPPED, VERSION, republished
from tests.loop.network import Network
from tests.loop.server import Server

PHOTOS = Path(__file__).parent / "photos"
EXPECTED = ("Failed to load resource", "INFO:", "WARNING:")


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    page = phone.new_page()

    def note(message: ConsoleMessage) -> None:
        # A lost answer is part of the test, and LiteRT's runtime writes its log, whatever the level, as errors.
        if message.type == "error" and not message.text.startswith(EXPECTED):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    yield page
    assert complaints == []


def snap(page: Page, photo: Path) -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(photo)
    expect(page.get_by_test_id("verdict")).to_be_visible()


def expect_judged_by(page: Page, version: str) -> None:
    expect(page.get_by_test_id("model-version")).to_have_text(f"Model {version}")


def update_to(page: Page, version: str) -> None:
    """Check for an update in the settings, see the version change without a reload, and go back to the camera."""
    page.get_by_test_id("settings").click()
    page.get_by_test_id("check-update").click()
    expect(page.get_by_test_id("model-version").last).to_contain_text(version)
    page.get_by_role("button", name="Close").click()
    page.get_by_test_id("new-photo").click()


def see_complaint_as_operator(context: BrowserContext, server: Server, tmp_path: Path) -> None:
    password_file = tmp_path / "password"
    password_file.write_text("correct horse battery staple\n", encoding="utf-8")
    server.flask("create-operator", "maria", "--password-file", str(password_file))
    desk = context.new_page()
    desk.goto("/operator")
    desk.get_by_label("Name").fill("maria")
    desk.get_by_label("Password").fill(password_file.read_text(encoding="utf-8").strip())
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_role("link", name="Complaints").click()
    expect(desk.get_by_text("Looks like a hotdog to me.")).to_be_visible()
    expect(desk.get_by_alt_text("Photo that the app called Not hotdog")).to_be_visible()
    desk.close()


def test_photo_verdict_complaint_update_rollback(
    page: Page, server: Server, network: Network, tmp_path: Path
) -> None:
    snap(page, PHOTOS / "hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text(re.compile("^hotdog", re.IGNORECASE))
    expect_judged_by(page, VERSION)
    page.get_by_test_id("new-photo").click()

    snap(page, PHOTOS / "burger.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text(re.compile("^not hotdog", re.IGNORECASE))

    network.lose_next_answer_to(b"POST /api/v1/feedback")
    page.get_by_test_id("wrong").click()
    page.get_by_test_id("claim-positive").click()
    page.get_by_test_id("send-photo").click()
    page.get_by_test_id("comment").fill("Looks like a hotdog to me.")
    page.get_by_test_id("send-report").click()
    expect(page.get_by_test_id("report-state")).to_contain_text("Report sent")
    assert network.lost_answers == 1
    with sqlite3.connect(server.database) as database:
        rows = database.execute(
            "SELECT verdict, claimed_label, model_version, comment FROM feedback"
        ).fetchall()
    assert rows == [("negative", "positive", VERSION, "Looks like a hotdog to me.")]
    assert len(list((server.store / "photos").rglob("*.jpg"))) == 1
    see_complaint_as_operator(page.context, server, tmp_path)

    server.flask(
        "publish-model", str(republished(SHIPPED, tmp_path / "second", NEXT_VERSION, "Knows your burger."))
    )
    update_to(page, NEXT_VERSION)
    snap(page, PHOTOS / "hotdog.jpg")
    expect_judged_by(page, NEXT_VERSION)

    server.flask("rollback")
    update_to(page, VERSION)
    snap(page, PHOTOS / "hotdog.jpg")
    expect_judged_by(page, VERSION)
