"""Bits for what ELU tells apart: far below zero it answers -1 to everything, so the numbers that enter it need no range there.

A converter gives a convolution's output the whole range that pictures show, and before ELU half of that is often below zero: half of the 256 levels are lost on
numbers that all become -1. A convolution's output range is no part of its rounded weights, so it can be drawn in afterwards in the file; what lies below is
clipped.
"""

from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

LOWEST = -4.0
"""ELU(-4) is -0.98. Chosen among -3, -4, -6, -8 and -12 by how far the logits of the pictures that show the ranges are from the unrounded network's."""


def draw_in_elu_ranges(model: bytes) -> bytes:
    """Return an int8 file whose convolutions before an ELU reach no further down than `LOWEST`; all else is as it was."""
    parsed = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    graph = parsed.subgraphs[0]
    codes = [code.builtinCode for code in parsed.operatorCodes]
    maker = {op.outputs[0]: op for op in graph.operators}
    for op in graph.operators:
        if codes[op.opcodeIndex] != flatbuffer.BuiltinOperator.ELU or op.inputs[0] not in maker:
            continue
        # The converter leaves ELU in floating point, between a DEQUANTIZE and a QUANTIZE.
        before = maker[op.inputs[0]]
        if codes[before.opcodeIndex] != flatbuffer.BuiltinOperator.DEQUANTIZE:
            continue
        quantization = graph.tensors[before.inputs[0]].quantization
        scale, zero_point = float(quantization.scale[0]), int(quantization.zeroPoint[0])
        lowest, highest = scale * (-128 - zero_point), scale * (127 - zero_point)
        if lowest < LOWEST and highest > 0:
            scale = (highest - LOWEST) / 255
            quantization.scale = [scale]
            quantization.zeroPoint = [round(-128 - LOWEST / scale)]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(parsed))
