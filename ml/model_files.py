"""Model files that commands take: a bundle, a bare .tflite file, or a run folder, which is calibrated and rounded in three ways."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from ml.bundle import ModelDescription, Scheme, load_bundle
from ml.dataset import Dataset
from ml.detect.bundle import is_detector, load_detector_bundle

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
    """Return what `read_model` does, or of a run folder its network as int8, float16 and float32, each as `export` would ship it at `THRESHOLD`.

    Args:
        path: bundle, .tflite file or run folder.
        dataset: the photos of the run; train shows the ranges to round it by, val calibrates it.

    Raises:
        RunError: the run finished no epoch.
        BundleError: the folder is no sound bundle.
        OSError: the file cannot be read.
    """
    return _rounded(path, dataset) if is_run(path) else [read_model(path)]


def check_trained_on(path: Path, dataset: Dataset) -> None:
    """Refuse a run that was trained on other photos or splits than it is to be measured on, and warn of such a bundle, which may well be asked of new ones.

    Args:
        path: bundle, .tflite file, of which nothing is known, or run folder.
        dataset: the photos to measure on.

    Raises:
        RunError: the run was.
        BundleError: the folder is no sound bundle.
    """
    if is_run(path):
        # Loads TensorFlow, which bundles do without.
        from ml.trained import check_photos, record_of

        check_photos(path, record_of(path), dataset)
    elif path.is_dir():
        bundle = load_detector_bundle(path) if is_detector(path) else load_bundle(path)
        if not dataset.was_learnt_by(bundle.description["data_sha256"]):
            print(
                f"{path} was trained on other photos than these, or in other splits: the figures flatter it where it learnt from what is measured on",
                file=sys.stderr,
            )


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
    from ml.export import calibrated
    from ml.quantise import representative_pictures
    from ml.trained import network_of, record_of

    recipe = record_of(run)["recipe"]
    pictures = representative_pictures(dataset.split("train"), recipe["resolution"])
    validation = dataset.split("val")
    return [
        ModelFile(
            f"{run.name} {scheme}",
            calibrated(network_of(run, recipe, pictures), pictures, validation, THRESHOLD, scheme),
        )
        for scheme in get_args(Scheme)
    ]
