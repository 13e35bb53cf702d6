"""Figures of a two-class network from its scores."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating]
Positives = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class OperatingPoint:
    """What the user meets at a threshold."""

    threshold: float
    recall: float
    """Share of positives said to be positive."""
    false_alarm_rate: float
    """Share of negatives said to be positive."""
    accuracy: float


def auc(scores: Scores, positives: Positives) -> float:
    """Return the area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

    Hanley & McNeil 1982, section III. NaN when a class is absent.
    """
    order = np.sort(scores[~positives])
    if order.size == 0 or not positives.any():
        return float("nan")
    below = np.searchsorted(order, scores[positives], side="left")
    not_above = np.searchsorted(order, scores[positives], side="right")
    return float((below + not_above).mean() / (2 * order.size))


def at_threshold(scores: Scores, positives: Positives, threshold: float) -> OperatingPoint:
    """Return the operating point; a share of nothing is NaN."""
    said = scores >= threshold
    return OperatingPoint(
        threshold,
        _share(said[positives]),
        _share(said[~positives]),
        _share(said == positives),
    )


def _share(hits: npt.NDArray[np.bool_]) -> float:
    return float(hits.mean()) if hits.size else float("nan")
