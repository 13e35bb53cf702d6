"""Runs a model file as the phones do: LiteRT on the CPU, one picture at a time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter

from ml.pixels import Tensor


class Prediction(NamedTuple):
    """What the network says of one picture."""

    score: float
    """Probability of the positive label, in [0, 1]."""
    heatmap: npt.NDArray[np.float32]
    """Class-activation map in logit units, shape (h, w); its mean is the logit."""


class ModelError(ValueError):
    """The file is no model of this project's contract."""


class LoadedModel:
    """A model file of either kind, loaded; classes below say what comes out.

    Raises:
        ModelError: LiteRT cannot load the bytes, or inputs and outputs are not those of docs/contracts.md.
    """

    def __init__(self, model: bytes, num_threads: int = 1) -> None:
        try:
            self._litert = LiteRtInterpreter(model_content=model, num_threads=num_threads)
            self._litert.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot load the model: {error}") from error
        self._input = self._single_input()

    @property
    def resolution(self) -> int:
        """Side of the input in pixels."""
        return int(self._input["shape"][1])

    def run(self, tensor: Tensor) -> None:
        """Run the network once on a uint8 tensor of shape (1, R, R, 3).

        Raises:
            ValueError: the tensor has another shape or dtype (LiteRT itself would read past it silently on some platforms).
        """
        expected = (1, self.resolution, self.resolution, 3)
        if tensor.shape != expected or tensor.dtype != np.uint8:
            raise ValueError(
                f"expected a uint8 tensor of shape {expected}, got {tensor.dtype} {tensor.shape}"
            )
        self._litert.set_tensor(self._input["index"], tensor)
        self._litert.invoke()

    def _single_input(self) -> dict:  # type: ignore[type-arg]
        details = self._litert.get_input_details()
        shape = [list(map(int, d.get("shape_signature", d["shape"]))) for d in details]
        fits = len(details) == 1 and details[0]["dtype"] == np.uint8 and len(shape[0]) == 4
        if not fits or shape[0][0] != 1 or shape[0][1] != shape[0][2] or shape[0][3] != 3:
            raise ModelError(
                f"the model must take one uint8 input of shape (1, R, R, 3); this one takes {shape}"
            )
        return dict(details[0])


class Interpreter(LoadedModel):
    """A loaded classifier.

    Raises:
        ModelError: LiteRT cannot load the bytes, or inputs and outputs are not those of docs/contracts.md.
    """

    def __init__(self, model: bytes, num_threads: int = 1) -> None:
        super().__init__(model, num_threads)
        self._score, self._heatmap = self._outputs()

    @property
    def output_names(self) -> list[str]:
        """`score` and `heatmap` in the order of the file's outputs."""
        first = self._litert.get_output_details()[0]["index"]
        return ["score", "heatmap"] if first == self._score["index"] else ["heatmap", "score"]

    @property
    def heatmap_shape(self) -> tuple[int, int, int, int]:
        """Shape of the heatmap output, (1, h, w, 1)."""
        one, height, width, channels = (int(n) for n in self._heatmap["shape"])
        return one, height, width, channels

    def classify(self, tensor: Tensor) -> Prediction:
        """Run the network once on a uint8 tensor of shape (1, R, R, 3).

        Raises:
            ValueError: the tensor has another shape or dtype.
        """
        self.run(tensor)
        score = float(self._litert.get_tensor(self._score["index"])[0, 0])
        return Prediction(score, self._litert.get_tensor(self._heatmap["index"])[0, :, :, 0])

    def _outputs(self) -> tuple[dict, dict]:  # type: ignore[type-arg]
        details = self._litert.get_output_details()
        by_rank = {len(d["shape"]): dict(d) for d in details if d["dtype"] == np.float32}
        if len(details) != 2 or set(by_rank) != {2, 4}:
            shapes = [(d["dtype"].__name__, list(map(int, d["shape"]))) for d in details]
            raise ModelError(
                f"the model must give float32 score (1, 1) and heatmap (1, h, w, 1); this one gives {shapes}"
            )
        return by_rank[2], by_rank[4]
