"""From the detector's three maps to boxes (docs/contracts.md, Detectors); the app does the same in TypeScript, and tests/golden/detections.json binds both.

Zhou, Wang and Kraehenbuehl 2019, "Objects as Points", section 3, "From points to bounding boxes": a box for each cell that is the highest of its 3 x 3
neighbourhood. Two steps more: rounding to 8 bits makes flat tops, so of equals in a neighbourhood the first counts; and a box that overlaps a better one by
more than `max_overlap` is dropped.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.detect.boxes import Boxes

Floats = npt.NDArray[np.float32]
Cells = npt.NDArray[np.int64]


class Maps(NamedTuple):
    """What the network says of one picture, all float32 on a grid of (h, w)."""

    centres: Floats
    """(h, w): probability that a box has its centre in the cell."""
    sizes: Floats
    """(h, w, 2): width and height of that box, in cells."""
    offsets: Floats
    """(h, w, 2): x and y of its centre from the cell's left and upper edge, in cells."""


OUTPUTS = Maps._fields
"""Names of a detector's outputs."""


class Decoding(NamedTuple):
    """How boxes are read off, as model.json says it."""

    max_boxes: int = 20
    max_overlap: float = 0.5
    """Intersection over union of two boxes that may both stand; 1 lets all stand."""


class Detections(NamedTuple):
    """What was found in one picture, the surest first."""

    boxes: Boxes
    """float32 (N, 4) in fractions of the square."""
    scores: Floats
    """float32 (N,) in [0, 1]."""


def decode(maps: Maps, threshold: float, decoding: Decoding) -> Detections:
    """Return the boxes whose score is `threshold` or more."""
    rows, columns = peak_cells(maps, threshold)
    return best_apart(boxes_of_cells(maps, rows, columns), maps.centres[rows, columns], decoding)


def peak_cells(maps: Maps, threshold: float) -> tuple[Cells, Cells]:
    """Return rows and columns of the cells that are the highest of their neighbourhood, and `threshold` or more."""
    rows, columns = np.nonzero(_is_peak(maps.centres) & (maps.centres >= np.float32(threshold)))
    return rows, columns


def best_apart(boxes: npt.NDArray[np.floating], scores: Floats, decoding: Decoding) -> Detections:
    """Return the boxes of the highest scores, the surest first, without those that hold no area or overlap a better one too far.

    Args:
        boxes: (N, 4) in fractions of the square.
        scores: (N,); of equals the first counts.
        decoding: how many boxes, and how far they may overlap.
    """
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        if len(kept) == decoding.max_boxes:
            break
        has_area = boxes[i, 0] < boxes[i, 2] and boxes[i, 1] < boxes[i, 3]
        if has_area and (not kept or overlaps(boxes[i], boxes[kept]).max() <= decoding.max_overlap):
            kept.append(int(i))
    return Detections(boxes[kept].astype(np.float32), scores[kept])


def best_cell(maps: Maps) -> Detections:
    """Return the one box of the cell with the highest score, whatever that is; the self-test compares it."""
    rows, columns = np.unravel_index([int(maps.centres.argmax())], maps.centres.shape)
    return Detections(boxes_of_cells(maps, rows, columns).astype(np.float32), maps.centres[rows, columns])


def overlaps(box: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the intersection over union (N,) of a box (4,) with each of others (N, 4)."""
    a, b = np.asarray(box, np.float64), np.asarray(others, np.float64)
    sides = np.minimum(a[2:], b[:, 2:]) - np.maximum(a[:2], b[:, :2])
    shared = np.maximum(sides, 0).prod(axis=1)
    together = (a[2:] - a[:2]).prod() + (b[:, 2:] - b[:, :2]).prod(axis=1) - shared
    return np.asarray(np.divide(shared, together, out=np.zeros_like(shared), where=together > 0), np.float64)


def _is_peak(centres: Floats) -> npt.NDArray[np.bool_]:
    """Tell which cells are higher than the neighbours before them, row by row, and no lower than those after."""
    height, width = centres.shape
    padded = np.pad(centres, 1, constant_values=-np.inf)
    peaks = np.ones(centres.shape, np.bool_)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            neighbour = padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]
            if (down, right) < (0, 0):
                peaks &= centres > neighbour
            elif (down, right) > (0, 0):
                peaks &= centres >= neighbour
    return peaks


def boxes_of_cells(maps: Maps, rows: Cells, columns: Cells) -> npt.NDArray[np.float64]:
    """Return the boxes of cells, float64 (N, 4), cut at the square's edges."""
    grid = np.array(maps.centres.shape[::-1], np.float64)
    cells = np.stack([columns, rows], axis=1)
    middles = (cells + maps.offsets[rows, columns].astype(np.float64)) / grid
    halves = maps.sizes[rows, columns].astype(np.float64) / grid / 2
    return np.asarray(np.clip(np.concatenate([middles - halves, middles + halves], axis=1), 0, 1), np.float64)
