"""How fast DeepDog takes a training step, against MobileNets of keras.applications of like size and against itself with ReLU6 or Keras' batch norm.

python -m ml.benchmarks.training_step --help
"""

import argparse
import os
import statistics
from collections.abc import Callable, Sequence

import keras
import numpy as np

from ml.ablation import Ablation
from ml.benchmarks.turns import in_turns, ratio, table
from ml.commands.arguments import at_least_1
from ml.cost import multiply_adds, parameters
from ml.networks import build
from ml.networks.batch_norm import BatchNorm

_DESCRIPTION = """\
One step is forward, backward and AdamW on a batch of random pictures that lie ready: what a step costs without its pictures
(python -m ml.benchmarks.augmenting tells those). By turns, medians over the rounds; "ratio" is pictures in the same time
against DeepDog. "of the ceiling" sets a step's 3 x 2 x multiply-adds a picture (forward, and twice as much backward) against what
a large float32 matrix multiplication by NumPy reaches on all cores at the same time. KERAS_BACKEND=jax measures JAX."""

NETWORKS: tuple[tuple[str, str, float, Ablation], ...] = (
    ("DeepDog", "deepdog", 0.5, Ablation()),
    ("DeepDog with ReLU6", "deepdog", 0.5, Ablation(activation="relu6")),
    ("DeepDog, MobileNet's widths", "deepdog_mobilenet", 0.5, Ablation()),
    ("MobileNet V1", "mobilenet_v1", 0.5, Ablation()),
    ("MobileNet V2", "mobilenet_v2", 0.35, Ablation()),
)
"""(name in the table, of `ml.networks`, alpha, ablation)."""
WITH_KERAS_NORM = "DeepDog with Keras' batch norm"
ALPHAS = {name: alpha for name, _, alpha, _ in NETWORKS} | {WITH_KERAS_NORM: 0.5}
SIDE = 2048
"""Of the matrices whose product is the ceiling."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.training_step",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--batch", type=at_least_1, default=32, help="pictures in a batch (default: 32)")
    parser.add_argument("--rounds", type=at_least_1, default=7, help="rounds that count (default: 7)")
    parser.add_argument("--resolution", type=at_least_1, default=128, help="pixels (default: 128)")
    args = parser.parse_args(arguments)
    networks = {
        name: build(network, alpha, args.resolution, 0.0, ablation)
        for name, network, alpha, ablation in NETWORKS
    }
    networks[WITH_KERAS_NORM] = _with_keras_norm(networks["DeepDog"])
    contestants = {name: _step(network, args.batch) for name, network in networks.items()}
    seconds = in_turns({**contestants, "ceiling": _matrix_product()}, args.rounds)
    ceiling = 2 * SIDE**3 / statistics.median(seconds.pop("ceiling"))
    rows = []
    for name, times in seconds.items():
        per_picture = statistics.median(times) / args.batch
        work = 3 * 2 * multiply_adds(networks[name])
        rows.append(
            [
                f"{name}, alpha {ALPHAS[name]:g}",
                f"{parameters(networks[name]) / 1e6:.2f} M",
                f"{multiply_adds(networks[name]) / 1e6:.0f} M",
                f"{1 / per_picture:.0f}",
                f"{ratio(times, seconds['DeepDog']):.2f}",
                f"{work / per_picture / ceiling:.0%}",
            ]
        )
    print(
        f"Keras on {keras.backend.backend()}, {args.resolution} px, batches of {args.batch}, {os.cpu_count()} cores"
    )
    print(f"ceiling: {ceiling / 1e9:.0f} GFLOP/s\n")
    head = ["network", "parameters", "multiply-adds", "pictures/s", "ratio", "of the ceiling"]
    print(table(head, rows))


def _with_keras_norm(network: keras.Model) -> keras.Model:
    def clone(layer: keras.Layer) -> keras.Layer:
        kind = keras.layers.BatchNormalization if isinstance(layer, BatchNorm) else type(layer)
        return kind.from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=clone)


def _step(network: keras.Model, batch: int) -> Callable[[], object]:
    network.compile(
        keras.optimizers.AdamW(0.0),
        keras.losses.BinaryCrossentropy(from_logits=True),
        jit_compile=keras.backend.backend() == "jax",
    )
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (batch, *network.input_shape[1:]), np.uint8)
    labels = rng.integers(0, 2, (batch, 1)).astype(np.float32)
    return lambda: network.train_on_batch(pixels, labels)


def _matrix_product() -> Callable[[], object]:
    a, b = np.random.default_rng(0).normal(size=(2, SIDE, SIDE)).astype(np.float32)
    return lambda: a @ b


if __name__ == "__main__":
    main()
