"""A picture as a phone sees it on another screen: tilted, with the screen's grid, moiré, glare and a black that glows.

People try an app on pictures off the web, held before a monitor. Moiré is what a sensor's grid makes of a screen's: each pixel here samples the screen's
stripes at its own middle, and stripes narrower than two pixels come out as broad fringes, bent by the perspective, with red, green and blue a third of a
stripe apart.
"""

import cv2
import numpy as np
import numpy.typing as npt

from ml.pixels import Tensor

Floats = npt.NDArray[np.float32]

TILT = 0.12
"""How far each corner lies from its place at most, as a fraction of the side."""
STRIPES_PER_PIXEL = (0.35, 1.6)
"""Pixels of the screen to a pixel of the picture: from a grid that one sees to one that shows as moiré alone."""
GRID_DEPTH = (0.03, 0.16)
"""How much darker it is between the screen's pixels than on them, as a fraction; a phone's lens leaves little of it."""
GLARE = 0.45
"""Brightness of a lamp's reflection at most, as a fraction of white."""
GLOW = 0.12
"""Brightness of the screen's black at most, likewise."""


def photographed(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Photograph a picture off a screen.

    Args:
        picture: uint8 RGB, shape (R, R, 3).
        rng: source of every random choice.

    Returns:
        uint8 RGB, shape (R, R, 3).
    """
    side = picture.shape[0]
    homography = _tilted(side, rng)
    shown = cv2.warpPerspective(
        picture,
        homography,
        (side, side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_bezel(rng),
    ).astype(np.float32)
    lit = shown * _grid(homography, side, rng)
    glow = rng.uniform(0, GLOW)
    tint = np.array([1.0, 1.0, 1.0]) + rng.uniform(-0.06, 0.06, 3)
    lit = (255 * glow + (1 - glow) * lit) * tint.astype(np.float32)
    lit += 255 * _reflection(side, rng)[:, :, np.newaxis]
    return np.asarray(np.clip(lit + 0.5, 0, 255), np.uint8)


def _tilted(side: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Draw a matrix, float64 (3, 3), from pixels of the photograph to pixels of the screen's picture."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * (side - 1)
    moved = corners + rng.uniform(-TILT, TILT, (4, 2)).astype(np.float32) * side
    return np.asarray(cv2.getPerspectiveTransform(corners, moved), np.float64)


def _bezel(rng: np.random.Generator) -> tuple[float, float, float]:
    """Draw the grey of what lies around the screen."""
    grey = float(rng.uniform(8, 60))
    return grey, grey, grey


def _grid(homography: npt.NDArray[np.float64], side: int, rng: np.random.Generator) -> Floats:
    """Return what the screen's stripes let through at each pixel of the photograph, float32 (R, R, 3), 1 on average."""
    rows, columns = np.mgrid[0:side, 0:side]
    x, y, scale = homography @ np.stack([columns.ravel(), rows.ravel(), np.ones(side * side)])
    frequency = rng.uniform(*STRIPES_PER_PIXEL)
    depth = rng.uniform(*GRID_DEPTH)
    phase = rng.uniform(0, 1)
    across = (frequency * x / scale + phase)[:, np.newaxis] + np.arange(3) / 3
    down = frequency * y / scale + phase
    through = (1 + depth * np.cos(2 * np.pi * across)) * (1 + depth * np.cos(2 * np.pi * down))[:, np.newaxis]
    return np.asarray(through.reshape(side, side, 3), np.float32)


def _reflection(side: int, rng: np.random.Generator) -> Floats:
    """Return the light of a lamp or window on the glass, float32 (R, R): a soft, stretched spot, often faint or out of sight."""
    rows, columns = (np.mgrid[0:side, 0:side] / side - rng.uniform(-0.2, 1.2, 2)[:, None, None]).astype(
        np.float32
    )
    angle = rng.uniform(0, np.pi)
    along = np.cos(angle) * columns + np.sin(angle) * rows
    athwart = np.cos(angle) * rows - np.sin(angle) * columns
    length, width = rng.uniform(0.15, 0.6), rng.uniform(0.05, 0.25)
    spot = np.exp(-((along / length) ** 2) - (athwart / width) ** 2)
    return np.asarray(rng.uniform(0, GLARE) * spot, np.float32)
