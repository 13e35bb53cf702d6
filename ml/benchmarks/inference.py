"""How fast one picture is judged on one thread: DeepDog against MobileNet V1, V2 and V3 and against itself with ReLU6, as files that a phone runs.

python -m ml.benchmarks.inference --help
"""

import argparse
import contextlib
import io
import os
import statistics
import time
from collections.abc import Sequence
from typing import get_args

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter

from ml.ablation import Ablation
from ml.bench import latencies_ms
from ml.benchmarks.turns import table
from ml.bundle import Scheme
from ml.commands.arguments import at_least_1
from ml.cost import multiply_adds
from ml.networks import build
from ml.pixels import Tensor
from ml.quantise import quantise

_DESCRIPTION = """\
Networks with random weights, rounded as `deepdog export` does, on one thread through LiteRT with XNNPACK, ten inferences each by turns.
"ratio" is the first network's latency against this one's: above 1, this one is faster. "of the ceiling" is 2 x multiply-adds / latency
against what a 1x1 convolution of 512 channels over 32 x 32 places, which is a matrix multiplication and nothing else, reaches in a file
rounded in the same way, in the same run."""

NETWORKS: tuple[tuple[str, str, float, Ablation], ...] = (
    ("DeepDog (ships)", "deepdog_mobilenet", 0.5, Ablation()),
    ("the same with ReLU6", "deepdog_mobilenet", 0.5, Ablation(activation="relu6")),
    ("DeepDog, widths of 2017", "deepdog", 0.5, Ablation()),
    ("MobileNet V1", "mobilenet_v1", 0.5, Ablation()),
    ("MobileNet V2", "mobilenet_v2", 0.5, Ablation()),
    ("MobileNet V3-Small", "mobilenet_v3_small", 1.0, Ablation()),
)
"""(name in the table, of `ml.networks`, alpha, ablation)."""
CHANNELS, PLACES = 512, 32
PICTURES = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.inference",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=at_least_1, default=200, help="inferences of each (default: 200)")
    parser.add_argument("--resolution", type=at_least_1, default=160, help="pixels (default: 160)")
    parser.add_argument("--scheme", choices=get_args(Scheme), default="int8", help="rounding (default: int8)")
    args = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    keras.utils.set_random_seed(0)
    side = args.resolution
    pictures = np.random.default_rng(0).integers(0, 256, (PICTURES, side, side, 3), np.uint8)
    networks = {
        f"{name}, alpha {alpha:g}": build(network, alpha, side, 0.0, ablation)
        for name, network, alpha, ablation in NETWORKS
    }
    work = {name: 2 * multiply_adds(network) for name, network in networks.items()}
    files = {name: quantise(network, pictures, args.scheme) for name, network in networks.items()}
    halves = []
    for _ in range(2):  # The ceiling is measured between two halves of the run.
        halves.append(latencies_ms(list(files.values()), (args.runs + 1) // 2))
        if len(halves) == 1:
            ceiling = _ceiling(args.scheme, args.runs)
    times = {name: statistics.median([*a, *b]) / 1000 for name, a, b in zip(files, *halves, strict=True)}
    first = next(iter(times.values()))
    rows = [
        [
            name,
            f"{work[name] / 2e6:.0f} M",
            f"{len(files[name]) / 1024:.0f} KiB",
            f"{times[name] * 1000:.2f} ms",
            f"{first / times[name]:.2f}",
            f"{work[name] / times[name] / ceiling:.0%}",
        ]
        for name in files
    ]
    print(f"{args.scheme}, {side} px, one thread; ceiling: {ceiling / 1e9:.0f} G operations/s\n")
    print(table(["network", "multiply-adds", "file", "median latency", "ratio", "of the ceiling"], rows))


def _ceiling(scheme: Scheme, runs: int) -> float:
    """Return the operations a second of a matrix multiplication by the same runtime, rounded in the same way."""
    interpreter = LiteRtInterpreter(model_content=_matrix_multiplication(scheme), num_threads=1)
    interpreter.allocate_tensors()
    (details,) = interpreter.get_input_details()
    interpreter.set_tensor(details["index"], (_activations() // 2).astype(details["dtype"]))
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        interpreter.invoke()
        seconds.append(time.perf_counter() - started)
    return 2 * PLACES**2 * CHANNELS**2 / statistics.median(seconds)


def _matrix_multiplication(scheme: Scheme) -> bytes:
    shape = (1, PLACES, PLACES, CHANNELS)
    x = keras.Input(batch_shape=shape)
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(x, keras.layers.Conv2D(CHANNELS, 1)(x)))
    if scheme != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if scheme == "int8":
        converter.representative_dataset = lambda: [[_activations().astype(np.float32)]]
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    if scheme == "float16":
        converter.target_spec.supported_types = [tf.float16]
    with contextlib.redirect_stdout(io.StringIO()):  # Keras prints signatures
        model: bytes = converter.convert()
    return model


def _activations() -> Tensor:
    return np.random.default_rng(1).integers(0, 256, (1, PLACES, PLACES, CHANNELS), np.uint8)


if __name__ == "__main__":
    main()
