"""The networks by name, one architecture a file. All take pixels in [0, 255] and end in a layer `heatmap` of logits and its mean, the layer `logit`."""

from collections.abc import Callable

import keras

from ml.networks.alexnet import alexnet
from ml.networks.deepdog import MOBILENET_BLOCKS, deepdog
from ml.networks.efficientnet_lite import efficientnet_lite
from ml.networks.enet import enet
from ml.networks.retrained import (
    inception_v3,
    mobilenet_v1,
    mobilenet_v2,
    mobilenet_v3_small,
    vgg16,
    xception,
)
from ml.networks.squeezenet import squeezenet

Builder = Callable[[float, int, float], keras.Model]
"""Takes alpha, resolution and dropout."""

BUILDERS: dict[str, Builder] = {
    "deepdog": deepdog,
    "deepdog_mobilenet": lambda alpha, resolution, dropout: deepdog(
        alpha, resolution, dropout, MOBILENET_BLOCKS
    ),
    "efficientnet_lite0": lambda _alpha, resolution, _dropout: efficientnet_lite(
        "efficientnet_lite0", resolution
    ),
    "efficientnet_lite2": lambda _alpha, resolution, _dropout: efficientnet_lite(
        "efficientnet_lite2", resolution
    ),
    "squeezenet": squeezenet,
    "enet": enet,
    "alexnet": alexnet,
    "mobilenet_v1": mobilenet_v1,
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3_small": mobilenet_v3_small,
    "inception_v3": inception_v3,
    "xception": xception,
    "vgg16": vgg16,
}


def build(name: str, alpha: float, resolution: int, dropout: float = 0.0) -> keras.Model:
    """Build a network of `BUILDERS`, with random weights.

    Raises:
        KeyError: unknown name.
    """
    return BUILDERS[name](alpha, resolution, dropout)
