"""A film for Chromium's fake camera, made from the project's own pictures."""

import math
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

SIZE = (640, 480)
FRAMES_PER_SECOND = 30
"""At which Chromium plays Motion JPEG, over and over."""


def write_film(path: Path, pictures: list[Path], seconds: float, *, zoom: float = 1.0) -> None:
    """Write Motion JPEG, JPEG after JPEG, in which each picture is held for `seconds`.

    A picture's centre square fills the film's centre square, where the viewfinder looks. It comes closer by the factor `zoom` and goes back
    again, as a hand does.
    """
    frames = round(seconds * FRAMES_PER_SECOND)
    with path.open("wb") as film:
        for picture in pictures:
            if zoom == 1.0:
                film.write(_frame(picture) * frames)
            else:
                for number in range(frames):
                    film.write(_frame(picture, 1 + (zoom - 1) * math.sin(math.pi * number / frames)))


def camera_arguments(film: Path) -> list[str]:
    """Return Chromium's arguments for a camera that is allowed and shows `film`."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def _frame(picture: Path, zoom: float = 1.0) -> bytes:
    with Image.open(picture) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright = ImageOps.crop(upright, round(min(upright.size) * (1 - 1 / zoom) / 2))
    side = SIZE[1]
    frame = ImageOps.fit(upright, SIZE)
    frame.paste(ImageOps.fit(upright, (side, side)), ((SIZE[0] - side) // 2, 0))
    jpeg = BytesIO()
    frame.save(jpeg, "JPEG", quality=85)
    return jpeg.getvalue()
