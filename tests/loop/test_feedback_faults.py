"""A report in a real browser before bad networks and servers: kept, sent once, shown as it stands, taken back."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.loop.conftest import PHOTOS, new_phone
from tests.loop.misbehaving import Exchange, MisbehavingServer
from tests.loop.screens.tour import close, open_sheet
from tests.loop.server import ROOT, Server

FEEDBACK = ("POST", "/api/v1/feedback")

HOLD_ENCODING = """
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message, moved) {
    const ask = () => postMessage.call(this, message, moved);
    if (message.kind !== 'photoToJpeg') return ask();
    window.goOn = ask;
};
"""
"""Has the worker asked for a report's photo only when the test calls `goOn`."""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("backend"), keys=ROOT / "var/keys")
    server.flask("db", "upgrade")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(backend: Server) -> Server:
    """The backend without reports."""
    with sqlite3.connect(backend.database) as database:
        database.execute("DELETE FROM feedback")
    shutil.rmtree(backend.store / "photos", ignore_errors=True)
    return backend


@pytest.fixture
def misbehaving(server: Server) -> Iterator[MisbehavingServer]:
    between = MisbehavingServer(server.port)
    yield between
    between.close()


@pytest.fixture
def phone(browser: Browser, misbehaving: MisbehavingServer) -> Iterator[BrowserContext]:
    yield from new_phone(browser, misbehaving.port, service_workers="block")


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto("/")
    return page


def complain(page: Page) -> None:
    """Two taps after a wrong verdict: "Wrong?" and "Send"."""
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "burger.jpg")
    page.get_by_test_id("wrong").click()
    page.get_by_test_id("send-report").click()


def expect_state(page: Page, words: str) -> None:
    expect(page.get_by_test_id("report-state")).to_contain_text(words)


def stored(server: Server) -> list[tuple[str, str | None]]:
    with sqlite3.connect(server.database) as database:
        return database.execute("SELECT claimed_label, comment FROM feedback").fetchall()


def attempts(misbehaving: MisbehavingServer, method: str) -> int:
    return sum(asked == method and "/feedback" in path for asked, path, _ in misbehaving.requests)


def open_reports(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto("/")
    page.get_by_test_id("settings").click()
    return page


def test_two_taps_and_no_photo_unasked(page: Page, server: Server) -> None:
    complain(page)
    expect_state(page, "Report sent")
    assert stored(server) == [("positive", None)]
    assert not (server.store / "photos").exists()


def test_offline_the_report_waits_and_goes_when_the_network_is_back(
    page: Page, phone: BrowserContext, server: Server, misbehaving: MisbehavingServer
) -> None:
    expect(page.get_by_test_id("choose-photo")).to_be_visible()
    page.wait_for_load_state("networkidle")
    phone.set_offline(True)
    complain(page)
    expect_state(page, "waiting to be sent")
    assert attempts(misbehaving, "POST") == 0
    phone.set_offline(False)
    expect_state(page, "Report sent")
    assert len(stored(server)) == 1


def test_killed_while_it_waits_and_sent_once_after_the_restart(
    page: Page, phone: BrowserContext, server: Server, misbehaving: MisbehavingServer
) -> None:
    acted = threading.Event()

    def act_and_fall_silent(exchange: Exchange) -> None:
        exchange.ask_backend()
        exchange.close_connection = True  # stored, and the phone never hears of it
        acted.set()

    misbehaving.faults[FEEDBACK] = act_and_fall_silent
    complain(page)
    expect_state(page, "waiting to be sent")
    assert acted.wait(30)  # a report waits from the tap on: closed at once, the page may not have sent it yet
    page.close()
    assert len(stored(server)) == 1

    del misbehaving.faults[FEEDBACK]
    page = open_reports(phone)
    expect_state(page, "Report sent")
    assert len(stored(server)) == 1
    assert attempts(misbehaving, "POST") >= 2


def test_a_server_that_asks_to_wait_is_not_pressed(page: Page, misbehaving: MisbehavingServer) -> None:
    misbehaving.faults[FEEDBACK] = lambda exchange: exchange.respond(429, b"", {"Retry-After": "3600"})
    complain(page)
    expect_state(page, "waiting to be sent")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(3000)
    assert attempts(misbehaving, "POST") == 1


def test_taken_back_while_it_waits_nobody_hears_of_it_again(
    page: Page, phone: BrowserContext, server: Server
) -> None:
    page.wait_for_load_state("networkidle")
    phone.set_offline(True)
    complain(page)
    expect_state(page, "waiting to be sent")
    page.get_by_test_id("settings").click()
    page.get_by_test_id("take-back").click()
    phone.set_offline(False)
    expect(page.get_by_test_id("take-back")).to_have_count(0)
    assert stored(server) == []


def test_taken_back_after_it_was_sent_the_server_deletes_it(page: Page, server: Server) -> None:
    complain(page)
    expect_state(page, "Report sent")
    page.get_by_test_id("settings").click()
    page.get_by_test_id("take-back").click()
    expect(page.get_by_test_id("take-back")).to_have_count(0)
    assert stored(server) == []


def test_a_slow_network_shows_that_it_is_being_sent(page: Page, phone: BrowserContext) -> None:
    page.wait_for_load_state("networkidle")
    session = phone.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 1500, "downloadThroughput": 50_000, "uploadThroughput": 20_000},
    )
    complain(page)
    expect_state(page, "Sending your report")
    expect_state(page, "Report sent")


def test_the_photo_goes_along_only_while_that_is_chosen(page: Page, server: Server) -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "burger.jpg")
    page.get_by_test_id("wrong").click()
    page.get_by_test_id("send-photo").click()
    page.get_by_test_id("send-report").click()
    expect_state(page, "Report sent")
    assert len(list((server.store / "photos").rglob("*.jpg"))) == 1

    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("choice-sendPhoto")).to_be_checked()
    page.get_by_test_id("choice-sendPhoto").click()
    page.get_by_role("button", name="Close").click()
    page.get_by_test_id("new-photo").click()
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "burger.jpg")
    page.get_by_test_id("wrong").click()
    expect(page.get_by_test_id("send-photo")).not_to_be_checked()


def test_whoever_presses_send_twice_sees_what_became_of_the_one_report(
    page: Page, misbehaving: MisbehavingServer
) -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "burger.jpg")
    open_sheet(page, "wrong")
    send = page.get_by_test_id("send-report").bounding_box()
    assert send is not None
    for _ in range(2):
        page.mouse.click(send["x"] + send["width"] / 2, send["y"] + send["height"] / 2)
        page.wait_for_timeout(150)
    expect_state(page, "Report sent")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")
    assert attempts(misbehaving, "POST") == 1


def test_a_report_that_is_kept_late_leaves_the_next_photo_alone(
    phone: BrowserContext, misbehaving: MisbehavingServer
) -> None:
    page = phone.new_page()
    page.add_init_script(HOLD_ENCODING)
    page.goto("/")
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "burger.jpg")
    open_sheet(page, "wrong")
    page.get_by_test_id("send-photo").click()
    page.get_by_test_id("send-report").click()
    page.wait_for_function("() => window.goOn !== undefined")
    close(page)
    expect(page.get_by_test_id("wrong")).to_be_disabled()

    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")
    open_sheet(page, "wrong")
    page.get_by_test_id("comment").fill("A quiche")
    with page.expect_response("**/api/v1/feedback"):
        page.evaluate("() => window.goOn()")
    expect(page.get_by_test_id("comment")).to_have_value("A quiche")
    close(page)
    expect(page.get_by_test_id("wrong")).to_be_visible()
    assert attempts(misbehaving, "POST") == 1
