"""A head in floating point: an int8 file's heatmap, its mean and the sigmoid, which hold all of the verdict's precision and hardly any of its work.

In 8 bits heatmap and logit have 256 levels each. A range as wide as the surest pictures need leaves steps of a tenth between logits near the threshold; a
narrower one gives all sure pictures one score. DeepDog's head is 512 weights at 36 places, and what it reads comes out of an ELU, in floating point already.
"""

import numpy as np
import numpy.typing as npt
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

OPERATORS = flatbuffer.BuiltinOperator
FLOAT32 = flatbuffer.TensorType.FLOAT32

Floats = npt.NDArray[np.float32]


def with_float_head(model: bytes, kernel: Floats, bias: Floats) -> bytes:
    """Return an int8 file whose heatmap and score are computed in float32 from the last activation on; all before is as it was.

    Args:
        model: what the converter makes of `ml.networks.deepdog.with_score_and_heatmap`.
        kernel: the heatmap convolution's weights, (1, 1, channels, 1).
        bias: its bias, (1,).
    """
    parsed = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    graph = parsed.subgraphs[0]
    codes = [code.builtinCode for code in parsed.operatorCodes]
    maker = {int(operator.outputs[0]): operator for operator in graph.operators}
    (sigmoid,) = [op for op in graph.operators if codes[op.opcodeIndex] == OPERATORS.LOGISTIC]
    mean = maker[sigmoid.inputs[0]]
    convolution = maker[mean.inputs[0]]
    assert codes[mean.opcodeIndex] == OPERATORS.MEAN, "the logit is the heatmap's mean"
    assert codes[convolution.opcodeIndex] == OPERATORS.CONV_2D, "the heatmap is a convolution's"

    # What was rounded is an output no longer: the head writes the outputs themselves.
    to_outputs = {
        int(op.inputs[0]): op for op in graph.operators if codes[op.opcodeIndex] == OPERATORS.DEQUANTIZE
    }
    to_heatmap, to_score = (to_outputs[int(op.outputs[0])] for op in (convolution, sigmoid))
    heatmap, score = to_heatmap.outputs[0], to_score.outputs[0]
    graph.operators.remove(to_heatmap)
    graph.operators.remove(to_score)

    before = maker[convolution.inputs[0]]
    if codes[before.opcodeIndex] == OPERATORS.QUANTIZE and graph.tensors[before.inputs[0]].type == FLOAT32:
        activations = before.inputs[0]
        graph.operators.remove(before)
    else:
        # As after ReLU, which the converter joins with the convolution before it.
        activations = len(graph.tensors)
        graph.tensors.append(_float_tensor(b"activations", graph.tensors[convolution.inputs[0]].shape))
        to_float = flatbuffer.OperatorT()
        to_float.opcodeIndex = to_heatmap.opcodeIndex
        to_float.inputs, to_float.outputs = [convolution.inputs[0]], [activations]
        graph.operators.insert(graph.operators.index(convolution), to_float)

    weights = kernel.transpose(3, 0, 1, 2)  # files hold (out, height, width, in)
    for index, values in zip(convolution.inputs[1:3], (weights, bias), strict=True):
        buffer = flatbuffer.BufferT()
        buffer.data = np.frombuffer(values.astype("<f4").tobytes(), np.uint8)
        parsed.buffers.append(buffer)
        named = graph.tensors[index]
        graph.tensors[index] = _float_tensor(named.name, named.shape, len(parsed.buffers) - 1)
    logit = graph.tensors[mean.outputs[0]]
    graph.tensors[mean.outputs[0]] = _float_tensor(logit.name, logit.shape)
    convolution.inputs[0], convolution.outputs = activations, [heatmap]
    mean.inputs[0], sigmoid.outputs = heatmap, [score]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(parsed))


def _float_tensor(name: bytes, shape: npt.NDArray[np.int32], buffer: int = 0) -> flatbuffer.TensorT:
    """Return a float32 tensor, of constants where it has a buffer of its own; buffer 0 is the empty one."""
    tensor = flatbuffer.TensorT()
    tensor.name, tensor.shape, tensor.buffer = name, shape, buffer
    tensor.type = FLOAT32
    return tensor
