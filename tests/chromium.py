"""Finds the Chromium that the browser tests drive; as a command, says what to install when there is none."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = "The browser tests need Chromium: install it (Debian: apt install chromium; macOS: brew install --cask chromium), or name one with CHROMIUM=..."

# As root in a container there is no sandbox to be had; the rest keeps Chromium from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *MAC_PATHS]
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


if __name__ == "__main__":
    if find_chromium() is None:
        sys.exit(MISSING)
