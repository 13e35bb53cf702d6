"""A folder of rendered pictures in the layout that training reads: two class folders, dataset.csv and boxes.csv.

Each picture depends on its seed, index, kind and size alone, so the number of processes changes nothing and a stopped run continues where it was.
"""

import csv
import hashlib
import io
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.detect.boxes import LIST_NAME, Boxed, Boxes, all_single, read_boxes, write_boxes
from ml.files import write_whole
from ml.sample.composition import KINDS, compose
from ml.sample.render import hotdog_boxes, render
from ml.sample.scene import Scene

COLUMNS = ("file", "sha256", "class", "subclass", "split", "source_repo")
SOURCE = "deepdog sample"
OTHERS = tuple(kind for kind in KINDS if kind != "hotdog")
ASPECTS = (1.0, 4 / 3, 4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9)


class DatasetError(ValueError):
    """The folder cannot take the pictures; the message says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """One picture to render."""

    seed: int
    index: int
    kind: str
    size: int
    """Pixels of the shorter side."""

    @property
    def label(self) -> str:
        """The class: hotdog or not_hotdog."""
        return "hotdog" if self.kind == "hotdog" else "not_hotdog"

    @property
    def file(self) -> str:
        """Path below the data set's folder."""
        return f"{self.label}/{self.kind}-{self.size}px-s{self.seed}-{self.index:05d}.jpg"

    @property
    def split(self) -> str:
        """train, val or test: of every ten pictures of a class, eight, one and one, by lot."""
        lot = np.random.default_rng([self.seed, self.index // 20, self.label == "hotdog"]).permutation(10)
        return {0: "val", 1: "test"}.get(int(lot[self.index // 2 % 10]), "train")

    def jpeg(self) -> bytes:
        """Render it."""
        scene, width, height, rng = self._scene()
        picture = render(scene, width, height, rng)
        encoded = io.BytesIO()
        picture.save(encoded, "JPEG", quality=int(rng.integers(75, 93)))
        return encoded.getvalue()

    def boxes(self) -> Boxes:
        """Box (N, 4) of what can be seen of each hotdog; needs no picture, and takes a tenth of the time of rendering one."""
        scene, width, height, _ = self._scene()
        return hotdog_boxes(scene, width, height)

    def _scene(self) -> tuple[Scene, int, int, np.random.Generator]:
        """What it shows, its width and height in pixels, and the source of the random choices that are left to the camera."""
        rng = np.random.default_rng([self.seed, self.index, list(KINDS).index(self.kind)])
        aspect = float(rng.choice(ASPECTS))
        width, height = round(self.size * max(aspect, 1)), round(self.size / min(aspect, 1))
        return compose(self.kind, rng, aspect), width, height, rng


def plan(count: int, seed: int, size: int, kind: str | None = None) -> list[Picture]:
    """The first `count` pictures of a seed: every other one a hotdog, or all of one kind. A larger count only adds."""

    def kind_of(index: int) -> str:
        return kind or ("hotdog" if index % 2 == 0 else OTHERS[index // 2 % len(OTHERS)])

    return [Picture(seed, index, kind_of(index), size) for index in range(count)]


def write(folder: Path, pictures: list[Picture], jobs: int, done: Callable[[], object]) -> int:
    """Render what the folder lacks, calling `done` after each picture (kept ones too), then write boxes.csv and dataset.csv; return how many were new.

    Rows of other pictures that an earlier run listed stay. Raises DatasetError if the folder holds something else, BoxesError if its boxes.csv cannot be read,
    OSError if it cannot be written.
    """
    earlier = _earlier_rows(folder)
    boxes = {boxed.file: boxed.boxes for boxed in _earlier_boxes(folder)}
    for label in ("hotdog", "not_hotdog"):
        (folder / label).mkdir(parents=True, exist_ok=True)
    new = sum(not (folder / picture.file).exists() for picture in pictures)
    unfinished = [
        picture for picture in pictures if picture.file not in boxes or not (folder / picture.file).exists()
    ]
    for _ in range(len(pictures) - len(unfinished)):
        done()
    for file, found in _finished(folder, unfinished, jobs):
        boxes[file] = found
        done()
    rows = {row["file"]: row for row in earlier if (folder / row["file"]).exists()}
    rows |= {picture.file: _row(folder, picture) for picture in pictures}
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows[file] for file in sorted(rows))
    write_boxes(
        folder / LIST_NAME,
        (
            Boxed(file, rows[file]["sha256"], "hotdog", boxes[file], all_single(boxes[file]))
            for file in sorted(rows.keys() & boxes.keys())
        ),
    )
    write_whole(folder / "dataset.csv", text.getvalue())
    return new


def _finished(folder: Path, pictures: list[Picture], jobs: int) -> Iterator[tuple[str, Boxes]]:
    """Save those of the pictures that are not there, here or in `jobs` processes, yielding the file and the boxes of each."""
    if jobs == 1 or len(pictures) < 2:
        for picture in pictures:
            yield _finish(folder, picture)
        return
    with ProcessPoolExecutor(min(jobs, len(pictures)), multiprocessing.get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(_finish, folder, picture) for picture in pictures]):
                yield future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _finish(folder: Path, picture: Picture) -> tuple[str, Boxes]:
    if not (folder / picture.file).exists():
        write_whole(folder / picture.file, picture.jpeg())
    return picture.file, picture.boxes()


def _row(folder: Path, picture: Picture) -> dict[str, str]:
    digest = hashlib.sha256((folder / picture.file).read_bytes()).hexdigest()
    values = (picture.file, digest, picture.label, f"render:{picture.kind}", picture.split, SOURCE)
    return dict(zip(COLUMNS, values, strict=True))


def _earlier_rows(folder: Path) -> list[dict[str, str]]:
    """Rows of a dataset.csv that an earlier run left in the folder."""
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder} is a file; name a folder that exists or can be made")
    listing = folder / "dataset.csv"
    if not listing.exists():
        return []
    with listing.open(newline="", encoding="utf-8") as stream:
        table = csv.DictReader(stream)
        rows = list(table)
    if tuple(table.fieldnames or ()) != COLUMNS or any(row["source_repo"] != SOURCE for row in rows):
        raise DatasetError(f"{listing} lists pictures that were not rendered here; choose another folder")
    return rows


def _earlier_boxes(folder: Path) -> list[Boxed]:
    """Boxes that an earlier run listed."""
    return read_boxes(folder / LIST_NAME) if (folder / LIST_NAME).exists() else []
