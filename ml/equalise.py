"""A network made ready for 8 bits, which round all values of an activation by the one range that representative pictures show.

Two things spoil that range: channels much larger than the others, and pictures much brighter than the others. Both are dealt with for networks that are a chain
of layers, as `ml.networks.deepdog` builds them; others are left as they are.
"""

from collections.abc import Iterator

import keras
import numpy as np
import numpy.typing as npt
from keras import layers, ops

from ml.networks.chain import applied, is_chain
from ml.pixels import Tensor

ORDINARY_QUANTILE = 0.75
"""A picture is ordinary where no activation's peak exceeds that of three pictures in four. Chosen on the val split among 0.5, 0.75, 0.9 and 1."""

FEWEST_PICTURES = 20

SMALLEST_SCALE = 1e-3
"""Of the largest channel; a channel that never speaks is not blown up beyond that."""


def equalise(network: keras.Model, pictures: Tensor) -> None:
    """Scale the channels between each depthwise and pointwise convolution to one range.

    Nothing stands between the two in DeepDog, so a channel may be divided by any number that the pointwise weights are multiplied by: the network stays
    the same (Nagel et al. 2019, "Data-free quantization through weight equalization and bias correction", section 4.1, who need an activation that scales).

    Args:
        network: changed in place.
        pictures: uint8 (N, R, R, 3), which show the ranges.
    """
    if not is_chain(network):
        return
    x = ops.convert_to_tensor(pictures, "float32")
    for layer, following in zip(network.layers[1:], [*network.layers[2:], None], strict=True):
        x = applied(layer, x)
        between = isinstance(layer, layers.DepthwiseConv2D) and isinstance(following, layers.Conv2D)
        if between and not layer.use_bias:
            ranges = ops.convert_to_numpy(ops.max(ops.abs(x), axis=(0, 1, 2)))
            scales = np.maximum(ranges / ranges.max(), SMALLEST_SCALE)[:, np.newaxis]
            (depthwise,), (pointwise, *bias) = layer.get_weights(), following.get_weights()
            layer.set_weights([depthwise / scales])
            following.set_weights([pointwise * scales, *bias])
            x = x / scales[:, 0]


def ordinary_pictures(network: keras.Model, pictures: Tensor) -> Tensor:
    """Return the pictures without those that drive an activation to an unusual height, so that the ranges fit the rest; a higher peak is clipped.

    Args:
        network: from pixels to logits.
        pictures: uint8 (N, R, R, 3).
    """
    has_activations = any(isinstance(layer, layers.Activation) for layer in network.layers)
    if not is_chain(network) or not has_activations or len(pictures) <= FEWEST_PICTURES:
        return pictures
    peaks = np.stack(list(_peaks(network, pictures)), axis=1)
    excess = (peaks / np.quantile(peaks, ORDINARY_QUANTILE, axis=0)).max(axis=1)
    ordinary = max(FEWEST_PICTURES, int((excess <= 1).sum()))
    return pictures[np.sort(np.argsort(excess, kind="stable")[:ordinary])]


def _peaks(network: keras.Model, pictures: Tensor) -> Iterator[npt.NDArray[np.float32]]:
    """Yield the peak of each picture in each activation, float32 (N,)."""
    x = ops.convert_to_tensor(pictures, "float32")
    for layer in network.layers[1:]:
        x = applied(layer, x)
        if isinstance(layer, layers.Activation):
            yield ops.convert_to_numpy(ops.max(x, axis=(1, 2, 3)))
