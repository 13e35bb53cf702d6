"""Weights of one size, so that one learning rate suits all of them, where they come from a file made for 8 bits.

Such a file has its batch norm folded and its channels scaled to one range (`ml/equalise.py`), which leaves depthwise weights in the hundreds and pointwise
ones of a hundredth. Adam moves every weight by about the rate, whatever its size (Kingma & Ba 2015, section 2.1): the former stand still, the latter are
shaken. DeepDog computes the same when a channel is scaled between a depthwise convolution and the pointwise one, or between a convolution and the batch
norm, which divides by its deviation anyway; so all channels get one size.
"""

from itertools import pairwise

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from ml.networks.chain import is_chain


def scale_for_learning(network: keras.Model) -> None:
    """Scale each channel's weights to a root mean square of 1 / sqrt(inputs), and the layer that follows inversely.

    The size is that of LeCun et al. 1998 ("Efficient BackProp", section 4.6). The network computes the same, while training too but for batch norm's epsilon.
    Networks that differ by such scales alone become equal, so that they can be averaged.

    Args:
        network: changed in place, where it is a chain (`ml.networks.chain`).
    """
    if not is_chain(network):
        return
    for layer, following in pairwise(network.layers):
        if isinstance(layer, layers.DepthwiseConv2D) and isinstance(following, layers.Conv2D):
            _scale_between(layer, following)
        elif isinstance(layer, layers.Conv2D) and isinstance(following, layers.BatchNormalization):
            _scale_before_norm(layer, following)


def _scale_between(depthwise: layers.DepthwiseConv2D, pointwise: layers.Conv2D) -> None:
    (kernel, *bias), (following, *following_bias) = depthwise.get_weights(), pointwise.get_weights()
    excess = _excess(kernel, (0, 1, 3))
    depthwise.set_weights([kernel / excess[:, np.newaxis], *(of / excess for of in bias)])
    pointwise.set_weights([following * excess[:, np.newaxis], *following_bias])


def _scale_before_norm(convolution: layers.Conv2D, norm: layers.BatchNormalization) -> None:
    (kernel, *bias), (gamma, beta, mean, variance) = convolution.get_weights(), norm.get_weights()
    excess = _excess(kernel, (0, 1, 2))
    convolution.set_weights([kernel / excess, *(of / excess for of in bias)])
    # Batch norm divides by sqrt(variance + epsilon), which does not scale with the variance, so gamma makes up for it.
    slope = gamma / np.sqrt(variance + norm.epsilon)
    scaled = variance / excess**2
    norm.set_weights([slope * excess * np.sqrt(scaled + norm.epsilon), beta, mean / excess, scaled])


def _excess(kernel: npt.NDArray[np.float32], axes: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return how many times too large each channel's weights are, float64 (channels,); 1 where all are zero."""
    inputs = np.prod([kernel.shape[axis] for axis in axes])
    excess: npt.NDArray[np.float64] = np.sqrt((kernel.astype(np.float64) ** 2).mean(axis=axes) * inputs)
    return np.where(excess > 0, excess, 1.0)
