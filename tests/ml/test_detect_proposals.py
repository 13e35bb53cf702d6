"""A detector proposes boxes: what it saw straight and mirrored becomes one list, sure boxes apart from unsure ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.dataset import Example
from ml.detect.decode import Detections
from ml.detect.evaluate import Finder
from ml.detect.measure import Measured, Truth
from ml.detect.proposals import Proposer, look, propose
from ml.pixels import Tensor

RED = (220, 30, 30)
SIDE = 128


def sees_red(scores: Sequence[float] = (0.8,)) -> Finder:
    """Return what finds the extent of all that is red in a square, surer or less sure each time it looks."""
    turn = iter(list(scores) * 100)

    def find(tensor: Tensor) -> Detections:
        red = (tensor[0, ..., 0] > 180) & (tensor[0, ..., 1] < 90)
        score = next(turn)
        if not red.any():
            return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))
        rows, columns = np.nonzero(red)
        edges = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], np.float32) / SIDE
        return Detections(edges[np.newaxis].astype(np.float32), np.array([score], np.float32))

    return Finder(find, SIDE, 0)


def picture(size: tuple[int, int], box: Sequence[float]) -> Image.Image:
    """Return a grey picture with a red box, in fractions."""
    drawn = Image.new("RGB", size, (90, 120, 90))
    width, height = size
    x0, y0, x1, y1 = (
        round(edge * side) for edge, side in zip(box, (width, height, width, height), strict=True)
    )
    drawn.paste(RED, (x0, y0, x1, y1))
    return drawn


@pytest.mark.parametrize("size", [(256, 256), (384, 192), (160, 320)], ids=["square", "wide", "tall"])
def test_boxes_are_fractions_of_the_whole_picture(size: tuple[int, int]) -> None:
    box = (0.05, 0.25, 0.3, 0.6)
    found = look(sees_red(), picture(size, box))
    assert found.boxes[0] == pytest.approx(box, abs=0.03)
    assert found.scores == pytest.approx([0.8])


def test_scores_are_the_mean_of_both_looks() -> None:
    found = look(sees_red([0.9, 0.5]), picture((256, 256), (0.1, 0.1, 0.4, 0.4)))
    assert found.scores == pytest.approx([0.7])


def test_what_one_look_alone_found_counts_half() -> None:
    straight = Detections(np.array([[0.1, 0.1, 0.3, 0.3]], np.float32), np.array([0.9], np.float32))
    mirrored = Detections(np.array([[0.1, 0.6, 0.3, 0.8]], np.float32), np.array([0.5], np.float32))
    looks = iter([straight, mirrored])
    found = look(Finder(lambda _: next(looks), SIDE, 0), Image.new("RGB", (64, 64)))
    assert found.scores == pytest.approx([0.45, 0.25])
    assert found.boxes[1] == pytest.approx([0.7, 0.6, 0.9, 0.8], abs=1e-6)


def proposals(tmp_path: Path, boxes: Sequence[Sequence[float]], scores: Sequence[float]) -> Detections | None:
    Image.new("RGB", (64, 64)).save(tmp_path / "photo.png")
    photo = Example(tmp_path / "photo.png", "aa", True, "train", "", "")
    mirrored = [(1 - x1, y0, 1 - x0, y1) for x0, y0, x1, y1 in boxes]
    looks = iter(
        Detections(np.array(some, np.float32), np.array(scores, np.float32)) for some in (boxes, mirrored)
    )
    (boxed,) = propose(Proposer(Finder(lambda _: next(looks), SIDE, 0), 0.4), [photo], "hotdog")
    return None if boxed is None else Detections(boxed.boxes, boxed.crowd.astype(np.float32))


def test_unsure_boxes_are_crowds_unless_they_are_part_of_a_sure_one(tmp_path: Path) -> None:
    whole, part, other, hardly = (
        (0.1, 0.1, 0.5, 0.5),
        (0.2, 0.2, 0.3, 0.3),
        (0.6, 0.6, 0.8, 0.8),
        (0.6, 0.1, 0.8, 0.3),
    )
    found = proposals(tmp_path, [whole, other, part, hardly], [0.7, 0.3, 0.25, 0.1])
    assert found is not None
    assert found.boxes == pytest.approx(np.array([whole, other]), abs=1e-6)
    assert found.scores.tolist() == [0, 1]


def test_a_photo_without_a_sure_box_is_left_out(tmp_path: Path) -> None:
    assert proposals(tmp_path, [(0.1, 0.1, 0.5, 0.5)], [0.39]) is None


def measured(scores: Sequence[float], right: Sequence[bool]) -> Measured:
    """Return one picture's boxes, right or wrong, as sure as is said."""
    places = [np.array([0.1 * n, 0.0, 0.1 * n + 0.1, 0.1], np.float32) for n in range(len(scores))]
    truth = np.array(
        [place for place, is_right in zip(places, right, strict=True) if is_right] or np.zeros((0, 4)),
        np.float32,
    )
    found = Detections(np.array(places), np.array(scores, np.float32))
    return Measured([Truth(truth, np.zeros((0, 4), np.float32))], [found], 0.0)


def test_the_threshold_of_a_precision_is_the_lowest_that_keeps_it() -> None:
    assert measured([0.9, 0.8, 0.7, 0.6], [True, False, True, False]).threshold_of_precision(
        0.6
    ) == pytest.approx(0.7)


def test_of_equal_scores_all_are_taken_or_none() -> None:
    assert measured([0.9, 0.5, 0.5, 0.5], [True, True, False, False]).threshold_of_precision(
        0.9
    ) == pytest.approx(0.9)
    with pytest.raises(ValueError, match="at no score are 90% of the boxes right"):
        measured([0.5, 0.5, 0.5], [True, False, False]).threshold_of_precision(0.9)
