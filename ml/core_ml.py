"""Core ML: the same network as a package for Apple's own runtime, float16, image in, score and heatmap out.

Apple's runtime exists on macOS and iOS alone. Elsewhere the package is proved by its own program: its operators are read back from the file, with their
weights, and evaluated by TensorFlow. That catches a wrong conversion; it measures neither Apple's rounding of activations nor its speed.
"""

import contextlib
import io
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from ml.networks.deepdog import with_score_and_heatmap
from ml.pixels import Tensor

PACKAGE_NAME = "model.mlpackage"
LARGEST_DIFFERENCE = 0.01
"""Of score, between the network and the package's program: float16's budget."""

Floats = npt.NDArray[np.float32]


class CoreMlError(ValueError):
    """The package cannot be made, or cannot be proved."""


def convert(network: keras.Model, folder: Path, metadata: dict[str, str]) -> None:
    """Write the package of a network.

    Args:
        network: from pixels to logits, as `ml.networks` builds it.
        folder: the package, whose name ends in .mlpackage; it must not exist.
        metadata: stored in it, such as labels and threshold.

    Raises:
        CoreMlError: coremltools is not installed.
    """
    ct = _coremltools()
    resolution = network.input_shape[1]
    exported = with_score_and_heatmap(network, batch_size=1)
    shape = (1, resolution, resolution, 3)
    signature = [tf.TensorSpec(shape, tf.float32, name="pixels")]
    function = tf.function(
        lambda pixels: dict(zip(("score", "heatmap"), exported(pixels), strict=True)),
        input_signature=signature,
    ).get_concrete_function()
    with _silenced():
        model = ct.convert(
            [function],
            source="tensorflow",
            convert_to="mlprogram",
            inputs=[ct.ImageType(name="pixels", shape=shape, color_layout=ct.colorlayout.RGB)],
            minimum_deployment_target=ct.target.iOS15,
            skip_model_load=True,
        )
        spec = model.get_spec()
        for output in spec.description.output:
            name = "heatmap" if len(output.type.multiArrayType.shape) == 4 else "score"
            ct.utils.rename_feature(spec, output.name, name)
        model = ct.models.MLModel(spec, weights_dir=model.weights_dir, skip_model_load=True)
        model.user_defined_metadata.update(metadata)
        model.save(str(folder))


def check_package(network: keras.Model, folder: Path, pictures: Tensor) -> float:
    """Return the largest difference of score between a network and its package's program.

    Args:
        network: from pixels to logits.
        folder: the package.
        pictures: uint8 (N, R, R, 3).

    Raises:
        CoreMlError: the difference exceeds the budget, or the program has an operator that is not evaluated here.
    """
    expected = 1 / (1 + np.exp(-network.predict(pictures, batch_size=32, verbose=0)[:, 0]))
    difference = float(np.abs(evaluate_program(folder, pictures)["score"][:, 0] - expected).max())
    if difference > LARGEST_DIFFERENCE:
        raise CoreMlError(
            f"the Core ML package's scores differ from the network's by up to {difference:.3f}; the budget is {LARGEST_DIFFERENCE}"
        )
    return difference


def program_operators(folder: Path) -> list[str]:
    """Return the names of the program's operators in order, constants left out."""
    return [operator.op_type for operator in _program(folder) if operator.op_type != "const"]


def evaluate_program(folder: Path, pictures: Tensor) -> dict[str, Floats]:
    """Evaluate a package's program with TensorFlow, operator by operator, in float32.

    Args:
        folder: the package.
        pictures: uint8 (N, R, R, 3).

    Returns:
        Its outputs by name: score (N, 1), heatmap (N, h, w, 1).

    Raises:
        CoreMlError: it has an operator that is not evaluated here.
    """
    # An image enters a program as (N, 3, R, R).
    values: dict[str, tf.Tensor] = {"pixels": tf.constant(pictures.transpose(0, 3, 1, 2), tf.float32)}
    for operator in _program(folder):
        if operator.op_type == "const":
            continue
        if operator.op_type not in _OPERATORS:
            raise CoreMlError(
                f"{folder} has the operator {operator.op_type}, which cannot be checked without Apple's runtime"
            )
        given = {
            name: values[var.name] if var.name in values else _constant(var)
            for name, var in operator.inputs.items()
            if not isinstance(var, list | tuple)
        }
        values[operator.outputs[0].name] = _OPERATORS[operator.op_type](given)
    return {name: np.asarray(values[name], np.float32) for name in ("score", "heatmap")}


def _convolution(given: dict[str, Any]) -> tf.Tensor:
    x = tf.transpose(given["x"], (0, 2, 3, 1))
    weight = tf.constant(given["weight"])  # (out, in / groups, height, width)
    strides = [1, *map(int, given["strides"]), 1]
    padding = str(given["pad_type"]).upper()
    if padding == "CUSTOM":
        top, bottom, left, right = map(int, given["pad"])
        x, padding = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]), "VALID"
    if int(given["groups"]) == 1:
        y = tf.nn.conv2d(x, tf.transpose(weight, (2, 3, 1, 0)), strides, padding)
    else:
        y = tf.nn.depthwise_conv2d(x, tf.transpose(weight, (2, 3, 0, 1)), strides, padding)
    y = tf.transpose(y, (0, 3, 1, 2))
    return y + tf.reshape(given["bias"], (1, -1, 1, 1)) if "bias" in given else y


_OPERATORS: dict[str, Callable[[dict[str, Any]], tf.Tensor]] = {
    "add": lambda given: given["x"] + given["y"],
    "cast": lambda given: given["x"],
    "clip": lambda given: tf.clip_by_value(given["x"], given["alpha"], given["beta"]),
    "conv": _convolution,
    "elu": lambda given: tf.nn.elu(given["x"]),
    "mul": lambda given: given["x"] * given["y"],
    "reduce_mean": lambda given: tf.reduce_mean(
        given["x"], axis=[int(axis) for axis in given["axes"]], keepdims=bool(given["keep_dims"])
    ),
    "relu": lambda given: tf.nn.relu(given["x"]),
    "relu6": lambda given: tf.nn.relu6(given["x"]),
    "sigmoid": lambda given: tf.sigmoid(given["x"]),
    "transpose": lambda given: tf.transpose(given["x"], [int(axis) for axis in given["perm"]]),
}
"""Those of DeepDog, its ablations and MobileNet; `alpha` of an ELU is 1 there."""


def _constant(var: Any) -> Any:
    value = var.val
    if isinstance(value, np.ndarray | np.generic) and np.issubdtype(value.dtype, np.floating):
        return np.asarray(value, np.float32)
    return value


def _program(folder: Path) -> list[Any]:
    ct = _coremltools()
    from coremltools.converters.mil.frontend.milproto.load import load

    with _silenced():
        model = ct.models.MLModel(str(folder), skip_model_load=True)
        spec = model.get_spec()
        program = load(spec, spec.specificationVersion, model.weights_dir)
    return list(program.functions["main"].operations)


def _coremltools() -> Any:
    try:
        with _silenced():
            import coremltools
    except ImportError as error:
        raise CoreMlError("Core ML needs the package coremltools: pip install coremltools") from error
    return coremltools


@contextlib.contextmanager
def _silenced() -> Any:
    """It shows bars, and warns that it was tried with older versions of others."""
    logger = logging.getLogger("coremltools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
