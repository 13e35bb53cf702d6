"""Figures from scores."""

import math

import numpy as np
import pytest

from ml.metrics import at_threshold, auc


def test_auc_counts_ordered_pairs_and_half_of_ties() -> None:
    scores, positives = np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True])
    assert auc(scores, positives) == pytest.approx((1 + 0.5 + 1 + 1) / 4)


def test_auc_of_one_class_is_nan() -> None:
    assert math.isnan(auc(np.array([0.5]), np.array([True])))


def test_a_score_at_the_threshold_is_positive() -> None:
    point = at_threshold(np.array([0.9, 0.89, 0.9, 0.1]), np.array([True, True, False, False]), 0.9)
    assert (point.recall, point.false_alarm_rate, point.accuracy) == (0.5, 0.5, 0.5)
