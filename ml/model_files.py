"""Model files that commands take: a bundle, a bare .tflite file, or a run folder, which is rounded in three ways."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

from ml.bundle import ModelDescription, Scheme, load_bundle
from ml.dataset import Dataset

THRESHOLD = 0.90
"""Of a file that comes without a bundle."""


@dataclass(frozen=True)
class ModelFile:
    """A file that can be measured, perhaps still to be made."""

    name: str
    content: Callable[[Dataset], bytes]
    """Returns the .tflite file; a run folder's is rounded with pictures of the dataset's train split."""
    threshold: float = THRESHOLD
    description: ModelDescription | None = None


def read_models(path: Path) -> list[ModelFile]:
    """Return the model of a bundle or .tflite file, or those of a run folder: int8 first, then float16 and float32.

    Raises:
        BundleError: the path is none of these.
        OSError: the file cannot be read.
    """
    if path.is_file():
        return [ModelFile(path.stem, _just(path.read_bytes()))]
    if path.is_dir() and not (path / "model.json").exists() and (path / "run.json").exists():
        return [
            ModelFile(f"{path.name} {precision}", partial(_round, path, precision))
            for precision in get_args(Scheme)
        ]
    bundle = load_bundle(path)
    description = bundle.description
    name = f"{description['name']} {description['version']}"
    return [ModelFile(name, _just(bundle.model_bytes), description["threshold"], description)]


def _just(content: bytes) -> Callable[[Dataset], bytes]:
    return lambda _: content


def _round(run: Path, precision: Scheme, dataset: Dataset) -> bytes:
    # Loads TensorFlow, which bundles do without.
    from ml.quantise import load_network, quantise, representative_pictures
    from ml.train import WEIGHTS_NAME

    network = load_network(run / WEIGHTS_NAME)
    return quantise(network, representative_pictures(dataset, network.input_shape[1]), precision)
