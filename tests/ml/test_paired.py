"""Two models on the same photos."""

import numpy as np
import pytest

from ml.paired import differences, disagreements

POSITIVES = np.arange(400) < 200


def scores_with(recall: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.where(np.arange(400) < 200 * recall, 0.95, 0.05)


def test_a_model_is_no_better_than_itself() -> None:
    scores = scores_with(0.8)
    assert all(
        d.difference == 0 and not d.is_clear for d in differences(scores, scores, POSITIVES, (0.9, 0.9))
    )
    assert {d.p_value for d in disagreements(scores, scores, POSITIVES, (0.9, 0.9))} == {1.0}


def test_ten_more_of_two_hundred_are_clear_where_the_photos_are_the_same() -> None:
    """0.85 against 0.80: unpaired intervals overlap, the paired one does not, since the better model is never wrong where the other is right."""
    better, worse = scores_with(0.85), scores_with(0.80)
    recall = next(d for d in differences(better, worse, POSITIVES, (0.9, 0.9)) if d.figure == "recall")
    assert recall.difference == pytest.approx(0.05)
    assert recall.is_clear
    positives, negatives, everything = disagreements(better, worse, POSITIVES, (0.9, 0.9))
    assert (positives.only_one_right, positives.only_other_right) == (10, 0)
    assert positives.p_value == pytest.approx(2 * 0.5**10)
    assert negatives.p_value == 1
    assert everything.only_one_right == 10


def test_each_model_is_judged_at_its_own_threshold() -> None:
    scores = scores_with(0.8)
    assert disagreements(scores, scores * 0.5, POSITIVES, (0.9, 0.4))[2].p_value == 1
