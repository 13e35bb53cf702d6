"""AlexNet's convolutions, as the yardstick of 2012.

Krizhevsky 2014 ("One weird trick for parallelizing convolutional neural networks"), the version on one tower. Its three dense layers, which hold 96 % of its
parameters, give way to the head that all networks here share.

    conv 11x11, 64, stride 4 -> max pool -> conv 5x5, 192 -> max pool -> conv 3x3, 384 -> 256 -> 256 -> max pool; each with ReLU
"""

import keras
from keras import layers

from ml.networks.head import pixels_in_unit_range, with_head

CONVOLUTIONS: tuple[tuple[int, int, int, bool], ...] = (
    (64, 11, 4, True),
    (192, 5, 1, True),
    (384, 3, 1, False),
    (256, 3, 1, False),
    (256, 3, 1, True),
)
"""(width, kernel, stride, whether max pooling follows)."""


def alexnet(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build the network; `alpha` multiplies every width."""
    pixels, x = pixels_in_unit_range(resolution)
    x = layers.ZeroPadding2D(2, name="pad")(x)
    for number, (width, kernel, stride, pooled) in enumerate(CONVOLUTIONS, start=1):
        x = layers.Conv2D(
            max(8, 8 * round(width * alpha / 8)),
            kernel,
            strides=stride,
            padding="same" if stride == 1 else "valid",
            activation="relu",
            name=f"conv{number}",
        )(x)
        if pooled:
            x = layers.MaxPooling2D(3, strides=2, name=f"pool{number}")(x)
    return with_head(pixels, x, dropout, "alexnet")
