"""When a second look pays: the square that is looked at, the ways to combine two scores, and what is said of them."""

import numpy as np
import pytest

from ml.detect.second_look import (
    RULES,
    Looks,
    Rule,
    around,
    best_rule,
    figures,
    gain,
    report,
)
from ml.metrics import FALSE_ALARMS
from ml.pixels import Square


def box(*corners: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(corners, np.float32)


@pytest.mark.parametrize(
    ("corners", "size", "square"),
    [
        (
            (0.4, 0.4, 0.6, 0.5),
            (100, 100),
            Square(38, 33, 24),
        ),  # 1.2 times its longer side, around its middle
        ((0.0, 0.0, 0.5, 0.2), (100, 100), Square(0, 0, 60)),  # moved in from the corner
        ((0.0, 0.4, 0.5, 0.6), (200, 100), Square(45, 20, 60)),  # beyond the centre square, into the picture
        ((0.0, 0.0, 1.0, 1.0), (200, 100), Square(50, 0, 100)),  # no larger than the centre square
    ],
)
def test_the_square_around_a_box_lies_in_the_picture(
    corners: tuple[float, ...], size: tuple[int, int], square: Square
) -> None:
    assert around(box(*corners), size) == square


def looks(seed: int = 0) -> Looks:
    """200 pictures, half of them positives; the first look misses the small ones, the second sees them, but is fooled by some negatives."""
    rng = np.random.default_rng(seed)
    positives = np.arange(200) < 100
    small = np.arange(200) < 40
    first = np.where(positives & ~small, 0.99, 0.02) + rng.uniform(0, 0.01, 200)
    second = np.where(positives, 0.97, 0.01) + rng.uniform(0, 0.01, 200)
    second[150:160] = 0.995
    sides = np.where(small, 0.2, 0.9)
    return Looks(positives, small, first, second, sides, np.full(200, 0.8), 0.5)


def test_rules_say_when_and_how() -> None:
    seen = looks()
    assert (Rule("higher", "always").scores(seen) == np.maximum(seen.first, seen.second)).all()
    only_small = Rule("second", "small box").scores(seen)
    assert (only_small[seen.small] == seen.second[seen.small]).all()
    assert (only_small[~seen.small] == seen.first[~seen.small]).all()
    assert (Rule("mean", "unsure").scores(seen) == seen.first).all()  # it is sure of all


def test_without_a_box_there_is_no_second_look() -> None:
    seen = looks()
    blind = Looks(
        seen.positives, seen.small, seen.first, seen.first, np.ones(200), np.zeros(200), seen.box_threshold
    )
    assert all(
        (rule.scores(blind) == blind.first).all() for rule in RULES if rule.combination != "mean of logits"
    )


def test_the_rule_with_the_highest_recall_at_equal_false_alarms_is_chosen() -> None:
    seen = looks()
    found = figures(seen.first, seen, 0.9)
    assert found.recall == 0.6
    assert found.small_recall == 0
    rule = best_rule(seen)
    assert rule.occasion.startswith("small box")
    assert figures(rule.scores(seen), seen, 0.9).recall_at_rate == 1
    assert figures(Rule("higher", "always").scores(seen), seen, 0.9).false_alarms == 0.1 > FALSE_ALARMS


def test_the_gain_is_paired() -> None:
    seen = looks()
    change, interval = gain(seen.first, seen)
    assert (change, interval.low, interval.high) == (0, 0, 0)
    change, interval = gain(Rule("second", "small box").scores(seen), seen, small=True)
    assert change > 0.9
    assert interval.low > 0.5


def test_the_report_chooses_on_val_and_measures_on_test() -> None:
    text = report(looks(0), looks(1), 0.9)
    assert "Chosen on val: higher, small box." in text
    assert text.count("| no second look | 0.6000 |") == 2
    assert "- positives: 40 become right, 0 wrong, p = 0.000" in text
