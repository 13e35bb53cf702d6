"""Boxes: the lists that are read and written, and the list that was drawn by eye."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ml.dataset import Dataset, Example, load_datasets
from ml.detect.annotations import annotated, to_train_on
from ml.detect.boxes import (
    COLUMNS,
    DRAWN,
    DRAWN_TO_TRAIN_ON,
    Boxed,
    BoxesError,
    in_square,
    read_boxes,
    write_boxes,
)
from ml.pixels import Square

PHOTOS = Path(__file__).parents[3] / "shared/data"
HEADER = ",".join(COLUMNS)
PROPOSED = DRAWN.with_name("proposed_boxes.csv")


def listed(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_list_comes_back_as_it_was_written(tmp_path: Path) -> None:
    two = Boxed(
        "a.jpg",
        "aa",
        "pizza",
        np.array([[0, 0.25, 0.5, 1], [0.5, 0, 1, 0.5]], np.float32),
        np.array([False, True]),
    )
    none = Boxed("b.jpg", "bb", "pizza")
    write_boxes(tmp_path / "boxes.csv", [two, none])
    first, second = read_boxes(tmp_path / "boxes.csv")
    assert (first.file, first.sha256, first.label) == ("a.jpg", "aa", "pizza")
    np.testing.assert_array_equal(first.boxes, two.boxes)
    assert first.crowd.tolist() == [False, True]
    assert second.boxes.shape == (0, 4)
    assert second.boxes.dtype == np.float32


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "from a spreadsheet"])
def test_a_list_without_hashes_and_crowds_is_read_too(mark: str, tmp_path: Path) -> None:
    (picture,) = read_boxes(
        listed(tmp_path / "boxes.csv", "a.jpg,hotdog,0,0,0.5,0.5", header=f"{mark}file,label,x0,y0,x1,y1")
    )
    assert (picture.sha256, picture.crowd.tolist()) == ("", [False])


@pytest.mark.parametrize(
    ("rows", "remedy"),
    [
        (["a.jpg,aa,hotdog,0,0,1.5,1,0"], "line 2 .*outside 0 to 1"),
        (["a.jpg,aa,hotdog,0.5,0,0.5,1,0"], "holds no area"),
        (["a.jpg,aa,hotdog,0,0,1,,0"], "four numbers, or all empty"),
        (["a.jpg,aa,hotdog,0,0,1"], "line 2 .*four numbers, or all empty"),
        (["a.jpg,aa"], "line 2 .*column label must be filled"),
        (["a.jpg,aa,hotdog,0,0,1,1,perhaps"], "crowd is 'perhaps'"),
        (["a.jpg,aa,hotdog,0,0,1,1,0", "a.jpg,bb,hotdog,0,0,1,1,0"], "line 3 .*another sha256"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, rows: list[str], remedy: str) -> None:
    with pytest.raises(BoxesError, match=remedy):
        read_boxes(listed(tmp_path / "boxes.csv", *rows))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(BoxesError, match="lacks the columns y1"):
        read_boxes(listed(tmp_path / "boxes.csv", header="file,label,x0,y0,x1"))


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(BoxesError, match=r"none\.csv cannot be read"):
        read_boxes(tmp_path / "none.csv")


def dataset(folder: Path, *names: str) -> Dataset:
    """Pictures of the train split whose hashes are their names; those that begin with `hot` are positive."""
    examples = [Example(folder / name, name, name.startswith("hot"), "train", name, "mine") for name in names]
    return Dataset(tuple(examples), "hot_dog", "not_hot_dog")


@pytest.mark.parametrize("by_hash", [False, True])
def test_boxes_of_other_things_say_nothing_of_the_class(tmp_path: Path, by_hash: bool) -> None:
    rows = (
        "hot_dog.jpg,hot_dog.jpg,Hot dog,0,0,0.5,0.5,0",
        "hot_dog.jpg,hot_dog.jpg,cup,0.5,0.5,1,1,0",
        "hot_too.jpg,hot_too.jpg,cup,0.5,0.5,1,1,0",
        "cup.jpg,cup.jpg,cup,0.5,0.5,1,1,0",
    )
    path = listed(tmp_path / ("proposed.csv" if by_hash else "boxes.csv"), *rows)
    pictures = dataset(tmp_path, "hot_dog.jpg", "hot_too.jpg", "cup.jpg")
    known = annotated(pictures, [tmp_path], [path] if by_hash else [])
    assert {picture.example.sha256: picture.boxes.tolist() for picture in known} == {
        "hot_dog.jpg": [[0, 0, 0.5, 0.5]],
        "cup.jpg": [],
    }


def test_boxes_of_a_picture_count_together_however_they_are_spelt(tmp_path: Path) -> None:
    rows = ("hot_dog.jpg,,Hot dog,0,0,0.5,0.5,0", "hot_dog.jpg,,hotdog,0.5,0.5,1,1,1")
    listed(tmp_path / "boxes.csv", *rows)
    (picture,) = annotated(dataset(tmp_path, "hot_dog.jpg"), [tmp_path])
    assert picture.boxes.tolist() == [[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]]
    assert picture.crowd.tolist() == [False, True]


def test_a_box_in_a_picture_of_the_other_class_is_refused(tmp_path: Path) -> None:
    listed(tmp_path / "boxes.csv", "cup.jpg,,hot dog,0,0,0.5,0.5,0")
    with pytest.raises(BoxesError, match=r"cup\.jpg has boxes of 'hot dog' but is listed as 'not_hot_dog'"):
        annotated(dataset(tmp_path, "cup.jpg"), [tmp_path])


def test_boxes_are_cut_to_the_square_that_the_network_sees() -> None:
    """Of a picture of 200 x 100 pixels the centre square is its middle half."""
    boxes = np.array([[0.25, 0, 0.75, 1], [0, 0, 0.5, 1], [0, 0, 0.25, 1]], np.float32)
    inside, share = in_square(boxes, (200, 100), Square(50, 0, 100))
    assert inside.tolist() == [[0, 0, 1, 1], [0, 0, 0.5, 1], [0, 0, 0, 1]]
    assert share.tolist() == [1, 0.5, 0]


def test_enough_pictures_are_drawn() -> None:
    drawn = read_boxes(DRAWN)
    assert len({picture.file for picture in drawn}) == len(drawn)
    assert sum(len(picture.boxes) > 0 for picture in drawn) >= 150
    assert sum(len(picture.boxes) == 0 for picture in drawn) >= 100
    assert sum(len(picture.boxes) > 1 for picture in drawn) >= 50
    assert {picture.label for picture in drawn} == {"hotdog"}


@pytest.mark.parametrize(
    ("path", "splits", "at_least"),
    [(DRAWN, {"val", "test"}, 100), (DRAWN_TO_TRAIN_ON, {"train"}, 300), (PROPOSED, {"train"}, 1900)],
)
@pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"needs the photos at {PHOTOS}")
def test_drawn_pictures_are_those_of_their_splits(path: Path, splits: set[str], at_least: int) -> None:
    with (PHOTOS / "SOURCES.csv").open(newline="", encoding="utf-8") as file:
        sources = {row["file"]: row for row in csv.DictReader(file)}
    drawn = read_boxes(path)
    assert {picture.file: picture.sha256 for picture in drawn}.items() <= {
        name: row["sha256"] for name, row in sources.items()
    }.items()
    counts = Counter(sources[picture.file]["split"] for picture in drawn)
    assert set(counts) == splits
    assert min(counts.values()) >= at_least
    assert all((sources[picture.file]["class"] == "hotdog") == (len(picture.boxes) > 0) for picture in drawn)


@pytest.mark.parametrize("path", [DRAWN_TO_TRAIN_ON, PROPOSED])
def test_nothing_is_both_learnt_from_and_measured_on(path: Path) -> None:
    measured_on = {picture.sha256 for picture in read_boxes(DRAWN)}
    assert measured_on.isdisjoint(picture.sha256 for picture in read_boxes(path))


@pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"needs the photos at {PHOTOS}")
def test_training_finds_the_boxes_that_come_with_it() -> None:
    """Of the train split's photos with hotdogs, those of the list are trained on, and no other."""
    known = to_train_on(annotated(load_datasets([PHOTOS]), []))
    with_boxes = {picture.example.sha256 for picture in known if len(picture.boxes)}
    assert with_boxes == {picture.sha256 for picture in read_boxes(DRAWN_TO_TRAIN_ON)}
    assert all(picture.example.positive == (len(picture.boxes) > 0) for picture in known)
