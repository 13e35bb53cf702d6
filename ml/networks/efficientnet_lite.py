"""EfficientNet-Lite, a teacher: MobileNet V2's blocks at tuned widths and depths, with ReLU6 and without squeeze-and-excitation, so that it survives 8 bits.

After Tan and Le 2019 (the widths and depths of table 1) and the "lite" variant published with it: stem and head are not scaled, nor are the first and the last
stage's repeats. Batch norm's epsilon is 0.001 and padding is TensorFlow's.
"""

import math
from pathlib import Path
from typing import NamedTuple

import keras
from keras import layers

from ml.networks.batch_norm import BatchNorm
from ml.pytorch_weights import WeightsError, read_pytorch_weights

EPSILON = 0.001


class Stage(NamedTuple):
    """Blocks of one width."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    width: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)

SCALES: dict[str, tuple[float, float, int]] = {
    "efficientnet_lite0": (1.0, 1.0, 224),
    "efficientnet_lite1": (1.0, 1.1, 240),
    "efficientnet_lite2": (1.1, 1.2, 260),
}
"""Name: (width multiplier, depth multiplier, resolution it was trained at)."""

PIXEL_MEAN, PIXEL_SCALE = 127.0, 128.0
"""Pixels enter as (x - 127) / 128, as it was trained; other scalings cost it a fifth of its recall on hotdogs."""


def efficientnet_lite(name: str = "efficientnet_lite0", resolution: int | None = None) -> keras.Model:
    """Build a network whose last layers are those of `ml.networks.deepdog`: a heatmap of logits, and their mean.

    Args:
        name: a key of `SCALES`.
        resolution: side of the input in pixels; the one it was trained at when absent.

    Returns:
        A model from pixels, float32 (batch, R, R, 3) in [0, 255], to logits, float32 (batch, 1).
    """
    width, depth, usual_resolution = SCALES[name]
    resolution = resolution or usual_resolution
    pixels = keras.Input((resolution, resolution, 3), name="pixels")
    x = layers.Rescaling(1 / PIXEL_SCALE, offset=-PIXEL_MEAN / PIXEL_SCALE, name="scale")(pixels)
    x = _convolution(x, 32, 3, 2, "conv_stem", "bn0")
    number = 0
    for stage in STAGES:
        scaled = stage not in (STAGES[0], STAGES[-1])
        for repeat in range(math.ceil(stage.repeats * depth) if scaled else stage.repeats):
            stride = stage.stride if repeat == 0 else 1
            x = _inverted_residual(x, stage, _width(stage.width * width), stride, f"blocks.{number}.")
            number += 1
    features = _convolution(x, 1280, 1, 1, "conv_head", "bn1")
    heatmap = layers.Conv2D(1, 1, name="heatmap")(layers.Dropout(0.2, name="dropout")(features))
    logit = layers.GlobalAveragePooling2D(name="logit")(heatmap)
    return keras.Model(pixels, logit, name=name)


def load_imagenet_weights(network: keras.Model, file: Path) -> None:
    """Give every layer but the head the weights of a .pth file; its names are the layers', each part led by an underscore.

    Raises:
        WeightsError: the file cannot be read, or is another network's.
    """
    weights = read_pytorch_weights(file)
    try:
        for layer in network.layers:
            name = ".".join(part if part.isdecimal() else f"_{part}" for part in layer.name.split("."))
            if isinstance(layer, layers.Conv2D) and layer.name != "heatmap":
                layer.set_weights([weights[f"{name}.weight"].transpose(2, 3, 1, 0)])
            elif isinstance(layer, layers.DepthwiseConv2D):
                layer.set_weights([weights[f"{name}.weight"].transpose(2, 3, 0, 1)])
            elif isinstance(layer, layers.BatchNormalization):
                parts = ("weight", "bias", "running_mean", "running_var")
                layer.set_weights([weights[f"{name}.{part}"] for part in parts])
    except (KeyError, ValueError) as error:
        raise WeightsError(
            f"{file} holds the weights of another network than {network.name}: {error}"
        ) from error


def _inverted_residual(
    x: keras.KerasTensor, stage: Stage, width: int, stride: int, name: str
) -> keras.KerasTensor:
    shortcut = x
    if stage.expansion != 1:
        x = _convolution(x, x.shape[-1] * stage.expansion, 1, 1, f"{name}expand_conv", f"{name}bn0")
    x = layers.DepthwiseConv2D(
        stage.kernel, strides=stride, padding="same", use_bias=False, name=f"{name}depthwise_conv"
    )(x)
    x = layers.ReLU(6.0)(BatchNorm(epsilon=EPSILON, name=f"{name}bn1")(x))
    x = layers.Conv2D(width, 1, use_bias=False, name=f"{name}project_conv")(x)
    x = BatchNorm(epsilon=EPSILON, name=f"{name}bn2")(x)
    return layers.Add()([x, shortcut]) if stride == 1 and shortcut.shape[-1] == width else x


def _convolution(
    x: keras.KerasTensor, width: int, kernel: int, stride: int, name: str, norm: str
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False, name=name)(x)
    return layers.ReLU(6.0)(BatchNorm(epsilon=EPSILON, name=norm)(x))


def _width(width: float) -> int:
    """Round to a multiple of 8, never by more than a tenth downwards (Sandler et al. 2018's `make_divisible`)."""
    rounded = max(8, int(width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * width else rounded
