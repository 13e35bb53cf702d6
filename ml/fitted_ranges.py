"""Ranges of activations fitted to what counts: how far the file's answers are from the unrounded network's.

A converter gives each activation the range that it saw. A wider one wastes levels on what hardly ever comes, a narrower one cuts it off, and which is worse the
activation itself does not tell. For what leaves an ELU there is more to it: most of it lies near -1, and unless a level lies on -1 exactly, all of it is off by
the same amount. No range is part of a rounded weight, so ranges can be set in the file, one after the other from the pixels on, each where the answers come
nearest.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

from ml.interpreter import Interpreter
from ml.pixels import Tensor

PICTURES = 150
"""More would take longer than they would tell: the candidates differ by tenths of a logit."""
WORTHWHILE = 0.995
"""A range is changed where the error falls below this share of what it was."""
ELU_SHARES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.2)
CONVOLUTION_SHARES = (0.6, 0.7, 0.8, 0.9, 1.1, 1.2)
"""Of the converter's highest value, that is tried instead."""
SUREST_LOGIT = 6.0
"""A score of 0.9975; how far surer answers are apart counts for nothing, so that the levels serve those nearer to the threshold."""

OPERATORS = flatbuffer.BuiltinOperator
CONVOLUTIONS = (OPERATORS.CONV_2D, OPERATORS.DEPTHWISE_CONV_2D)

Logits = npt.NDArray[np.float32]
Quantisation = tuple[float, int]
"""Scale and zero point."""
Error = Callable[[bytes], float]
"""Says how far a file is from its network."""


class Fitted(NamedTuple):
    """An int8 file with fitted ranges."""

    model: bytes
    error: float
    """How far it is from its network."""


def logit_error(logits: Logits, pictures: Tensor) -> Error:
    """Return what measures a classifier's file: the root of the mean squared difference of its logits from the network's.

    Args:
        logits: (N,), the unrounded network's.
        pictures: uint8 (N, R, R, 3), that they belong to.
    """
    wanted = np.clip(logits[:PICTURES], -SUREST_LOGIT, SUREST_LOGIT)

    def error(model: bytes) -> float:
        interpreter = Interpreter(model)
        found = [interpreter.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures[:PICTURES]]
        return float(np.sqrt(np.mean((np.clip(found, -SUREST_LOGIT, SUREST_LOGIT) - wanted) ** 2)))

    return error


def fit_ranges(model: bytes, error: Error) -> Fitted:
    """Set the ranges before and after each ELU of an int8 file so that its answers come nearest to those of the network that it was made of."""
    file = _File(model)
    least = error(file.content())
    for tensor, candidates in list(file.beside_elus()):
        best = file.quantisation(tensor)
        for candidate in candidates:
            file.set_quantisation(tensor, candidate)
            found = error(file.content())
            if found < WORTHWHILE * least:
                least, best = found, candidate
        file.set_quantisation(tensor, best)
    return Fitted(file.content(), least)


class _File:
    """An int8 file whose activations' ranges can be changed."""

    def __init__(self, model: bytes) -> None:
        self._parsed = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
        self._graph = self._parsed.subgraphs[0]
        self._codes = [code.builtinCode for code in self._parsed.operatorCodes]
        self._readers: dict[int, list[flatbuffer.OperatorT]] = {}
        for operator in self._graph.operators:
            for read in operator.inputs:
                self._readers.setdefault(int(read), []).append(operator)

    def content(self) -> bytes:
        """Return the file as it is now."""
        return bytes(flatbuffer_utils.convert_object_to_bytearray(self._parsed))

    def quantisation(self, tensor: int) -> Quantisation:
        """Return a tensor's scale and zero point."""
        quantization = self._graph.tensors[tensor].quantization
        return float(quantization.scale[0]), int(quantization.zeroPoint[0])

    def set_quantisation(self, tensor: int, quantisation: Quantisation) -> None:
        """Set a tensor's scale and zero point, and with them the biases of the convolutions that read it, whose steps depend on the scale."""
        scale, zero_point = quantisation
        quantization = self._graph.tensors[tensor].quantization
        quantization.scale, quantization.zeroPoint = [scale], [zero_point]
        for reader in self._readers.get(tensor, []):
            if self._codes[reader.opcodeIndex] in CONVOLUTIONS:
                weights, bias = (self._graph.tensors[index] for index in reader.inputs[1:3])
                buffer = self._parsed.buffers[bias.buffer]
                values = np.frombuffer(bytes(buffer.data), "<i4") * np.asarray(bias.quantization.scale)
                steps = scale * np.asarray(weights.quantization.scale, np.float64)
                bias.quantization.scale = [float(step) for step in steps]
                buffer.data = np.frombuffer(np.round(values / steps).astype("<i4").tobytes(), np.uint8)

    def beside_elus(self) -> Iterator[tuple[int, list[Quantisation]]]:
        """Yield the tensor before and the one after each ELU, in the order they run, with what may be tried for it."""
        makers = {int(operator.outputs[0]): operator for operator in self._graph.operators}
        for operator in self._graph.operators:
            if self._codes[operator.opcodeIndex] == OPERATORS.ELU:
                # The converter leaves ELU in floating point, between a DEQUANTIZE and a QUANTIZE; after the last one, the head is (`ml/float_head.py`).
                before = int(makers[int(operator.inputs[0])].inputs[0])
                (reader,) = self._readers[int(operator.outputs[0])]
                # An activation that hardly moves, as in a network without training, has nothing to gain, and no kernel for a range so much wider.
                lowest, highest = self._range(before)
                if lowest < -1 and highest > 1:
                    yield before, list(self._before(before))
                    if self._codes[reader.opcodeIndex] == OPERATORS.QUANTIZE:
                        after = int(reader.outputs[0])
                        yield after, list(self._after(after))

    def _before(self, tensor: int) -> Iterator[Quantisation]:
        lowest, highest = self._range(tensor)
        for share in CONVOLUTION_SHARES:
            scale = (share * highest - lowest) / 255
            yield scale, round(-128 - lowest / scale)

    def _after(self, tensor: int) -> Iterator[Quantisation]:
        """A whole number of levels from -1 to 0, so that one lies on each."""
        _, highest = self._range(tensor)
        for share in ELU_SHARES:
            levels = max(1, round(255 / (share * highest + 1)))
            yield 1 / levels, levels - 128

    def _range(self, tensor: int) -> tuple[float, float]:
        scale, zero_point = self.quantisation(tensor)
        return scale * (-128 - zero_point), scale * (127 - zero_point)
