"""Calibrated scores mean what they say."""

import numpy as np
import pytest

from ml.calibrate import FALSE_ALARM_RATE, Calibration, fit_calibration, fold_calibration
from ml.metrics import Positives, Scores
from ml.networks.deepdog import deepdog

pytestmark = pytest.mark.training


def test_false_alarms_at_the_threshold_are_as_rare_as_asked() -> None:
    logits, positives = _drawn(20_000)
    slope, offset = fit_calibration(logits, positives, 0.9)
    alarms = slope * logits[~positives] + offset >= np.log(0.9 / 0.1)
    assert alarms.mean() == pytest.approx(FALSE_ALARM_RATE, rel=0.02)


def test_what_made_scores_too_sure_is_undone() -> None:
    logits, positives = _drawn(20_000)
    once, again = (fit_calibration(scaled, positives, 0.9) for scaled in (logits, logits * 4 + 2))
    assert again.slope == pytest.approx(once.slope / 4, rel=1e-3)
    assert again.slope * (logits * 4 + 2) + again.offset == pytest.approx(
        once.slope * logits + once.offset, abs=0.01
    )


def test_too_few_negatives_to_tell_a_rate_leave_the_plain_fit() -> None:
    logits, positives = _drawn(150)
    slope, offset = fit_calibration(logits, positives, 0.9)
    assert slope == pytest.approx(1, abs=0.5)
    assert offset == pytest.approx(0, abs=0.8)


def test_classes_that_never_overlap_do_not_make_it_endlessly_sure() -> None:
    logits = np.array([-2.0, -1.0, 1.0, 2.0])
    slope, offset = fit_calibration(logits, logits > 0, 0.9)
    assert 1 / (1 + np.exp(-(slope * 2.0 + offset))) < 0.9


def _drawn(number: int) -> tuple[Scores, Positives]:
    """Draw logits, and for each a class as likely as it says."""
    rng = np.random.default_rng(0)
    logits = rng.normal(-1, 3, number)
    return logits, rng.random(number) < 1 / (1 + np.exp(-logits))


def test_the_head_carries_it() -> None:
    network = deepdog(0.25, 32)
    pixels = np.random.default_rng(1).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    before = np.asarray(network(pixels, training=False))
    fold_calibration(network, Calibration(0.5, -1.25))
    after = np.asarray(network(pixels, training=False))
    assert after == pytest.approx(before * 0.5 - 1.25, abs=1e-5)
