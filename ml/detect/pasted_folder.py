"""A folder of pasted pictures: things and decoys from the train split of a dataset, on scenes that hold neither, with their boxes."""

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from ml.batches import read_picture
from ml.dataset import Dataset, Example
from ml.detect.annotations import of_class
from ml.detect.boxes import LIST_NAME, Boxed, BoxesError, all_single, read_boxes, write_boxes
from ml.detect.cutouts import Cutout, cut_out, middle_box
from ml.detect.paste import paste
from ml.files import whole_folder, write_whole
from ml.pixels import Tensor

CUT_OUTS = Path(__file__).with_name("cut_outs.csv")
"""Boxes of train photos whose cut-outs were looked at one by one and found to be one whole thing and nothing else."""
MOST_DECOYS = 150
EMPTY_SHARE = 0.2
"""Share of pictures with decoys only."""
SUBCLASS = "pasted"

Report = Callable[[str, int, int], None]
"""Takes what is being done, how much of it is done, and how much there is."""


def write_pasted(
    dataset: Dataset, more_scenes: Sequence[Path], out: Path, count: int, seed: int, report: Report
) -> int:
    """Write the folder, whole or not at all: pictures of both classes, `dataset.csv` and `boxes.csv`. A picture depends on the seed and its number alone.

    Args:
        dataset: of its train split come things (the photos of `CUT_OUTS`, known by their hash), decoys and scenes.
        more_scenes: pictures without the thing.
        out: folder to write; must not exist.
        count: pictures.
        seed: of all random choices.
        report: told about progress.

    Returns:
        Boxes written.

    Raises:
        BoxesError: no photo of `CUT_OUTS` is in the train split with a thing of the class, or no cut-out came of any.
        FileExistsError: `out` is there already.
        PhotoError: a picture cannot be decoded.
    """
    if out.exists():
        raise FileExistsError(f"{out} is there already; remove it, or name another folder")
    train = dataset.split("train")
    negatives = [example for example in train if not example.positive]
    things = _things(train, dataset.positive_name, report)
    decoys = _decoys(negatives, np.random.default_rng(seed), report)
    scenes = [example.path for example in negatives] + list(more_scenes)
    pictures: list[Boxed] = []
    rows: list[tuple[str, str, str, str, str]] = []
    with whole_folder(out) as folder:
        for name in (dataset.positive_name, dataset.negative_name):
            (folder / name).mkdir()
        for number in range(count):
            rng = np.random.default_rng((seed, number))
            scene = read_picture(scenes[int(rng.integers(len(scenes)))])
            pasted = paste(scene, [] if rng.random() < EMPTY_SHARE else things, decoys, rng)
            class_name = dataset.positive_name if len(pasted.boxes) else dataset.negative_name
            content = _jpeg(pasted.pixels, int(rng.integers(75, 96)))
            file, sha256 = f"{class_name}/pasted_{number:06}.jpg", hashlib.sha256(content).hexdigest()
            (folder / file).write_bytes(content)
            rows.append((file, sha256, class_name, SUBCLASS, "train"))
            pictures.append(
                Boxed(file, sha256, dataset.positive_name, pasted.boxes, all_single(pasted.boxes))
            )
            report("pasting", number + 1, count)
        text = io.StringIO(newline="")
        table = csv.writer(text, lineterminator="\n")
        table.writerows([("file", "sha256", "class", "subclass", "split"), *rows])
        write_whole(folder / "dataset.csv", text.getvalue())
        write_boxes(folder / LIST_NAME, pictures)
    return sum(len(picture.boxes) for picture in pictures)


def _things(train: Sequence[Example], class_name: str, report: Report) -> list[Cutout]:
    by_hash = {example.sha256: example for example in train}
    listed = [boxed for boxed in of_class(class_name, read_boxes(CUT_OUTS)) if boxed.sha256 in by_hash]
    if not listed:
        raise BoxesError(
            f"no photo of {CUT_OUTS} is in the train split with a {class_name}; list boxes of your own photos there, each of "
            "one whole thing"
        )
    found: list[Cutout] = []
    for done, boxed in enumerate(listed, start=1):
        picture = read_picture(by_hash[boxed.sha256].path)
        found += [cutout for box in boxed.boxes if (cutout := cut_out(picture, box)) is not None]
        report("cutting out", done, len(listed))
    if not found:
        raise BoxesError(f"nothing could be cut out of the boxes of {CUT_OUTS}")
    return found


def _decoys(negatives: Sequence[Example], rng: np.random.Generator, report: Report) -> list[Cutout]:
    """Cut whatever lies in the middle of pictures without the thing."""
    found: list[Cutout] = []
    tried = rng.permutation(len(negatives))[: 2 * MOST_DECOYS]
    for done, index in enumerate(tried, start=1):
        if (cutout := cut_out(read_picture(negatives[index].path), middle_box())) is not None:
            found.append(cutout)
        report("cutting out decoys", done, len(tried))
        if len(found) == MOST_DECOYS:
            break
    return found


def _jpeg(pixels: Tensor, quality: int) -> bytes:
    _, encoded = cv2.imencode(
        ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return encoded.tobytes()
