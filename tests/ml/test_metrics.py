"""Figures from scores."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from ml.metrics import (
    FIGURE_NAMES,
    Interval,
    auc,
    exact_interval,
    figures,
    intervals,
    precision_recall,
    recall_at,
    reliability,
)


def figure(name: str, scores: Sequence[float], positives: Sequence[bool], threshold: float = 0.9) -> float:
    return float(figures(np.array(scores), np.array(positives), threshold)[0, FIGURE_NAMES.index(name)])


def test_auc_counts_ordered_pairs_and_half_of_ties() -> None:
    scores, positives = np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True])
    assert auc(scores, positives) == pytest.approx((1 + 0.5 + 1 + 1) / 4)


def test_a_share_of_all_or_nothing_is_not_certain() -> None:
    assert exact_interval(20, 20) == pytest.approx((0.832, 1.0), abs=0.001)
    assert exact_interval(0, 20) == pytest.approx((0.0, 0.168), abs=0.001)


def test_auc_of_one_class_is_nan() -> None:
    assert math.isnan(auc(np.array([0.5]), np.array([True])))


def test_a_score_at_the_threshold_is_positive() -> None:
    scores, positives = [0.9, 0.89, 0.9, 0.1], [True, True, False, False]
    assert figure("recall", scores, positives) == 0.5
    assert figure("false_alarm_rate", scores, positives) == 0.5
    assert figure("accuracy", scores, positives) == 0.5


def test_always_saying_not_is_97_percent_right_and_no_good() -> None:
    """3 hotdogs and 97 others (Anglade 2017): accuracy alone would praise a network that never finds one."""
    scores, positives = np.zeros(100), np.arange(100) < 3
    found = dict(zip(FIGURE_NAMES, figures(scores, positives, 0.9)[0], strict=True))
    assert found["accuracy"] == pytest.approx(0.97)
    assert found["recall"] == 0
    assert found["auc"] == 0.5
    assert math.isnan(found["precision"])
    assert math.isnan(found["precision_in_use"])


def test_precision_in_use_is_that_of_one_in_41() -> None:
    """Of 4,100 photos 100 show one: 90 are found, and of 4,000 others 40 are false alarms."""
    scores, positives = np.zeros(200), np.arange(200) < 100
    scores[:90], scores[100] = 1.0, 1.0
    assert figure("precision_in_use", scores.tolist(), positives.tolist()) == pytest.approx(90 / 130)


def test_calibration_error_is_the_gap_between_what_is_said_and_what_is() -> None:
    """Ten photos scored 0.5 of which eight are positive, and ten scored 0 of which none is: half of a gap of 0.3."""
    scores, positives = [0.5] * 10 + [0.0] * 10, [True] * 8 + [False] * 12
    assert figure("calibration_error", scores, positives) == pytest.approx(0.15)
    said, are, sizes = reliability(np.array(scores), np.array(positives))
    assert (said.tolist(), are.tolist(), sizes.tolist()) == ([0.0, 0.5], [0.0, 0.8], [10, 10])


def interval(name: str, scores: Sequence[float], positives: Sequence[bool]) -> Interval:
    found = intervals(np.array(scores), np.array(positives), 0.9)[FIGURE_NAMES.index(name)]
    assert found is not None
    return found


@pytest.mark.parametrize("true_rate", [0.004, 0.7])
def test_intervals_cover_the_truth_as_often_as_they_say(true_rate: float) -> None:
    """Recall of a network whose true recall is known, measured on 700 photos, many times over."""
    rng, covered = np.random.default_rng(0), 0
    for _ in range(60):
        found = interval("recall", (rng.random(700) < true_rate).astype(float).tolist(), [True] * 700)
        covered += found.low <= true_rate <= found.high
    assert covered >= 55


def test_no_mistake_in_ten_photos_is_not_certainty() -> None:
    recall = interval("recall", [1.0] * 10 + [0.0], [True] * 10 + [False])
    assert recall.low == pytest.approx(0.025 ** (1 / 10))
    assert recall.high == 1


def test_each_false_alarm_more_may_mean_more_of_them() -> None:
    def most(false_alarms: int) -> float:
        scores = [1.0] * (10 + false_alarms) + [0.0] * (740 - false_alarms)
        return interval("false_alarm_rate", scores, [True] * 10 + [False] * 740).high

    assert [round(most(number), 4) for number in range(4)] == [0.005, 0.0075, 0.0097, 0.0118]


def test_precision_in_use_is_bounded_by_what_recall_and_false_alarms_may_be() -> None:
    scores, positives = [1.0] * 8 + [0.0] * 2 + [1.0] + [0.0] * 99, [True] * 10 + [False] * 100
    recall, alarms = (interval(name, scores, positives) for name in ("recall", "false_alarm_rate"))
    low, high = interval("precision_in_use", scores, positives)
    assert low == pytest.approx(recall.low / (recall.low + 40 * alarms.high))
    assert high == pytest.approx(recall.high / (recall.high + 40 * alarms.low))


def test_a_calibrated_score_is_not_called_worse_than_it_was_measured() -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        scores = rng.random(300)
        positives = rng.random(300) < scores
        low, high = interval("calibration_error", scores.tolist(), positives.tolist())
        assert low == 0
        assert figure("calibration_error", scores.tolist(), positives.tolist()) < high


def test_precision_and_recall_from_the_highest_score_down() -> None:
    scores, positives = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, False])
    precision, recall = precision_recall(scores, positives)
    assert precision == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert recall == pytest.approx([1 / 2, 1 / 2, 1, 1])


def test_recall_at_a_rate_of_false_alarms() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    positives = np.array([True, False, True, False, True, False])
    assert recall_at(scores, positives, 0.0) == pytest.approx(1 / 3)
    assert recall_at(scores, positives, 0.34) == pytest.approx(2 / 3)
