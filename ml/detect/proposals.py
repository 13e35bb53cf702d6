"""Boxes over photos that nobody drew any over: a trained detector proposes them, and is believed where it is sure.

After Sohn et al. 2020, "A simple semi-supervised learning framework for object detection", section 3: what was learnt from the drawn boxes labels the other
photos, and only what is sure is learnt from. Two things differ. A photo is looked at straight and mirrored, and a score is the mean of both. And what is too
unsure to be learnt from, yet may well be something, counts as a crowd does: finding it is neither right nor wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from ml import pages
from ml.dataset import Example
from ml.detect.annotations import Annotated
from ml.detect.boxes import Boxed, Boxes, Flags, area
from ml.detect.decode import Decoding, Detections, best_apart, overlaps
from ml.detect.evaluate import Finder
from ml.detect.measure import Measured, Truth
from ml.detect.report import rectangles
from ml.pixels import decode, photo_to_tensor

PRECISION = 0.9
"""Share of right ones that sure boxes have on the val split."""
UNSURE = 1 / 2
"""Of the score from which on a box is sure; from there on it may well be something."""
PART = 0.5
"""Share of an unsure box within a sure one from which on it is no more than a part of that."""
SAME_OVERLAP = 0.5
"""Intersection over union of two boxes that mean the same thing."""
GREY = (128, 128, 128)
PREVIEW_SIDE = 192  # pixels


class Proposer(NamedTuple):
    """A detector and how far to believe it."""

    finder: Finder
    sure: float
    """Score from which on its boxes are learnt from."""


def proposer(finder: Finder, validation: Sequence[Annotated]) -> Proposer:
    """Find out how far to believe a detector, from pictures with drawn boxes.

    Raises:
        ValueError: at no score are enough of its boxes right.
    """
    with_boxes = [picture for picture in validation if len(picture.boxes)]
    truths = [Truth(picture.boxes[~picture.crowd], picture.boxes[picture.crowd]) for picture in with_boxes]
    found = [look(finder, decode(picture.example.path)) for picture in with_boxes]
    return Proposer(finder, Measured(truths, found, 0.0).threshold_of_precision(PRECISION))


def propose(by: Proposer, photos: Iterable[Example], label: str) -> Iterator[Boxed | None]:
    """Yield each photo with its boxes, the unsure ones as crowds, or None where no box is sure.

    Args:
        by: whose boxes they are.
        photos: that show the thing.
        label: its name.

    Raises:
        PhotoError: a file is no picture.
    """
    for photo in photos:
        boxes, scores = look(by.finder, decode(photo.path))
        sure = scores >= by.sure
        may_be = ~sure & (scores >= by.sure * UNSURE) & ~_are_parts(boxes, boxes[sure])
        known = sure | may_be
        file = f"{photo.path.parent.name}/{photo.path.name}"
        yield Boxed(file, photo.sha256, label, boxes[known], may_be[known]) if sure.any() else None


def _are_parts(boxes: Boxes, of: Boxes) -> Flags:
    """Tell which boxes (N, 4) lie for the most part within one of others (M, 4)."""
    shared = np.minimum(boxes[:, np.newaxis, 2:], of[:, 2:]) - np.maximum(boxes[:, np.newaxis, :2], of[:, :2])
    within = np.maximum(shared, 0).prod(axis=2) > PART * area(boxes)[:, np.newaxis]
    return np.asarray(within.any(axis=1), np.bool_)


def preview_html(title: str, sure: float, paths: Sequence[Path], proposals: Sequence[Boxed]) -> str:
    """Return a page of photos with the boxes proposed over them, to look at before another network learns from them.

    Args:
        title: whose proposals they are.
        sure: score from which on boxes are learnt from.
        paths: of the photos.
        proposals: of each photo.

    Raises:
        PhotoError: a file is no picture.
    """

    def shown(path: Path, boxed: Boxed) -> dict[str, object]:
        photo = decode(path)
        photo.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        return {
            "uri": pages.picture_uri(np.asarray(photo)),
            "file": boxed.file,
            "found": rectangles(boxed.boxes[~boxed.crowd]),
            "unclear": rectangles(boxed.boxes[boxed.crowd]),
        }

    pictures = [shown(path, boxed) for path, boxed in zip(paths, proposals, strict=True)]
    return pages.render("proposals.html", title=title, sure=sure, pictures=pictures)


def look(finder: Finder, picture: Image.Image) -> Detections:
    """Find boxes in the whole of a picture, in fractions of it, looked at straight and mirrored.

    Of a box that both found, edges and score are the means; of one that one alone found, the score is half.
    """
    straight = _in_whole(finder, picture)
    boxes, scores = _in_whole(finder, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    mirrored = np.stack([1 - boxes[:, 2], boxes[:, 1], 1 - boxes[:, 0], boxes[:, 3]], axis=1)
    merged, merged_scores, alone = [], [], np.ones(len(mirrored), np.bool_)
    for box, score in zip(*straight, strict=True):
        shared = np.where(alone, overlaps(box, mirrored), 0.0) if len(mirrored) else np.zeros(1)
        if shared.max() >= SAME_OVERLAP:
            partner = int(shared.argmax())
            alone[partner] = False
            merged.append((box + mirrored[partner]) / 2)
            merged_scores.append((score + scores[partner]) / 2)
        else:
            merged.append(box)
            merged_scores.append(score / 2)
    return best_apart(
        np.concatenate([np.reshape(merged, (-1, 4)), mirrored[alone]]),
        np.concatenate([np.array(merged_scores, np.float32), scores[alone] / 2]).astype(np.float32),
        Decoding(),
    )


def _in_whole(finder: Finder, picture: Image.Image) -> Detections:
    """Find boxes in the smallest square around the picture, which is grey beside it; detectors see squares."""
    side = max(picture.size)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    square = Image.new("RGB", (side, side), GREY)
    square.paste(picture, (left, top))
    found = finder.find(photo_to_tensor(square, finder.resolution))
    size = np.array(picture.size * 2, np.float32)
    edges = (found.boxes * side - np.array([left, top] * 2, np.float32)) / size
    return Detections(np.clip(edges, 0, 1).astype(np.float32), found.scores)
