"""`deepdog sample`: the pictures, their labels and the folder they come in."""

import csv
import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.dataset import load_datasets
from ml.detect.annotations import annotated, to_train_on
from ml.detect.boxes import LIST_NAME, read_boxes
from ml.sample import command
from ml.sample.arrays import vector
from ml.sample.camera import Camera
from ml.sample.composition import KINDS
from ml.sample.dataset import COLUMNS, Picture, plan
from ml.sample.materials import Backdrop, Material, plain
from ml.sample.render import hotdog_boxes
from ml.sample.scene import Light, Part, Scene

SIZE = "48"


def sample(*arguments: str | Path) -> int:
    return main(["sample", *map(str, arguments)])


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "dataset.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_half_are_hotdogs_and_every_file_is_listed_with_its_hash(tmp_path: Path) -> None:
    assert sample(tmp_path, "--count", "10", "--size", SIZE, "--jobs", "1") == 0
    listed = rows(tmp_path)
    assert list(listed[0]) == list(COLUMNS)
    assert Counter(row["class"] for row in listed) == {"hotdog": 5, "not_hotdog": 5}
    assert {row["file"] for row in listed} == {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*/*.jpg")
    }
    for row in listed:
        assert row["file"].startswith(row["class"] + "/")
        assert hashlib.sha256((tmp_path / row["file"]).read_bytes()).hexdigest() == row["sha256"]
        assert (row["class"] == "hotdog") == (row["subclass"] == "render:hotdog")
        assert row["source_repo"] == "deepdog sample"


def test_boxes_csv_says_where_each_hotdog_lies_and_detectors_train_on_it(tmp_path: Path) -> None:
    sample(tmp_path, "--count", "10", "--size", SIZE, "--jobs", "1")
    listed = read_boxes(tmp_path / LIST_NAME)
    assert {boxed.file: boxed.sha256 for boxed in listed} == {r["file"]: r["sha256"] for r in rows(tmp_path)}
    for boxed in listed:
        assert boxed.label == "hotdog"
        assert len(boxed.boxes) == 0 if boxed.file.startswith("not_hotdog/") else len(boxed.boxes) in (1, 2)
    training = to_train_on(annotated(load_datasets([tmp_path]), [tmp_path]))
    assert all(picture.listed for picture in training)
    assert any(len(picture.boxes) for picture in training)


def scene_of(parts: list[Part]) -> Scene:
    """Seen from straight above, 1 cm is a hundredth of the picture's side."""
    camera = Camera(vector(0, 0, 0), 1000, azimuth=0, elevation=90, roll=0, focal=240, blur=0)
    grey = plain(vector(0.5, 0.5, 0.5)[:, None])
    lamp = Light(vector(0, 0, 1), *(np.ones((3, 1), np.float32),) * 3, sharpness=10)
    backdrop = Backdrop(*(np.ones((3, 1), np.float32),) * 3, spots=0, seed=0)
    return Scene(parts, Material(grey), 2000, backdrop, lamp, camera)


def ball(x: float, y: float, radius: float, hotdog: int | None, height: float = 0) -> Part:
    solid = Part(
        lambda p: np.sqrt((p * p).sum(axis=0)) - np.float32(radius),
        Material(plain(vector(0.5, 0.5, 0.5)[:, None])),
        (-radius,) * 3,
        (radius,) * 3,
        hotdog=hotdog,
    )
    return solid.placed(np.eye(3, dtype=np.float32), vector(x, y, height))


def test_a_box_is_the_extent_of_all_parts_of_a_hotdog() -> None:
    # Down in the picture is x, to the right is y.
    scene = scene_of([ball(0, -30, 10, 0), ball(0, 0, 10, 0), ball(20, 30, 10, 1), ball(0, 30, 5, None)])
    assert hotdog_boxes(scene, 100, 100) == pytest.approx(
        np.array([[0.1, 0.4, 0.6, 0.6], [0.7, 0.6, 0.9, 0.8]]), abs=0.02
    )


def test_a_box_ends_where_something_else_lies_in_front_and_at_the_pictures_edge() -> None:
    hidden = scene_of([ball(0, 0, 10, 0), ball(0, 30, 30, None, height=20)])
    assert hotdog_boxes(hidden, 100, 100)[0, [0, 2]] == pytest.approx([0.4, 0.5], abs=0.02)
    cut = scene_of([ball(0, 48, 10, 0), ball(0, 80, 10, 1)])
    assert hotdog_boxes(cut, 100, 100) == pytest.approx(np.array([[0.88, 0.4, 1, 0.6]]), abs=0.02)


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        assert sample(tmp_path / jobs, "--count", "4", "--size", SIZE, "--seed", "3", "--jobs", jobs) == 0
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_a_stopped_run_goes_on_and_ends_as_if_never_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    sample(whole, "--count", "6", "--size", SIZE, "--jobs", "1")
    sample(stopped, "--count", "4", "--size", SIZE, "--jobs", "1")
    kept = {path: path.stat().st_mtime_ns for path in stopped.glob("*/*.jpg")}
    next(iter(kept)).unlink()
    (stopped / "dataset.csv").unlink()
    (stopped / LIST_NAME).unlink()
    capsys.readouterr()
    sample(stopped, "--count", "6", "--size", SIZE, "--jobs", "1")
    assert "3 were there already" in capsys.readouterr().out
    assert contents(whole) == contents(stopped)
    assert [path.stat().st_mtime_ns for path in list(kept)[1:]] == list(kept.values())[1:]


def test_a_second_kind_in_the_same_folder_keeps_the_rows_of_the_first(tmp_path: Path) -> None:
    for kind in ("burger", "banana"):
        sample(tmp_path, "--count", "1", "--kind", kind, "--size", SIZE)
    assert [row["subclass"] for row in rows(tmp_path)] == ["render:banana", "render:burger"]


def test_splits_are_eight_one_one_in_each_class_and_do_not_move_when_the_count_grows() -> None:
    pictures = plan(200, seed=5, size=256)
    for label in ("hotdog", "not_hotdog"):
        split = Counter(picture.split for picture in pictures if picture.label == label)
        assert split == {"train": 80, "val": 10, "test": 10}
    assert plan(400, seed=5, size=256)[:200] == pictures


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_shows_something(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(Picture(seed=1, index=0, kind=kind, size=64).jpeg())
    with Image.open(path) as picture:
        assert min(picture.size) == 64
        assert picture.mode == "RGB"
        pixels = np.asarray(picture, np.float32)
    assert 30 < pixels.mean() < 235
    assert pixels.std() > 12


def test_seeds_and_indices_give_different_pictures() -> None:
    pictures = {Picture(seed, index, "hotdog", 32).jpeg() for seed in (0, 1) for index in (0, 1)}
    assert len(pictures) == 4


def test_help_names_the_kinds_that_the_renderer_has() -> None:
    assert list(command.KINDS) == list(KINDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--count", "0"], "0 is too small: at least 1"),
        (["--count", "many"], "'many' is not a whole number"),
        (["--size", "4"], "4 px is out of range: 32 to 2048"),
        (["--jobs", "0"], "0 is too small: at least 1"),
        (["--seed", "-1"], "-1 is too small: at least 0"),
        (["--kind", "pizza"], "invalid choice: 'pizza'"),
    ],
)
def test_a_wrong_option_is_named(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        sample(tmp_path / "renders", *arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "renders").exists()


def test_a_file_as_destination_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "renders").write_text("mine")
    assert sample(tmp_path / "renders", "--count", "1") == 2
    assert "renders is a file; name a folder" in capsys.readouterr().err
    assert (tmp_path / "renders").read_text() == "mine"


def test_a_folder_of_other_photos_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dataset.csv").write_text("file,class\nhotdog/lunch.jpg,hotdog\n")
    assert sample(tmp_path, "--count", "1") == 2
    assert "were not rendered here; choose another folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "dataset.csv"]
