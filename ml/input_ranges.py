"""Pixels reach an int8 network as they are: each of their 256 levels keeps a level of its own while they are scaled to about -1 to 1.

A converter scales by a multiplication and then an addition, and gives what lies between the range that the sum can be seen from: [-1, 2], where [0, 2] would
do, so that pixels come out with 170 levels. Neither range is part of a rounded weight, so both can be set afterwards in the file.
"""

import math

import numpy as np
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

LOWEST_LEVEL = -128
"""Of an int8."""


def keep_pixel_levels(model: bytes) -> bytes:
    """Return an int8 file that scales its uint8 pixels without loss; one that does not begin with a multiplication and an addition is returned as it was."""
    parsed = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    graph = parsed.subgraphs[0]
    codes = [parsed.operatorCodes[op.opcodeIndex].builtinCode for op in graph.operators[:3]]
    kinds = flatbuffer.BuiltinOperator
    if codes != [kinds.QUANTIZE, kinds.MUL, kinds.ADD]:
        return model
    entry, product, total = graph.operators[:3]
    tensors = graph.tensors
    factor, offset = _constant(parsed, product.inputs[1]), _constant(parsed, total.inputs[1])
    # DeepDog's offset is 127.5 levels. Half a level cannot be told; as a whole number of them no kernel has to round, so all runtimes agree.
    zero_point = math.floor(LOWEST_LEVEL - offset / factor + 0.25)
    whole_offset = (LOWEST_LEVEL - zero_point) * factor
    constant = tensors[total.inputs[1]].quantization
    constant.scale = [float(constant.scale[0]) * whole_offset / offset]
    for tensor, step, zero in (
        (entry.inputs[0], 1.0, 0),
        (entry.outputs[0], 1.0, LOWEST_LEVEL),
        (product.outputs[0], factor, LOWEST_LEVEL),
        (total.outputs[0], factor, zero_point),
    ):
        tensors[tensor].quantization.scale, tensors[tensor].quantization.zeroPoint = [step], [zero]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(parsed))


def _constant(model: flatbuffer.ModelT, index: int) -> float:
    """Return the number that a constant tensor of one int8 holds."""
    tensor = model.subgraphs[0].tensors[index]
    (level,) = np.frombuffer(bytes(model.buffers[tensor.buffer].data), np.int8)
    return float((int(level) - tensor.quantization.zeroPoint[0]) * tensor.quantization.scale[0])
