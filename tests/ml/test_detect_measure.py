"""COCO's figures of answers whose figures are known."""

import numpy as np
import pytest

from ml.detect.boxes import no_boxes
from ml.detect.decode import Detections
from ml.detect.measure import NAMES, Measured, Truth, difference

BOXES = np.array([[0.1, 0.1, 0.18, 0.2], [0.3, 0.3, 0.6, 0.6], [0.2, 0.05, 0.95, 0.9]], np.float32)
"""One small, one medium, one large."""
TRUTHS = [Truth(BOXES, no_boxes()), Truth(no_boxes(), no_boxes()), Truth(BOXES[1:2], no_boxes())] * 3


def answers(truths: list[Truth], score: float = 0.9) -> list[Detections]:
    return [Detections(t.boxes, np.full(len(t.boxes), score, np.float32)) for t in truths]


def nothing() -> Detections:
    return Detections(no_boxes(), np.zeros(0, np.float32))


def test_a_perfect_answer_has_an_average_precision_of_1() -> None:
    measured = Measured(TRUTHS, answers(TRUTHS), 0.5)
    wanted = dict.fromkeys(NAMES, 1.0) | {"count_error": 0.0, "false_boxes": 0.0}
    assert measured.figures == pytest.approx(wanted)
    assert measured.intervals["ap"] == pytest.approx((1, 1))


def test_an_empty_answer_has_none() -> None:
    figures = Measured(TRUTHS, [nothing() for _ in TRUTHS], 0.5).figures
    assert figures["ap"] == figures["recall"] == figures["false_boxes"] == 0
    assert figures["count_error"] == pytest.approx((3 + 0 + 1) / 3)
    assert np.isnan(figures["precision"])


def test_boxes_in_empty_pictures_are_counted() -> None:
    found = answers(TRUTHS)
    found[1] = found[4] = Detections(BOXES[:2], np.array([0.8, 0.3], np.float32))
    figures = Measured(TRUTHS, found, 0.5).figures
    assert figures["false_boxes"] == pytest.approx(2 / 3)  # of three empty pictures two show one box each
    assert figures["precision"] == pytest.approx(12 / 14)
    assert figures["ap"] == pytest.approx(1), "they are less sure than every right one"


def test_a_sloppy_box_is_right_at_half_and_wrong_at_more() -> None:
    box = np.array([[0.2, 0.2, 0.6, 0.6]], np.float32)
    shifted = box + np.array([0.1, 0, 0.1, 0], np.float32)  # overlap 0.6
    truths = [Truth(box, no_boxes())] * 3
    figures = Measured(truths, answers([Truth(shifted, no_boxes())] * 3), 0.5).figures
    assert figures["ap50"] == pytest.approx(1)
    assert figures["ap"] == pytest.approx(0.2)  # at 0.5 and 0.55 of ten


def test_what_is_unclear_is_neither_right_nor_wrong() -> None:
    truths = [Truth(BOXES[:2], BOXES[2:]), Truth(BOXES[:2], BOXES[2:])]
    for found in (answers(truths), [Detections(BOXES, np.full(3, 0.9, np.float32))] * 2):
        figures = Measured(truths, found, 0.5).figures
        assert figures["ap"] == figures["precision"] == pytest.approx(1)
        assert np.isnan(figures["count_error"])


def test_the_best_threshold_parts_right_from_wrong() -> None:
    found = answers(TRUTHS, 0.6)
    found[1] = Detections(BOXES[:1], np.array([0.4], np.float32))
    assert Measured(TRUTHS, found, 0.5).best_threshold() == pytest.approx(0.5)


def test_the_best_threshold_takes_all_boxes_of_a_score_or_none() -> None:
    """At 0.9 two of three are found; from 0.5 on the third is too, with four that are wrong, though the right one may come first among its equals."""
    places = np.array([[0.1 * n, 0, 0.1 * n + 0.1, 0.1] for n in range(7)], np.float32)
    found = Detections(places, np.array([0.9, 0.9, *[0.5] * 5], np.float32))
    assert Measured([Truth(places[:3], no_boxes())], [found], 0.0).best_threshold() == pytest.approx(0.7)


def test_a_difference_is_paired() -> None:
    """The better model is better on every draw, though both vary from draw to draw."""
    worse = answers(TRUTHS)
    for i in (0, 3, 6):
        worse[i] = nothing()
    figures = difference(Measured(TRUTHS, answers(TRUTHS), 0.5), Measured(TRUTHS, worse, 0.5))
    value, interval = figures["recall"]
    assert value == pytest.approx(9 / 12)
    assert interval is not None
    assert interval.low > 0
