"""Channels that tell nothing, woken up: six of the sixteen filters that MobileNet V1 of alpha 0.5 brings from ImageNet for its first layer are dead."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import keras
import numpy as np
import numpy.typing as npt
from keras import layers, ops

from ml.networks.chain import is_chain
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor

SILENT = 0.02
"""A channel whose values after its activation deviate by less tells nothing in 8 bits: 255 levels from ELU's -1 up to 4 are 0.02 apart."""

SEED = 2017
"""Always the same, so that runs that begin at the same weights can still be averaged."""


class _Channels(NamedTuple):
    """What makes some channels and what reads them."""

    convolution: layers.Conv2D
    norm: layers.BatchNormalization
    activation: layers.Activation
    depthwise: layers.DepthwiseConv2D
    pointwise: layers.Conv2D


def revive(network: keras.Model, pictures: Tensor) -> int:
    """Give silent channels random weights that nobody listens to yet, so that the network computes nearly the same and can learn to use them.

    Args:
        network: changed in place, where it is a chain (`ml.networks.chain`) of batch norm, one of Keras' activations, depthwise and pointwise convolution.
        pictures: uint8 (N, R, R, 3), any photos; where a channel is renewed, batch norm's statistics are measured on them.

    Returns:
        How many channels there were, those included that heard of silent ones alone.
    """
    places = list(_places(network)) if is_chain(network) else []
    renewed = [np.zeros(place.norm.gamma.shape, bool) for place in places]
    while places:
        # Those that heard of silent ones alone fall silent with them; none is renewed twice, since pictures of nothing silence all.
        found = [
            silent & ~before
            for silent, before in zip(_silent(network, places, pictures), renewed, strict=True)
        ]
        if not np.concatenate(found).any():
            break
        for number, (place, silent, before) in enumerate(zip(places, found, renewed, strict=True)):
            _renew(place, silent, np.random.default_rng((SEED, number)))
            before |= silent
        set_norm_statistics(network, pictures)
    return int(sum(before.sum() for before in renewed))


def _silent(
    network: keras.Model, places: Sequence[_Channels], pictures: Tensor
) -> list[npt.NDArray[np.bool_]]:
    # Of each picture mean and mean square alone, since all that all channels say of a few hundred pictures is gigabytes.
    said = [place.activation.output for place in places]
    moments = [ops.mean(ops.stack([of, ops.square(of)], axis=1), axis=(2, 3)) for of in said]
    found = keras.Model(network.input, moments).predict(pictures, batch_size=32, verbose=0)
    means = [of.mean(axis=0, dtype=np.float64) for of in (found if isinstance(found, list) else [found])]
    return [np.maximum(square - mean**2, 0) < SILENT**2 for mean, square in means]


def _places(network: keras.Model) -> Iterator[_Channels]:
    kinds = tuple(_Channels.__annotations__.values())
    for start in range(len(network.layers) - len(kinds) + 1):
        some = network.layers[start : start + len(kinds)]
        if all(isinstance(layer, kind) for layer, kind in zip(some, kinds, strict=True)):
            yield _Channels(*some)


def _renew(place: _Channels, silent: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    (kernel, *bias) = place.convolution.get_weights()
    inputs = np.prod(kernel.shape[:3])
    # Drawn for all, so that a channel's weights do not depend on which others are silent.
    kernel[..., silent] = rng.normal(0, 1 / np.sqrt(inputs), kernel.shape)[..., silent]
    place.convolution.set_weights([kernel, *bias])
    gamma, beta, mean, variance = place.norm.get_weights()
    gamma[silent], beta[silent] = 1, 0
    place.norm.set_weights([gamma, beta, mean, variance])
    (kernel, *bias) = place.depthwise.get_weights()
    taps = np.prod(kernel.shape[:2])
    kernel[:, :, silent] = rng.normal(0, 1 / np.sqrt(taps), kernel.shape)[:, :, silent]
    place.depthwise.set_weights([kernel, *bias])
    (kernel, *bias) = place.pointwise.get_weights()
    kernel[:, :, silent] = 0
    place.pointwise.set_weights([kernel, *bias])
