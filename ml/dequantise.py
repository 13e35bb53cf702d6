"""Float weights out of a quantised .tflite file: w = scale * (q - zero_point), batch norm folded already. What is in floating point stays as it is.

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
    flatbuffer.TensorType.FLOAT32: np.dtype("<f4"),
}


class DequantiseError(ValueError):
    """The file holds no convolutions in 8 bits or float32."""


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
        DequantiseError: the file cannot be read, or holds none in 8 bits or float32.
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
    if tensor.type not in TYPES:
        raise DequantiseError(f"{file} holds {tensor.name.decode()} neither in 8 bits nor in float32")
    stored = np.frombuffer(bytes(model.buffers[tensor.buffer].data), TYPES[tensor.type]).reshape(tensor.shape)
    values: Floats = stored.astype(np.float32)
    quantisation = tensor.quantization
    if quantisation is None or quantisation.scale is None:
        return values
    along = [1] * stored.ndim
    along[quantisation.quantizedDimension] = -1
    scale, zero_point = (
        np.reshape(numbers, along if len(numbers) > 1 else 1)
        for numbers in (quantisation.scale, quantisation.zeroPoint)
    )
    real: Floats = ((values - zero_point) * scale).astype(np.float32)
    return real
