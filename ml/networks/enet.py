"""ENet's encoder, a segmentation network that was looked at in 2017 for its speed.

Paszke et al. 2016 ("ENet: a deep neural network architecture for real-time semantic segmentation"), table 1, without the decoder.

    initial: conv 3x3, 13, stride 2, beside a max pool of the picture -> 16
    bottleneck 1.0 to 64, stride 2; 1.1 to 1.4
    bottleneck 2.0 to 128, stride 2; 2.1; 2.2 dilated 2; 2.3 asymmetric 5; 2.4 dilated 4; 2.5; 2.6 dilated 8; 2.7 asymmetric 5; 2.8 dilated 16
    bottleneck 3.1 to 3.8: as 2.1 to 2.8
    each: batch norm and PReLU after every convolution, a shortcut beside it
"""

import keras
from keras import layers

from ml.networks.batch_norm import BatchNorm
from ml.networks.head import pixels_in_unit_range, with_head

KINDS: tuple[tuple[str, int], ...] = (
    ("regular", 1),
    ("dilated", 2),
    ("asymmetric", 5),
    ("dilated", 4),
    ("regular", 1),
    ("dilated", 8),
    ("asymmetric", 5),
    ("dilated", 16),
)
"""(kind, dilation or length) of the bottlenecks of stages 2 and 3."""

INITIAL, STAGE_1, STAGE_2 = 16, 64, 128
SQUEEZE = 4
"""A bottleneck works on a quarter of its channels."""


def enet(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build the network; `alpha` multiplies every width but the first, which the picture's own channels are part of."""
    first, second = (max(16, 16 * round(width * alpha / 16)) for width in (STAGE_1, STAGE_2))
    pixels, x = pixels_in_unit_range(resolution)
    convolved = layers.Conv2D(INITIAL - 3, 3, strides=2, padding="same", use_bias=False, name="initial")(x)
    pooled = layers.MaxPooling2D(2, padding="same", name="initial_pool")(x)
    x = _normalise_and_activate(layers.Concatenate(name="initial_join")([convolved, pooled]), "initial")
    x = _bottleneck(x, first, "down", 2, 0.01, "bottleneck1_0")
    for number in range(1, 5):
        x = _bottleneck(x, first, "regular", 1, 0.01, f"bottleneck1_{number}")
    x = _bottleneck(x, second, "down", 2, 0.1, "bottleneck2_0")
    for stage in (2, 3):
        for number, (kind, size) in enumerate(KINDS, start=1):
            x = _bottleneck(x, second, kind, size, 0.1, f"bottleneck{stage}_{number}")
    return with_head(pixels, x, dropout, "enet")


def _bottleneck(
    x: keras.KerasTensor, width: int, kind: str, size: int, drop: float, name: str
) -> keras.KerasTensor:
    inner = width // SQUEEZE
    down = kind == "down"
    y = layers.Conv2D(
        inner,
        2 if down else 1,
        strides=2 if down else 1,
        padding="same",
        use_bias=False,
        name=f"{name}_reduce",
    )(x)
    y = _normalise_and_activate(y, f"{name}_reduce")
    if kind == "asymmetric":
        y = layers.Conv2D(inner, (size, 1), padding="same", use_bias=False, name=f"{name}_column")(y)
        y = layers.Conv2D(inner, (1, size), padding="same", use_bias=False, name=f"{name}_main")(y)
    else:
        dilation = size if kind == "dilated" else 1
        y = layers.Conv2D(
            inner, 3, padding="same", dilation_rate=dilation, use_bias=False, name=f"{name}_main"
        )(y)
    y = _normalise_and_activate(y, f"{name}_main")
    y = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_expand")(y)
    y = BatchNorm(name=f"{name}_expand_norm")(y)
    y = layers.SpatialDropout2D(drop, name=f"{name}_drop")(y)
    shortcut = x
    if down:
        shortcut = layers.MaxPooling2D(2, padding="same", name=f"{name}_pool")(x)
        # More channels than the picture below has: the rest of the shortcut is nothing.
        missing = width - x.shape[-1]
        shortcut = keras.ops.pad(shortcut, [[0, 0], [0, 0], [0, 0], [0, missing]])
    joined = layers.Add(name=f"{name}_join")([y, shortcut])
    return layers.PReLU(shared_axes=[1, 2], name=f"{name}_prelu")(joined)


def _normalise_and_activate(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    x = BatchNorm(name=f"{name}_norm")(x)
    return layers.PReLU(shared_axes=[1, 2], name=f"{name}_prelu")(x)
