"""What the detector should say of a picture: a peak on each box's centre, and there its size and the centre's place within the cell.

Zhou, Wang and Kraehenbuehl 2019, "Objects as Points", section 3: the centre p of a box falls into the cell floor(p / R) of a grid R times as coarse as the
picture; the heatmap is splatted with exp(-d^2 / (2 sigma^2)), d the distance to that cell, sigma by the box's size; where peaks meet, the higher counts.

The paper teaches size and offset in the centre's cell alone, one of a thousand. Here the cells around it learn them too, weighted by a second Gaussian that
grows with the box's sides (Liu et al. 2020, "Training-time-friendly network for real-time object detection", section 3.2), as far as that is half its height or
more: fewer steps do, and a large box's peak may be a cell off and give the box all the same. A box under 0.29 of the square has its one cell, as in the paper.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.detect.boxes import Boxes, area

Floats = npt.NDArray[np.float32]

MIN_OVERLAP = 0.7
"""A centre within the Gaussian's radius still gives a box that overlaps the right one by this much (Law and Deng 2018, section 3.2)."""
SPREAD = 0.54 / 6
"""Deviation of the second Gaussian in sides of the box (Liu et al., section 4.1)."""
NEAR = 0.5
"""Its height from which on a cell learns the box; Liu et al. take all of an ellipse."""


class Targets(NamedTuple):
    """What to learn from one picture, all float32 on a grid of (h, w)."""

    centres: Floats
    """(h, w, 2): the heatmap in [0, 1], 1 at each centre; and what each cell counts for, 0 where nobody can say what is right."""
    sizes: Floats
    """(h, w, 3): width and height in cells, and what the cell counts for: 0 in most, and 1 in all that a box wants together."""
    offsets: Floats
    """(h, w, 3): x and y of the centre from the cell's left and upper edge in cells, and the same."""


def encode(boxes: Boxes, grid: tuple[int, int], unclear: Boxes) -> Targets:
    """Return the targets of a picture.

    Args:
        boxes: (N, 4) in fractions of the square that the network sees.
        grid: height and width of the network's output in cells.
        unclear: (M, 4) boxes in which finding something is neither right nor wrong: crowds, and what the square cuts off.

    Where two boxes want a cell, the smaller has it, but for each centre's own cell; where two centres share one, the smaller has that too.
    """
    height, width = grid
    centres, sizes, offsets = (np.zeros((height, width, channels), np.float32) for channels in (2, 3, 3))
    centres[..., 1] = 1
    for x0, y0, x1, y1 in unclear * (width, height, width, height):
        centres[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1)), 1] = 0
    rows, columns = np.mgrid[:height, :width]
    in_cells = boxes[np.argsort(-area(boxes), kind="stable")] * (width, height, width, height)
    own: list[tuple[int, int]] = []
    for x0, y0, x1, y1 in in_cells:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        column, row = min(int(x), width - 1), min(int(y), height - 1)
        sigma = (2 * gaussian_radius(x1 - x0, y1 - y0) + 1) / 6
        peak = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * sigma**2))
        centres[..., 0] = np.maximum(centres[..., 0], peak)
        centres[row, column, 1] = 1
        spread = ((columns - column) / (SPREAD * (x1 - x0))) ** 2 + ((rows - row) / (SPREAD * (y1 - y0))) ** 2
        weight = np.exp(-spread / 2)
        near = weight >= NEAR
        for cell in own:
            near[cell] &= cell == (row, column)
        share = weight[near] / weight[near].sum()
        sizes[near] = np.stack([np.full_like(share, x1 - x0), np.full_like(share, y1 - y0), share], axis=1)
        offsets[near] = np.stack([x - columns[near], y - rows[near], share], axis=1)
        own.append((row, column))
    return Targets(centres, sizes, offsets)


def gaussian_radius(width: float, height: float) -> float:
    """Return how far, in x and in y, a box of this size may be moved and still overlap where it was by `MIN_OVERLAP`; in the unit of its sides.

    The smaller root r of (w - r)(h - r) = 2t / (1 + t) w h, t the intersection over union.
    """
    both, product = width + height, width * height
    return float((both - np.sqrt(both**2 - 4 * product * (1 - MIN_OVERLAP) / (1 + MIN_OVERLAP))) / 2)
