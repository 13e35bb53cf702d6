"""Calibration: a score of 0.9 is right nine times in ten. Folded into the head, so that phones have nothing to compute.

Platt 1999 ("Probabilistic outputs for support vector machines", section 2.2): fit score = sigmoid(slope * logit + offset) to pictures that were not trained
on, with targets drawn in by one picture a class. The heatmap's mean is the logit, so slope and offset go into the heatmap's weights.
"""

from typing import NamedTuple

import keras
import numpy as np
from scipy.optimize import minimize

from ml.metrics import Positives, Scores


class Calibration(NamedTuple):
    """What a logit is multiplied by, and what is then added."""

    slope: float
    offset: float


def fit_calibration(logits: Scores, positives: Positives) -> Calibration:
    """Return slope and offset of least cross-entropy.

    Args:
        logits: (N,) of pictures that were not trained on.
        positives: (N,)
    """
    of_positives = (positives.sum() + 1) / (positives.sum() + 2)
    of_negatives = 1 / ((~positives).sum() + 2)
    targets = np.where(positives, of_positives, of_negatives)
    wide = np.asarray(logits, np.float64)

    def cross_entropy(parameters: Scores) -> float:
        calibrated = parameters[0] * wide + parameters[1]
        return float((np.logaddexp(0, calibrated) - targets * calibrated).mean())

    slope, offset = minimize(cross_entropy, np.array([1.0, 0.0]), method="BFGS").x
    return Calibration(float(slope), float(offset))


def fold_calibration(network: keras.Model, calibration: Calibration) -> None:
    """Change the head's weights so that the network's logits come out calibrated."""
    head = network.get_layer("heatmap")
    kernel, bias = head.get_weights()
    head.set_weights([kernel * calibration.slope, bias * calibration.slope + calibration.offset])
