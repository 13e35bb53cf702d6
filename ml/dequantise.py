"""Float weights out of a quantised .tflite file: w = scale * (q - zero_point), batch norm folded already.

For networks whose ImageNet weights can be had in 8 bits only, such as the MobileNets of the Coral project.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

Floats = npt.NDArray[np.float32]

OPERATORS = flatbuffer.BuiltinOperator
TYPES: dict[int, np.dtype[Any]] = {
    flatbuffer.TensorType.UINT8: np.dtype("u1"),
    flatbuffer.TensorType.INT8: np.dtype("i1"),
    flatbuffer.TensorType.INT32: np.dtype("<i4"),
}


class DequantiseError(ValueError):
    """The file holds no convolutions in 8 bits."""


@dataclass(frozen=True)
class Convolution:
    """A convolution as Keras lays it out."""

    kernel: Floats
    """(height, width, in, out), or (height, width, in, 1) where depthwise."""
    bias: Floats
    """(out,)"""
    depthwise: bool


def convolutions(file: Path) -> list[Convolution]:
    """Return every convolution of a .tflite file, in the order they run.

    Raises:
        DequantiseError: the file cannot be read, or holds none that is quantised.
    """
    try:
        model = flatbuffer_utils.read_model(str(file))
    except Exception as error:
        raise DequantiseError(f"{file} is no .tflite file that can be read: {error}") from error
    graph = model.subgraphs[0]
    found = []
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex].builtinCode
        if code in (OPERATORS.CONV_2D, OPERATORS.DEPTHWISE_CONV_2D):
            kernel, bias = (_floats(model, graph.tensors[index], file) for index in operator.inputs[1:3])
            depthwise = code == OPERATORS.DEPTHWISE_CONV_2D
            # Files hold (out, height, width, in), and (1, height, width, in) where depthwise.
            axes = (1, 2, 3, 0)
            found.append(Convolution(np.ascontiguousarray(kernel.transpose(axes)), bias, depthwise))
    if not found:
        raise DequantiseError(f"{file} holds no convolutions")
    return found


def _floats(model: flatbuffer.ModelT, tensor: flatbuffer.TensorT, file: Path) -> Floats:
    quantisation = tensor.quantization
    if quantisation is None or quantisation.scale is None or tensor.type not in TYPES:
        name = tensor.name.decode()
        raise DequantiseError(f"{file} is not quantised: {name} has no scale")
    data = bytes(model.buffers[tensor.buffer].data)
    integers = np.frombuffer(data, TYPES[tensor.type]).reshape(tensor.shape)
    along = [1] * integers.ndim
    along[quantisation.quantizedDimension] = -1
    scale, zero_point = (
        np.reshape(values, along if len(values) > 1 else 1)
        for values in (quantisation.scale, quantisation.zeroPoint)
    )
    floats: Floats = ((integers.astype(np.float32) - zero_point) * scale).astype(np.float32)
    return floats
