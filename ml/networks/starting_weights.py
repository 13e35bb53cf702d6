"""Weights to start from: an earlier run's, or what others learnt from ImageNet, as a download, a PyTorch file, or a quantised MobileNet made float again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from ml.dequantise import Convolution, DequantiseError, convolutions
from ml.networks.efficientnet_lite import load_imagenet_weights
from ml.networks.retrained import APPLICATIONS, body_of
from ml.pixels import Tensor
from ml.pytorch_weights import WeightsError

IMAGENET = Path("imagenet")
"""In place of a file: download what keras.applications offers."""

FROM_MOBILENET = ("mobilenet_v1", "mobilenet_v2")
OBSERVED_AT_ONCE = 8


def load_start(network: keras.Model, alpha: float, start: Path, pictures: Callable[[], Tensor]) -> None:
    """Give a network the weights to start from.

    Args:
        network: as `ml.networks.build` builds it.
        alpha: the width that it was built with.
        start: an earlier run's .keras, or for the body alone `IMAGENET`, an EfficientNet-Lite's .pth, or a quantised MobileNet's .tflite.
        pictures: gives a few hundred, uint8 (N, R, R, 3), on which batch norm's statistics are measured where the file has it folded.

    Raises:
        WeightsError: a download that fails, or a .pth file that is not this network's.
        DequantiseError: a .tflite file that is not this network's.
        ValueError: an earlier run of another network.
    """
    if start == IMAGENET:
        _download(network, alpha)
    elif start.suffix == ".pth":
        load_imagenet_weights(network, start)
    elif start.suffix == ".tflite":
        start_from_quantised(network, start, pictures())
    else:
        network.load_weights(start)


def start_from_quantised(network: keras.Model, file: Path, pictures: Tensor) -> None:
    """Give a MobileNet of keras.applications the weights of a quantised file of the same network.

    The file's batch norm is folded into its weights; ours is given the statistics that pictures have there, and scaled to undo itself, so that what follows
    computes the same and training finds the statistics it expects.

    Args:
        network: `mobilenet_v1` or `mobilenet_v2`, of the file's alpha.
        file: the .tflite, with its classifier or without.
        pictures: uint8 (N, R, R, 3), any photos.

    Raises:
        DequantiseError: the file is not quantised, or another network.
    """
    if network.name not in FROM_MOBILENET:
        raise DequantiseError(
            f"{file} is to start {' or '.join(FROM_MOBILENET)} from, not {network.name}; DeepDog starts from one with `deepdog distil`"
        )
    pairs = list(_convolutions_with_norms(network))
    found = convolutions(file)[: len(pairs)]
    if len(found) < len(pairs):
        raise DequantiseError(f"{file} is no {network.name}: it has {len(found)} convolutions")
    for (layer, norm), convolution in zip(pairs, found, strict=True):
        _check(layer, convolution, file)
        layer.set_weights([convolution.kernel])
        # Undone until the statistics are known: mean 0, deviation 1.
        ones = np.ones_like(convolution.bias)
        norm.set_weights([np.sqrt(ones + norm.epsilon), convolution.bias, 0 * ones, ones])
    norms = [norm for _, norm in pairs]
    for norm, (mean, variance) in zip(norms, _moments(network, norms, pictures), strict=True):
        bias = norm.get_weights()[1]
        norm.set_weights([np.sqrt(variance + norm.epsilon), bias + mean, mean, variance])


def _download(network: keras.Model, alpha: float) -> None:
    if network.name not in APPLICATIONS:
        raise WeightsError(
            f"keras.applications has no {network.name}; it has {', '.join(APPLICATIONS)}. Name a file of weights"
        )
    try:
        body = body_of(network.name, alpha, weights="imagenet", input_shape=network.input_shape[1:])
    except Exception as error:
        raise WeightsError(
            f"ImageNet's weights for {network.name} cannot be downloaded ({error}); name a file of weights"
        ) from error
    ours = {layer.name: layer for layer in network.layers}
    for layer in body.layers:
        if layer.weights:
            ours[layer.name].set_weights(layer.get_weights())


def _convolutions_with_norms(
    network: keras.Model,
) -> Iterator[tuple[layers.Layer, layers.BatchNormalization]]:
    """Yield each convolution of the body in order, with the batch norm that reads it."""
    norms = {
        id(layer.input): layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)
    }
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D) and id(layer.output) in norms:
            yield layer, norms[id(layer.output)]


def _check(layer: layers.Layer, convolution: Convolution, file: Path) -> None:
    if tuple(layer.kernel.shape) != convolution.kernel.shape:
        raise DequantiseError(
            f"{file} is another network, or of another alpha: {layer.name} is {convolution.kernel.shape} there, {tuple(layer.kernel.shape)} here"
        )


def _moments(
    network: keras.Model, norms: list[layers.BatchNormalization], pictures: Tensor
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return mean and variance of what each batch norm reads, float64 (channels,)."""
    observed = keras.Model(network.input, [norm.input for norm in norms])
    sums = [np.zeros((2, norm.input.shape[-1])) for norm in norms]
    counts = np.zeros(len(norms))
    for start in range(0, len(pictures), OBSERVED_AT_ONCE):
        some = ops.convert_to_tensor(pictures[start : start + OBSERVED_AT_ONCE], "float32")
        for number, values in enumerate(observed(some, training=False)):
            axes = (0, 1, 2)
            sums[number] += np.stack([ops.sum(values, axes), ops.sum(ops.square(values), axes)])
            counts[number] += np.prod(values.shape[:3])
    means = [total / count for total, count in zip(sums, counts, strict=True)]
    return [(mean, np.maximum(square - mean**2, 0)) for mean, square in means]
