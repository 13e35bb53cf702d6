"""How long a detector takes for one picture on one thread: DeepDog's against SSDLite on MobileNet V2, as files that a phone runs.

python -m ml.benchmarks.detecting --help
"""

import argparse
import os
import statistics
from collections.abc import Callable, Sequence

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter

from ml.benchmarks.turns import in_turns, ratio, table
from ml.bundle import self_test_tensor
from ml.commands.arguments import at_least_1
from ml.cost import multiply_adds
from ml.detect.designs import design_of
from ml.quantise import partitions
from ml.recipes import load_recipe

_DESCRIPTION = """\
The networks of the recipes with random weights, as int8, on one thread through LiteRT with XNNPACK, pixels ready, by turns; reading boxes off the outputs
is not counted. "ratio" is DeepDog's latency against this one's: above 1, this one is faster."""

RECIPES = ("detector", "ssdlite_mobilenet_v2")
PICTURES = 8
TURN = 10
"""Inferences before it is the other's turn."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.detecting",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=at_least_1, default=30, help="turns of each (default: 30)")
    args = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    keras.utils.set_random_seed(0)
    networks, files = {}, {}
    for name in RECIPES:
        recipe = load_recipe(name)
        design = design_of(recipe.network)
        shape = (PICTURES, recipe.resolution, recipe.resolution, 3)
        networks[name] = design.build(recipe)
        _fill(networks[name])
        pictures = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        files[name] = design.quantise(networks[name], pictures, "int8")
    seconds = in_turns({name: _turn(file) for name, file in files.items()}, args.rounds)
    rows = [
        [
            name,
            f"{networks[name].input_shape[1]} px",
            f"{multiply_adds(networks[name]) / 1e6:.0f} M",
            f"{len(files[name]) / 1024:.0f} KiB",
            f"{partitions(files[name])}",
            f"{statistics.median(seconds[name]) / TURN * 1000:.2f} ms",
            f"{ratio(seconds[name], seconds[RECIPES[0]]):.2f}",
        ]
        for name in RECIPES
    ]
    print(table(["recipe", "input", "multiply-adds", "file", "partitions", "median latency", "ratio"], rows))


def _fill(network: keras.Model) -> None:
    """Give layers that start at nothing weights as well: one whose answer is always 0 has no range to round by, and would run apart."""
    rng = np.random.default_rng(0)
    for layer in network.layers:
        if hasattr(layer, "kernel") and not layer.kernel.numpy().any():
            layer.kernel.assign(rng.normal(size=layer.kernel.shape))


def _turn(model: bytes) -> Callable[[], None]:
    """Return what runs a file `TURN` times."""
    interpreter = LiteRtInterpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    (details,) = interpreter.get_input_details()
    interpreter.set_tensor(details["index"], self_test_tensor(1, int(details["shape"][1])))

    def run() -> None:
        for _ in range(TURN):
            interpreter.invoke()

    return run


if __name__ == "__main__":
    main()
