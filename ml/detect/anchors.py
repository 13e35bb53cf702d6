"""Anchors, or default boxes: what SSD's network judges and corrects in place of drawing boxes itself.

Liu et al. 2016, "SSD: Single Shot MultiBox Detector", section 2.2: on each grid boxes of a few shapes around each cell's middle, small ones on fine grids;
an anchor learns the box that it overlaps by half or more, and every box has the anchor that fits it best.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.detect.boxes import Boxes
from ml.detect.decode import Decoding, Detections, best_apart, overlaps
from ml.detect.measure import LOWEST_SCORE

Floats = npt.NDArray[np.float32]

STRIDES = (16, 32, 64, 128, 256)
"""Pixels along a side of a cell of each grid."""
SCALES = (0.1, 0.95)
"""Side of the finest and of the coarsest grid's anchors in fractions of the picture's; equation 4, for things as small as a tenth."""
RATIOS = (1.0, 2.0, 1 / 2, 3.0, 1 / 3)
"""Width over height."""
PER_CELL = len(RATIOS) + 1
"""One more square, between this grid's scale and the next."""
MATCHING_OVERLAP = 0.5
OFFSET_SCALES = np.array([10, 10, 5, 5], np.float32)
"""By which offsets are multiplied, so that all four are of one size (the authors' "variances" of 0.1 and 0.2)."""


class Targets(NamedTuple):
    """What to learn from one picture, float32."""

    classes: Floats
    """(anchors, 2): 1 where the anchor has a box, else 0; and what it counts for, 0 where nobody can say what is right."""
    offsets: Floats
    """(anchors, 5): how the box lies to the anchor, and 1 where it has one."""


@cache
def anchors(resolution: int) -> Floats:
    """Return x and y of each anchor's middle, its width and its height, float32 (anchors, 4), in fractions of the picture; in the order of the outputs."""
    scales = np.linspace(*SCALES, len(STRIDES))
    following = [*scales[1:], 1.0]
    found = []
    for stride, scale, next_scale in zip(STRIDES, scales, following, strict=True):
        side = -(-resolution // stride)
        between = np.sqrt(scale * next_scale)
        shapes = [(scale * np.sqrt(ratio), scale / np.sqrt(ratio)) for ratio in RATIOS]
        shapes.append((between, between))
        middles = (np.mgrid[:side, :side][::-1].reshape(2, -1).T + 0.5) / side
        found += [(x, y, width, height) for x, y in middles for width, height in shapes]
    return np.array(found, np.float32)


def encode(boxes: Boxes, of: Floats, unclear: Boxes) -> Targets:
    """Return the targets of a picture.

    Args:
        boxes: (N, 4) in fractions of the square that the network sees.
        of: `anchors` of its resolution.
        unclear: (M, 4) boxes in which finding something is neither right nor wrong; anchors around a point in them count for nothing.
    """
    classes, offsets = np.zeros((len(of), 2), np.float32), np.zeros((len(of), 5), np.float32)
    classes[:, 1] = 1
    for x0, y0, x1, y1 in unclear:
        inside = (of[:, 0] >= x0) & (of[:, 0] < x1) & (of[:, 1] >= y0) & (of[:, 1] < y1)
        classes[inside, 1] = 0
    if len(boxes):
        shared = np.stack([overlaps(box, _corners(of)) for box in boxes])
        box_of, matched = shared.argmax(axis=0), shared.max(axis=0) >= MATCHING_OVERLAP
        best = shared.argmax(axis=1)
        box_of[best], matched[best] = np.arange(len(boxes)), True
        classes[matched] = 1
        wanted, by = boxes[box_of[matched]], of[matched]
        middles, sizes = (wanted[:, :2] + wanted[:, 2:]) / 2, wanted[:, 2:] - wanted[:, :2]
        moved = np.concatenate([(middles - by[:, :2]) / by[:, 2:], np.log(sizes / by[:, 2:])], axis=1)
        offsets[matched, :4], offsets[matched, 4] = moved * OFFSET_SCALES, 1
    return Targets(classes, offsets)


def decode(scores: Floats, offsets: Floats, of: Floats, decoding: Decoding) -> Detections:
    """Return the boxes of one picture, from the lowest score on.

    Args:
        scores: (anchors,) in [0, 1].
        offsets: (anchors, 4), as `encode` gives them.
        of: `anchors` of the picture's resolution.
        decoding: how many boxes, and how far they may overlap.
    """
    some = scores >= LOWEST_SCORE
    by, moved = of[some], offsets[some] / OFFSET_SCALES
    middles, sizes = by[:, :2] + moved[:, :2] * by[:, 2:], by[:, 2:] * np.exp(moved[:, 2:])
    boxes = np.clip(_corners(np.concatenate([middles, sizes], axis=1)), 0, 1)
    return best_apart(boxes, scores[some], decoding)


def _corners(middles_and_sizes: Floats) -> Floats:
    middles, halves = middles_and_sizes[:, :2], middles_and_sizes[:, 2:] / 2
    return np.concatenate([middles - halves, middles + halves], axis=1)
