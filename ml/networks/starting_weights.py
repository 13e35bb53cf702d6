"""Weights to start from: an earlier run's, a bundle's made float again, or ImageNet's as a download, a PyTorch file, or a quantised MobileNet."""

import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from ml.dequantise import Convolution, DequantiseError, convolutions
from ml.networks.efficientnet_lite import load_imagenet_weights
from ml.networks.learning_scales import scale_for_learning
from ml.networks.retrained import APPLICATIONS, body_of
from ml.pixels import Tensor
from ml.pytorch_weights import WeightsError

IMAGENET = Path("imagenet")
"""In place of a file: download what keras.applications offers."""

DEEPDOG = "deepdog"
DETECTOR = "detector"
FROM_QUANTISED = ("mobilenet_v1", "mobilenet_v2", DEEPDOG, DETECTOR)
ALL_OF_IT = (DEEPDOG, DETECTOR)
"""Networks that take the whole of a file, convolutions without a batch norm too."""
OBSERVED_AT_ONCE = 8


def load_start(network: keras.Model, alpha: float, start: Path, pictures: Callable[[], Tensor]) -> None:
    """Give a network the weights to start from.

    Args:
        network: as `ml.networks.build` builds it.
        alpha: the width that it was built with.
        start: an earlier run's .keras, or a bundle of DeepDog; for the body alone `IMAGENET`, an EfficientNet-Lite's .pth, or a quantised MobileNet's .tflite.
        pictures: gives a few hundred, uint8 (N, R, R, 3), on which batch norm's statistics are measured where the file has it folded.

    Raises:
        WeightsError: a download that fails, a file that is not there, or a run's or a .pth file that is not this network's.
        DequantiseError: a .tflite file that is not this network's.
    """
    if start == IMAGENET:
        _download(network, alpha)
    elif not start.exists():
        raise WeightsError(f"{start} does not exist; --start takes a file of weights, a bundle or `imagenet`")
    elif start.suffix == ".pth":
        load_imagenet_weights(network, start)
    elif is_quantised(start):
        start_from_quantised(network, start, pictures())
    else:
        _load_run(network, start)


def is_quantised(start: Path) -> bool:
    """Whether weights lie in a .tflite file, bare or in a bundle."""
    return start.is_dir() or start.suffix == ".tflite"


def start_from_quantised(
    network: keras.Model, start: Path, pictures: Tensor, in_order: Sequence[str] = ()
) -> None:
    """Give a network the weights of a quantised file of the same: a MobileNet of keras.applications all but the head, DeepDog and its detector all of it.

    The file's batch norm is folded into its weights; ours is given the statistics that pictures have there, and scaled to undo itself, so that what follows
    computes the same and training finds the statistics it expects.

    Args:
        network: one of `FROM_QUANTISED`, of the file's alpha, or the first part of one under its name.
        start: the .tflite, or the bundle that it lies in.
        pictures: uint8 (N, R, R, 3), any photos.
        in_order: names of the convolutions as the file runs them, where that is not as the network lists them.

    Raises:
        DequantiseError: the file is not quantised, or another network.
    """
    if start.is_dir() and not (start / "model.json").exists():
        raise DequantiseError(f"{start} is no bundle: it lacks model.json. Of a run, name its network.keras")
    file = start / "model.tflite" if start.is_dir() else start
    if network.name not in FROM_QUANTISED:
        raise DequantiseError(f"{file} is to start {', '.join(FROM_QUANTISED)} from, not {network.name}")
    pairs = list(_convolutions_with_norms(network))
    if in_order:
        pairs.sort(key=lambda pair: in_order.index(pair[0].name))
    found = convolutions(file)[: len(pairs)]
    if len(found) < len(pairs):
        raise DequantiseError(f"{file} is no {network.name}: it has {len(found)} convolutions")
    for (layer, norm), convolution in zip(pairs, found, strict=True):
        _check(layer, norm, convolution, file)
        layer.set_weights([convolution.kernel, convolution.bias][: len(layer.weights)])
        if norm is not None:
            # Undone until the statistics are known: mean 0, deviation 1.
            ones = np.ones_like(convolution.bias)
            norm.set_weights([np.sqrt(ones + norm.epsilon), convolution.bias, 0 * ones, ones])
    norms = [norm for _, norm in pairs if norm is not None]
    for norm, (mean, variance) in zip(norms, _moments(network, norms, pictures), strict=True):
        bias = norm.get_weights()[1]
        norm.set_weights([np.sqrt(variance + norm.epsilon), bias + mean, mean, variance])
    if network.name == DEEPDOG:
        scale_for_learning(network)


def _load_run(network: keras.Model, start: Path) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):  # of each layer, hundreds, before the error
            network.load_weights(start)
    except (ValueError, zipfile.BadZipFile) as error:
        raise WeightsError(
            f"{start} holds no weights of this network: it is no run's network.keras, or one of another --network, --alpha, --activation or norm. "
            "The run.json beside it names the run's"
        ) from error


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
) -> Iterator[tuple[layers.Layer, layers.BatchNormalization | None]]:
    """Yield each convolution in order, with the batch norm that reads it; of a MobileNet those that have one, which leaves out the head."""
    norms = {
        id(layer.input): layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)
    }
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D):
            norm = norms.get(id(layer.output))
            if norm is not None or network.name in ALL_OF_IT:
                yield layer, norm


def _check(
    layer: layers.Layer, norm: layers.BatchNormalization | None, convolution: Convolution, file: Path
) -> None:
    if tuple(layer.kernel.shape) != convolution.kernel.shape:
        raise DequantiseError(
            f"{file} is another network, or of another alpha: {layer.name} is {convolution.kernel.shape} there, {tuple(layer.kernel.shape)} here. "
            "Say the file's --network and --alpha (`distil` has the network from its --recipe); of the bundle that ships they are deepdog_mobilenet and 0.5"
        )
    if norm is None and not layer.use_bias and convolution.bias.any():
        raise DequantiseError(
            f"{file} is another network: {layer.name} has a bias there. DeepDog starts from a MobileNet with `deepdog distil`"
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
