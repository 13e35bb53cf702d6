"""Figures of a two-class network from its scores, each with what chance alone could have made of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

Scores = npt.NDArray[np.floating]
Positives = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.float64]
"""How often each picture counts, one row a resample: shape (B, N)."""

CALIBRATION_BINS = 15
PREVALENCE = 1 / 41
"""Share of photos that show the thing, taken for the precision that a user meets."""
FALSE_ALARMS = 0.01
"""Rate at which the recall of networks is compared, whatever their thresholds."""
RESAMPLES = 2000
RESAMPLES_AT_ONCE = 200
"""Bounds the memory: 200 rows of 10,000 pictures are 16 MB."""

FIGURE_NAMES = (
    "auc",
    "recall",
    "precision",
    "false_alarm_rate",
    "accuracy",
    "calibration_error",
    "precision_in_use",
)
"""Columns of `figures`:

auc                 area under the ROC curve
recall              share of positives said to be positive at the threshold
precision           share of what is said to be positive that is, in this mix of pictures
false_alarm_rate    share of negatives said to be positive
accuracy            share of right verdicts
calibration_error   expected calibration error of the score as a probability
precision_in_use    precision where one photo in 41 shows the thing
"""


class Interval(NamedTuple):
    """Bounds of a figure, both inside."""

    low: float
    high: float


def auc(scores: Scores, positives: Positives) -> float:
    """Return the area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

    Hanley & McNeil 1982, section III. NaN when a class is absent.
    """
    return float(_auc(scores, positives, np.ones((1, len(scores))))[0])


def figures(
    scores: Scores, positives: Positives, threshold: float, counts: Counts | None = None
) -> npt.NDArray[np.float64]:
    """Return the figures of each resample, float64 (B, 7) in the order of `FIGURE_NAMES`; a share of nothing is NaN.

    Args:
        scores: (N,).
        positives: (N,).
        threshold: a score of this or more says positive.
        counts: (B, N), how often each picture counts; each once when absent.
    """
    counts = np.ones((1, len(scores))) if counts is None else counts
    said = scores >= threshold
    hits, alarms = counts @ (said & positives), counts @ (said & ~positives)
    p, n = counts @ positives, counts @ ~positives
    with np.errstate(invalid="ignore"):  # 0 / 0, a share of nothing, is NaN
        recall, false_alarm_rate = hits / p, alarms / n
        return np.column_stack(
            [
                _auc(scores, positives, counts),
                recall,
                hits / (hits + alarms),
                false_alarm_rate,
                (hits + n - alarms) / (p + n),
                _calibration_error(scores, positives, counts),
                _precision_in_use(recall, false_alarm_rate),
            ]
        )


def intervals(scores: Scores, positives: Positives, threshold: float, seed: int = 0) -> list[Interval | None]:
    """Return the 95 % interval of each figure; None where the figure is.

    Shares get Clopper & Pearson's exact bounds (1934), since of few false alarms resampling says too little of how many more there might have been;
    precision in use gets what follows from those of recall and false alarms. The others are bootstrapped (Efron & Tibshirani 1993, chapter 13):
    positives and negatives are drawn anew each on their own, since whoever gathered the photos decided how many there are of each. A calibration error
    grows when it is resampled, by about as much as chance has added to it already, so only its upper bound is taken from there.
    """
    drawn = np.concatenate(
        [
            np.column_stack([_auc(scores, positives, counts), _calibration_error(scores, positives, counts)])
            for counts in resamples(positives, RESAMPLES, seed)
        ]
    )
    area, error = map(_percentiles, drawn.T)
    said = scores >= threshold
    recall, alarms = _exact(said[positives]), _exact(said[~positives])
    found = {
        "auc": area,
        "recall": recall,
        "precision": _exact(positives[said]),
        "false_alarm_rate": alarms,
        "accuracy": _exact(said == positives),
        "calibration_error": error and Interval(0.0, error.high),
        "precision_in_use": recall
        and alarms
        and Interval(_precision_in_use(recall.low, alarms.high), _precision_in_use(recall.high, alarms.low)),
    }
    return [found[name] for name in FIGURE_NAMES]


def exact_interval(hits: int, number: int) -> Interval:
    """Return the 95 % interval of a share: so many hits of a number above 0 (Clopper & Pearson 1934)."""
    bounds = binomtest(hits, number).proportion_ci(method="exact")
    return Interval(float(bounds.low), float(bounds.high))


def resamples(positives: Positives, number: int, seed: int) -> Iterator[Counts]:
    """Yield bootstrap resamples in chunks, each (B, N), with as many positives and negatives as there are; the same for the same seed."""
    rng = np.random.default_rng(seed)
    for start in range(0, number, RESAMPLES_AT_ONCE):
        size = min(RESAMPLES_AT_ONCE, number - start)
        counts = np.zeros((size, len(positives)))
        for chosen in (positives, ~positives):
            if n := int(chosen.sum()):
                counts[:, chosen] = rng.multinomial(n, np.full(n, 1 / n), size=size)
        yield counts


def reliability(
    scores: Scores, positives: Positives
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return (mean score, share of positives, pictures) of each of the equally wide bins that hold any."""
    bins = _bins(scores)
    sizes = bins.sum(axis=0)
    held = sizes > 0
    return (
        (scores @ bins)[held] / sizes[held],
        (positives @ bins)[held] / sizes[held],
        sizes[held].astype(np.int64),
    )


