"""Teachers: quantised networks that have seen ImageNet, asked for their embedding of a picture."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

from ml.pixels import Tensor

POOLING = (flatbuffer.BuiltinOperator.MEAN, flatbuffer.BuiltinOperator.AVERAGE_POOL_2D)


class TeacherError(ValueError):
    """The file cannot teach."""


class Teacher:
    """The globally pooled features of a .tflite classifier.

    Raises:
        TeacherError: the file cannot be read, pools nothing, or does not take one uint8 picture.
    """

    def __init__(self, file: Path) -> None:
        self._litert = LiteRtInterpreter(model_content=_until_pooling(file), num_threads=1)
        self._litert.allocate_tensors()
        self._input = self._litert.get_input_details()[0]
        self._output = self._litert.get_output_details()[0]
        if self._input["dtype"] != np.uint8:
            raise TeacherError(f"{file} takes {self._input['dtype'].__name__}; a teacher takes uint8 pixels")

    @property
    def resolution(self) -> int:
        """Side of the input in pixels."""
        return int(self._input["shape"][1])

    def embed(self, picture: Tensor) -> npt.NDArray[np.float32]:
        """Return the embedding, float32 (D,), of a uint8 picture (R, R, 3)."""
        self._litert.set_tensor(self._input["index"], picture[np.newaxis])
        self._litert.invoke()
        scale, zero_point = self._output["quantization"]
        embedding: npt.NDArray[np.float32] = (
            self._litert.get_tensor(self._output["index"]).astype(np.float32).ravel()
        )
        return (embedding - zero_point) * np.float32(scale) if scale else embedding


def _until_pooling(file: Path) -> bytes:
    """Return the file with its last pooling as its only output."""
    try:
        model = flatbuffer_utils.read_model(str(file))
    except Exception as error:
        raise TeacherError(f"{file} is no .tflite file that can be read: {error}") from error
    graph = model.subgraphs[0]
    poolings = [op for op in graph.operators if model.operatorCodes[op.opcodeIndex].builtinCode in POOLING]
    if not poolings:
        raise TeacherError(f"{file} pools nothing; a teacher ends in global average pooling")
    graph.outputs = [poolings[-1].outputs[0]]
    # Signatures name the old outputs.
    model.signatureDefs = []
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))
