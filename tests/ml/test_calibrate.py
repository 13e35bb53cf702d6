"""Calibrated scores mean what they say."""

import numpy as np
import pytest

from ml.calibrate import Calibration, fit_calibration, fold_calibration
from ml.networks.deepdog import deepdog

pytestmark = pytest.mark.training


def test_the_fit_undoes_what_made_scores_too_sure() -> None:
    rng = np.random.default_rng(0)
    true_logits = rng.normal(-1, 3, 20_000)
    positives = rng.random(20_000) < 1 / (1 + np.exp(-true_logits))
    slope, offset = fit_calibration(true_logits * 4 + 2, positives)
    assert slope == pytest.approx(1 / 4, rel=0.05)
    assert offset == pytest.approx(-2 / 4, abs=0.1)


def test_classes_that_never_overlap_do_not_make_it_endlessly_sure() -> None:
    logits = np.array([-2.0, -1.0, 1.0, 2.0])
    slope, offset = fit_calibration(logits, logits > 0)
    assert 1 / (1 + np.exp(-(slope * 2.0 + offset))) < 0.9


def test_the_head_carries_it() -> None:
    network = deepdog(0.25, 32)
    pixels = np.random.default_rng(1).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    before = np.asarray(network(pixels, training=False))
    fold_calibration(network, Calibration(0.5, -1.25))
    after = np.asarray(network(pixels, training=False))
    assert after == pytest.approx(before * 0.5 - 1.25, abs=1e-5)
