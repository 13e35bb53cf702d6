"""A trained network and what it was made of, from the run folder that holds it, or out of a bundle, whose file's weights are made float again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from ml.bundle import load_bundle
from ml.dataset import Dataset
from ml.networks import build
from ml.networks.starting_weights import start_from_quantised
from ml.pixels import Tensor
from ml.quantise import load_network
from ml.training.record import RECORD_NAME, WEIGHTS_NAME, RunError

WITHOUT_A_RUN = ("deepdog", "deepdog_mobilenet")
"""Networks that a bundle's file holds all of; of a MobileNet the head could not be had."""


def record_of(folder: Path) -> dict[str, Any]:
    """Return a run's run.json, or of a bundle what one says of commit, photos and architecture.

    Raises:
        RunError: the folder is neither.
        BundleError: the bundle is not sound.
    """
    if is_bundle(folder):
        description = load_bundle(folder).description
        architecture = description["architecture"]
        return {
            "git_commit": description["git_commit"],
            "data_sha256": description["data_sha256"],
            "recipe": {
                "network": architecture["name"],
                **{key: architecture[key] for key in ("alpha", "resolution")},
            },
        }
    try:
        record: dict[str, Any] = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(
            f"{folder} is no run folder: it lacks {RECORD_NAME}; `deepdog train` makes one"
        ) from error
    return record


def check_photos(folder: Path, record: Mapping[str, Any], dataset: Dataset) -> None:
    """Refuse photos that are not those of a run, in its splits, but for extra ones: it may have learnt from what it would be measured on.

    Args:
        folder: the run's or the bundle's.
        record: what `record_of` returned.
        dataset: the photos.

    Raises:
        RunError: they are others, or of other splits.
    """
    if not dataset.was_learnt_by(record["data_sha256"]):
        raise RunError(
            f"{folder} was trained on other photos than these; name the folders that it was trained on, with the same --extra and --leave-out"
        )


def network_of(folder: Path, recipe: Mapping[str, Any], pictures: Tensor) -> keras.Model:
    """Return the network of a run or a bundle.

    Args:
        folder: the run's or the bundle's.
        recipe: as in its record: network, alpha and resolution.
        pictures: a few hundred, uint8 (N, R, R, 3), on which batch norm's statistics are measured where the file has it folded.

    Raises:
        RunError: the run finished no epoch or is a detector's, or of the bundle not all can be made float again.
        DequantiseError: the bundle's file is neither in 8 bits nor in float32.
    """
    if recipe.get("detection"):
        raise RunError(
            f"{folder} is a detector's run: `deepdog export` and `deepdog evaluate` take those, alone or beside bundles"
        )
    if not is_bundle(folder):
        return load_network(folder / WEIGHTS_NAME)
    if recipe["network"] not in WITHOUT_A_RUN:
        raise RunError(
            f"{folder} is {recipe['network']}, of which not all can be made float again; export its run"
        )
    network = build(recipe["network"], recipe["alpha"], recipe["resolution"])
    start_from_quantised(network, folder, pictures)
    return network


def is_bundle(folder: Path) -> bool:
    """Tell a bundle from a run folder."""
    return (folder / "model.json").exists()
