"""SqueezeNet with batch norm and ELU, as it was tried in 2017 before DeepDog.

Iandola et al. 2016 ("SqueezeNet: AlexNet-level accuracy with 50x fewer parameters"), in the authors' version 1.1. Anglade 2017 reports 90 % and more with
batch norm and ELU.

    conv 3x3, 64, stride 2 -> max pool
    fire 16-64, 16-64 -> max pool -> fire 32-128, 32-128 -> max pool -> fire 48-192, 48-192, 64-256, 64-256
    fire s-e: 1x1 to s channels, then 1x1 and 3x3 to e channels each, side by side
"""

import keras
from keras import layers

from ml.networks.batch_norm import BatchNorm
from ml.networks.head import pixels_in_unit_range, with_head

STAGES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((16, 64), (16, 64)),
    ((32, 128), (32, 128)),
    ((48, 192), (48, 192), (64, 256), (64, 256)),
)
"""(squeeze, expand) of each fire module; max pooling stands before each stage."""


def squeezenet(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build the network; `alpha` multiplies every width."""
    pixels, x = pixels_in_unit_range(resolution)
    x = _convolution(x, _width(64, alpha), 3, "conv1", strides=2, padding="valid")
    number = 2
    for stage in STAGES:
        x = layers.MaxPooling2D(3, strides=2, name=f"pool{number}")(x)
        for squeeze, expand in stage:
            x = _fire(x, _width(squeeze, alpha), _width(expand, alpha), f"fire{number}")
            number += 1
    return with_head(pixels, x, dropout, "squeezenet")


def _fire(x: keras.KerasTensor, squeeze: int, expand: int, name: str) -> keras.KerasTensor:
    x = _convolution(x, squeeze, 1, f"{name}_squeeze")
    sides = [_convolution(x, expand, kernel, f"{name}_expand{kernel}x{kernel}") for kernel in (1, 3)]
    return layers.Concatenate(name=name)(sides)


def _convolution(
    x: keras.KerasTensor, width: int, kernel: int, name: str, strides: int = 1, padding: str = "same"
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, strides=strides, padding=padding, use_bias=False, name=name)(x)
    x = BatchNorm(name=f"{name}_norm")(x)
    return layers.Activation("elu", name=f"{name}_elu")(x)


def _width(width: int, alpha: float) -> int:
    return max(4, 4 * round(width * alpha / 4))
