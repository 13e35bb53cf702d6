"""The networks by name, one architecture a file. All take pixels in [0, 255] and end in a layer `heatmap` of logits and its mean, the layer `logit`."""

from collections.abc import Callable
from functools import partial

import keras

from ml.ablation import AS_IN_2017, Ablation
from ml.networks.alexnet import alexnet
from ml.networks.deepdog import MOBILENET_BLOCKS, SEPARABLE_BLOCKS, deepdog
from ml.networks.efficientnet_lite import efficientnet_lite
from ml.networks.enet import enet
from ml.networks.retrained import APPLICATIONS, retrained
from ml.networks.squeezenet import squeezenet

Builder = Callable[[float, int, float], keras.Model]
"""Takes alpha, resolution and dropout."""


def _efficientnet_lite(alpha: float, resolution: int, _dropout: float, *, name: str) -> keras.Model:
    """Take it as it was published, with its own dropout."""
    if alpha != 1:
        raise ValueError(f"{name} comes in one width; leave alpha at 1, not {alpha:g}")
    return efficientnet_lite(name, resolution)


BUILDERS: dict[str, Builder] = {
    "deepdog": deepdog,
    "deepdog_mobilenet": partial(deepdog, blocks=MOBILENET_BLOCKS),
    "efficientnet_lite0": partial(_efficientnet_lite, name="efficientnet_lite0"),
    "efficientnet_lite2": partial(_efficientnet_lite, name="efficientnet_lite2"),
    "squeezenet": squeezenet,
    "enet": enet,
    "alexnet": alexnet,
    **{name: partial(retrained, name=name) for name in APPLICATIONS},
}


def build(
    name: str, alpha: float, resolution: int, dropout: float = 0.0, ablation: Ablation = AS_IN_2017
) -> keras.Model:
    """Build a network of `BUILDERS`, with random weights.

    Raises:
        ValueError: there is no such network, an ablation of another one than DeepDog, or an alpha for one that comes in one width.
    """
    if name not in BUILDERS:
        raise ValueError(f"there is no network {name!r}; there are: {', '.join(BUILDERS)}")
    if name.startswith("deepdog"):
        blocks = MOBILENET_BLOCKS if name == "deepdog_mobilenet" else SEPARABLE_BLOCKS
        return deepdog(alpha, resolution, dropout, blocks, ablation)
    if ablation != AS_IN_2017:
        raise ValueError(f"`{ablation}` is for DeepDog's networks; {name} is taken as it is")
    return BUILDERS[name](alpha, resolution, dropout)
