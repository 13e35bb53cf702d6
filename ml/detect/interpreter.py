"""Runs a detector's file as the phones do: LiteRT on the CPU, one picture at a time."""

from ml.detect.decode import OUTPUTS, Maps
from ml.interpreter import LoadedModel, ModelError
from ml.pixels import Tensor


class DetectorInterpreter(LoadedModel):
    """A loaded detector.

    Raises:
        ModelError: LiteRT cannot load the bytes, or inputs and outputs are not those of docs/contracts.md.
    """

    def __init__(self, model: bytes, num_threads: int = 1) -> None:
        super().__init__(model, num_threads)
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
        """Run the network once on a uint8 tensor of shape (1, R, R, 3).

        Raises:
            ValueError: the tensor has another shape or dtype.
        """
        self.run(tensor)
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
