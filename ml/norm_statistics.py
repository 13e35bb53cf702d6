"""What batch norm should have seen: the mean and variance of its input, measured on pictures rather than remembered from training.

Remembered statistics belong to the weights of each step; weights averaged over many steps have others, and with the wrong ones a good network is a bad one
(Izmailov et al. 2018, "Averaging weights leads to wider optima", section 3.2).
"""

from collections.abc import Iterator

import keras
from keras import layers, ops

from ml.metrics import Scores
from ml.networks.chain import applied
from ml.pixels import Tensor


def set_norm_statistics(network: keras.Model, pictures: Tensor) -> None:
    """Measure every batch norm's statistics anew.

    Args:
        network: a chain of layers (`ml.networks.chain`).
        pictures: uint8 (N, R, R, 3), distorted as in training, or photos as they are.
    """
    for norm, mean, variance in norm_moments(network, pictures):
        gamma, beta, *_ = norm.get_weights()
        norm.set_weights([gamma, beta, mean, variance])


def norm_moments(
    network: keras.Model, pictures: Tensor
) -> Iterator[tuple[layers.BatchNormalization, Scores, Scores]]:
    """Yield each batch norm with the mean and variance of its input, float32 (channels,).

    What a layer receives depends on those before it, so whoever asks may change one before the next is measured.
    """
    x = ops.convert_to_tensor(pictures, "float32")
    for layer in network.layers[1:]:
        if isinstance(layer, layers.BatchNormalization):
            mean, variance = ops.moments(x, axes=(0, 1, 2))
            yield layer, ops.convert_to_numpy(mean), ops.convert_to_numpy(variance)
        x = applied(layer, x)
