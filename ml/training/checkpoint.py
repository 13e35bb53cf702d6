"""Where a run stands: written whole at the end of every epoch, so that a run that was killed goes on as if it had not been."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from ml.files import write_whole
from ml.training.record import CHECKPOINT_NAME, WEIGHTS_NAME, RunError

Row = dict[str, float]
"""One epoch of the log."""


@dataclass
class Checkpoint:
    """A network and its optimizer between two epochs, and what happened before."""

    phase: int = 0
    """Number of the phase, from 0."""
    epoch: int = 0
    """Epochs that are done in this phase."""
    best: float = -1.0
    """Highest figure in this phase, of the one that decides which weights are kept."""
    seconds: float = 0.0
    """Wall-clock time of all epochs so far."""
    log: list[Row] = field(default_factory=list)
    variables: list[npt.NDArray[Any]] = field(default_factory=list)
    """Weights, states of random layers, and the optimizer's variables; empty before the first phase."""

    def is_past(self, phase: int, epochs: int) -> bool:
        """Tell whether all epochs of a phase are done."""
        return phase < self.phase or (phase == self.phase and self.epoch >= epochs)

    def enter(self, phase: int, network: keras.Model) -> None:
        """Begin a phase with a compiled network."""
        self.phase, self.epoch, self.best = phase, 0, -1.0
        self.take(network)

    def save(self, out: Path) -> None:
        """Write the file into the run folder."""
        standing = {name: getattr(self, name) for name in ("phase", "epoch", "best", "seconds", "log")}
        arrays: dict[str, Any] = {str(number): values for number, values in enumerate(self.variables)}
        buffer = io.BytesIO()
        np.savez(buffer, standing=np.array(json.dumps(standing)), **arrays)
        write_whole(out / CHECKPOINT_NAME, buffer.getvalue())

    def take(self, network: keras.Model) -> None:
        """Remember what a compiled network and its optimizer hold."""
        self.variables = [keras.ops.convert_to_numpy(variable.value) for variable in _variables(network)]

    def give(self, network: keras.Model) -> None:
        """Put what is remembered into a compiled network and its optimizer.

        Raises:
            RunError: it was another network's.
        """
        into = _variables(network)
        if [tuple(v.shape) for v in into] != [values.shape for values in self.variables]:
            raise RunError(
                f"{CHECKPOINT_NAME} is of another network or optimizer than the recipe's; choose another --out"
            )
        for variable, values in zip(into, self.variables, strict=True):
            variable.assign(values)


def load_checkpoint(out: Path) -> Checkpoint:
    """Return where the run in a folder stands; at the very beginning where nothing is trained yet.

    Raises:
        RunError: the file is damaged, or was removed from a run that has weights.
    """
    path = out / CHECKPOINT_NAME
    if not path.exists():
        if (out / WEIGHTS_NAME).exists():
            raise RunError(
                f"{out} has weights but lacks {CHECKPOINT_NAME}, from which it would go on; choose another --out"
            )
        return Checkpoint()
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            standing = json.loads(str(arrays["standing"]))
            return Checkpoint(**standing, variables=[arrays[str(i)] for i in range(len(arrays.files) - 1)])
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise RunError(
            f"{path} cannot be read ({error}); remove the folder, or choose another --out"
        ) from error


def save_network(network: keras.Model, path: Path) -> None:
    """Save a network whole or not at all, without its optimizer: that is in the checkpoint."""
    network = keras.Model(network.inputs, network.outputs, name=network.name)
    partial = path.with_name(f"partial-{path.name}")
    network.save(partial)
    partial.replace(path)


def _variables(network: keras.Model) -> list[keras.Variable]:
    network.optimizer.build(network.trainable_variables)
    return [*network.variables, *network.optimizer.variables]
