"""Cyclical learning rates, per batch, after Smith 2015 ("Cyclical Learning Rates for Training Neural Networks", section 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Policy = Literal["triangular", "triangular2", "exp_range"]
"""What becomes of the cycles' height: it stays, halves after every cycle, or shrinks by `decay` with every batch."""


@dataclass(frozen=True)
class Phase:
    """A stretch of training whose rate cycles between two bounds."""

    epochs: int
    minimum: float
    maximum: float
    step_epochs: float
    """Half a cycle, in epochs."""
    resolution: int | None = None
    """Side of the pictures in this phase, where it is not the recipe's: early epochs at a smaller one cost less (Howard 2018, progressive resizing)."""
    policy: Policy = "triangular2"
    decay: float = 0.9999
    """Of exp_range: what the height is multiplied by with every batch."""

    def scaled(self, factor: float) -> "Phase":
        """Return the same phase with its rates multiplied: twice the batch, twice the rates (Goyal et al. 2017, section 2.1; Anglade 2017)."""
        return replace(self, minimum=self.minimum * factor, maximum=self.maximum * factor)


def triangular(iteration: int, step_size: float, minimum: float, maximum: float) -> float:
    """Return the rate of one batch: up and down between two bounds.

    Args:
        iteration: number of the batch within the phase, from 0.
        step_size: batches in half a cycle.
        minimum: rate at both ends of each cycle.
        maximum: rate in the middle of each cycle.
    """
    distance_from_peak = abs(iteration / step_size - 2 * _cycle(iteration, step_size) - 1)
    return minimum + (maximum - minimum) * (1 - distance_from_peak)


def triangular2(iteration: int, step_size: float, minimum: float, maximum: float) -> float:
    """Return the rate of one batch: as `triangular`, but half as high after every cycle."""
    height = (maximum - minimum) * 0.5 ** _cycle(iteration, step_size)
    return triangular(iteration, step_size, minimum, minimum + height)


def exp_range(iteration: int, step_size: float, minimum: float, maximum: float, decay: float) -> float:
    """Return the rate of one batch: as `triangular`, but lower by the factor `decay` with every batch."""
    height = (maximum - minimum) * decay**iteration
    return triangular(iteration, step_size, minimum, minimum + height)


def rates(phase: Phase, batches_per_epoch: int) -> Iterator[float]:
    """Yield the rate of every batch of a phase, in order."""
    step_size = phase.step_epochs * batches_per_epoch
    for iteration in range(phase.epochs * batches_per_epoch):
        where = (iteration, step_size, phase.minimum, phase.maximum)
        match phase.policy:
            case "triangular":
                yield triangular(*where)
            case "triangular2":
                yield triangular2(*where)
            case "exp_range":
                yield exp_range(*where, phase.decay)


def _cycle(iteration: int, step_size: float) -> int:
    return int(iteration // (2 * step_size))
