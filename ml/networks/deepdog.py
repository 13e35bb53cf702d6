"""DeepDog: MobileNet's body with ELU, and nothing between depthwise and pointwise convolution.

Transcribed from Anglade 2017 ("How HBO's Silicon Valley built 'Not Hotdog'"); multipliers alpha and rho after Howard et al. 2017, section 3.3 and 3.4.

    input R x R x 3
    conv 3x3, 32, stride 2
    separable 3x3: 32, 64 s2, 128, 128 s2, 256, 256 s2, 5 x 512, 512 s2, 1024
    each of these: batch norm, then ELU
    1x1 convolution to one channel (the heatmap, in logits) -> mean (the logit) -> sigmoid (the score)

The head is global average pooling followed by one sigmoid unit, with the two linear steps in the other order:
the same function, which also gives the class-activation map.
"""

import keras
from keras import layers, ops

from ml.ablation import AS_IN_2017, Ablation, Activation
from ml.networks.batch_norm import BatchNorm

INPUT_LEVELS = 127.5
"""Pixels 0..255 enter as x / 127.5 - 1, so in [-1, 1]."""

SEPARABLE_BLOCKS: tuple[tuple[int, int], ...] = (
    (32, 1),
    (64, 2),
    (128, 1),
    (128, 2),
    (256, 1),
    (256, 2),
    *((512, 1),) * 5,
    (512, 2),
    (1024, 1),
)
"""(width at alpha 1, stride) of each separable block, as in 2017: a block that halves the picture keeps its width, the next one widens."""

MOBILENET_BLOCKS: tuple[tuple[int, int], ...] = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *((512, 1),) * 5,
    (1024, 2),
    (1024, 1),
)
"""The same of MobileNet V1 (Howard et al. 2017, table 1): a block that halves the picture widens at once. What has seen ImageNet can be carried over."""

NORM_MOMENTUM = 0.95
"""Of the running statistics: short enough to settle within a run of a few dozen batches."""


def deepdog(
    alpha: float = 1.0,
    resolution: int = 224,
    dropout: float = 0.0,
    blocks: tuple[tuple[int, int], ...] = SEPARABLE_BLOCKS,
    ablation: Ablation = AS_IN_2017,
) -> keras.Model:
    """Build the network as it is trained.

    Args:
        alpha: width multiplier; every width is `8 * round(width * alpha / 8)`, at least 8.
        resolution: side of the input in pixels (rho times 224).
        dropout: share of features dropped before the head while training.
        blocks: (width at alpha 1, stride) of each separable block.
        ablation: what is done otherwise than in 2017.

    Returns:
        A model from pixels, float32 (batch, R, R, 3) in [0, 255], to logits, float32 (batch, 1).
    """
    pixels = keras.Input((resolution, resolution, 3), name="pixels")
    x = layers.Rescaling(1 / INPUT_LEVELS, offset=-1.0, name="scale")(pixels)
    x = layers.Conv2D(scaled_width(32, alpha), 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = _normalise_and_activate(x, "conv", ablation)
    for number, (width, stride) in enumerate(blocks, start=1):
        x = _separable(x, scaled_width(width, alpha), stride, f"block{number}", ablation)
    if dropout:
        x = layers.SpatialDropout2D(dropout, name="dropout")(x)
    heatmap = layers.Conv2D(1, 1, name="heatmap")(x)
    logit = layers.GlobalAveragePooling2D(name="logit")(heatmap)
    return keras.Model(pixels, logit, name="deepdog")


def with_score_and_heatmap(network: keras.Model, batch_size: int | None = None) -> keras.Model:
    """Return the same network with the outputs that the phone reads.

    Returns:
        A model from pixels to [score (batch, 1) in [0, 1], heatmap (batch, h, w, 1) in logits].
    """
    pixels = keras.Input(batch_shape=(batch_size, *network.input_shape[1:]), name="pixels")
    trunk = keras.Model(
        network.input, [network.get_layer("logit").output, network.get_layer("heatmap").output]
    )
    logit, heatmap = trunk(pixels)
    return keras.Model(
        pixels, [layers.Activation("sigmoid", name="score")(logit), heatmap], name=network.name
    )


@keras.saving.register_keras_serializable("deepdog")
class Selu(layers.Layer):  # type: ignore[misc]
    """SELU out of ELU and ReLU, since .tflite has no operator for it: s a elu(x) + s (1 - a) relu(x)."""

    ALPHA = 1.6732632423543772
    SCALE = 1.0507009873554805

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Apply it, float32 of any shape."""
        return self.SCALE * self.ALPHA * ops.elu(x) + self.SCALE * (1 - self.ALPHA) * ops.relu(x)


def _separable(
    x: keras.KerasTensor, width: int, stride: int, name: str, ablation: Ablation
) -> keras.KerasTensor:
    x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
    if ablation.norm_between:
        x = BatchNorm(momentum=NORM_MOMENTUM, name=f"{name}_between_norm")(x)
    x = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_pointwise")(x)
    return _normalise_and_activate(x, name, ablation)


def _normalise_and_activate(x: keras.KerasTensor, name: str, ablation: Ablation) -> keras.KerasTensor:
    norm = BatchNorm(momentum=NORM_MOMENTUM, name=f"{name}_norm")
    activation = _activation(ablation.activation, f"{name}_{ablation.activation}")
    return norm(activation(x)) if ablation.activation_first else activation(norm(x))


def _activation(activation: Activation, name: str) -> keras.Layer:
    match activation:
        case "prelu":
            return layers.PReLU(shared_axes=[1, 2], name=name)
        case "selu":
            return Selu(name=name)
        case _:
            return layers.Activation(activation, name=name)


def scaled_width(width: int, alpha: float) -> int:
    """Return a width times alpha, rounded to a multiple of 8, at least 8."""
    return max(8, 8 * round(width * alpha / 8))
