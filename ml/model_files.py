"""Model files that commands take: a bundle, a bare .tflite file, or a run folder, which is rounded in three ways."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from ml.bundle import ModelDescription, Scheme, load_bundle
from ml.dataset import Dataset

THRESHOLD = 0.90
"""Of a file that comes without a bundle, and of an exported classifier that nobody names one for."""
LABELS = ("No", "Yes")
"""Likewise."""


@dataclass(frozen=True)
class ModelFile:
    """A .tflite file and what is known of it."""

    name: str
    content: bytes
    threshold: float = THRESHOLD
    labels: tuple[str, str] = LABELS
    """The words for negative and positive."""
    description: ModelDescription | None = None
    """Of its bundle, where it has one."""


def read_model(path: Path) -> ModelFile:
    """Return the model of a bundle, or a .tflite file.

    Raises:
        BundleError: the folder is no sound bundle.
        OSError: the file cannot be read.
    """
    if path.is_file():
        return ModelFile(path.stem, path.read_bytes())
    bundle = load_bundle(path)
    description = bundle.description
    return ModelFile(
        f"{description['name']} {description['version']}",
        bundle.model_bytes,
        description["threshold"],
        (description["labels"]["negative"], description["labels"]["positive"]),
        description,
    )


def read_models(path: Path, dataset: Dataset) -> list[ModelFile]:
    """Return what `read_model` does, or of a run folder its network as int8, float16 and float32.

    Args:
        path: bundle, .tflite file or run folder.
        dataset: whose train split shows the range of activations to round a run's network by.
    """
    return _rounded(path, dataset) if is_run(path) else [read_model(path)]


def is_run(path: Path) -> bool:
    """Whether the path is a run folder of `deepdog train`, and no bundle."""
    return path.is_dir() and not (path / "model.json").exists() and (path / "run.json").exists()


def is_detector_run(path: Path) -> bool:
    """Whether the path is a run folder of `deepdog train --task detect`."""
    if not is_run(path):
        return False
    record = json.loads((path / "run.json").read_text(encoding="utf-8"))
    return bool(record.get("recipe", {}).get("detection"))


def _rounded(run: Path, dataset: Dataset) -> list[ModelFile]:
    # Loads TensorFlow, which bundles do without.
    from ml.quantise import load_network, quantise, representative_pictures
    from ml.training.record import WEIGHTS_NAME

    network = load_network(run / WEIGHTS_NAME)
    pictures = representative_pictures(dataset.split("train"), network.input_shape[1])
    return [
        ModelFile(f"{run.name} {scheme}", quantise(network, pictures, scheme)) for scheme in get_args(Scheme)
    ]
