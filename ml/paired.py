"""Two models on the same photos: is the one better, or was it luck? Paired bootstrap and McNemar's test."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from ml import metrics
from ml.metrics import FIGURE_NAMES, RESAMPLES, Interval, Positives, Scores


@dataclass(frozen=True)
class Difference:
    """A figure of the one model less the same of the other, on the same photos."""

    figure: str
    one: float
    other: float
    interval: Interval
    """95 % of the difference, both models drawn with the same photos."""

    @property
    def difference(self) -> float:
        """What the one has more than the other."""
        return self.one - self.other

    @property
    def is_clear(self) -> bool:
        """Whether chance alone hardly explains it: the interval leaves out 0."""
        return not self.interval.low <= 0 <= self.interval.high


@dataclass(frozen=True)
class Disagreement:
    """Verdicts in which the two differ. McNemar 1947, exact: were both as good, each would be right in half of these."""

    photos: str
    """Which photos: positives, negatives or all."""
    only_one_right: int
    only_other_right: int
    p_value: float


def differences(
    one: Scores, other: Scores, positives: Positives, thresholds: tuple[float, float], seed: int = 0
) -> list[Difference]:
    """Compare every figure that both have.

    Args:
        one: scores of the one model, (N,).
        other: scores of the other on the same photos, (N,).
        positives: (N,).
        thresholds: of the one and of the other.
        seed: of the resamples.
    """
    at_one, at_other = thresholds
    drawn = np.concatenate(
        [
            metrics.figures(one, positives, at_one, counts)
            - metrics.figures(other, positives, at_other, counts)
            for counts in metrics.resamples(positives, RESAMPLES, seed)
        ]
    )
    figures_one = metrics.figures(one, positives, at_one)[0]
    figures_other = metrics.figures(other, positives, at_other)[0]
    found = []
    for name, a, b, column in zip(FIGURE_NAMES, figures_one, figures_other, drawn.T, strict=True):
        known = column[~np.isnan(column)]
        if not np.isnan(a - b) and known.size:
            low, high = np.percentile(known, (2.5, 97.5))
            found.append(Difference(name, float(a), float(b), Interval(float(low), float(high))))
    return found


def disagreements(
    one: Scores, other: Scores, positives: Positives, thresholds: tuple[float, float]
) -> list[Disagreement]:
    """Count the verdicts in which the two differ, among positives, among negatives and among all photos."""
    right_one = (one >= thresholds[0]) == positives
    right_other = (other >= thresholds[1]) == positives
    found = []
    for photos, chosen in (
        ("positives", positives),
        ("negatives", ~positives),
        ("all photos", np.ones_like(positives)),
    ):
        ahead = int((chosen & right_one & ~right_other).sum())
        behind = int((chosen & ~right_one & right_other).sum())
        p_value = float(binomtest(ahead, ahead + behind).pvalue) if ahead + behind else 1.0
        found.append(Disagreement(photos, ahead, behind, p_value))
    return found
