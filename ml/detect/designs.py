"""The detectors that can be trained: what each is built, started, taught and read by, so that training is the same for all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import keras

from ml.detect.batches import Arrays
from ml.detect.boxes import Boxes
from ml.detect.decode import Decoding, Detections
from ml.detect.losses import WEIGHTS, l1_at_centres, penalty_reduced_focal_loss
from ml.detect.network import STRIDE, detector, start_from_classifier
from ml.detect.quantise import network_detections
from ml.detect.targets import encode
from ml.pixels import Tensor
from ml.recipes import Recipe


class Design(NamedTuple):
    """A way to build and train a detector."""

    build: Callable[[Recipe], keras.Model]
    """Returns the network with random weights."""
    start: Callable[[keras.Model, Path], None]
    """Gives its body weights that a classifier learnt."""
    targets: Callable[[Boxes, int, Boxes], Arrays]
    """Takes boxes to find, the resolution and unclear boxes of one view; returns what each of the network's outputs should learn."""
    losses: tuple[Callable[..., Any], ...]
    loss_weights: tuple[float, ...]
    detections: Callable[[keras.Model, Tensor, Decoding], list[Detections]]
    """What the network finds in pictures, uint8 (N, R, R, 3)."""


def _points_targets(boxes: Boxes, resolution: int, unclear: Boxes) -> Arrays:
    side = resolution // STRIDE
    return encode(boxes, (side, side), unclear)


DESIGNS = {
    "deepdog_mobilenet": Design(
        lambda recipe: detector(recipe.alpha, recipe.resolution),
        start_from_classifier,
        _points_targets,
        (penalty_reduced_focal_loss, l1_at_centres, l1_at_centres),
        WEIGHTS,
        network_detections,
    ),
}
"""By the recipe's network."""


def design_of(recipe: Recipe) -> Design:
    """Return how the recipe's detector is made.

    Raises:
        ValueError: its network has no detector.
    """
    if recipe.network not in DESIGNS:
        raise ValueError(
            f"there is no detector on the network {recipe.network!r}; there are: {', '.join(DESIGNS)}"
        )
    return DESIGNS[recipe.network]
