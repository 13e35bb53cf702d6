"""Evaluation end to end: JPEG in, the quantised file, the threshold, verdict out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from ml import metrics
from ml.dataset import Example
from ml.interpreter import Interpreter
from ml.pixels import photo_to_tensor

SMALLEST_SLICE = 10
"""Slices with fewer pictures go into `other`."""


@dataclass(frozen=True)
class Slice:
    """Figures of some of the pictures. A share of nothing is None, as is the AUC of a single class."""

    name: str
    positives: int
    negatives: int
    auc: float | None
    recall: float | None
    false_alarm_rate: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Evaluation:
    """Scores of a model file on examples, and the figures that follow."""

    examples: Sequence[Example]
    scores: metrics.Scores
    """float64, shape (N,)."""
    positives: metrics.Positives
    """bool, shape (N,)."""
    threshold: float

    @property
    def overall(self) -> Slice:
        """Figures of all examples."""
        return self._slice("all", np.ones(len(self.examples), bool))

    def by(self, key: Callable[[Example], str]) -> list[Slice]:
        """Return figures by what `key` says of each example, largest slice first."""
        keys = np.array([key(example) for example in self.examples])
        names, counts = np.unique(keys, return_counts=True)
        keys = np.where(np.isin(keys, names[counts < SMALLEST_SLICE]), "other", keys)
        slices = [self._slice(str(name), keys == name) for name in np.unique(keys)]
        return sorted(slices, key=lambda s: -(s.positives + s.negatives))

    def mistakes(self) -> Iterator[tuple[Example, float]]:
        """Yield the wrong verdicts with their scores, the surest first."""
        wrong = np.flatnonzero((self.scores >= self.threshold) != self.positives)
        for i in wrong[np.argsort(-np.abs(self.scores[wrong] - self.threshold))]:
            yield self.examples[i], float(self.scores[i])

    def _slice(self, name: str, chosen: metrics.Positives) -> Slice:
        scores, positives = self.scores[chosen], self.positives[chosen]
        point = metrics.at_threshold(scores, positives, self.threshold)
        figures = (metrics.auc(scores, positives), point.recall, point.false_alarm_rate, point.accuracy)
        rounded = [None if np.isnan(figure) else round(figure, 4) for figure in figures]
        return Slice(name, int(positives.sum()), int((~positives).sum()), *rounded)


def evaluate(model: bytes, examples: Sequence[Example], threshold: float) -> Evaluation:
    """Score every example's file through the pixel contract and the model, with a progress bar.

    Raises:
        ModelError: the bytes are no model of the contract.
        PhotoError: a file is no picture.
    """
    interpreter = Interpreter(model)

    def tensor(example: Example) -> Any:
        return photo_to_tensor(example.path, interpreter.resolution)

    with ThreadPoolExecutor(2) as threads:
        progress = tqdm(
            threads.map(tensor, examples), "evaluating", len(examples), unit="photo", disable=None
        )
        scores = np.array([interpreter.classify(pixels).score for pixels in progress])
    return Evaluation(examples, scores, np.array([e.positive for e in examples], bool), threshold)


def table(slices: Iterable[Slice]) -> str:
    """Format slices for the terminal."""
    head = f"{'slice':<44} {'positive':>8} {'negative':>8} {'AUC':>7} {'recall':>7} {'false':>7} {'right':>7}"
    rows = [
        f"{s.name[:44]:<44} {s.positives:>8} {s.negatives:>8} {_cell(s.auc)} {_cell(s.recall)} {_cell(s.false_alarm_rate)} {_cell(s.accuracy)}"
        for s in slices
    ]
    return "\n".join([head, *rows])


def _cell(figure: float | None) -> str:
    return f"{'-' if figure is None else format(figure, '.4f'):>7}"
