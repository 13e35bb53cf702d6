"""Things cut out of photos: a mask by GrabCut, seeded from a box drawn by eye, and kept only where it looks like one whole thing.

GrabCut: Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated graph cuts", 2004.
"""

import cv2
import numpy as np
import numpy.typing as npt

from ml.detect.boxes import Boxes
from ml.pixels import Tensor

Cutout = Tensor
"""uint8 RGBA (H, W, 4), cropped to the thing; alpha 255 within it, soft at its edge."""

LEAST_SIDE = 48
"""Pixels of a cut-out's longer side: pasted large, a smaller one would be a blur."""
CORE_SHARE = 0.3
"""Of a box's width and height: the ellipse in its middle is the thing for certain."""
MARGIN = 0.25
"""Of a box's sides: how far around it the background is looked at."""
ITERATIONS = 5
AREAS = (0.3, 0.98)
"""Share of its box that a thing covers: less is a piece of it, or lies askew in a box that holds much else."""
SOLIDITY = 0.88
"""Least share of its convex hull that a cut-out fills: what is eaten in buns is round-edged and in one piece."""
BORDER_SHARE = 0.05
"""Most of a cut-out's outline that may lie on the picture's edge: what is cut off there is no whole thing."""


def cut_out(picture: Tensor, box: npt.NDArray[np.float32]) -> Cutout | None:
    """Cut the thing in a box out of a picture.

    Args:
        picture: uint8 RGB (H, W, 3).
        box: (4,) in fractions of the picture.

    Returns:
        The thing; None where the mask is too small, covers too little or all of the box, is ragged or cut off at the picture's edge.
    """
    height, width = picture.shape[:2]
    left, top, right, bottom = np.rint(box * np.tile([width, height], 2)).astype(int)
    around_x, around_y = (max(4, round(MARGIN * side)) for side in (right - left, bottom - top))
    x, y = max(0, left - around_x), max(0, top - around_y)
    near = np.ascontiguousarray(picture[y : bottom + around_y, x : right + around_x])
    mask = _mask(near, (left - x, top - y, right - x, bottom - y))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(outline)
    columns, rows = outline[:, 0, 0] + x, outline[:, 0, 1] + y
    on_edge = (columns <= 1) | (columns >= width - 2) | (rows <= 1) | (rows >= height - 2)
    in_one_piece = area >= SOLIDITY * cv2.contourArea(cv2.convexHull(outline))
    fills = AREAS[0] <= area / ((right - left) * (bottom - top)) <= AREAS[1]
    u, v, wide, high = cv2.boundingRect(outline)
    if not in_one_piece or not fills or on_edge.mean() > BORDER_SHARE or max(wide, high) < LEAST_SIDE:
        return None
    filled = cv2.drawContours(np.zeros_like(mask), [outline], -1, 255, cv2.FILLED)
    # One pixel less and softened, so that no rim of the old background comes along.
    alpha = cv2.GaussianBlur(cv2.erode(filled, np.ones((3, 3), np.uint8)), (0, 0), 0.8)
    return np.ascontiguousarray(np.dstack([near, alpha])[v : v + high, u : u + wide], np.uint8)


def middle_box() -> Boxes:
    """Return the box (4,) in which decoys are looked for: photos of food have it in the middle."""
    return np.array([0.12, 0.12, 0.88, 0.88], np.float32)


def _mask(picture: Tensor, box: tuple[int, int, int, int]) -> Tensor:
    """Return 1 where the largest piece of the thing in a box (pixels) lies, uint8 (H, W)."""
    left, top, right, bottom = box
    seed = np.full(picture.shape[:2], cv2.GC_BGD, np.uint8)
    seed[top:bottom, left:right] = cv2.GC_PR_FGD
    axes = (round((right - left) * CORE_SHARE / 2), round((bottom - top) * CORE_SHARE / 2))
    cv2.ellipse(seed, ((left + right) // 2, (top + bottom) // 2), axes, 0, 0, 360, cv2.GC_FGD, -1)
    cv2.setRNGSeed(0)
    try:
        background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(picture, seed, (0, 0, 0, 0), background, foreground, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # too few pixels on one side to tell them apart
        return np.zeros_like(seed)
    thing = np.isin(seed, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    width = max(3, round(0.06 * min(right - left, bottom - top))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    thing = np.asarray(cv2.morphologyEx(thing, cv2.MORPH_OPEN, kernel), np.uint8)
    _, parts, statistics, _ = cv2.connectedComponentsWithStats(thing)
    if len(statistics) < 2:
        return np.zeros_like(thing)
    return np.asarray(parts == 1 + int(statistics[1:, cv2.CC_STAT_AREA].argmax()), np.uint8)
