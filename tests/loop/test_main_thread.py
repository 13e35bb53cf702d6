"""Nothing long runs where the page is drawn: not the page's start, and not the check of an update's signatures."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.loop.asked import asked, note_what_is_asked
from tests.loop.conftest import new_phone
from tests.loop.server import Server

LONG_MS = 50
"""What the Long Tasks API calls long."""
OPENINGS = 4
CURVE = "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3"
"""Edwards's constant d of Ed25519, which every implementation of it holds."""
MARK = "measured"
"""Tells the page's main thread from that of Chromium's own empty tab."""


def test_the_worker_checks_signatures_and_the_page_could_not(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    note_what_is_asked(page)
    page.goto("/")
    wait_for_the_check(page)
    assert asked(page)["verifySignature"] >= 2  # the channel's and the manifest's

    scripts = page.evaluate("Array.from(document.scripts, ({ src }) => src)")
    texts = [visitor.request.get(script).text() for script in scripts if script]
    assert texts
    assert not any(CURVE in text for text in texts)
    assert CURVE in visitor.request.get("/litert/deepdog.worker.js").text()


def test_opening_the_page_never_blocks_it_for_long(browser: Browser, standing_server: Server) -> None:
    """In processor time, which hardly depends on what else the machine does; in most openings, for the little that it does."""
    longest = []
    for _ in range(OPENINGS):
        for context in new_phone(browser, standing_server.port):
            page = context.new_page()
            page.goto("about:blank")
            tasks = MainThreadTasks(browser.new_browser_cdp_session())
            page.goto("/")
            wait_for_the_check(page)
            longest.append(max(tasks.processor_ms(page)))
    assert sorted(longest)[1] < LONG_MS, longest


def wait_for_the_check(page: Page) -> None:
    """Wait until the page has looked for an update."""
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("update-state")).to_contain_text("Up to date")


class MainThreadTasks:
    """Records what a page's main thread does."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools
        self._events: list[dict[str, Any]] = []
        self._complete = False
        devtools.on("Tracing.dataCollected", lambda data: self._events.extend(data["value"]))
        devtools.on("Tracing.tracingComplete", lambda _: setattr(self, "_complete", True))
        devtools.send(
            "Tracing.start", {"traceConfig": {"includedCategories": ["toplevel", "blink.user_timing"]}}
        )

    def processor_ms(self, page: Page) -> list[float]:
        """End the record; return the processor time of each task of the page's main thread, milliseconds."""
        page.evaluate("mark => void performance.mark(mark)", MARK)
        self._devtools.send("Tracing.end")
        while not self._complete:
            page.wait_for_timeout(50)
        ours = {_thread(event) for event in self._events if event["name"] == MARK}
        tasks = [
            event.get("tdur", 0) / 1000
            for event in self._events
            if event["name"].endswith("RunTask") and _thread(event) in ours
        ]
        assert tasks
        return tasks


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]
