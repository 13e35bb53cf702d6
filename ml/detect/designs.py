"""The detectors that can be trained: what each is built, started, taught and read by, so that training is the same for all."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras

from ml.bundle import Scheme
from ml.detect import anchors, quantise, ssdlite, targets
from ml.detect.annotations import Annotated
from ml.detect.batches import Arrays
from ml.detect.boxes import Boxes
from ml.detect.context import in_context
from ml.detect.decode import Decoding, Detections
from ml.detect.evaluate import Finder
from ml.detect.losses import (
    WEIGHTS,
    hard_negative_cross_entropy,
    l1_at_centres,
    penalty_reduced_focal_loss,
    smooth_l1_at_matches,
)
from ml.detect.network import STRIDE, detector, start_detector
from ml.pixels import Tensor
from ml.recipes import Recipe

FOR_PHONES = "deepdog_mobilenet"
"""The design whose outputs the app reads; the others are there to be compared with."""


class Design(NamedTuple):
    """A way to build and train a detector."""

    build: Callable[[Recipe], keras.Model]
    """Returns the network with random weights."""
    start: Callable[[keras.Model, Path, Callable[[], Tensor]], None]
    """Gives its body weights from a file; the last argument gives some pictures to learn from, where that needs any."""
    targets: Callable[[Boxes, int, Boxes], Arrays]
    """Takes boxes to find, the resolution and unclear boxes of one view; returns what each of the network's outputs should learn."""
    losses: tuple[Callable[..., Any], ...]
    loss_weights: tuple[float, ...]
    detections: Callable[[keras.Model, Tensor, Decoding], list[Detections]]
    """What the network finds in pictures, uint8 (N, R, R, 3)."""
    finish: Callable[[keras.Model, float, Sequence[Annotated], Sequence[Annotated]], keras.Model]
    """Takes the trained network, its alpha, and the annotated pictures of the train and the val split; returns it with what is fitted last."""
    quantise: Callable[[keras.Model, Tensor, Scheme], bytes]
    """Takes the network and pictures that show the ranges; returns a .tflite file."""
    finder: Callable[[bytes, Decoding], Finder]
    """What such a file finds."""


def _points_targets(boxes: Boxes, resolution: int, unclear: Boxes) -> Arrays:
    side = resolution // STRIDE
    return targets.encode(boxes, (side, side), unclear)


DESIGNS = {
    FOR_PHONES: Design(
        lambda recipe: detector(recipe.alpha, recipe.resolution),
        start_detector,
        _points_targets,
        (penalty_reduced_focal_loss, l1_at_centres, l1_at_centres),
        WEIGHTS,
        quantise.network_detections,
        in_context,
        quantise.quantise_detector,
        Finder.of_detector,
    ),
    "ssdlite_mobilenet_v2": Design(
        lambda recipe: ssdlite.ssdlite(recipe.alpha, recipe.resolution),
        ssdlite.start_from_mobilenet,
        lambda boxes, resolution, unclear: anchors.encode(boxes, anchors.anchors(resolution), unclear),
        (hard_negative_cross_entropy, smooth_l1_at_matches),
        (1.0, 1.0),
        ssdlite.network_detections,
        lambda network, *_: network,
        ssdlite.quantise_ssdlite,
        ssdlite.finder,
    ),
}
"""By the recipe's network."""


def design_of(network: str) -> Design:
    """Return how the detector on a network is made.

    Raises:
        ValueError: there is none.
    """
    if network not in DESIGNS:
        raise ValueError(f"there is no detector on the network {network!r}; there are: {', '.join(DESIGNS)}")
    return DESIGNS[network]
