"""Evaluation end to end: JPEG in, the model file, the threshold, verdict out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import logit
from tqdm import tqdm

from ml import metrics
from ml.ahead import made_ahead
from ml.dataset import Example
from ml.interpreter import Interpreter
from ml.metrics import Interval
from ml.pixels import photo_to_tensor

SMALLEST_SLICE = 10
"""Slices with fewer pictures go into `other`."""


@dataclass(frozen=True)
class Slice:
    """Figures of some of the pictures. A share of nothing is None, as is the AUC of a single class."""

    name: str
    positives: int
    negatives: int
    found: int
    """Positives said to be positive."""
    false_alarms: int
    """Negatives said to be positive."""
    auc: float | None
    recall: float | None
    precision: float | None
    false_alarm_rate: float | None
    accuracy: float | None
    calibration_error: float | None
    precision_in_use: float | None
    """Where one photo in 41 shows the thing."""
    intervals: Mapping[str, Interval | None]
    """95 % interval of each figure by its name."""

    @property
    def photos(self) -> int:
        """Positives and negatives."""
        return self.positives + self.negatives


@dataclass(frozen=True)
class Evaluation:
    """Scores of a model file on examples, and the figures that follow."""

    examples: Sequence[Example]
    scores: metrics.Scores
    """float64, shape (N,)."""
    positives: metrics.Positives
    """bool, shape (N,)."""
    threshold: float

    @cached_property
    def overall(self) -> Slice:
        """Figures of all examples."""
        return self._slice("all", np.ones(len(self.examples), bool))

    def by(self, key: Callable[[Example], str]) -> list[Slice]:
        """Return figures by what `key` says of each example, largest slice first."""
        keys = np.array([key(example) for example in self.examples])
        names, counts = np.unique(keys, return_counts=True)
        keys = np.where(np.isin(keys, names[counts < SMALLEST_SLICE]), "other", keys)
        slices = [self._slice(str(name), keys == name) for name in np.unique(keys)]
        return sorted(slices, key=lambda s: -s.photos)

    @cached_property
    def by_source(self) -> list[Slice]:
        """Return figures by where the pictures come from."""
        return self.by(lambda example: example.source)

    @cached_property
    def by_subclass(self) -> list[Slice]:
        """Return figures by what the pictures show."""
        return self.by(lambda example: example.subclass)

    def mistakes(self) -> Iterator[tuple[Example, float]]:
        """Yield the wrong verdicts with their scores, the surest first: those furthest from the threshold in logits."""
        wrong = np.flatnonzero((self.scores >= self.threshold) != self.positives)
        logits, threshold = (logit(np.clip(s, 1e-6, 1 - 1e-6)) for s in (self.scores[wrong], self.threshold))
        for i in wrong[np.argsort(-np.abs(logits - threshold))]:
            yield self.examples[i], float(self.scores[i])

    def _slice(self, name: str, chosen: metrics.Positives) -> Slice:
        scores, positives = self.scores[chosen], self.positives[chosen]
        said = scores >= self.threshold
        values = metrics.figures(scores, positives, self.threshold)[0]
        bounds = metrics.intervals(scores, positives, self.threshold)
        figures = {
            figure: None if np.isnan(value) else round(float(value), 4)
            for figure, value in zip(metrics.FIGURE_NAMES, values, strict=True)
        }
        return Slice(
            name,
            positives=int(positives.sum()),
            negatives=int((~positives).sum()),
            found=int((said & positives).sum()),
            false_alarms=int((said & ~positives).sum()),
            **figures,
            intervals={
                figure: None
                if interval is None or figures[figure] is None
                else Interval(*(round(bound, 4) for bound in interval))
                for figure, interval in zip(metrics.FIGURE_NAMES, bounds, strict=True)
            },
        )


def evaluate(model: bytes, examples: Sequence[Example], threshold: float) -> Evaluation:
    """Score every example's file through the pixel contract and the model, with a progress bar.

    Raises:
        ModelError: the bytes are no model of the contract.
        PhotoError: a file is no picture.
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("there are no photos to measure on in this split; name another with --split")
    interpreter = Interpreter(model)

    def tensor(example: Example) -> Any:
        return photo_to_tensor(example.path, interpreter.resolution)

    progress = tqdm(made_ahead(tensor, examples), "evaluating", len(examples), unit="photo", disable=None)
    scores = np.array([interpreter.classify(pixels).score for pixels in progress])
    return Evaluation(examples, scores, np.array([e.positive for e in examples], bool), threshold)


def table(slices: Iterable[Slice]) -> str:
    """Format slices for the terminal, a line each."""
    head = f"{'slice':<40} {'pos':>5} {'neg':>5} {'AUC':>7} {'recall':>7} {'precis.':>7} {'false':>7} {'right':>7} {'calibr.':>7} {'1 in 41':>7}"
    rows = [
        f"{s.name[:40]:<40} {s.positives:>5} {s.negatives:>5} {_cell(s.auc)} {_cell(s.recall)} {_cell(s.precision)}"
        f" {_cell(s.false_alarm_rate)} {_cell(s.accuracy)} {_cell(s.calibration_error)} {_cell(s.precision_in_use)}"
        for s in slices
    ]
    return "\n".join([head, *rows])


def summary(evaluation: Evaluation) -> str:
    """Format the figures of all pictures for the terminal, with their intervals and the confusion matrix."""
    s = evaluation.overall
    missed, quiet = s.positives - s.found, s.negatives - s.false_alarms
    rows = [
        ("area under the ROC curve", "auc", s.auc),
        (f"recall at {evaluation.threshold:.2f}", "recall", s.recall),
        (f"false alarms at {evaluation.threshold:.2f}", "false_alarm_rate", s.false_alarm_rate),
        ("precision on these photos", "precision", s.precision),
        ("precision at 1 positive in 41", "precision_in_use", s.precision_in_use),
        ("right verdicts", "accuracy", s.accuracy),
        ("calibration error", "calibration_error", s.calibration_error),
    ]
    lines = [f"{label:<32}{_cell(value)}  {_bounds(s.intervals[name])}" for label, name, value in rows]
    matrix = [
        "",
        f"{'':<12}{'said yes':>10}{'said no':>10}",
        f"{'positives':<12}{s.found:>10}{missed:>10}",
        f"{'negatives':<12}{s.false_alarms:>10}{quiet:>10}",
    ]
    return "\n".join([f"{'':<32}{'':>7}  95 % interval", *lines, *matrix])


def _cell(figure: float | None) -> str:
    return f"{'-' if figure is None else format(figure, '.4f'):>7}"


def _bounds(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low:.4f} to {interval.high:.4f}"
