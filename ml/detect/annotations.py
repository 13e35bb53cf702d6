"""Which pictures of a dataset have boxes: those that lists name, and of pictures without the thing all that there are, since they hold none."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ml.dataset import Dataset, Example, Split
from ml.detect.boxes import (
    DRAWN,
    DRAWN_TO_TRAIN_ON,
    LIST_NAME,
    Boxed,
    Boxes,
    BoxesError,
    Flags,
    in_square,
    no_boxes,
    read_boxes,
)
from ml.detect.measure import Truth
from ml.pixels import centre_square, decode
from ml.prepare.labels import spelling

CLEAR_SHARE = 0.4
"""Of a box's area within the square; of one with less it cannot be said whether it should be found."""


@dataclass(frozen=True)
class Annotated:
    """A picture whose every box is known."""

    example: Example
    boxes: Boxes
    """(N, 4) in fractions of the upright picture."""
    crowd: Flags
    """(N,)"""
    listed: bool
    """A list names the picture; else it is known by its class alone to hold nothing."""


def annotated(dataset: Dataset, folders: Sequence[Path], lists: Sequence[Path] = ()) -> list[Annotated]:
    """Return the pictures of a dataset whose boxes are known, in its order.

    Args:
        dataset: read from the folders.
        folders: of each the list `boxes.csv`, where it has one, counts; besides, the lists of boxes drawn by eye that come with DeepDog, for the pictures they
            know by their hash. Of all of them only boxes whose label is spelt like the positive class; others say nothing of it.
        lists: more lists with hashes, such as a detector proposes, which count where none of those knows a picture, and in the train split alone: nothing is
            measured by what a machine drew.

    Raises:
        BoxesError: a list cannot be read, or gives boxes to a picture that its class says holds none; or one of `lists` has no hashes.
    """
    by_path: dict[Path, Boxed] = {}
    for folder in folders:
        if (folder / LIST_NAME).is_file():
            listed = of_class(dataset.positive_name, read_boxes(folder / LIST_NAME))
            by_path |= {folder / boxed.file: boxed for boxed in listed}
    drawn = _by_hash(dataset.positive_name, (DRAWN, DRAWN_TO_TRAIN_ON))
    proposed = _by_hash(dataset.positive_name, lists)
    known = []
    for example in dataset.examples:
        boxed = drawn.get(example.sha256) or by_path.get(example.path)
        if boxed is None and example.split == "train":
            boxed = proposed.get(example.sha256)
        if boxed is None:
            if not example.positive:
                known.append(Annotated(example, no_boxes(), np.zeros(0, np.bool_), listed=False))
            continue
        if not example.positive and len(boxed.boxes):
            raise BoxesError(
                f"{example.path} has boxes of {boxed.label!r} but is listed as {dataset.negative_name!r}; correct one of the two"
            )
        known.append(Annotated(example, boxed.boxes, boxed.crowd, listed=True))
    return known


def _by_hash(class_name: str, lists: Sequence[Path]) -> dict[str, Boxed]:
    found: dict[str, Boxed] = {}
    for path in lists:
        for boxed in of_class(class_name, read_boxes(path)):
            if not boxed.sha256:
                raise BoxesError(
                    f"{path} says of {boxed.file} no sha256, by which --boxes knows a picture; put the list beside the pictures as {LIST_NAME} instead"
                )
            found[boxed.sha256] = boxed
    return found


def of_class(class_name: str, listed: Sequence[Boxed]) -> list[Boxed]:
    """Return the boxes of a class, those of one picture together however their labels are spelt; those of other labels say nothing about it."""
    found: dict[str, Boxed] = {}
    for boxed in listed:
        if spelling(boxed.label) == spelling(class_name):
            before = found.get(boxed.file)
            found[boxed.file] = _joined(before, boxed) if before else boxed
    return list(found.values())


def _joined(first: Boxed, other: Boxed) -> Boxed:
    boxes = np.concatenate([first.boxes, other.boxes])
    return replace(first, boxes=boxes, crowd=np.concatenate([first.crowd, other.crowd]))


def to_train_on(known: Sequence[Annotated]) -> list[Annotated]:
    """Return the pictures of the train split."""
    return [picture for picture in known if picture.example.split == "train"]


def to_measure_on(known: Sequence[Annotated], split: Split) -> list[Annotated]:
    """Return the listed pictures of a split; where none without boxes is listed, also those that by their class hold nothing.

    Raises:
        BoxesError: no picture of the split has a box.
    """
    of_split = [picture for picture in known if picture.example.split == split]
    listed = [picture for picture in of_split if picture.listed]
    if not any(len(picture.boxes) for picture in listed):
        raise BoxesError(
            f"no picture of the {split} split has boxes of the class to find; list some in {LIST_NAME} beside the pictures (file, label, x0, y0, x1, y1), the "
            "label spelt like the class"
        )
    empties_listed = any(not len(picture.boxes) for picture in listed)
    return listed if empties_listed else of_split


def truths(pictures: Sequence[Annotated]) -> list[Truth]:
    """Return what the centre square of each picture holds.

    Raises:
        PhotoError: a file is no picture.
    """
    return [
        Truth(*seen_boxes(picture.boxes, picture.crowd, decode(picture.example.path).size))
        for picture in pictures
    ]


def boxes_sha256(known: Sequence[Annotated]) -> str:
    """Hash of what was learnt from besides the pictures: their boxes, in any order of files."""
    lines = sorted(
        f"{picture.example.sha256} {np.round(picture.boxes, 4).tolist()} {picture.crowd.tolist()}"
        for picture in known
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def seen_boxes(boxes: Boxes, crowd: Flags, size: tuple[int, int]) -> tuple[Boxes, Boxes]:
    """Return what of a picture's boxes lies in its centre square: the clear ones, and those that are neither right nor wrong to find.

    Args:
        boxes: (N, 4) in fractions of the picture.
        crowd: (N,)
        size: width and height of the upright picture in pixels.

    Returns:
        (M, 4) and (K, 4) in fractions of the square: boxes of single things with at least `CLEAR_SHARE` of their area in it, and crowds and cut-off ones.
    """
    inside, shares = in_square(boxes, size, centre_square(*size))
    clear = ~crowd & (shares >= CLEAR_SHARE)
    return inside[clear], inside[~clear & (shares > 0)]
