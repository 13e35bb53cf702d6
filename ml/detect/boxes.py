"""Boxes: where each hotdog lies in a picture, and the lists that are kept of them.

A list is a CSV file with the columns of `COLUMNS`, a row for each box; a row whose corners are empty says that the picture holds nothing of that label.
What `deepdog prepare` writes, without hashes, is one too.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.files import open_list, write_whole
from ml.pixels import Square

Boxes = npt.NDArray[np.float32]
"""float32 (N, 4): x0, y0, x1, y1 of each box, left, top, right and bottom edge in fractions of the width and height of the upright picture."""

Flags = npt.NDArray[np.bool_]
"""bool (N,): something true or false of each box."""

LIST_NAME = "boxes.csv"
"""Of a dataset's own list, in its folder."""
CORNERS = ("x0", "y0", "x1", "y1")
NEEDED = ("file", "label", *CORNERS)
COLUMNS = ("file", "sha256", "label", *CORNERS, "crowd")
DRAWN = Path(__file__).with_name("boxes.csv")
"""Boxes drawn by eye over photos of the val and test splits, to measure on; README.md beside it says by which rules."""
DRAWN_TO_TRAIN_ON = Path(__file__).with_name("training_boxes.csv")
"""Boxes drawn by the same rules over photos of the train split."""


class BoxesError(ValueError):
    """The list cannot be read; the message names the line and what it should hold."""


def no_boxes() -> Boxes:
    """Return the boxes of a picture that holds nothing, (0, 4)."""
    return np.zeros((0, 4), np.float32)


def all_single(boxes: Boxes) -> Flags:
    """Return the flags of boxes that each hold one thing."""
    return np.zeros(len(boxes), np.bool_)


@dataclass(frozen=True, eq=False)
class Boxed:
    """A picture and every box of one label in it."""

    file: str
    """Path below the dataset's folder."""
    sha256: str
    """Of the file; empty where the list does not say."""
    label: str
    boxes: Boxes = field(default_factory=no_boxes)
    crowd: Flags = field(default_factory=lambda: all_single(no_boxes()))
    """(N,): the box surrounds a heap that nobody would count; as in COCO, finding it or not is neither right nor wrong."""


def read_boxes(path: Path = DRAWN) -> list[Boxed]:
    """Read a list, in the order of its pictures.

    Raises:
        BoxesError: a column is missing, a value is no number or lies outside 0 to 1, a row names no label, a box is empty, or a picture stands for two hashes.
        ListError: it is no CSV in UTF-8.
    """
    try:
        with open_list(path) as file:
            table = csv.DictReader(file)
            rows = list(table)
    except OSError as error:
        raise BoxesError(f"{path} cannot be read: {error.strerror}") from error
    missing = [name for name in NEEDED if name not in (table.fieldnames or ())]
    if missing:
        raise BoxesError(
            f"{path} lacks the columns {', '.join(missing)}; its first line should be {','.join(COLUMNS)}"
        )
    of_picture: dict[tuple[str, str], list[tuple[list[float], bool]]] = {}
    hashes: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        where = f"{path}, line {number} ({row['file']})"
        if not row["label"]:
            raise BoxesError(f"{where}: the column label must be filled")
        if hashes.setdefault(row["file"], row.get("sha256", "")) != row.get("sha256", ""):
            raise BoxesError(f"{where}: the picture has another sha256 above; keep the rows of one of them")
        found = of_picture.setdefault((row["file"], row["label"]), [])
        if any(row[name] for name in CORNERS):
            found.append((_corners(row, where), _crowd(row, where)))
    return [
        Boxed(
            file,
            hashes[file],
            label,
            np.array([corners for corners, _ in found], np.float32).reshape(-1, 4),
            np.array([crowd for _, crowd in found], np.bool_),
        )
        for (file, label), found in of_picture.items()
    ]


def write_boxes(path: Path, pictures: Iterable[Boxed]) -> None:
    """Write a list that `read_boxes` reads, corners to four decimals."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for picture in pictures:
        head = (picture.file, picture.sha256, picture.label)
        for box, crowd in zip(picture.boxes, picture.crowd, strict=True):
            table.writerow((*head, *(f"{edge:.4f}" for edge in box), int(crowd)))
        if not len(picture.boxes):
            table.writerow((*head, "", "", "", "", 0))
    write_whole(path, text.getvalue())


def in_square(boxes: Boxes, size: tuple[int, int], square: Square) -> tuple[Boxes, npt.NDArray[np.float32]]:
    """Say where boxes of a picture lie in a square part of it, such as the centre square that the network sees.

    Args:
        boxes: (N, 4) in fractions of the picture.
        size: width and height of the upright picture in pixels.
        square: the part, in pixels of the picture.

    Returns:
        Boxes (N, 4) in fractions of the square, cut at its edges, and the share (N,) of each box's area that lies within it; a box outside has no area.
    """
    pixels = boxes * np.tile(np.array(size, np.float32), 2)
    origin = np.array([square.left, square.top] * 2, np.float32)
    inside = np.clip((pixels - origin) / square.side, 0, 1).astype(np.float32)
    whole = area(boxes) * (size[0] * size[1] / square.side**2)
    return inside, np.divide(area(inside), whole, out=np.zeros(len(boxes), np.float32), where=whole > 0)


def area(boxes: Boxes) -> npt.NDArray[np.float32]:
    """Return the areas (N,) of boxes (N, 4)."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float32)


def _corners(row: dict[str, str], where: str) -> list[float]:
    try:
        corners = [float(row[name]) for name in CORNERS]
    except (TypeError, ValueError):  # a row that ends early has no text there
        raise BoxesError(
            f"{where}: {', '.join(CORNERS)} must be four numbers, or all empty where there is nothing"
        ) from None
    if not all(0 <= edge <= 1 for edge in corners):
        raise BoxesError(
            f"{where}: {corners} lies outside 0 to 1; corners are fractions of the picture's width and height"
        )
    if corners[0] >= corners[2] or corners[1] >= corners[3]:
        raise BoxesError(
            f"{where}: {corners} holds no area; x0 is the left edge, y0 the top, x1 the right, y1 the bottom"
        )
    return corners


def _crowd(row: dict[str, str], where: str) -> bool:
    crowd = row.get("crowd", "0")
    if crowd not in ("0", "1"):
        raise BoxesError(f"{where}: crowd is {crowd!r}; it must be 1 for a heap and else 0")
    return crowd == "1"
