"""`make film`: drives the whole loop in a browser, and writes the README's animation and a sheet of every screen.

The live picture with its boxes, a photo by the camera, one from the gallery, a mistake that is reported, the operator who sees it,
new weights, and the way back: with a server, a database and a store of their own. All photos are renders of `deepdog sample`, so that
the pictures may be shown.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.bundles import NEXT_VERSION, SHIPPED, VERSION, republished
from tests.chromium import ARGUMENTS, MISSING, find_chromium
from tests.loop.conftest import PHONE, new_phone, new_server
from tests.loop.film import camera_arguments, write_film
from tests.loop.screens.tour import choose, tour, tour_with_camera
from tests.loop.server import ROOT, Server

PHOTOS = Path(__file__).parent / "photos" / "film"
SHEETS = {"light": "en-US", "dark": "en-US", "chinese": "zh-CN"}
"""Name and locale; the one called dark is."""
COLUMNS = 7
THUMBNAIL = (195, 422)
GAP = 10
FINGER_RADIUS = 26
TAP_MS = 550
PASSWORD = "correct horse battery staple"


@dataclass
class Film:
    """Frames of a phone's size, each with the milliseconds for which it is shown."""

    frames: list[Image.Image] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)

    def show(self, page: Page, milliseconds: int) -> None:
        """Add what the page shows."""
        self._add(picture(page), milliseconds)

    def tap(self, page: Page, button: Locator) -> None:
        """Add a finger upon a button, then press it."""
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None, "the button is not on the screen"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._add(with_finger(picture(page), x, y), TAP_MS)
        button.click()

    def watch(self, page: Page, shots: int) -> None:
        """Add what the page shows while it moves, as fast as it was."""
        for _ in range(shots):
            began = time.perf_counter()
            frame = screenshot(page)
            page.wait_for_timeout(100)
            self._add(frame, round((time.perf_counter() - began) * 1000))

    def write(self, path: Path) -> None:
        """Write an animated WebP that is played over and over."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        first, *others = self.frames
        first.save(
            unfinished,
            "WEBP",
            save_all=True,
            append_images=others,
            duration=self.durations,
            loop=0,
            quality=80,
        )
        unfinished.replace(path)

    def _add(self, frame: Image.Image, milliseconds: int) -> None:
        self.frames.append(frame)
        self.durations.append(milliseconds)


def film_loop(film: Film, phone: BrowserContext, server: Server, folder: Path) -> None:
    """Go once around the loop."""
    page = phone.new_page()
    page.goto("/")
    expect(page.get_by_test_id("shutter")).to_be_enabled()
    film.show(page, 900)
    film.tap(page, page.get_by_test_id("live"))
    expect(page.get_by_test_id("live-count")).to_have_text("1 hotdog")
    film.watch(page, 4)
    expect(page.get_by_test_id("live-count")).to_have_text("2 hotdogs")
    film.watch(page, 10)
    film.tap(page, page.get_by_test_id("shutter"))
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")
    film.show(page, 1600)
    film.tap(page, page.get_by_test_id("why"))
    film.show(page, 1600)
    film.tap(page, page.get_by_test_id("new-photo"))

    choose(page, PHOTOS / "burger.jpg")
    film.show(page, 1600)
    choose(page, PHOTOS / "hidden-hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")
    film.show(page, 1200)
    film.tap(page, page.get_by_test_id("wrong"))
    film.tap(page, page.get_by_test_id("send-photo"))
    page.get_by_test_id("comment").fill("It hides behind the cup.")
    film.show(page, 900)
    film.tap(page, page.get_by_test_id("send-report"))
    expect(page.get_by_test_id("report-state")).to_have_text("Report sent. Good dog!")
    film.show(page, 1200)

    film.show(complaints_of_operator(phone, server, folder), 1800)
    server.flask("publish-model", str(republished(SHIPPED, folder / "next", NEXT_VERSION, "Knows your cup.")))
    update(film, page, NEXT_VERSION)
    server.flask("rollback")
    update(film, page, VERSION)


def complaints_of_operator(context: BrowserContext, server: Server, folder: Path) -> Page:
    """Return the operator's page with the report on it."""
    password_file = folder / "password"
    password_file.write_text(PASSWORD, encoding="utf-8")
    server.flask("create-operator", "maria", "--password-file", str(password_file))
    desk = context.new_page()
    desk.goto("/operator")
    desk.get_by_label("Name").fill("maria")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_role("link", name="Complaints").click()
    expect(desk.get_by_text("It hides behind the cup.")).to_be_visible()
    return desk


