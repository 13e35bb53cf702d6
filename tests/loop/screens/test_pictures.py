"""The main screens look as they did, in both themes and three languages.

The same everywhere, because nothing in the pictures comes from the machine: all words are set in the faces that the app brings
along, what depends on the model or on the time of day is hidden, nothing moves, and pictures are compared at an eighth of
their size, where another Chromium's anti-aliasing or a line that lies a pixel lower drowns, and a lost word or a wrong colour
does not.

`DEEPDOG_UPDATE_PICTURES=1 pytest tests/loop/screens/test_pictures.py` takes them anew; look at what changed before committing.
"""

import os
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route

from tests.loop.screens.conftest import OpenPage
from tests.loop.screens.tour import tour

PICTURES = Path(__file__).parent / "pictures"
UPDATE = "DEEPDOG_UPDATE_PICTURES" in os.environ
MAIN_SCREENS = ("no camera", "hotdog", "not hotdog", "report", "problem", "history", "settings", "about")

SCALE = 8
NOTICEABLE = 48
"""Levels by which a cell of 8 x 8 pixels must differ to count; a line that moves by one pixel makes at most 255 / 8 = 32."""
MAX_NOTICEABLE_CELLS = 2
SETTLING_SECONDS = 30

SAME_EVERYWHERE = """
* { font-family: LilitaOne !important; }
[data-testid=model-facts], [data-testid=detector-facts] { position: absolute; opacity: 0; }
[data-testid=score], [data-testid=meter-fill], [data-testid=model-version], [data-testid=update-state],
[data-testid=report-made-at], [data-testid=report-state] { opacity: 0 !important; }
[data-testid=update-state], [data-testid=report-made-at] { white-space: nowrap !important; overflow: hidden; }
"""
"""What the date is must not decide how many lines the time of the last check takes, unseen though it is."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "zh-CN"])
def test_the_main_screens_look_as_they_did(
    open_page: OpenPage, tmp_path: Path, locale: str, theme: str
) -> None:
    page = open_page(locale=locale, color_scheme=theme)
    page.route("**/app.css", make_the_same_everywhere)
    changed = []
    for name, _ in tour(page):
        if name not in MAIN_SCREENS:
            continue
        kept = PICTURES / f"{locale[:2]}-{theme}" / f"{name}.png"
        if UPDATE:
            kept.parent.mkdir(parents=True, exist_ok=True)
            page.wait_for_timeout(5_000)
            reduced(take(page)).save(kept, optimize=True)
            continue
        # Faces and pictures come over the network: what differs may only not be there yet.
        deadline = time.monotonic() + SETTLING_SECONDS
        while (
            cells := noticeable_cells(reduced(screenshot := take(page)), Image.open(kept))
        ) > MAX_NOTICEABLE_CELLS and time.monotonic() < deadline:
            pass
        if cells > MAX_NOTICEABLE_CELLS:
            taken = tmp_path / f"{name}.png"
            taken.write_bytes(screenshot)
            changed.append(f"{name}: {cells} cells of {kept} differ from {taken}")
    assert changed == []


def test_small_changes_are_noticed_and_smaller_ones_are_not() -> None:
    picture = Image.new("RGB", (390, 844), "white")
    band = Image.new("RGB", (390, 100), "green")
    picture.paste(band, (0, 400))
    word = picture.copy()
    word.paste("black", (150, 700, 190, 712))
    lower, wrong = Image.new("RGB", picture.size, "white"), picture.copy()
    lower.paste(band, (0, 401))
    wrong.paste("red", (0, 400, 390, 500))
    before = small(picture)
    assert noticeable_cells(before, small(lower)) == 0
    assert noticeable_cells(before, small(word)) > MAX_NOTICEABLE_CELLS
    assert noticeable_cells(before, small(wrong)) > MAX_NOTICEABLE_CELLS


def take(page: Page) -> bytes:
    return page.screenshot(animations="disabled", caret="hide")


def make_the_same_everywhere(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, body=response.text() + SAME_EVERYWHERE)


def reduced(screenshot: bytes) -> Image.Image:
    return small(Image.open(BytesIO(screenshot)).convert("RGB"))


def small(picture: Image.Image) -> Image.Image:
    return picture.reduce(SCALE)


def noticeable_cells(one: Image.Image, other: Image.Image) -> int:
    """Return in how many cells the pictures differ so that one would notice; all, when they are not of one size."""
    if one.size != other.size:
        return one.width * one.height
    levels = [np.asarray(picture.convert("RGB"), np.int16) for picture in (one, other)]
    return int((np.abs(levels[0] - levels[1]).max(axis=2) > NOTICEABLE).sum())
