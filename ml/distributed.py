"""Training in several processes at once, each with its part of every batch: JAX's processes, through Keras's distribution API.

Weights are the same everywhere and each batch lies spread over all devices, so that loss, batch norm's statistics and gradients are those of the whole batch,
as if one device had seen it. JAX sums over gloo between processors and over NCCL between GPUs.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from ml.pixels import Tensor

MEASURED_AT_ONCE = 128
"""Pictures in a batch that is only measured on, of all processes together."""
GOODBYE_SECONDS = 60
"""How long a process that ends waits for the others to end as well."""

Predict = Callable[[Tensor], npt.NDArray[np.float32]]
"""From pictures uint8 (N, R, R, 3) to the network's logits, (N, 1)."""


class DistributedError(ValueError):
    """The processes cannot work together; the message says why."""


@dataclass(frozen=True)
class Processes:
    """Which of how many processes this is."""

    index: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this one writes the run folder; the others read it."""
        return self.index == 0

    def part(self, size: int) -> slice:
        """Return which of `size` pictures are this process's, `size` being a multiple of `count`."""
        each = size // self.count
        return slice(self.index * each, (self.index + 1) * each)

    def wait_for_all(self, where: str) -> None:
        """Return once every process has come here."""
        if self.count > 1:
            from jax.experimental import multihost_utils

            multihost_utils.sync_global_devices(where)


ALONE = Processes()


def join(coordinator: str, index: int, count: int) -> Processes:
    """Meet the other processes and spread what Keras does from now on over all of them.

    Args:
        coordinator: HOST:PORT of process 0, which listens there.
        index: this process's number, from 0.
        count: of all processes.

    Raises:
        DistributedError: Keras does not run on JAX here, or the others did not come.
    """
    if keras.backend.backend() != "jax":
        raise DistributedError(
            f"several processes train together on JAX, but Keras runs on {keras.backend.backend()} here; say KERAS_BACKEND=jax"
        )
    import jax

    # One computation after the other: on processors two that ran at once could sum in another order here than there, and wait for each other for ever.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    try:
        jax.distributed.initialize(coordinator, count, index, shutdown_timeout_seconds=GOODBYE_SECONDS)
    except (RuntimeError, ValueError) as error:
        raise DistributedError(
            f"process {index} of {count} found no others at {coordinator}: {error}"
        ) from error
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    return Processes(index, count)


def check_batch_size(size: int, processes: Processes) -> None:
    """Refuse a batch that cannot be shared evenly.

    Raises:
        DistributedError: its size is no multiple of the number of devices.
    """
    distribution = keras.distribution.distribution()
    devices = distribution.num_model_replicas if distribution else processes.count
    if size % devices:
        raise DistributedError(
            f"a batch of {size} cannot be shared evenly among {devices} devices; say --batch-size with a multiple of {devices}"
        )


def sha256_of_each(variables: Sequence[npt.NDArray[Any]], processes: Processes) -> list[str]:
    """Return the hash of every process's weights, in order: all the same where they trained as one.

    Raises:
        DistributedError: they are not.
    """
    digest = hashlib.sha256(b"".join(values.tobytes() for values in variables)).digest()
    if processes.count == 1:
        return [digest.hex()]
    from jax.experimental import multihost_utils

    digests = multihost_utils.process_allgather(np.frombuffer(digest, np.uint8))
    each = [bytes(row).hex() for row in np.asarray(digests)]
    if len(set(each)) > 1:
        raise DistributedError(f"the processes ended with other weights: {', '.join(each)}")
    return each


def predictor(network: keras.Model, processes: Processes) -> Predict:
    """Return what asks a network of pictures, each process of its part of them, and tells all processes all answers.

    Keras's `predict` would leave each process with the answers to its own part.
    """
    if processes.count == 1:
        return lambda pixels: np.asarray(network.predict(pixels, batch_size=MEASURED_AT_ONCE, verbose=0))

    import jax

    distribution = keras.distribution.distribution()
    spread = distribution.get_data_layout(network.input_shape).backend_layout
    everywhere = jax.sharding.NamedSharding(spread.mesh, jax.sharding.PartitionSpec())
    size = processes.count * max(1, MEASURED_AT_ONCE // processes.count)

    ask = jax.jit(
        lambda weights, states, batch: network.stateless_call(weights, states, batch, training=False)[0],
        out_shardings=everywhere,
    )

    def predict(pixels: Tensor) -> npt.NDArray[np.float32]:
        state = [
            [variable.value for variable in variables]
            for variables in (network.trainable_variables, network.non_trainable_variables)
        ]
        answers = []
        for start in range(0, len(pixels), size):
            batch = pixels[start : start + size]
            filled = np.resize(batch, (size, *batch.shape[1:]))
            mine = jax.make_array_from_process_local_data(spread, filled[processes.part(size)])
            answers.append(np.asarray(ask(*state, mine))[: len(batch)])
        return np.concatenate(answers)

    return predict