def update(film: Film, page: Page, version: str) -> None:
    """Have the app look for what the server offers now."""
    page.bring_to_front()
    film.tap(page, page.get_by_test_id("settings"))
    film.tap(page, page.get_by_test_id("check-update"))
    expect(page.get_by_test_id("model-version").last).to_contain_text(version)
    film.show(page, 1600)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def sheet(browser: Browser, port: int, locale: str, *, dark: bool) -> Image.Image:
    """Return every screen, side by side."""
    context = browser.new_context(
        viewport=PHONE,
        base_url=f"http://127.0.0.1:{port}",
        locale=locale,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        service_workers="block",
        permissions=["camera"],
    )
    try:
        with_camera = [picture(page) for page in stops(context, camera=True)]
        without = [picture(page) for page in stops(context, camera=False)]
    finally:
        context.close()
    return side_by_side(with_camera + without)


def stops(context: BrowserContext, *, camera: bool) -> Iterator[Page]:
    """Yield the page at each screen that needs a camera, or at each that needs none."""
    page = context.new_page()
    if not camera:
        page.add_init_script("navigator.mediaDevices.enumerateDevices = async () => []")
    for _ in tour_with_camera(page) if camera else tour(page):
        yield page
    page.close()


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Return all pictures as thumbnails in rows."""
    step = (THUMBNAIL[0] + GAP, THUMBNAIL[1] + GAP)
    rows = -(-len(pictures) // COLUMNS)
    wall = Image.new("RGB", (COLUMNS * step[0] + GAP, rows * step[1] + GAP), "#8a7a66")
    for place, shown in enumerate(pictures):
        row, column = divmod(place, COLUMNS)
        small = shown.resize(THUMBNAIL, Image.Resampling.LANCZOS)
        wall.paste(small, (GAP + column * step[0], GAP + row * step[1]))
    return wall


def picture(page: Page) -> Image.Image:
    """Return what the page shows, once it has stopped moving."""
    page.wait_for_timeout(600)
    return screenshot(page)


def screenshot(page: Page) -> Image.Image:
    """Return what the page shows now."""
    return Image.open(BytesIO(page.screenshot(caret="hide"))).convert("RGB")


def with_finger(frame: Image.Image, x: float, y: float) -> Image.Image:
    """Return the frame with a fingertip at a place, in CSS pixels."""
    glass = Image.new("RGBA", frame.size)
    outline = (x - FINGER_RADIUS, y - FINGER_RADIUS, x + FINGER_RADIUS, y + FINGER_RADIUS)
    ImageDraw.Draw(glass).ellipse(outline, fill=(255, 255, 255, 150), outline=(43, 22, 8, 220), width=3)
    return Image.alpha_composite(frame.convert("RGBA"), glass).convert("RGB")


@contextmanager
def browser_before_lunch(folder: Path) -> Iterator[Browser]:
    """Start Chromium with a camera that looks at a hotdog, then at two."""
    executable = find_chromium()
    assert executable, MISSING
    film = folder / "lunch.mjpeg"
    write_film(film, [PHOTOS / "hotdog.jpg", PHOTOS / "two-hotdogs.jpg"], seconds=4, zoom=1.15)
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, *camera_arguments(film)]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


def main() -> None:
    """Write the film and the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs/pictures", help="to write to")
    parser.add_argument("--no-sheets", action="store_true", help="write the film alone")
    arguments = parser.parse_args()
    with TemporaryDirectory() as made:
        working = Path(made)
        for server in new_server(working):
            with browser_before_lunch(working) as browser:
                film = Film()
                for phone in new_phone(browser, server.port):
                    phone.grant_permissions(["camera"])
                    film_loop(film, phone, server, working)
                film.write(arguments.folder / "loop.webp")
                for name, locale in () if arguments.no_sheets else SHEETS.items():
                    wall = sheet(browser, server.port, locale, dark=name == "dark")
                    wall.save(arguments.folder / f"screens-{name}.webp", quality=82)
    for path in sorted(arguments.folder.glob("*.webp")):
        print(f"{path}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
