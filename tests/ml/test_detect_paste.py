"""Cutting things out of pictures and pasting them onto others, on pictures drawn here."""

import tomllib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from ml.cli import main
from ml.dataset import load_datasets
from ml.detect import pasted_folder
from ml.detect.annotations import annotated, to_train_on
from ml.detect.boxes import DRAWN, DRAWN_TO_TRAIN_ON, Boxed, BoxesError, all_single, read_boxes, write_boxes
from ml.detect.cutouts import cut_out
from ml.detect.paste import paste
from ml.pixels import Tensor
from tests.ml.discs import write_discs

RED, GREY = (200, 30, 30), 120


def red_ellipse(middle: tuple[int, int] = (100, 80)) -> Tensor:
    """A red ellipse of 120 x 60 pixels on rough grey, uint8 (160, 200, 3)."""
    rough = np.random.default_rng(0).integers(GREY - 20, GREY + 20, (160, 200, 3)).astype(np.uint8)
    return np.asarray(cv2.ellipse(rough, middle, (60, 30), 0, 0, 360, RED, -1), np.uint8)


def around(x: int, y: int) -> npt.NDArray[np.float32]:
    """The box of an ellipse with that middle, a little generous, as one draws it."""
    corners = np.array([x - 64, y - 33, x + 64, y + 33], np.float32)
    return np.asarray(np.clip(corners / np.tile([200, 160], 2), 0, 1), np.float32)


def test_what_a_box_holds_is_cut_out() -> None:
    cutout = cut_out(red_ellipse(), around(100, 80))
    assert cutout is not None
    height, width = cutout.shape[:2]
    assert abs(width - 121) <= 4
    assert abs(height - 61) <= 4
    kept = cutout[cutout[:, :, 3] > 127, :3]
    assert np.abs(kept.mean(axis=0) - RED).max() < 10


def test_what_is_cut_off_at_the_edge_is_not_kept() -> None:
    assert cut_out(red_ellipse((180, 140)), around(180, 140)) is None


