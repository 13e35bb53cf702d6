"""Notes what a page asks of its worker."""

from collections import Counter

from playwright.sync_api import Page

NOTE = """
window.asked = [];
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message, moved) {
    window.asked.push(message.kind);
    return postMessage.call(this, message, moved);
};
"""


def note_what_is_asked(page: Page) -> None:
    """Begin with the next page that is opened."""
    page.add_init_script(NOTE)


def asked(page: Page) -> Counter[str]:
    """Return how often each kind of request was made since the page was opened."""
    return Counter(page.evaluate("() => window.asked"))


def wait_until_asked(page: Page, kind: str) -> None:
    """Wait for the first request of a kind."""
    page.wait_for_function("(kind) => window.asked.includes(kind)", arg=kind)
