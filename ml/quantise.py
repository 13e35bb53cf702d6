"""From trained weights to the file that phones run: uint8 pixels in, float32 score and heatmap out, weights rounded as asked."""

import contextlib
import io
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

from ml.batches import contract_tensors
from ml.bundle import Scheme
from ml.dataset import Example
from ml.elu_ranges import draw_in_elu_ranges
from ml.equalise import equalise, ordinary_pictures
from ml.fitted_ranges import fit_ranges, logit_error
from ml.float_head import with_float_head
from ml.input_ranges import keep_pixel_levels
from ml.networks.chain import is_chain
from ml.networks.deepdog import with_score_and_heatmap
from ml.pixels import Tensor
from ml.rounding import with_rounded_weights
from ml.training.record import RunError

REPRESENTATIVE_PICTURES = 300
REPRESENTATIVE_SEED = 2017


def load_network(path: Path) -> keras.Model:
    """Read a network that `deepdog train` saved.

    Raises:
        RunError: there is no such file yet.
        ValueError: it is no Keras network.
    """
    if not path.exists():
        raise RunError(f"{path.parent} has finished no epoch; `deepdog train --resume` goes on with it")
    return keras.models.load_model(path, compile=False)


def quantise(network: keras.Model, representative: Tensor, precision: Scheme = "int8") -> bytes:
    """Convert a network to a .tflite file.

    Args:
        network: from pixels to logits, as `ml.networks` builds it; for int8 its channels are scaled (`ml.equalise`), which changes none of its answers.
        representative: uint8 (N, R, R, 3), pictures that show what passes, the ordinary ones among them the range of each activation; only int8 looks at them.
        precision: int8 rounds weights and activations up to the head, float16 the weights alone, float32 nothing.
    """
    if precision != "int8":
        return convert(with_score_and_heatmap(network, batch_size=1), representative, precision)
    equalise(network, representative)
    to_int8 = int8_converter(network, representative)
    if not is_chain(network):
        return to_int8(network)
    logits = network.predict(representative, batch_size=32, verbose=0)[:, 0]
    # Rounded together, weights answer better for what enters them unrounded, and may answer worse for what enters them rounded.
    weights = (network, with_rounded_weights(network, representative))
    error = logit_error(logits, representative)
    candidates = [fit_ranges(to_int8(candidate), error) for candidate in weights]
    return min(candidates, key=lambda fitted: fitted.error).model


def int8_converter(network: keras.Model, representative: Tensor) -> Callable[[keras.Model], bytes]:
    """Return what converts a network, or a copy with other weights, with the ranges that pictures, uint8 (N, R, R, 3), show in the network."""
    ordinary = ordinary_pictures(network, representative) if is_chain(network) else representative

    def to_int8(weights: keras.Model) -> bytes:
        model = convert(with_score_and_heatmap(weights, batch_size=1), ordinary, "int8")
        return with_float_head(model, *weights.get_layer("heatmap").get_weights())

    return to_int8


def convert(exported: keras.Model, representative: Tensor, precision: Scheme) -> bytes:
    """Convert a network that takes one picture and gives what phones read, float32, to a .tflite file; see `quantise`."""
    if precision != "int8":
        exported = _from_uint8(exported)
    converter = tf.lite.TFLiteConverter.from_keras_model(exported)
    converter.inference_output_type = tf.float32
    if precision == "int8":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: (
            [picture[np.newaxis].astype(np.float32)] for picture in representative
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.uint8
    if precision == "float16":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    keras_signatures = contextlib.redirect_stdout(io.StringIO())
    with warnings.catch_warnings(), keras_signatures, _without_messages():
        # It looks for the statistics of an older way to quantise; the representative pictures give them.
        warnings.filterwarnings("ignore", "Statistics for quantized inputs were expected")
        model: bytes = converter.convert()
    return (
        draw_in_elu_ranges(keep_pixel_levels(model))
        if precision == "int8"
        else _dequantise_instead_of_cast(model)
    )


@contextlib.contextmanager
def _without_messages() -> Iterator[None]:
    """Drop what C++ writes to file descriptor 2: the converter tells its arguments there, at no level of any log. What goes wrong it raises."""
    stderr = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def representative_pictures(training: Sequence[Example], resolution: int) -> Tensor:
    """Return some of the pictures trained on, for `quantise`, drawn by a fixed seed, uint8 (N, R, R, 3)."""
    rng = np.random.default_rng(REPRESENTATIVE_SEED)
    chosen = rng.choice(len(training), min(REPRESENTATIVE_PICTURES, len(training)), replace=False)
    return contract_tensors([training[i] for i in chosen], resolution)


def min_runtime_version(model: bytes) -> str:
    """Return the oldest runtime that has every operator of the file, from the file's own metadata, as major.minor.patch."""
    parsed = flatbuffer.ModelT.InitFromObj(flatbuffer.Model.GetRootAs(model, 0))
    (buffer,) = [m.buffer for m in parsed.metadata if m.name == b"min_runtime_version"]
    version = bytes(parsed.buffers[buffer].data).rstrip(b"\0").decode()
    return ".".join([*version.split("."), "0", "0"][:3])


def operators(model: bytes) -> list[str]:
    """Return the names of the file's operators in order, such as CONV_2D; no batch norm is among them, since conversion folds it."""
    interpreter = LiteRtInterpreter(model_content=model)
    return [op["op_name"] for op in interpreter._get_ops_details()]


def partitions(model: bytes) -> int:
    """Return how many pieces XNNPACK runs the file in; each piece more costs copies, and what it leaves out runs slowly."""
    interpreter = LiteRtInterpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    return sum(op["op_name"] == "DELEGATE" for op in interpreter._get_ops_details())


def _from_uint8(exported: keras.Model) -> keras.Model:
    pixels = keras.Input(batch_shape=exported.input_shape, dtype="uint8", name="pixels")
    return keras.Model(pixels, exported(keras.ops.cast(pixels, "float32")), name=exported.name)


def _dequantise_instead_of_cast(model: bytes) -> bytes:
    """Let the pixels enter as numbers of scale 1 and zero point 0, the same values: XNNPACK dequantises, but casts nothing."""
    parsed = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    graph = parsed.subgraphs[0]
    (cast,) = [
        op
        for op in graph.operators
        if parsed.operatorCodes[op.opcodeIndex].builtinCode == flatbuffer.BuiltinOperator.CAST
    ]
    pixels = graph.tensors[cast.inputs[0]]
    pixels.quantization = flatbuffer.QuantizationParametersT()
    pixels.quantization.scale, pixels.quantization.zeroPoint = [1.0], [0]
    code = flatbuffer.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = flatbuffer.BuiltinOperator.DEQUANTIZE
    code.version = 1
    parsed.operatorCodes.append(code)
    cast.opcodeIndex = len(parsed.operatorCodes) - 1
    cast.builtinOptionsType, cast.builtinOptions = (
        flatbuffer.BuiltinOptions.DequantizeOptions,
        flatbuffer.DequantizeOptionsT(),
    )
    return bytes(flatbuffer_utils.convert_object_to_bytearray(parsed))
