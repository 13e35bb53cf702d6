"""Every kind of photo that people have: judged the same whatever its form, or refused with the sentence that belongs to it."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.loop.conftest import PHOTOS
from tests.loop.screens.tour import close, open_sheet

ORIENTATION = 0x0112
"""The EXIF tag, whose eight values say how the stored picture has to be turned."""
TO_STORED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda upright: upright,
    2: lambda upright: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda upright: upright.transpose(Image.Transpose.ROTATE_180),
    4: lambda upright: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda upright: upright.transpose(Image.Transpose.TRANSPOSE),
    6: lambda upright: upright.transpose(Image.Transpose.ROTATE_90),
    7: lambda upright: upright.transpose(Image.Transpose.TRANSVERSE),
    8: lambda upright: upright.transpose(Image.Transpose.ROTATE_270),
}
"""From an upright picture to the one that is stored under each orientation."""

UNREADABLE = "This photo cannot be read. Try a JPEG or PNG, or take a new one."
HEIC = "This browser cannot read HEIC photos. Save it as JPEG, or take the photo here."
NO_PHOTO = "That is not a photo. Try a JPEG or PNG."


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    page = visitor.new_page()
    page.goto("/?parity")
    expect(page.get_by_test_id("choose-photo")).to_be_visible()
    return page


def hotdog() -> Image.Image:
    with Image.open(PHOTOS / "hotdog.jpg") as picture:
        return picture.convert("RGB")


def encoded(picture: Image.Image, kind: str, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    file = io.BytesIO()
    picture.save(file, kind, exif=exif)
    return file.getvalue()


def choose(page: Page, content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    page.get_by_test_id("choose-photo-input").set_input_files(
        FilePayload(name=name, mimeType=kind, buffer=content)
    )


def hand_over(page: Page, event: str, content: bytes, name: str, kind: str) -> bool:
    """Drag a file over the page, drop it, or paste it; return whether the page kept the browser from doing with it what it would."""
    kept: bool = page.evaluate(
        """([event, content, name, kind]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: kind }));
            const init = { bubbles: true, cancelable: true };
            return !document.dispatchEvent(
                event === 'paste'
                    ? new ClipboardEvent(event, { ...init, clipboardData: transfer })
                    : new DragEvent(event, { ...init, dataTransfer: transfer }),
            );
        }""",
        [event, base64.b64encode(content).decode(), name, kind],
    )
    return kept


@pytest.mark.parametrize("orientation", TO_STORED)
def test_a_turned_photo_is_judged_upright(page: Page, orientation: int) -> None:
    upright = hotdog()
    photo = encoded(TO_STORED[orientation](upright), "PNG", orientation)
    tensors = [
        page.evaluate(
            """async (photo) => {
                while (!window.deepdog) await new Promise((tick) => setTimeout(tick, 50));
                const blob = await (await fetch(`data:image/png;base64,${photo}`)).blob();
                return Array.from(await window.deepdog.tensor(blob, 32));
            }""",
            base64.b64encode(content).decode(),
        )
        for content in (photo, encoded(upright, "PNG"))
    ]
    # To a level: the square of an even width has no middle pixel, and its two halves are summed in another order when it is mirrored.
    assert np.abs(np.subtract(*tensors)).max() <= 1


def test_transparent_parts_of_a_picture_are_white(page: Page) -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (64, 64), (200, 0, 0, 0)).save(clear, "PNG")
    pixels = page.evaluate(
        """async (photo) => {
            while (!window.deepdog) await new Promise((tick) => setTimeout(tick, 50));
            const blob = await (await fetch(`data:image/png;base64,${photo}`)).blob();
            return Array.from(await window.deepdog.tensor(blob, 16));
        }""",
        base64.b64encode(clear.getvalue()).decode(),
    )
    assert set(pixels) == {255}
    choose(page, clear.getvalue(), "sticker.png", "image/png")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")


def test_a_photo_of_48_megapixels_is_judged(page: Page) -> None:
    choose(page, encoded(hotdog().resize((8064, 6048)), "JPEG"))
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")


@pytest.mark.parametrize(
    ("content", "name", "kind", "sentence"),
    [
        (b"", "empty.jpg", "image/jpeg", UNREADABLE),
        (b"<!doctype html><title>lunch</title>", "page.jpg", "image/jpeg", UNREADABLE),
        (encoded(hotdog(), "JPEG")[:200], "cut.jpg", "image/jpeg", UNREADABLE),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1MiHEheic" + bytes(64), "IMG_0001.HEIC", "image/heic", HEIC),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1MiHEheic" + bytes(64), "IMG_0001.HEIC", "", HEIC),
    ],
    ids=["empty", "HTML", "cut off", "HEIC", "HEIC of unknown kind"],
)
def test_what_cannot_be_read_is_said_and_the_next_photo_works(
    page: Page, content: bytes, name: str, kind: str, sentence: str
) -> None:
    hand_over(page, "drop", content, name, kind)
    expect(page.get_by_test_id("problem")).to_have_text(sentence)
    page.get_by_test_id("try-again").click()
    choose(page, encoded(hotdog(), "JPEG"))
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_can_be_dropped_and_pasted(page: Page, event: str) -> None:
    hand_over(page, event, encoded(hotdog(), "JPEG"), "hotdog.jpg", "image/jpeg")
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")


def test_nothing_of_one_photo_is_left_when_another_is_dropped_upon_its_verdict(page: Page) -> None:
    choose(page, encoded(hotdog(), "JPEG"))
    page.get_by_test_id("why").click()
    expect(page.get_by_test_id("why")).to_have_attribute("aria-expanded", "true")
    hand_over(page, "drop", (PHOTOS / "burger.jpg").read_bytes(), "burger.jpg", "image/jpeg")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")
    expect(page.get_by_test_id("why")).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        ("drop", True),  # The browser would open the file in place of the page.
        ("paste", False),  # What was copied may hold text beside the picture, and that is for the comment.
    ],
)
def test_a_report_that_is_being_written_outlives_a_photo(page: Page, event: str, kept: bool) -> None:
    choose(page, encoded(hotdog(), "JPEG"))
    open_sheet(page, "wrong")
    comment = page.get_by_test_id("comment")
    comment.fill("A quiche")
    burger = (PHOTOS / "burger.jpg").read_bytes()
    assert hand_over(page, event, burger, "burger.jpg", "image/jpeg") == kept
    comment.press("ControlOrMeta+a")
    for key in ("x", "v", "v"):
        comment.press(f"ControlOrMeta+{key}")
    expect(comment).to_have_value("A quicheA quiche")
    close(page)
    expect(page.get_by_test_id("verdict")).to_have_text("Hotdog")
    hand_over(page, event, burger, "burger.jpg", "image/jpeg")
    expect(page.get_by_test_id("verdict")).to_have_text("Not hotdog")


def test_a_file_over_the_page_is_invited_but_not_while_a_sheet_is_open(page: Page) -> None:
    def hold() -> bool:
        return hand_over(page, "dragover", encoded(hotdog(), "JPEG"), "hotdog.jpg", "image/jpeg")

    open_sheet(page, "settings")
    assert hold()
    expect(page.get_by_test_id("drop-now")).to_have_count(0)
    close(page)
    expect(page.get_by_test_id("drop-now")).to_be_visible()


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_document_is_no_photo(page: Page, event: str) -> None:
    hand_over(page, event, b"%PDF-1.7", "menu.pdf", "application/pdf")
    expect(page.get_by_test_id("problem")).to_have_text(NO_PHOTO)


def test_the_picture_that_is_shared_bears_the_verdict(page: Page, tmp_path: Path) -> None:
    choose(page, encoded(hotdog(), "JPEG"))
    with page.expect_download() as download:
        page.get_by_test_id("share").click()
    assert download.value.suggested_filename == "deepdog-hotdog.jpg"
    download.value.save_as(tmp_path / "shared.jpg")
    with Image.open(tmp_path / "shared.jpg") as shared:
        assert shared.size == (1080, 1080)
        band = np.asarray(shared.crop((20, 800, 120, 860)), np.int16)
        above = np.asarray(shared.crop((440, 440, 640, 640)), np.int16)
    assert np.abs(band.mean(axis=(0, 1)) - (24, 122, 56)).max() < 12
    assert above.std() > 10
    expect(page.get_by_test_id("share")).to_contain_text("Saved")


@pytest.mark.parametrize(("answer", "shown"), [("resolve", "Share"), ("abort", "Share"), ("refuse", "Saved")])
def test_the_share_sheet_gets_the_picture_where_there_is_one(page: Page, answer: str, shown: str) -> None:
    page.evaluate(
        """(answer) => {
            navigator.canShare = ({ files }) => files.length === 1;
            navigator.share = async ({ files: [file] }) => {
                window.shared = [file.name, file.type, file.size > 20_000];
                if (answer === 'abort') throw new DOMException('', 'AbortError');
                if (answer === 'refuse') throw new DOMException('', 'NotAllowedError');
            };
        }""",
        answer,
    )
    choose(page, encoded(hotdog(), "JPEG"))
    page.get_by_test_id("share").click()
    expect(page.get_by_test_id("share")).to_have_text(shown)
    assert page.evaluate("() => window.shared") == ["deepdog-hotdog.jpg", "image/jpeg", True]


def test_history_outlives_the_page_and_is_cleared_in_one_tap(page: Page) -> None:
    for name in ("hotdog.jpg", "burger.jpg"):
        choose(page, (PHOTOS / name).read_bytes())
        page.get_by_test_id("new-photo").click()
    page.reload()
    page.get_by_test_id("history").click()
    tiles = page.get_by_test_id("history-tile")
    expect(tiles).to_have_count(2)
    expect(tiles.first).to_have_accessible_name(re.compile("^Not hotdog, "))
    tiles.last.click()
    expect(page.get_by_test_id("remembered-photo")).to_contain_text("Hotdog")
    page.get_by_test_id("clear-history").click()
    expect(tiles).to_have_count(0)
    # The wall is empty at once, the storage a moment later; this waits until it is, or until the test's time is up.
    page.evaluate(
        """async () => {
            const names = () => new Promise((resolve) => {
                indexedDB.open('deepdog').onsuccess = ({ target: { result } }) => {
                    const keys = result.transaction('blobs').objectStore('blobs').getAllKeys();
                    keys.onsuccess = () => resolve(keys.result.filter((key) => key.startsWith('history')));
                };
            });
            for (let tries = 0; (await names()).length > 0; tries += 1) {
                if (tries === 100) throw new Error('the pictures are still there');
                await new Promise((tick) => setTimeout(tick, 50));
            }
        }"""
    )
