"""Cyclical learning rates, per batch, after Smith 2015 ("Cyclical Learning Rates for Training Neural Networks", section 3.1)."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A stretch of training whose rate cycles between two bounds; the upper one halves after every cycle (triangular2)."""

    epochs: int
    minimum: float
    maximum: float
    step_epochs: float
    """Half a cycle, in epochs."""
    resolution: int | None = None
    """Side of the pictures in this phase, where it is not the recipe's: early epochs at a smaller one cost less (Howard 2018, progressive resizing)."""


def triangular2(iteration: int, step_size: float, minimum: float, maximum: float) -> float:
    """Return the rate of one batch.

    Args:
        iteration: number of the batch within the phase, from 0.
        step_size: batches in half a cycle.
        minimum: rate at both ends of each cycle.
        maximum: rate in the middle of the first cycle.
    """
    cycle = int(iteration // (2 * step_size))
    distance_from_peak = abs(iteration / step_size - 2 * cycle - 1)
    return minimum + (maximum - minimum) * (1 - distance_from_peak) * 0.5**cycle


def rates(phase: Phase, batches_per_epoch: int) -> Iterator[float]:
    """Yield the rate of every batch of a phase, in order."""
    for iteration in range(phase.epochs * batches_per_epoch):
        yield triangular2(iteration, phase.step_epochs * batches_per_epoch, phase.minimum, phase.maximum)
