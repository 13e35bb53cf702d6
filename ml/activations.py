"""What each layer of a model file sees: its activations on one picture, read from the file that ships."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter
from ai_edge_litert.interpreter import OpResolverType

from ml.pixels import Tensor

CONVOLUTIONS = {"CONV_2D": "convolution", "DEPTHWISE_CONV_2D": "depthwise"}
NONLINEARITIES = {
    "ELU": "ELU",
    "RELU": "ReLU",
    "RELU6": "ReLU6",
    "PRELU": "PReLU",
    "HARD_SWISH": "hard swish",
    "LEAKY_RELU": "leaky ReLU",
}


@dataclass(frozen=True)
class Layer:
    """A convolution with what follows it up to the next one."""

    number: int
    name: str
    """Such as `3x3 depthwise, stride 2`."""
    activations: npt.NDArray[np.float32]
    """(h, w, channels), after the layer's nonlinearity, in real numbers whatever the file rounds to."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(h, w, channels)."""
        height, width, channels = self.activations.shape
        return height, width, channels

    def most_active(self, count: int) -> list[int]:
        """Return the channels that stand out most from their own layer's average, the strongest first."""
        strength = np.abs(self.activations).max(axis=(0, 1))
        return [int(channel) for channel in np.argsort(-strength, kind="stable")[:count]]


def layers(model: bytes, tensor: Tensor) -> list[Layer]:
    """Run a model file once and return its convolutional layers in order, the last one giving the heatmap.

    Args:
        model: the .tflite file.
        tensor: uint8 (1, R, R, 3), through the pixel contract.
    """
    interpreter = LiteRtInterpreter(
        model_content=model,
        num_threads=1,
        # XNNPACK would run the graph as one node and keep nothing in between.
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], tensor)
    interpreter.invoke()
    details = {d["index"]: d for d in interpreter.get_tensor_details()}
    found: list[Layer] = []
    for operators in _by_convolution(interpreter._get_ops_details()):
        output = [o["outputs"][0] for o in operators if len(details[o["outputs"][0]]["shape"]) == 4][-1]
        activations = _real(interpreter.get_tensor(output), details[output])[0]
        found.append(Layer(len(found) + 1, _name(operators, details), activations))
    return found


def _by_convolution(operators: list[dict]) -> list[list[dict]]:  # type: ignore[type-arg]
    """Cut the list of operators before every convolution; what comes before the first belongs to none."""
    cut: list[list[dict]] = []  # type: ignore[type-arg]
    for operator in operators:
        if operator["op_name"] in CONVOLUTIONS:
            cut.append([])
        if cut:
            cut[-1].append(operator)
    return cut


def _real(values: npt.NDArray[np.generic], detail: dict) -> npt.NDArray[np.float32]:  # type: ignore[type-arg]
    scale, zero_point = detail["quantization"]
    real = values.astype(np.float32)
    return (real - zero_point) * np.float32(scale) if scale else real


def _name(operators: list[dict], details: dict) -> str:  # type: ignore[type-arg]
    convolution = operators[0]
    picture, kernel = (details[i]["shape"] for i in convolution["inputs"][:2])
    stride = round(int(picture[1]) / int(details[convolution["outputs"][0]]["shape"][1]))
    words = f"{kernel[1]}×{kernel[2]} {CONVOLUTIONS[convolution['op_name']]}"
    if stride > 1:
        words += f", stride {stride}"
    nonlinear = [NONLINEARITIES[o["op_name"]] for o in operators if o["op_name"] in NONLINEARITIES]
    return ", ".join([words, *nonlinear[:1]])
