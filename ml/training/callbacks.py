"""What happens around a run's batches and epochs: rates, averages, the watch over the loss, and what is kept."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from keras import ops

from ml.recipes import Recipe
from ml.schedule import Phase, rates
from ml.training.checkpoint import Checkpoint, Row, save_network
from ml.training.log import Log
from ml.training.record import WEIGHTS_NAME

Figures = dict[str, float]

_LOWER = "lower the rates (`deepdog find-lr` finds them)"


class TrainingError(ValueError):
    """Training cannot go on; the message says where it stopped, and what to do."""


class PhaseRates(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A phase's learning rates, one a batch, by the number of batches that the optimizer has seen: one that is restored goes on where it was."""

    def __init__(self, phase: Phase, batches_per_epoch: int) -> None:
        super().__init__()
        self._rates = np.array(list(rates(phase, batches_per_epoch)), np.float32)

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rate of a batch, float32 (), from its number within the phase, an integer ()."""
        return ops.take(self._rates, ops.minimum(ops.cast(step, "int32"), len(self._rates) - 1))

    def last(self, optimizer: keras.optimizers.Optimizer) -> float:
        """Return the rate of the batch that was seen last."""
        return float(self._rates[max(0, int(optimizer.iterations) - 1)])


class StopAtNan(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends a run whose loss has become no number: nothing that follows is of use."""

    def __init__(self, out: Path, phase: int, rates: PhaseRates) -> None:
        super().__init__()
        self._out = out
        self._phase = phase
        self._rates = rates
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Figures | None = None) -> None:  # noqa: ARG002
        """Note the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Figures | None = None) -> None:
        """Look at the mean loss of the epoch so far, which one NaN makes NaN.

        Raises:
            TrainingError: it is no finite number.
        """
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss} in phase {self._phase + 1}, epoch {self._epoch + 1}, batch {batch + 1}, at a rate of "
                f"{self._rates.last(self.model.optimizer):.3g}; {_LOWER}. {self._out} keeps the epochs before"
            )


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """At each epoch's end measures the network, keeps it, writes the checkpoint and then the log: a kill between any two of these loses nothing."""

    def __init__(
        self,
        out: Path,
        checkpoint: Checkpoint,
        log: Log,
        rates: PhaseRates,
        measure: Callable[[], Figures],
        to_keep: Callable[[], keras.Model] | None,
        best_by: str | None,
        writes: bool = True,
    ) -> None:
        """Say what to do at an epoch's end.

        Args:
            out: the run folder.
            checkpoint: where the run stands; changed and saved.
            log: told of batches and epochs.
            rates: the optimizer's.
            measure: gives the figures of the network as it is.
            to_keep: gives the network to save as the run's result; the one that is trained, when None.
            best_by: the figure whose highest value in the phase is kept; every epoch's network, when None.
            writes: whether to write; a process that only helps another measures and decides alike, no more.
        """
        super().__init__()
        self._out = out
        self._checkpoint = checkpoint
        self._log = log
        self._rates = rates
        self._measure = measure
        self._to_keep = to_keep
        self._best_by = best_by
        self._writes = writes
        self._began = self._trained = 0.0

    def on_epoch_begin(self, epoch: int, logs: Figures | None = None) -> None:  # noqa: ARG002
        """Start the clock."""
        self._began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Figures | None = None) -> None:
        """Show progress; the last batch's end is when training stops and measuring begins."""
        self._trained = time.perf_counter()
        self._log.batch_done(batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Figures | None = None) -> None:
        """Measure, keep, write.

        Raises:
            TrainingError: the network answers with no numbers.
        """
        checkpoint = self._checkpoint
        model = self.model  # asking for it brings its variables up to date under JAX
        rate = self._rates.last(model.optimizer)
        figures = self._measure()
        if not all(math.isfinite(figure) for figure in figures.values()):
            raise TrainingError(
                f"the network's answers are no numbers after phase {checkpoint.phase + 1}, epoch {epoch + 1}, at a rate of "
                f"{rate:.3g}; {_LOWER}. {self._out} keeps the epochs before"
            )
        kept = self._best_by is None or figures[self._best_by] > checkpoint.best
        if kept:
            checkpoint.best = figures[self._best_by] if self._best_by else checkpoint.best
            if self._writes:
                save_network(self._to_keep() if self._to_keep else model, self._out / WEIGHTS_NAME)
        seconds = time.perf_counter() - self._began
        row: Row = {
            "phase": checkpoint.phase + 1,
            "epoch": epoch + 1,
            **{name: float(value) for name, value in (logs or {}).items()},
            **figures,
            "rate": rate,
            "images_per_second": round(self._log.images_per_epoch / (self._trained - self._began), 1),
            "seconds": round(seconds, 2),
            "kept": int(kept),
        }
        checkpoint.epoch = epoch + 1
        checkpoint.seconds += seconds
        checkpoint.log.append(row)
        checkpoint.take(model)
        if self._writes:
            checkpoint.save(self._out)
        self._log.epoch_done(checkpoint.log)


def averaging(recipe: Recipe, epochs_done: int) -> list[keras.callbacks.Callback]:
    """Return what puts the averaged weights in place at each epoch's end, so that they are what is measured and kept."""
    if recipe.averaging is None:
        return []
    swap = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    # A checkpoint is written while the averages are in place; the next epoch begins by swapping them back.
    swap._ema_weights_in_model = epochs_done > 0
    return [swap]
