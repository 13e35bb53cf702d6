"""Runs a detector's file as the phones do: LiteRT on the CPU, one picture at a time."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter

from ml.detect.decode import OUTPUTS, Maps
from ml.interpreter import ModelError
from ml.pixels import Tensor


class DetectorInterpreter:
    """A loaded detector.

    Raises:
        ModelError: LiteRT cannot load the bytes, or inputs and outputs are not those of docs/contracts.md.
    """

    def __init__(self, model: bytes, num_threads: int = 1) -> None:
        try:
            self._litert = LiteRtInterpreter(model_content=model, num_threads=num_threads)
            self._litert.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot load the model: {error}") from error
        inputs = self._litert.get_input_details()
        shapes = [tuple(int(n) for n in d["shape_signature"]) for d in inputs]
        if len(inputs) != 1 or inputs[0]["dtype"] != np.uint8 or not _is_square(shapes[0]):
            raise ModelError(
                f"the model must take one uint8 input of shape (1, R, R, 3); this one takes {shapes}"
            )
        self._input = inputs[0]
        self.resolution = shapes[0][1]
        """Side of the input in pixels."""
        self._outputs = self._named_outputs()

    @property
    def output_names(self) -> list[str]:
        """`centres`, `sizes` and `offsets` in the order of the file's outputs."""
        name_of = {details["index"]: name for name, details in self._outputs.items()}
        return [name_of[details["index"]] for details in self._litert.get_output_details()]

    @property
    def output_shapes(self) -> dict[str, list[int]]:
        """Shape of each output by its name."""
        return {name: [int(n) for n in details["shape"]] for name, details in self._outputs.items()}

    def maps(self, tensor: Tensor) -> Maps:
        """Run the network once on a uint8 tensor of shape (1, R, R, 3)."""
        expected = (1, self.resolution, self.resolution, 3)
        if tensor.shape != expected or tensor.dtype != np.uint8:
            raise ModelError(
                f"expected a uint8 tensor of shape {expected}, got {tensor.dtype} {tensor.shape}"
            )
        self._litert.set_tensor(self._input["index"], tensor)
        self._litert.invoke()
        centres, sizes, offsets = (
            self._litert.get_tensor(self._outputs[name]["index"])[0] for name in OUTPUTS
        )
        return Maps(centres[..., 0], sizes, offsets)

    def _named_outputs(self) -> dict[str, dict]:  # type: ignore[type-arg]
        """Return the outputs by the names that the file's signature gives them: sizes and offsets look alike."""
        signatures = self._litert.get_signature_list()
        named = self._litert.get_signature_runner().get_output_details() if len(signatures) == 1 else {}
        shapes = {
            name: (details["dtype"].__name__, [int(n) for n in details["shape"]])
            for name, details in named.items()
        }
        grid = shapes.get("centres", ("", [0, 0, 0, 0]))[1][:3]
        wanted = {name: ("float32", [*grid, 1 if name == "centres" else 2]) for name in OUTPUTS}
        if shapes != wanted:
            raise ModelError(
                "a detector must give float32 centres (1, h, w, 1), sizes (1, h, w, 2) and offsets (1, h, w, 2); "
                f"this file gives {shapes or 'no named outputs'}"
            )
        return {name: dict(details) for name, details in named.items()}


def _is_square(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[0] == 1 and shape[1] == shape[2] and shape[3] == 3
