"""Room for sure answers: how far heatmap and logit reach in the int8 file, from all pictures rather than from the ordinary ones.

The pictures that show the ranges of activations leave out the unusual ones (`ml.equalise`), and among those are the surest: with the ranges of the others
all of them would end at one score, which for a network that is seldom sure may lie below the threshold. Neither range is part of a rounded weight, so both
can be set afterwards in the file.
"""

import keras
import numpy as np
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

from ml.pixels import Tensor

SUREST_LOGIT = 6.0
"""A score of 0.9975; surer answers need not be told apart, and the levels serve those nearer to the threshold."""

Range = tuple[float, float]


def head_ranges(network: keras.Model, pictures: Tensor) -> tuple[Range, Range]:
    """Return (lowest, highest) of the heatmap and of the logit over pictures, uint8 (N, R, R, 3); the logit within `SUREST_LOGIT`."""
    head = keras.Model(
        network.input, [network.get_layer("heatmap").output, network.get_layer("logit").output]
    )
    heatmap, logit = head.predict(pictures, batch_size=32, verbose=0)
    sure = np.clip(logit, -SUREST_LOGIT, SUREST_LOGIT)
    return (float(heatmap.min()), float(heatmap.max())), (float(sure.min()), float(sure.max()))


def widen_head_ranges(model: bytes, heatmap: Range, logit: Range) -> bytes:
    """Return an int8 file whose heatmap and logit reach at least as far as asked; all else is as it was."""
    parsed = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    graph = parsed.subgraphs[0]
    codes = [code.builtinCode for code in parsed.operatorCodes]
    maker = {op.outputs[0]: op for op in graph.operators}
    (score,) = [op for op in graph.operators if codes[op.opcodeIndex] == flatbuffer.BuiltinOperator.LOGISTIC]
    mean = maker[score.inputs[0]]
    assert codes[mean.opcodeIndex] == flatbuffer.BuiltinOperator.MEAN, "the logit is the heatmap's mean"
    _widen(graph.tensors[mean.inputs[0]].quantization, heatmap)
    _widen(graph.tensors[mean.outputs[0]].quantization, logit)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(parsed))


def _widen(quantization: flatbuffer.QuantizationParametersT, wanted: Range) -> None:
    scale, zero_point = float(quantization.scale[0]), int(quantization.zeroPoint[0])
    lowest = min(scale * (-128 - zero_point), wanted[0])
    highest = max(scale * (127 - zero_point), wanted[1])
    scale = (highest - lowest) / 255
    quantization.scale, quantization.zeroPoint = [scale], [round(-128 - lowest / scale)]
