"""Teachers: exported networks, larger than a phone's, asked for their score and their features of a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter
from tensorflow.lite.python import schema_py_generated as flatbuffer
from tensorflow.lite.tools import flatbuffer_utils

from ml import metrics
from ml.batches import labels, shrunk, thinned
from ml.dataset import Example
from ml.pixels import Tensor, photo_to_tensor

Floats = npt.NDArray[np.float32]

JUDGED_PICTURES = 200
"""Photos that teachers are judged by before they teach, half of each class, or up to twice as many."""


class TeacherError(ValueError):
    """The file cannot teach."""


class Lesson(NamedTuple):
    """What a teacher sees in a picture."""

    score: float
    """Probability of the positive class."""
    features: Floats
    """(D,): what the heatmap is made of, averaged over the picture; of several teachers, side by side."""


class Teachers:
    """Teachers who answer as one, by the mean of their scores (Hinton et al. 2015, section 1). Not to be shared between threads.

    Raises:
        TeacherError: as of `Teacher`.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._teachers = [Teacher(file) for file in files]

    @property
    def resolution(self) -> int:
        """Side in pixels of the pictures to ask about: the largest of the teachers', the others see them shrunk."""
        return max(teacher.resolution for teacher in self._teachers)

    def ask(self, picture: Tensor) -> Lesson:
        """Return what they see in a uint8 picture (R, R, 3)."""
        scores, features = zip(
            *(teacher.ask(shrunk(picture, teacher.resolution)) for teacher in self._teachers), strict=True
        )
        return Lesson(float(np.mean(scores)), np.concatenate(features))


class Teacher:
    """A .tflite file that `deepdog export` wrote. Not to be shared between threads.

    Raises:
        TeacherError: the file cannot be read, ends in no heatmap, or does not take one uint8 picture.
    """

    def __init__(self, file: Path) -> None:
        self._litert = LiteRtInterpreter(model_content=_with_features(file), num_threads=1)
        self._litert.allocate_tensors()
        self._input = self._litert.get_input_details()[0]
        self._heatmap, self._features = self._litert.get_output_details()
        if self._input["dtype"] != np.uint8:
            raise TeacherError(f"{file} takes {self._input['dtype'].__name__}; a teacher takes uint8 pixels")

    @property
    def resolution(self) -> int:
        """Side of the input in pixels."""
        return int(self._input["shape"][1])

    @property
    def dimensions(self) -> int:
        """D, the number of features."""
        return int(self._features["shape"][-1])

    def ask(self, picture: Tensor) -> Lesson:
        """Return what it sees in a uint8 picture (R, R, 3)."""
        self._litert.set_tensor(self._input["index"], picture[np.newaxis])
        self._litert.invoke()
        logit = self._output(self._heatmap).mean()
        return Lesson(1 / (1 + float(np.exp(-logit))), self._output(self._features).mean(axis=(0, 1, 2)))

    def _output(self, details: dict[str, Any]) -> Floats:
        values: Floats = self._litert.get_tensor(details["index"]).astype(np.float32)
        scale, zero_point = details["quantization"]
        return (values - zero_point) * np.float32(scale) if scale else values


def check_teachers(files: Sequence[Path], examples: Sequence[Example]) -> float:
    """Refuse teachers of something else: they would be believed without a word.

    Args:
        files: models of bundles, asked as one.
        examples: photos of both classes that the student will be measured on; a few hundred of them are asked about.

    Returns:
        The area under the ROC curve of their scores.

    Raises:
        TeacherError: they tell the classes apart no better than chance; or as of `Teacher`.
    """
    teachers = Teachers(files)
    some = [*thinned([e for e in examples if e.positive], JUDGED_PICTURES // 2)]
    some += thinned([e for e in examples if not e.positive], JUDGED_PICTURES // 2)
    scores = np.array(
        [teachers.ask(photo_to_tensor(example.path, teachers.resolution)[0]).score for example in some]
    )
    area = metrics.auc(scores, labels(some))
    if area <= 0.5:
        raise TeacherError(
            f"{', '.join(map(str, files))} cannot tell these classes apart: the area under the ROC curve on the val split is {area:.3f}, "
            "where chance alone gives 0.5. Was it trained for something else?"
        )
    return area


def _with_features(file: Path) -> bytes:
    """Return the file with two outputs: its heatmap, and what the heatmap's convolution reads."""
    try:
        model = flatbuffer_utils.read_model(str(file))
    except Exception as error:
        raise TeacherError(f"{file} is no .tflite file that can be read: {error}") from error
    graph = model.subgraphs[0]
    convolutions = [
        operator
        for operator in graph.operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode == flatbuffer.BuiltinOperator.CONV_2D
    ]
    if not convolutions or graph.tensors[convolutions[-1].outputs[0]].shape[-1] != 1:
        raise TeacherError(
            f"{file} ends in no heatmap; a teacher is the model of a bundle that `deepdog export` wrote"
        )
    graph.outputs = [convolutions[-1].outputs[0], convolutions[-1].inputs[0]]
    # Signatures name the old outputs.
    model.signatureDefs = []
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))
