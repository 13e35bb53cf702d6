"""A network made ready for 8 bits, which round all values of an activation by the one range that representative pictures show.

Two things spoil that range: channels much larger than the others, and pictures much brighter than the others.
"""

import keras
import numpy as np
import numpy.typing as npt
from keras import layers, ops

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
    Where something stands between, as in other networks, nothing is changed.

    Args:
        network: changed in place.
        pictures: uint8 (N, R, R, 3), which show the ranges.
    """
    pairs = _pairs(network)
    if not pairs:
        return
    ranges = _peaks(network, [depthwise for depthwise, _ in pairs], (1, 2), pictures)
    for (depthwise, pointwise), of_pictures in zip(pairs, ranges, strict=True):
        range_of = of_pictures.max(axis=0)
        scales = np.maximum(range_of / range_of.max(), SMALLEST_SCALE)[:, np.newaxis]
        (kernel,), (following, *bias) = depthwise.get_weights(), pointwise.get_weights()
        depthwise.set_weights([kernel / scales])
        pointwise.set_weights([following * scales, *bias])


def ordinary_pictures(network: keras.Model, pictures: Tensor) -> Tensor:
    """Return the pictures without those that drive an activation to an unusual height, so that the ranges fit the rest; a higher peak is clipped.

    Args:
        network: from pixels to anything.
        pictures: uint8 (N, R, R, 3).
    """
    activations = [layer for layer in network.layers if isinstance(layer, layers.Activation)]
    if not activations or len(pictures) <= FEWEST_PICTURES:
        return pictures
    peaks = np.stack(_peaks(network, activations, (1, 2, 3), pictures), axis=1)
    excess = (peaks / np.quantile(peaks, ORDINARY_QUANTILE, axis=0)).max(axis=1)
    ordinary = max(FEWEST_PICTURES, int((excess <= 1).sum()))
    return pictures[np.sort(np.argsort(excess, kind="stable")[:ordinary])]


def _pairs(network: keras.Model) -> list[tuple[keras.Layer, keras.Layer]]:
    """Return each depthwise convolution without bias whose output one convolution reads, and nothing else."""
    readers: dict[int, list[keras.Layer]] = {}
    for layer in network.layers[1:]:
        for read in layer.input if isinstance(layer.input, list) else [layer.input]:
            readers.setdefault(id(read), []).append(layer)
    found = []
    for layer in network.layers:
        if isinstance(layer, layers.DepthwiseConv2D) and not layer.use_bias:
            following = readers.get(id(layer.output), [])
            if len(following) == 1 and isinstance(following[0], layers.Conv2D):
                found.append((layer, following[0]))
    return found


def _peaks(
    network: keras.Model, at: list[keras.Layer], axes: tuple[int, ...], pictures: Tensor
) -> list[npt.NDArray[np.float32]]:
    """Return the largest magnitude of each picture at each layer, over the axes: float32 (N,) or (N, channels) each."""
    outputs = [ops.max(ops.abs(layer.output), axis=axes) for layer in at]
    found = keras.Model(network.input, outputs).predict(pictures, batch_size=32, verbose=0)
    return found if isinstance(found, list) else [found]
