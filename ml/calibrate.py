"""Calibration: the score is the chance of being right, and the threshold lies where false alarms are as rare as they may be. Folded into the head.

After Platt 1999 ("Probabilistic outputs for support vector machines", section 2.2): fit score = sigmoid(slope * logit + offset) to pictures that were not
trained on, with targets drawn in by one picture a class. The heatmap's mean is the logit, so slope and offset go into the heatmap's weights and phones have
nothing to compute. Of the two parameters, one is given away: left to itself the fit puts the threshold wherever the many easy pictures want it.
"""

import math
from typing import NamedTuple

import keras
import numpy as np
from scipy.optimize import minimize, minimize_scalar

from ml.metrics import Positives, Scores

FALSE_ALARM_RATE = 0.0075
"""Of the pictures calibrated on, at the threshold: three quarters of the 1 % that a phone may have, since photos from elsewhere raise more."""
LEAST_NEGATIVES = math.ceil(1 / FALSE_ALARM_RATE)
"""Of fewer, none may pass the threshold, which says nothing of how many others would."""

STEEPEST = 20.0


class Calibration(NamedTuple):
    """What a logit is multiplied by, and what is then added."""

    slope: float
    offset: float


def fit_calibration(logits: Scores, positives: Positives, threshold: float) -> Calibration:
    """Return slope and offset of least cross-entropy among those that give `FALSE_ALARM_RATE` at the threshold.

    Where there are fewer than `LEAST_NEGATIVES`, the fit is Platt's own.

    Args:
        logits: (N,) of pictures that were not trained on.
        positives: (N,)
        threshold: the verdict is positive at this score or more; neither 0 nor 1.
    """
    of_positives = (positives.sum() + 1) / (positives.sum() + 2)
    of_negatives = 1 / ((~positives).sum() + 2)
    targets = np.where(positives, of_positives, of_negatives)
    wide = np.asarray(logits, np.float64)
    at_threshold = float(np.log(threshold / (1 - threshold)))

    def cross_entropy(slope: float, offset: float) -> float:
        calibrated = slope * wide + offset
        return float((np.logaddexp(0, calibrated) - targets * calibrated).mean())

    negatives = np.sort(wide[~positives])[::-1]
    alarms = int(FALSE_ALARM_RATE * len(negatives))
    if len(negatives) < LEAST_NEGATIVES:
        slope, offset = minimize(lambda both: cross_entropy(*both), np.array([1.0, 0.0]), method="BFGS").x
        return Calibration(float(slope), float(offset))
    boundary = float(negatives[alarms - 1 : alarms + 1].mean())
    slope = minimize_scalar(
        lambda slope: cross_entropy(slope, at_threshold - slope * boundary),
        bounds=(0.0, STEEPEST),
        method="bounded",
    ).x
    return Calibration(float(slope), at_threshold - float(slope) * boundary)


def fold_calibration(network: keras.Model, calibration: Calibration) -> None:
    """Change the head's weights so that the network's logits come out calibrated."""
    head = network.get_layer("heatmap")
    kernel, bias = head.get_weights()
    head.set_weights([kernel * calibration.slope, bias * calibration.slope + calibration.offset])