def test_what_is_too_small_to_be_pasted_large_is_not_kept() -> None:
    small = cv2.resize(red_ellipse(), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    assert cut_out(np.asarray(small, np.uint8), around(100, 80)) is None


def thing(colour: tuple[int, int, int]) -> Tensor:
    return np.full((40, 100, 4), (*colour, 255), np.uint8)


def is_red(pixels: Tensor) -> npt.NDArray[np.bool_]:
    return np.asarray(pixels[:, :, 0].astype(int) - pixels[:, :, 1] > 40)


def test_boxes_hold_what_was_pasted_and_nothing_else_is_red() -> None:
    scene = np.full((180, 240, 3), GREY, np.uint8)
    for seed in range(30):
        pasted = paste(scene, [thing(RED)], [thing((40, 90, 160))], np.random.default_rng(seed))
        boxed = np.zeros((180, 240), np.bool_)
        for x0, y0, x1, y1 in pasted.boxes * [240, 180, 240, 180]:
            boxed[max(0, int(y0) - 4) : int(y1) + 4, max(0, int(x0) - 4) : int(x1) + 4] = True
            assert is_red(pasted.pixels)[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1].any()
        assert not (is_red(pasted.pixels) & ~boxed).any()
        assert ((pasted.boxes >= 0) & (pasted.boxes <= 1)).all()


def test_a_seed_gives_one_picture() -> None:
    scene = red_ellipse()
    one, same = (paste(scene, [thing(RED)], [], np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one.pixels, same.pixels)
    np.testing.assert_array_equal(one.boxes, same.boxes)


def test_decoys_alone_are_not_boxed() -> None:
    scene = np.full((100, 100, 3), GREY, np.uint8)
    pictures = [paste(scene, [], [thing(RED)], np.random.default_rng(seed)) for seed in range(10)]
    assert all(pasted.boxes.shape == (0, 4) for pasted in pictures)
    assert any((pasted.pixels != scene).any() for pasted in pictures)


def test_things_are_small_and_large_and_several() -> None:
    scene = np.full((200, 200, 3), GREY, np.uint8)
    boxes = [paste(scene, [thing(RED)], [], np.random.default_rng(seed)).boxes for seed in range(60)]
    sides = np.concatenate([(b[:, 2:] - b[:, :2]).max(axis=1) for b in boxes])
    assert sides.min() < 0.1
    assert sides.max() > 0.6
    assert max(len(b) for b in boxes) >= 4


@pytest.fixture
def discs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures with discs of which one, of the train split, is listed to be cut out."""
    folder = write_discs(tmp_path / "discs", 20)
    picture = np.full((200, 200, 3), GREY, np.uint8)
    cv2.imwrite(str(folder / "hotdog/0000.png"), cv2.circle(picture, (100, 100), 60, RED[::-1], -1))
    box = np.array([[0.18, 0.18, 0.82, 0.82]], np.float32)
    listed = Boxed("hotdog/0000.png", train_hash(folder), "hotdog", box, all_single(box))
    write_boxes(tmp_path / "cut_outs.csv", [listed])
    monkeypatch.setattr(pasted_folder, "CUT_OUTS", tmp_path / "cut_outs.csv")
    return folder


def train_hash(folder: Path) -> str:
    """The hash that the list of the dataset gives the first picture."""
    (first, *_) = (example for example in load_datasets([folder]).examples if example.positive)
    return first.sha256


def test_a_folder_is_one_that_a_detector_learns_from(discs: Path, tmp_path: Path) -> None:
    out = tmp_path / "pasted"
    written = pasted_folder.write_pasted(load_datasets([discs]), [], out, 12, 1, lambda *_: None)
    dataset = load_datasets([discs], extra=[out])
    learnt = [
        picture
        for picture in to_train_on(annotated(dataset, [discs, out]))
        if out in picture.example.path.parents
    ]
    assert len(learnt) == 12
    assert sum(len(picture.boxes) for picture in learnt) == written > 12
    assert all(bool(len(picture.boxes)) == picture.example.positive for picture in learnt)


def test_the_same_seed_writes_the_same_folder(discs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        pasted_folder.write_pasted(load_datasets([discs]), [], tmp_path / name, 4, 3, lambda *_: None)
    assert read_hashes(tmp_path / "one") == read_hashes(tmp_path / "two")


def test_sources_that_are_left_out_are_no_scenes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [str(write_discs(tmp_path / name, 10)) for name in ("mine", "theirs")]
    more = tmp_path / "more"
    more.mkdir()
    for name in ("near.jpg", "far.jpg"):
        (more / name).write_bytes(b"never opened")
    (more / "labels.csv").write_text("file,source\nnear.jpg,mine\nfar.jpg,theirs\n")
    given: list[Path] = []
    monkeypatch.setattr(pasted_folder, "write_pasted", lambda _, scenes, *__: given.extend(scenes))
    arguments = ["--scenes", str(more), "--leave-out", "theirs", "--out", str(tmp_path / "pasted")]
    assert main(["paste", *photos, *arguments]) == 0
    assert given == [more / "near.jpg"]


def read_hashes(folder: Path) -> list[str]:
    return [boxed.sha256 for boxed in read_boxes(folder / "boxes.csv")]


def test_photos_without_cut_outs_are_told_what_to_list(tmp_path: Path) -> None:
    dataset = load_datasets([write_discs(tmp_path / "discs", 10)])
    with pytest.raises(BoxesError, match=r"no photo of .*cut_outs\.csv is in the train split"):
        pasted_folder.write_pasted(dataset, [], tmp_path / "pasted", 4, 1, lambda *_: None)
    assert not (tmp_path / "pasted").exists()


def test_cut_outs_of_other_things_are_not_pasted(discs: Path, tmp_path: Path) -> None:
    cut_outs = tmp_path / "cut_outs.csv"
    cut_outs.write_text(cut_outs.read_text(encoding="utf-8").replace(",hotdog,", ",cup,"), encoding="utf-8")
    with pytest.raises(BoxesError, match="in the train split with a hotdog"):
        pasted_folder.write_pasted(load_datasets([discs]), [], tmp_path / "pasted", 4, 1, lambda *_: None)


def test_what_is_there_is_not_overwritten(discs: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="is there already"):
        pasted_folder.write_pasted(load_datasets([discs]), [], tmp_path, 4, 1, lambda *_: None)


def test_only_photos_of_the_train_split_with_boxes_of_their_own_are_cut_out() -> None:
    """The list is part of the boxes drawn over train photos: nothing of val and test is ever pasted."""
    drawn = {
        boxed.sha256: boxed.boxes.tolist()
        for boxed in read_boxes(pasted_folder.CUT_OUTS.with_name("training_boxes.csv"))
    }
    listed = read_boxes(pasted_folder.CUT_OUTS)
    assert sum(len(boxed.boxes) for boxed in listed) > 150
    for boxed in listed:
        assert all(box in drawn[boxed.sha256] for box in boxed.boxes.tolist())


def test_a_package_holds_the_lists_that_come_with_deepdog() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["setuptools"]["package-data"]["ml.detect"]
    assert {*packed} == {path.name for path in (DRAWN, DRAWN_TO_TRAIN_ON, pasted_folder.CUT_OUTS)}
