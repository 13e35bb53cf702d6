"""Draws the pictures of the pixel contract's golden cases and writes `pixels.json`: `python -m tests.golden.make_pixels`.

What each picture must become is computed here from the contract's words with plain NumPy, not with `ml.pixels`: that is one of the
three implementations under test.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

FOLDER = Path(__file__).parent / "pixels"
RESOLUTION = 64
EXIF_ORIENTATION = 0x0112
GRID = 4
Pixels = npt.NDArray[np.uint8]


def noise(height: int, width: int, channels: int, seed: int) -> Pixels:
    """Draw even noise."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def quadrants(height: int, width: int) -> Pixels:
    """Draw four flat colours with a bright bar along the top, so that every orientation looks different."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (200, 40, 40)
    picture[: height // 2, width // 2 :] = (40, 160, 60)
    picture[height // 2 :, : width // 2] = (50, 70, 190)
    picture[height // 2 :, width // 2 :] = (220, 190, 60)
    picture[: height // 8] = (245, 245, 245)
    return picture


def halve(square: Pixels) -> Pixels:
    """Mean of each 2x2 block, rounded half up."""
    a, b, c, d = (square[i::2, j::2].astype(np.uint16) for i in (0, 1) for j in (0, 1))
    return ((a + b + c + d + 2) >> 2).astype(np.uint8)


def cells(square: Pixels) -> list[list[list[int]]]:
    """Mean colour of each of 4 x 4 cells."""
    side = square.shape[0] // GRID
    blocks = square.reshape(GRID, side, GRID, side, 3).mean(axis=(1, 3))
    return [[[round(float(level)) for level in cell] for cell in row] for row in blocks]


def exact(name: str, picture: Pixels, square: Pixels) -> dict[str, object]:
    """Save a lossless picture whose square is 2R x 2R already: every implementation must give these very bytes."""
    Image.fromarray(picture).save(FOLDER / name, optimize=True)
    return {
        "file": name,
        "kind": "exact",
        "resolution": RESOLUTION,
        "sha256": hashlib.sha256(halve(square).tobytes()).hexdigest(),
    }


def close(name: str, picture: Pixels, upright: Pixels, orientation: int = 1) -> dict[str, object]:
    """Save a JPEG that must be decoded, turned or resampled: each cell must have this mean colour, within 4 levels."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    Image.fromarray(picture).save(FOLDER / name, quality=92, subsampling=0, exif=exif)
    height, width = upright.shape[:2]
    side = min(height, width) // GRID * GRID
    top, left = (height - side) // 2, (width - side) // 2
    expected = cells(upright[top : top + side, left : left + side])
    return {"file": name, "kind": "close", "resolution": RESOLUTION, "cells": expected, "tolerance": 4}


def main() -> None:
    """Draw everything."""
    FOLDER.mkdir(exist_ok=True)
    side = 2 * RESOLUTION
    rgb, wide, tall = noise(side, side, 3, 1), noise(side, side + 61, 3, 2), noise(side + 33, side, 3, 3)
    translucent = np.dstack([noise(side, side, 3, 4), 255 * (noise(side, side, 1, 5) >> 7)])
    on_white = np.where(translucent[..., 3:] == 255, translucent[..., :3], 255).astype(np.uint8)
    grey = noise(side, side, 1, 6)[..., 0]
    cases = [
        exact("square.png", rgb, rgb),
        exact("wide.png", wide, wide[:, 30 : 30 + side]),
        exact("tall.png", tall, tall[16 : 16 + side]),
        exact("transparent.png", translucent, on_white),
        exact("grey.png", grey, np.dstack([grey] * 3)),
    ]
    upright = quadrants(240, 320)
    # What the camera stored, for each orientation of the EXIF standard (JEITA CP-3451, 4.6.4 A).
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }
    cases += [
        close(f"exif-{n}.jpg", np.ascontiguousarray(picture), upright, n) for n, picture in stored.items()
    ]
    cases.append(close("large.jpg", quadrants(1536, 2048), quadrants(1536, 2048)))
    cases.append(close("small.jpg", quadrants(48, 64), quadrants(48, 64)))
    (FOLDER.parent / "pixels.json").write_text(
        json.dumps({"cases": cases}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