def precision_recall(
    scores: Scores, positives: Positives
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return (precision, recall) at each score that occurs, from the highest down."""
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    hits = np.cumsum(positives[order])[last_of_ties]
    return hits / (last_of_ties + 1), hits / max(1, int(positives.sum()))


def roc(
    scores: Scores, positives: Positives
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return (false alarm rate, recall, threshold) from no verdict to every verdict positive."""
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    hits, alarms = np.cumsum(positives[order])[last_of_ties], np.cumsum(~positives[order])[last_of_ties]
    return (
        np.concatenate([[0.0], alarms / max(1, int((~positives).sum()))]),
        np.concatenate([[0.0], hits / max(1, int(positives.sum()))]),
        np.concatenate([[np.inf], scores[order][last_of_ties]]),
    )


def recall_at(scores: Scores, positives: Positives, false_alarm_rate: float) -> float:
    """Return the highest recall that any threshold reaches at no more than this rate of false alarms."""
    alarms, recall, _ = roc(scores, positives)
    return float(recall[alarms <= false_alarm_rate].max())


def _auc(scores: Scores, positives: Positives, counts: Counts) -> npt.NDArray[np.float64]:
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    if not len(starts):
        return np.full(len(counts), np.nan)
    positive = np.add.reduceat((counts * positives)[:, order], starts, axis=1)
    negative = np.add.reduceat((counts * ~positives)[:, order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    with np.errstate(invalid="ignore"):
        area: npt.NDArray[np.float64] = (positive * below).sum(axis=1) / (
            positive.sum(axis=1) * negative.sum(axis=1)
        )
    return area


def _calibration_error(scores: Scores, positives: Positives, counts: Counts) -> npt.NDArray[np.float64]:
    """Guo et al. 2017 ("On calibration of modern neural networks"), equation 3, of the score as the probability of the positive class."""
    gaps = np.abs((counts * (scores - positives)) @ _bins(scores)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        error: npt.NDArray[np.float64] = gaps / counts.sum(axis=1)
    return error


def _bins(scores: Scores) -> npt.NDArray[np.float64]:
    """Return which bin each score falls into, one-hot (N, bins)."""
    at = np.clip((scores * CALIBRATION_BINS).astype(int), 0, CALIBRATION_BINS - 1)
    one_hot: npt.NDArray[np.float64] = np.eye(CALIBRATION_BINS)[at]
    return one_hot


def _precision_in_use(recall: Any, false_alarm_rate: Any) -> Any:
    """Return the precision at `PREVALENCE`, of numbers or arrays."""
    hits = PREVALENCE * recall
    return hits / (hits + (1 - PREVALENCE) * false_alarm_rate)


def _exact(hits: Positives) -> Interval | None:
    return exact_interval(int(hits.sum()), hits.size) if hits.size else None


def _percentiles(drawn: npt.NDArray[np.float64]) -> Interval | None:
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return Interval(float(low), float(high))
