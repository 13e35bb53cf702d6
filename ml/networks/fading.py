"""A network on its way from MobileNet V1 to DeepDog, so that DeepDog starts with what MobileNet learnt from ImageNet.

MobileNet V1 has ReLU6 after each depthwise and each pointwise convolution; DeepDog has nothing after the one and ELU after the other. A network of both is

    f(x) = relu6(x) + t (g(x) - relu6(x)),    g the identity, or ELU

which is MobileNet V1 at t = 0 and DeepDog at t = 1. Training raises t from 0 to 1, slowly enough for the weights to follow. At 1, a depthwise convolution's
bias is a constant added before the pointwise one, hence part of its batch norm, and DeepDog remains (`settled`).
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ml.dequantise import Convolution, DequantiseError, convolutions
from ml.networks.batch_norm import BatchNorm
from ml.networks.deepdog import INPUT_LEVELS, MOBILENET_BLOCKS, NORM_MOMENTUM, deepdog, scaled_width
from ml.norm_statistics import norm_moments
from ml.pixels import Tensor

FADING = "fading"
"""The network's name until it is settled."""


class Fade(layers.Layer):  # type: ignore[misc]
    """ReLU6 at t = 0, another activation at t = 1, a mean of both in between."""

    def __init__(self, towards: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._activation = keras.activations.get(towards)
        self.t = self.add_weight(shape=(), initializer="zeros", trainable=False, name="t")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Apply both, float32 of any shape."""
        relu6 = ops.relu6(x)
        return relu6 + self.t * (self._activation(x) - relu6)


def fading(alpha: float, resolution: int) -> keras.Model:
    """Build the network, with t = 0 and random weights; its input and output are those of `deepdog`."""
    pixels = keras.Input((resolution, resolution, 3), name="pixels")
    x = layers.Rescaling(1 / INPUT_LEVELS, offset=-1.0, name="scale")(pixels)
    x = layers.Conv2D(scaled_width(32, alpha), 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = _normalise_and_fade(x, "conv")
    for number, (width, stride) in enumerate(MOBILENET_BLOCKS, start=1):
        name = f"block{number}"
        x = layers.DepthwiseConv2D(3, strides=stride, padding="same", name=f"{name}_depthwise")(x)
        x = Fade("linear", name=f"{name}_between")(x)
        x = layers.Conv2D(scaled_width(width, alpha), 1, use_bias=False, name=f"{name}_pointwise")(x)
        x = _normalise_and_fade(x, name)
    heatmap = layers.Conv2D(1, 1, name="heatmap")(x)
    return keras.Model(pixels, layers.GlobalAveragePooling2D(name="logit")(heatmap), name=FADING)


def set_fade(network: keras.Model, t: float) -> None:
    """Set t of every layer that fades."""
    for layer in network.layers:
        if isinstance(layer, Fade):
            layer.t.assign(t)


def start_from_mobilenet(network: keras.Model, file: Path, pictures: Tensor) -> None:
    """Give a fading network, at t = 0, the weights of a quantised MobileNet V1.

    The file's batch norm is folded into its weights; ours is given the statistics that pictures have there, and scaled to undo itself.

    Args:
        network: of `fading`, with the file's alpha.
        file: a MobileNet V1 as .tflite, with its classifier or without.
        pictures: uint8 (N, R, R, 3), any photos.

    Raises:
        DequantiseError: the file is not quantised, or another network.
    """
    body = convolutions(file)[: 1 + 2 * len(MOBILENET_BLOCKS)]
    names = ["conv"] + [
        f"block{number}_{part}"
        for number in range(1, len(MOBILENET_BLOCKS) + 1)
        for part in ("depthwise", "pointwise")
    ]
    if len(body) != len(names):
        raise DequantiseError(f"{file} is no MobileNet V1: it has {len(body)} convolutions")
    if not any(convolution.bias.any() for convolution in body if convolution.depthwise):
        raise DequantiseError(f"{file} is DeepDog, not MobileNet V1: name the folder of its bundle")
    for name, convolution in zip(names, body, strict=True):
        _set_convolution(network, name, convolution, file)
    set_fade(network, 0.0)
    for norm, mean, variance in norm_moments(network, pictures):
        beta = norm.get_weights()[1]
        norm.set_weights([np.sqrt(variance + norm.epsilon), beta + mean, mean, variance])


def settled(network: keras.Model, alpha: float) -> keras.Model:
    """Return DeepDog with MobileNet's widths that computes what a fading network computes at t = 1."""
    result = deepdog(alpha, network.input_shape[1], blocks=MOBILENET_BLOCKS)
    for layer in result.layers:
        if layer.name.endswith("_depthwise"):
            layer.set_weights(network.get_layer(layer.name).get_weights()[:1])
        elif layer.weights:
            layer.set_weights(network.get_layer(layer.name).get_weights())
    for number in range(1, len(MOBILENET_BLOCKS) + 1):
        bias = network.get_layer(f"block{number}_depthwise").get_weights()[1]
        (kernel,) = network.get_layer(f"block{number}_pointwise").get_weights()
        norm = result.get_layer(f"block{number}_norm")
        gamma, beta, mean, variance = norm.get_weights()
        norm.set_weights([gamma, beta, mean - bias @ kernel[0, 0], variance])
    return result


def _set_convolution(network: keras.Model, name: str, convolution: Convolution, file: Path) -> None:
    layer = network.get_layer(name)
    kernel = convolution.kernel
    if tuple(layer.kernel.shape) != kernel.shape:
        raise DequantiseError(
            f"{file} is no MobileNet V1 of this alpha: {name} is {kernel.shape} there, {tuple(layer.kernel.shape)} here"
        )
    if convolution.depthwise:
        layer.set_weights([kernel, convolution.bias])
        return
    layer.set_weights([kernel])
    norm = network.get_layer("conv_norm" if name == "conv" else name.replace("pointwise", "norm"))
    gamma, _, mean, variance = norm.get_weights()
    # Undone until the statistics are known: mean 0, deviation 1.
    norm.set_weights(
        [np.sqrt(np.ones_like(gamma) + norm.epsilon), convolution.bias, mean * 0, variance * 0 + 1]
    )


def _normalise_and_fade(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    x = BatchNorm(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
    return Fade("elu", name=f"{name}_elu")(x)
