"""Weights rounded together: what rounding one of them spoils, the others of its channel make good.

Rounding each weight to the nearest of 255 levels moves a pointwise convolution's answers by the sum of all those errors, weighted by inputs that are nowhere
near independent. In DeepDog's first blocks large weights of opposite sign cancel each other, and that sum is larger than what they leave. So the weights of a
channel are rounded one after the other, and each error is passed on to the weights yet to be rounded, as the inputs' covariance says (Frantar et al. 2023,
"GPTQ", section 3, after Hassibi & Stork 1993, "Optimal brain surgeon"). What is left on average goes into the bias (Nagel et al. 2019, "Data-free quantization
through weight equalization and bias correction", section 4.2), which has 32 bits.
"""

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from ml.pixels import Tensor

LARGEST_LEVEL = 127
"""A weight in 8 bits is a whole number of steps from -127 to 127, its channel's largest at the end."""
POSITIONS = 100_000
"""Of activations that show a layer's covariance: hundreds for each of its numbers, and gigabytes less than all."""
DAMPING = 1e-3
"""Of the mean variance, added to each, so that the inverse exists where an input never moves; GPTQ takes 1e-2 with far fewer samples."""

Doubles = npt.NDArray[np.float64]


def with_rounded_weights(network: keras.Model, pictures: Tensor) -> keras.Model:
    """Return a copy whose pointwise weights lie on the levels that a converter will find, and whose answers are as near to the network's as levels allow.

    Args:
        network: a chain (`ml.networks.chain`), from pixels to logits.
        pictures: uint8 (N, R, R, 3), which show what enters each layer.

    Returns:
        The copy; its head, which stays in floating point (`ml/float_head.py`), is the network's.
    """
    rounded = keras.models.clone_model(network)
    rounded.set_weights(network.get_weights())
    for layer, following in zip(rounded.layers, rounded.layers[1:], strict=False):
        if not _is_pointwise(layer) or layer.name == "heatmap":
            continue
        norm = following if isinstance(following, layers.BatchNormalization) else None
        if norm is None and not layer.use_bias:
            continue  # nothing would take what is left on average
        inputs = _inputs(rounded, layer, pictures)
        folded = np.asarray(layer.kernel, np.float64)[0, 0] * _folded_scale(norm)
        levels = round_together(folded, np.atleast_2d(np.cov(inputs, rowvar=False)))
        left = inputs.mean(axis=0) @ (folded - levels)
        layer.kernel.assign((levels / _folded_scale(norm))[np.newaxis, np.newaxis])
        bias = layer.bias if norm is None else norm.beta
        bias.assign_add(left.astype(np.float32))
    return rounded


def round_together(weights: Doubles, covariance: Doubles) -> Doubles:
    """Round the weights of a linear layer to 8 bits, symmetric, a step for each output.

    Args:
        weights: (inputs, outputs).
        covariance: (inputs, inputs) of what enters.

    Returns:
        Whole multiples of each output's step, (inputs, outputs).
    """
    damped = covariance + DAMPING * np.mean(np.diag(covariance)) * np.eye(len(covariance))
    # What matters most is rounded first, while many can still make good.
    order = np.argsort(-np.diag(damped), kind="stable")
    passed_on = np.linalg.cholesky(np.linalg.inv(damped[np.ix_(order, order)])).T
    steps = np.maximum(np.abs(weights).max(axis=0), np.finfo(np.float32).tiny) / LARGEST_LEVEL
    largest = np.abs(weights).argmax(axis=0)
    left, rounded = weights[order].copy(), np.empty_like(weights)
    for position, row in enumerate(order):
        levels = np.clip(np.round(left[position] / steps), -LARGEST_LEVEL, LARGEST_LEVEL) * steps
        # The largest weight gives a converter the step, so it stays, whatever others would have it make good.
        rounded[row] = np.where(largest == row, weights[row], levels)
        error = (left[position] - rounded[row]) / passed_on[position, position]
        left[position + 1 :] -= np.outer(passed_on[position, position + 1 :], error)
    return rounded


def _is_pointwise(layer: keras.Layer) -> bool:
    return (
        isinstance(layer, layers.Conv2D)
        and not isinstance(layer, layers.DepthwiseConv2D)
        and tuple(layer.kernel_size) == (1, 1)
        and tuple(layer.strides) == (1, 1)
    )


def _folded_scale(norm: keras.Layer | None) -> Doubles | float:
    """Return what a converter will multiply each output's weights by, when it folds the batch norm into them."""
    if norm is None:
        return 1.0
    gamma, variance = (np.asarray(value, np.float64) for value in (norm.gamma, norm.moving_variance))
    scale: Doubles = gamma / np.sqrt(variance + norm.epsilon)
    return scale


def _inputs(network: keras.Model, layer: keras.Layer, pictures: Tensor) -> Doubles:
    """Return what enters a layer at positions drawn by a fixed seed, float64 (positions, channels)."""
    before = keras.Model(network.input, layer.input)
    rng = np.random.default_rng(0)
    drawn = []
    for start in range(0, len(pictures), 32):
        activations = np.asarray(before.predict_on_batch(pictures[start : start + 32]))
        positions = activations.reshape(len(activations), -1, activations.shape[-1])
        wanted = min(positions.shape[1], max(1, POSITIONS // len(pictures)))
        chosen = rng.choice(positions.shape[1], wanted, replace=False)
        drawn.append(positions[:, chosen].reshape(-1, activations.shape[-1]))
    return np.concatenate(drawn).astype(np.float64)
