"""The learning rate range test: let the rate rise with every batch and see where the loss falls, and where it bursts.

Smith 2015, section 3.3.
"""

import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from ml.batches import TrainingBatches, labels
from ml.dataset import Dataset
from ml.recipes import Recipe
from ml.train import check_recipe, optimizer, positive_weight_of, splits_of_both_classes, started

SMOOTHING = 0.95
"""Weight of the past in the running mean of the loss."""
BURST = 3.0
"""The test ends when the running mean is this many times its best: what follows is of no use."""
STARTED = 0.2
"""Share of the whole fall of the loss that has to be behind it where the lower bound lies."""

NEAR_END = 0.05
"""Share of the batches that count as the end of the test."""


@dataclass(frozen=True)
class RangeTest:
    """What was measured, batch by batch."""

    rates: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]

    @property
    def smoothed(self) -> npt.NDArray[np.float64]:
        """Running mean of the losses, corrected for its start."""
        mean, means = 0.0, []
        for number, loss in enumerate(self.losses, start=1):
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
            means.append(mean / (1 - SMOOTHING**number))
        return np.array(means)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Suggested (minimum, maximum): where the loss is clearly on its way down, and where it is lowest; None where it never fell."""
        smoothed = self.smoothed
        lowest = int(smoothed.argmin())
        fall = smoothed[0] - smoothed[lowest]
        if lowest == 0 or fall <= 0:
            return None
        started = int(np.flatnonzero(smoothed[: lowest + 1] <= smoothed[0] - STARTED * fall)[0])
        return float(self.rates[started]), float(self.rates[lowest])

    @property
    def ends_falling(self) -> bool:
        """Whether the loss was lowest near the end of the test and did not burst there, so that higher rates may do as well."""
        smoothed = self.smoothed
        lowest = int(smoothed.argmin())
        fall = smoothed[0] - smoothed[lowest]
        return lowest >= (1 - NEAR_END) * len(smoothed) and bool(smoothed[-1] - smoothed[lowest] < fall / 2)


def range_test(
    dataset: Dataset, recipe: Recipe, lowest: float, highest: float, batches: int, start: Path | None = None
) -> RangeTest:
    """Train for some batches while the rate rises linearly, with a progress bar.

    Args:
        dataset: whose train split is used.
        recipe: network, batch size, optimizer and augmentation.
        lowest: the first batch's rate.
        highest: the last batch's.
        batches: how many there are.
        start: weights to start from, as `deepdog train` takes them.

    Raises:
        RecipeError: the recipe is not one that `deepdog train` takes for a classifier.
        DatasetError: a split lacks a class, so that `deepdog train` would not take the photos either.
        ValueError: there is no whole batch of pictures, or the loss bursts at once.
    """
    check_recipe(recipe)
    training, _ = splits_of_both_classes(dataset)
    keras.utils.set_random_seed(recipe.seed)
    network = started(recipe, training, recipe.resolution, start)
    network.compile(
        optimizer(recipe, lowest), keras.losses.BinaryCrossentropy(from_logits=True), jit_compile=False
    )
    shown = TrainingBatches(
        training,
        recipe,
        recipe.resolution,
        positive_weight_of(recipe, labels(training)),
        recipe.seed,
        workers=os.cpu_count() or 1,
    )
    if len(shown) == 0:
        raise ValueError(f"{len(training)} pictures to train on do not fill one batch of {recipe.batch_size}")
    rising = RisingRate(np.linspace(lowest, highest, batches))
    network.fit(
        shown,
        epochs=math.ceil(batches / len(shown)),
        callbacks=[rising],
        verbose=1 if sys.stdout.isatty() else 0,
    )
    if len(rising.losses) < 2:
        raise ValueError(f"the loss is no number at once, at a rate of {lowest:g}; start lower with --from")
    return RangeTest(rising.rates[: len(rising.losses)], np.array(rising.losses))


class RisingRate(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets each batch's rate, notes its loss, and stops at the last one or when the loss bursts."""

    def __init__(self, rates: npt.NDArray[np.float64]) -> None:
        super().__init__()
        self.rates = rates
        self.losses: list[float] = []
        self._best = math.inf

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Take the next rate, and let the loss be this batch's own rather than the mean since the epoch began."""
        self.model.reset_metrics()
        self.model.optimizer.learning_rate = self.rates[len(self.losses)]

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Note the loss."""
        loss = (logs or {})["loss"]
        if not math.isfinite(loss):
            self.model.stop_training = True
            return
        self.losses.append(loss)
        mean = RangeTest(self.rates[: len(self.losses)], np.array(self.losses)).smoothed[-1]
        self._best = min(self._best, mean)
        if mean > BURST * self._best or len(self.losses) == len(self.rates):
            self.model.stop_training = True
